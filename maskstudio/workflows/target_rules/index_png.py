"""What a new folder of class-index PNGs cannot hold, or changes (`formats.md` section 6a)."""

from __future__ import annotations

from collections.abc import Iterator

from maskstudio.core.labels import LabelMap
from maskstudio.errors import Kind, Problem
from maskstudio.formats.index_writer import path_of
from maskstudio.formats.label_maps import LABELMAP

from .common import LabelmapRules, warning


class IndexPngRules(LabelmapRules):
    """Every sample gets a mask, an empty one too, and most programs take index 0 for nothing."""

    needs_size = True

    def label_map_problems(self, label_map: LabelMap) -> Iterator[Problem]:
        yield from super().label_map_problems(label_map)
        background = label_map.background
        if background not in (0, None):
            found = (
                f"the background is class {background}; programs that take 0 for it would take"
                f" `{label_map.name_of(0)}`"
            )
            yield warning(Kind.BACKGROUND_UNEXPECTED, LABELMAP, found)

    def check_name(self, name: str) -> None:
        path_of(name)
