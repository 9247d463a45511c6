"""Brush, polygon and fill with the pixels of another layer in place of a class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.pixel_source import LayerPixels
from maskstudio.core.transaction import Over
from maskstudio.tools.base import Modifier, ShapeInWork, ToolOptions
from maskstudio.tools.brush import Brush
from maskstudio.tools.fill import Fill
from maskstudio.tools.polygon import Polygon
from tests.helpers.masks import mask, text
from tests.helpers.tool_host import FakeHost, at, click, drag

OTHER = mask(
    "222223",
    "222233",
    "222333",
    "223333",
)
SAME = {2: 2, 3: 3}


def host_over(pixels: NDArray[Any], **fields: Any) -> FakeHost:
    host = FakeHost(pixels, options=ToolOptions(size=1, **fields))
    host.source, host.source_words = LayerPixels(OTHER, SAME), "predictions"
    return host


def test_a_stroke_copies_what_it_sweeps_over() -> None:
    host = host_over(np.zeros((4, 6), np.uint8))
    drag(Brush(host), [at(0.5, 1.5), at(5.5, 1.5)])
    assert text(host.pixels) == ("......", "222233", "......", "......")
    assert host.labels == ["Brush from predictions"]
    host.dataset.undo()
    assert not host.pixels.any()


def test_escape_takes_the_stroke_back() -> None:
    host = host_over(mask("111111", "111111", "111111", "111111"))
    brush = Brush(host)
    brush.press(at(0.5, 1.5))
    brush.move(at(5.5, 1.5))
    brush.cancel()
    assert text(host.pixels) == ("111111",) * 4
    assert host.labels == []


def test_no_class_needs_to_be_chosen() -> None:
    host = host_over(np.zeros((4, 6), np.uint8))
    host.current_class = None
    click(Brush(host), at(5.5, 0.5))
    assert text(host.pixels)[0] == ".....3"


def test_control_erases_all_the_same() -> None:
    host = host_over(mask("111111", "111111", "111111", "111111"))
    click(Brush(host), at(2.5, 2.5, Modifier.CONTROL))
    assert text(host.pixels)[2] == "11.111"
    assert host.labels == ["Erase"]


def test_nothing_begins_where_the_host_has_no_pixels() -> None:
    host = host_over(np.zeros((4, 6), np.uint8))
    host.source = None
    click(Brush(host), at(2.5, 2.5))
    assert host.n_begun == 0


def test_a_polygon_copies_what_lies_inside_it() -> None:
    host = host_over(np.zeros((4, 6), np.uint8))
    polygon = Polygon(host)
    for corner in ((2, 0), (6, 0), (6, 2), (2, 2)):
        click(polygon, at(*corner, zoom=20))
    shape = polygon.overlay
    assert isinstance(shape, ShapeInWork)
    assert shape.index is None
    polygon.finish()
    assert text(host.pixels) == ("..2223", "..2233", "......", "......")
    assert host.labels == ["Polygon from predictions"]


def test_a_fill_copies_into_the_region_under_the_click() -> None:
    host = host_over(mask("11....", "11....", "111111", "......"))
    click(Fill(host), at(0.5, 0.5))
    assert text(host.pixels) == ("22....", "22....", "222333", "......")


def test_the_paint_over_mode_and_protected_classes_hold() -> None:
    host = host_over(mask("111...", "111...", "......", "......"), over=Over.EMPTY)
    drag(Brush(host), [at(0.5, 0.5), at(5.5, 0.5)])
    assert text(host.pixels)[0] == "111223"
    host = host_over(mask("111...", "111...", "......", "......"))
    host.protected = frozenset({1})
    drag(Brush(host), [at(0.5, 0.5), at(5.5, 0.5)])
    assert text(host.pixels)[0] == "111223"
