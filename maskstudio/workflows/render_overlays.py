"""Pictures of samples with their masks over them, one PNG a sample in the picture's own size."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from maskstudio.core.arrays import ColorMask
from maskstudio.core.document import LoadedSample, Sample, load_sample
from maskstudio.core.geometry import Point, Rect, Size
from maskstudio.core.image import FULL_8_BIT
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity
from maskstudio.formats.atomic import new_folder
from maskstudio.formats.base import Progress, no_progress, unique_names
from maskstudio.formats.parallel import ordered_map
from maskstudio.formats.pictures import encode_mask_png
from maskstudio.formats.safe_paths import escape_reason
from maskstudio.render.compose import Scene, ShownLayer, compose
from maskstudio.render.palette import Look, Palette, Style
from maskstudio.render.pyramid import Pyramid
from maskstudio.render.viewport import Viewport

from .describe import with_made_classes
from .open_dataset import OpenedDataset
from .survey import choose_layer, is_stand_in

OVER_A_PICTURE = 0.5
"""Opacity of masks where nothing else is asked for."""

WITHOUT_A_PICTURE = 1.0
BLACK = (0, 0, 0)


@dataclass(frozen=True)
class Overlay:
    """How masks are drawn.

    Args:
        keys: layers from bottom to top; empty for all.
        opacity: 0 to 1, or None for the usual one.
    """

    keys: tuple[str, ...] = ()
    style: Style = Style.FILL
    opacity: float | None = None


@dataclass(frozen=True)
class Rendered:
    """What was written, and what was not."""

    names: tuple[str, ...]
    problems: tuple[Problem, ...]


def render_overlays(
    opened: OpenedDataset,
    target: Path,
    overlay: Overlay,
    progress: Progress = no_progress,
) -> Rendered:
    """Write a new folder of pictures, which appears when it is complete.

    A sample that cannot be read whole is listed and left out; undeclared classes are hatched.

    Raises:
        UsageError: a layer is not there.
        DataError: the folder cannot be written; nothing is left behind.
        CancelledError: nothing is left behind.
    """
    painter = _Painter(opened, overlay)
    paths, problems = _paths(opened.dataset.samples)
    samples = [s for s in opened.dataset.samples if s.name in paths]
    written = []
    with new_folder(target) as write, closing(ordered_map(painter.painted, samples)) as pictures:
        for done, (sample, picture) in enumerate(zip(samples, pictures, strict=True)):
            progress(done, len(samples), sample.name)
            problems += picture.problems
            if picture.png:
                write(paths[sample.name], picture.png)
                written.append(sample.name)
    return Rendered(tuple(written), (*opened.dataset.problems, *problems))


@dataclass(frozen=True)
class _Picture:
    """A drawn sample as a file, or None where it cannot be drawn."""

    png: bytes | None
    problems: tuple[Problem, ...]


class _Painter:
    """Draws samples, in any thread; nothing of a sample stays in memory."""

    def __init__(self, opened: OpenedDataset, overlay: Overlay) -> None:
        """Raises UsageError for a layer that is not there."""
        sources = opened.layer_sources
        self._keys = [choose_layer(sources, key) for key in overlay.keys] or list(sources)
        self._label_maps = opened.dataset.label_maps
        self._makes_classes = {key for key in sources if sources[key].makes_classes_in(key)}
        self._overlay = overlay

    def painted(self, sample: Sample) -> _Picture:
        masks = {key: sample.masks[key] for key in self._keys if key in sample.masks}
        loaded = load_sample(replace(sample, masks=masks))
        is_whole = len(loaded.masks) == len(masks) and bool(loaded.image) == bool(sample.image)
        if loaded.size is None and is_whole:
            return _Picture(None, (*loaded.problems, _nothing_to_draw(sample.name)))
        if loaded.size is None or not is_whole:
            return _Picture(None, loaded.problems)
        pixels = self._composed(loaded, loaded.size)
        return _Picture(encode_mask_png(pixels), loaded.problems)

    def _composed(self, loaded: LoadedSample, size: Size) -> ColorMask:
        """(H, W, 3) RGB, one pixel for each of the picture's."""
        image = loaded.image
        scene = Scene(
            Pyramid(image.pixels, is_mask=False) if image else None,
            tuple(self._layer(key, loaded) for key in self._keys if key in loaded.masks),
            window=image.window if image else FULL_8_BIT,
            grid=False,
            ground=BLACK,
        )
        words = np.empty((size.height, size.width), np.uint32)
        compose(words, Rect.of_size(size), Viewport(size, size, 1.0, Point(0, 0)), scene)
        blue_first = words.view(np.uint8).reshape(size.height, size.width, 4)
        return np.ascontiguousarray(blue_first[..., 2::-1])

    def _layer(self, key: str, loaded: LoadedSample) -> ShownLayer:
        data = loaded.masks[key]
        opacity = self._overlay.opacity
        if opacity is None:
            opacity = OVER_A_PICTURE if loaded.image else WITHOUT_A_PICTURE
        look = Look(opacity=opacity, style=self._overlay.style)
        return ShownLayer(Pyramid(data.pixels, is_mask=True), self._palette(key, data), look)

    def _palette(self, key: str, data: MaskData) -> Palette:
        label_map = self._label_maps[key]
        if key in self._makes_classes:
            met = (c for c in data.undeclared if not is_stand_in(c))
            label_map = with_made_classes(label_map.with_undeclared(met))
        return Palette(label_map.with_undeclared(data.undeclared))


def _paths(samples: Sequence[Sample]) -> tuple[dict[str, str], list[Problem]]:
    """Path of each sample's picture below the target; names that could leave it are listed."""
    stems: dict[str, str] = {}
    problems = []
    for name in (sample.name for sample in samples):
        stem = "/".join(part for part in name.split("/") if part not in ("", "."))
        reason = escape_reason(name) or ("the name is empty" if not stem else None)
        if reason:
            fault = DataError(Kind.UNSAFE_PATH, name, reason, "a path inside")
            problems.append(fault.problem(Scope.ITEM, sample=name))
        else:
            stems[name] = stem
    unique = unique_names(list(stems.values()))
    return {name: f"{stem}.png" for name, stem in zip(stems, unique, strict=True)}, problems


def _nothing_to_draw(name: str) -> Problem:
    found = "there is neither a picture nor a mask to draw"
    return Problem(Kind.FILE_MISSING, Severity.WARNING, Scope.ITEM, name, found, sample=name)
