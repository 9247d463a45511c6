"""What is to be opened together, in words alone: naming it imports nothing that could open it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maskstudio.core.labels import LabelMap
    from maskstudio.formats.base import Source


@dataclass(frozen=True)
class OpenRequest:
    """What is to be opened together.

    Args:
        paths: images, or sources of masks; each says by itself what it is.
        sources: opened already, such as arrays in memory.
        downloads: folder of rasters that were fetched from the addresses sources name.
        as_masks: plain pictures among the paths are masks, whatever they look like.
        images: pictures for all layers.
        layers: masks by layer key.
        label_map: used for sources that bring none of their own.
        workspace: the workspace file this came from.
    """

    paths: tuple[Path, ...] = ()
    images: Path | None = None
    layers: tuple[tuple[str, Path], ...] = ()
    label_map: LabelMap | None = None
    workspace: Path | None = None
    sources: tuple[Source, ...] = ()
    as_masks: bool = False
    downloads: Path | None = None

    @property
    def is_lasting(self) -> bool:
        """Whether it can be opened again another day; arrays in memory cannot."""
        return not self.sources
