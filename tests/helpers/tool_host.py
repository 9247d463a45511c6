"""A host for tools over a real data set of one sample, and pointer events in one short call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import LoadedSample, Sample
from maskstudio.core.geometry import Point, Rect
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import GROUND_TRUTH, MaskData, MaskLayer
from maskstudio.core.pixel_source import PixelSource
from maskstudio.core.transaction import Over, PaintRule, Transaction
from maskstudio.tools.base import FindRegion, Modifier, Pointer, Tool, ToolOptions

SAMPLE = "street"

CLASSES = (
    LabelClass(0, "background", (0, 0, 0)),
    LabelClass(1, "Car", (64, 0, 128)),
    LabelClass(2, "Road", (128, 64, 128)),
    LabelClass(3, "Sky", (128, 128, 128)),
)


class FakeHost:
    """What a window does for a tool, without the window.

    Paints class 1 over everything until a test says otherwise; `picks` lists chosen classes. With
    `source` and `source_words` it paints the pixels of another layer.
    """

    def __init__(
        self,
        *masks: NDArray[Any],
        instances: NDArray[Any] | None = None,
        image: Image | None = None,
        background: int | None = 0,
        options: ToolOptions | None = None,
    ) -> None:
        """Open one sample whose layers, bottom to top, hold these masks; the first is active."""
        keys = [GROUND_TRUTH, *(f"layer_{i}" for i in range(1, len(masks)))]
        label_map = LabelMap(CLASSES, background)
        self.dataset = Dataset([Sample(SAMPLE)], dict.fromkeys(keys, label_map))
        data = {key: MaskData(pixels.copy()) for key, pixels in zip(keys, masks, strict=True)}
        data[GROUND_TRUTH] = MaskData(masks[0].copy(), instances)
        loaded = LoadedSample(self.dataset.sample(SAMPLE), image, data)
        self.document = self.dataset.open_document(loaded)
        self.options = options or ToolOptions()
        self.current_class: int | None = 1
        self.protected: frozenset[int] = frozenset()
        self.source: PixelSource | None = None
        self.source_words = ""
        self.n_begun = 0
        self.picks: list[tuple[int, str]] = []

    @property
    def image(self) -> Image | None:
        return self.document.image

    @property
    def layer(self) -> MaskLayer:
        return self.document.layer(GROUND_TRUTH)

    @property
    def visible_layers(self) -> tuple[MaskLayer, ...]:
        return tuple(reversed(self.document.layers))

    @property
    def label_map(self) -> LabelMap:
        return self.label_map_of(GROUND_TRUTH)

    def label_map_of(self, key: str) -> LabelMap:
        return self.dataset.label_maps[key]

    def take_source(self) -> PixelSource | None:
        return self.source

    @property
    def empty_index(self) -> int | None:
        return self.label_map.background

    def begin(self, label: str, at: Point) -> Transaction | None:
        self.n_begun += 1
        if self.layer.is_locked:
            return None
        over = self.options.over
        only = self.layer.index_at(int(at.x), int(at.y)) if over is Over.ONE_CLASS else None
        rule = PaintRule(over, only, self.protected)
        return self.dataset.begin(SAMPLE, GROUND_TRUTH, label=label, rule=rule)

    def paint_region(
        self,
        label: str,
        at: Point,
        source: int | PixelSource,
        *,
        within: Rect,
        find: FindRegion,
    ) -> bool:
        transaction = self.begin(label, at)
        if transaction is None:
            return False
        try:
            region = find()
            if region is not None:
                transaction.paint(*region, source)
        except BaseException:
            transaction.rollback()
            raise
        transaction.commit()
        return True

    def choose_class(self, index: int, key: str) -> None:
        self.picks.append((index, key))

    def choose_object(self, point: Point, key: str) -> bool:
        return False

    def refresh_overlay(self) -> None:
        """Nothing is shown."""

    @property
    def pixels(self) -> NDArray[Any]:
        """A copy of the active layer's class indices."""
        return np.array(self.layer.pixels)

    @property
    def labels(self) -> list[str]:
        """What the history shows, oldest first."""
        return [edit.label for edit in self.dataset.history.edits]


def at(
    x: float,
    y: float,
    modifiers: Modifier = Modifier.NONE,
    *,
    zoom: float = 1.0,
    pressure: float = 1.0,
) -> Pointer:
    """A pointer event."""
    return Pointer(Point(x, y), zoom, modifiers, pressure)


def drag(tool: Tool, path: Sequence[Pointer]) -> None:
    """Press at the first place, move over the others, release at the last."""
    tool.press(path[0])
    for pointer in path[1:]:
        tool.move(pointer)
    tool.release(path[-1])


def click(tool: Tool, pointer: Pointer) -> None:
    """Press and release at one place."""
    drag(tool, [pointer])


def double_click(tool: Tool, pointer: Pointer) -> None:
    """The four events a window sends for a double click."""
    click(tool, pointer)
    tool.double_click(pointer)
    tool.release(pointer)
