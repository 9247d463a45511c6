"""The brush through a real data set: pixels, one edit per stroke, nothing left by Escape."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskstudio.core.geometry import Point
from maskstudio.core.transaction import Over
from maskstudio.raster.brush import Tip
from maskstudio.tools.base import BrushCursor, Modifier, Pointer, ToolOptions
from maskstudio.tools.brush import Brush
from tests.helpers.masks import mask, text
from tests.helpers.tool_host import FakeHost, at, drag

SIZES = [1, 2, 3, 24]
CONTROL = Modifier.CONTROL


def empty(width: int = 8, height: int = 5) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.zeros((height, width), np.uint8)


def painted(path: list[Pointer], options: ToolOptions) -> FakeHost:
    host = FakeHost(empty(48, 40), options=options)
    drag(Brush(host), path)
    return host


@pytest.mark.parametrize(
    ("size", "tip", "rows"),
    [
        (1, Tip.ROUND, ("........", "........", "...1....", "........", "........")),
        (2, Tip.ROUND, ("........", "..11....", "..11....", "........", "........")),
        (3, Tip.ROUND, ("........", "..111...", "..111...", "..111...", "........")),
        (5, Tip.ROUND, ("..111...", ".11111..", ".11111..", ".11111..", "..111...")),
        (5, Tip.SQUARE, (".11111..",) * 5),
    ],
)
def test_a_click_leaves_one_stamp(size: int, tip: Tip, rows: tuple[str, ...]) -> None:
    host = FakeHost(empty(), options=ToolOptions(size=size, tip=tip))
    drag(Brush(host), [at(3.4, 2.4)])
    assert text(host.pixels) == rows


def test_a_stroke_of_size_one_has_no_gap_however_far_the_pointer_jumps() -> None:
    host = FakeHost(empty(), options=ToolOptions(size=1))
    drag(Brush(host), [at(0.5, 0.5), at(7.5, 0.5), at(7.5, 4.5)])
    assert text(host.pixels) == ("11111111", *[".......1"] * 4)


def test_the_way_to_where_the_button_went_up_is_painted() -> None:
    host = FakeHost(empty(), options=ToolOptions(size=1))
    brush = Brush(host)
    brush.press(at(1.5, 1.5))
    brush.release(at(5.5, 1.5))
    assert text(host.pixels)[1] == ".11111.."


@pytest.mark.parametrize("size", SIZES)
def test_strokes_over_the_border_are_clipped(size: int) -> None:
    host = FakeHost(empty(), options=ToolOptions(size=size))
    drag(Brush(host), [at(-30, -30), at(3.5, 2.5), at(60, 2.5), at(-60, 70)])
    assert host.pixels[2, 3:].tolist() == [1] * 5
    host.dataset.undo()
    assert not host.pixels.any()


def test_a_stroke_outside_the_layer_is_no_edit() -> None:
    host = FakeHost(empty())
    drag(Brush(host), [at(-100, -100), at(-90, 300)])
    assert host.labels == []


quarters = st.integers(-40, 220).map(lambda n: n / 4)
corners = st.lists(st.builds(Point, quarters, quarters), min_size=1, max_size=5)


def with_more_events(path: list[Point], n_halvings: list[int]) -> list[Point]:
    """The same path with each leg cut into 2, 4 or 8 equal parts; exact for these numbers."""
    found = [path[0]]
    for (start, end), halvings in zip(pairwise(path), n_halvings, strict=False):
        n = 2**halvings
        step = Point((end.x - start.x) / n, (end.y - start.y) / n)
        found += [Point(start.x + step.x * i, start.y + step.y * i) for i in range(1, n + 1)]
    return found


@settings(deadline=None, max_examples=40)
@given(
    corners,
    st.lists(st.integers(0, 3), min_size=4, max_size=4),
    st.sampled_from(SIZES),
    st.sampled_from(Tip),
)
def test_a_stroke_gives_the_same_pixels_at_any_event_rate(
    path: list[Point], halvings: list[int], size: int, tip: Tip
) -> None:
    options = ToolOptions(size=size, tip=tip)
    few = painted([at(*p) for p in path], options)
    many = painted([at(*p) for p in with_more_events(path, halvings)], options)
    assert text(many.pixels) == text(few.pixels)
    assert len(many.labels) == len(few.labels)


@pytest.mark.parametrize("size", SIZES)
def test_a_stroke_is_one_edit_that_undo_takes_back_and_redo_repeats(size: int) -> None:
    before = mask("11..2222", "1..33322", "........", "1.1.1.1.", "33333333")
    host = FakeHost(before, options=ToolOptions(size=size))
    drag(Brush(host), [at(1.5, 1.5), at(6.5, 2.5), at(2.5, 3.5)])
    after = host.pixels
    assert host.labels == ["Brush Car"]
    host.dataset.undo()
    np.testing.assert_array_equal(host.pixels, before)
    host.dataset.redo()
    np.testing.assert_array_equal(host.pixels, after)


@settings(deadline=None, max_examples=30)
@given(corners, st.sampled_from(SIZES), st.sampled_from(Tip), st.sampled_from([0, 1, 3, 300]))
def test_escape_and_undo_restore_every_byte_after_any_stroke(
    path: list[Point], size: int, tip: Tip, index: int
) -> None:
    before = (np.indices((40, 48)).sum(axis=0) // 5 % 4).astype(np.uint8)
    host = FakeHost(before, instances=before.astype(np.uint16), options=ToolOptions(size, tip))
    host.current_class = index
    brush = Brush(host)
    brush.press(at(*path[0]))
    for point in path:
        brush.move(at(*point))
    brush.cancel()
    assert (host.pixels == before).all()
    assert (host.layer.instances == before).all()
    assert host.labels == []
    drag(brush, [at(*point) for point in path])
    host.dataset.undo()
    assert (host.pixels == before).all()
    assert (host.layer.instances == before).all()


def test_escape_in_a_stroke_leaves_no_trace() -> None:
    before = mask("11..2222", "1..33322", "........")
    ids = mask("11..2222", "1..33322", "........").astype(np.uint16)
    host = FakeHost(before, instances=ids)
    brush = Brush(host)
    brush.press(at(1.5, 1.5))
    brush.move(at(6.5, 1.5))
    assert brush.is_busy
    brush.cancel()
    np.testing.assert_array_equal(host.pixels, before)
    np.testing.assert_array_equal(host.layer.instances, ids)
    brush.move(at(2.5, 1.5))
    brush.release(at(2.5, 1.5))
    np.testing.assert_array_equal(host.pixels, before)
    assert host.labels == []
    assert not host.dataset.has_open_transaction


def test_another_tool_drops_the_stroke() -> None:
    host = FakeHost(empty())
    brush = Brush(host)
    brush.press(at(1.5, 1.5))
    brush.deactivate()
    assert not host.pixels.any()
    assert brush.overlay is None


def test_an_error_while_painting_takes_the_stroke_back(monkeypatch: pytest.MonkeyPatch) -> None:
    host = FakeHost(empty())
    brush = Brush(host)
    brush.press(at(1.5, 1.5))

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("maskstudio.tools.stroke.stroke_segment", fail)
    with pytest.raises(MemoryError):
        brush.move(at(3.5, 1.5))
    assert not host.pixels.any()
    assert not host.dataset.has_open_transaction
    assert not brush.is_busy


def test_ctrl_at_the_press_erases_for_the_whole_stroke() -> None:
    host = FakeHost(mask("33333333"), options=ToolOptions(size=1))
    drag(Brush(host), [at(1.5, 0.5, CONTROL), at(4.5, 0.5)])
    assert text(host.pixels) == ("3....333",)
    assert host.labels == ["Erase"]


def test_with_no_class_nothing_is_begun() -> None:
    host = FakeHost(empty())
    host.current_class = None
    drag(Brush(host), [at(1.5, 0.5), at(4.5, 0.5)])
    assert host.n_begun == 0


def test_with_no_class_that_means_nothing_ctrl_does_nothing() -> None:
    host = FakeHost(mask("1111"), background=None)
    drag(Brush(host), [at(1.5, 0.5, CONTROL)])
    assert host.n_begun == 0


def test_a_locked_layer_stays_as_it_is() -> None:
    host = FakeHost(empty())
    host.layer.is_locked = True
    drag(Brush(host), [at(1.5, 1.5), at(4.5, 1.5)])
    assert host.n_begun == 1
    assert not host.pixels.any()


def test_the_class_where_the_stroke_begins_is_the_one_that_is_covered() -> None:
    host = FakeHost(mask("22.32.22"), options=ToolOptions(size=1, over=Over.ONE_CLASS))
    drag(Brush(host), [at(0.5, 0.5), at(7.5, 0.5)])
    assert text(host.pixels) == ("11.31.11",)


def test_painted_pixels_leave_their_instance_and_equal_ones_keep_it() -> None:
    ids = mask("111222", "111222").astype(np.uint16)
    host = FakeHost(mask("111222", "111222"), instances=ids, options=ToolOptions(size=1))
    drag(Brush(host), [at(0.5, 0.5), at(5.5, 0.5)])
    assert text(host.pixels) == ("111111", "111222")
    assert host.layer.instances is not None
    assert text(host.layer.instances) == ("111...", "111222")
    host.dataset.undo()
    np.testing.assert_array_equal(host.layer.instances, ids)


def test_a_second_press_in_a_stroke_changes_nothing() -> None:
    host = FakeHost(empty(), options=ToolOptions(size=1))
    brush = Brush(host)
    brush.press(at(1.5, 1.5))
    brush.press(at(1.5, 4.5))
    brush.release(at(1.5, 1.5))
    assert text(host.pixels) == ("........", ".1......", *["........"] * 3)
    assert host.n_begun == 1


def test_a_stroke_keeps_the_size_it_began_with() -> None:
    host = FakeHost(empty(), options=ToolOptions(size=1))
    brush = Brush(host)
    brush.press(at(1.5, 1.5))
    host.options = ToolOptions(size=5)
    brush.move(at(3.5, 1.5))
    assert brush.overlay == BrushCursor(Point(3.5, 1.5), 1, Tip.ROUND, erases=False)
    brush.release(at(3.5, 1.5))
    assert np.count_nonzero(host.pixels) == 3


def test_the_outline_follows_the_pointer_and_tells_whether_it_erases() -> None:
    host = FakeHost(empty(), options=ToolOptions(size=7, tip=Tip.SQUARE))
    brush = Brush(host)
    brush.move(at(2.5, 3.5))
    assert brush.overlay == BrushCursor(Point(2.5, 3.5), 7, Tip.SQUARE, erases=False)
    brush.move(at(2.5, 3.5, CONTROL))
    assert brush.overlay == BrushCursor(Point(2.5, 3.5), 7, Tip.SQUARE, erases=True)
    brush.leave()
    assert brush.overlay is None
