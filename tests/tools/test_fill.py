from __future__ import annotations

import numpy as np
import pytest

from maskstudio.core.image import Image, Window
from maskstudio.tools.base import Modifier, Reads, ToolOptions
from maskstudio.tools.fill import Fill
from tests.helpers.masks import mask, text
from tests.helpers.tool_host import FakeHost, at, click

SCENE = mask(
    "22..22",
    "2..3.2",
    "..33..",
    "22..22",
)

PICTURE = Reads.PICTURE


def test_a_click_fills_the_region_under_it() -> None:
    host = FakeHost(SCENE)
    click(Fill(host), at(0.5, 0.5))
    assert text(host.pixels) == ("11..22", "1..3.2", "..33..", "22..22")
    assert host.labels == ["Fill Car"]


def test_regions_that_touch_at_corners_alone_are_not_joined() -> None:
    host = FakeHost(mask("2.", ".2"))
    click(Fill(host), at(0.5, 0.5))
    assert text(host.pixels) == ("1.", ".2")


def test_the_whole_picture_is_filled_where_it_is_asked_for() -> None:
    host = FakeHost(SCENE, options=ToolOptions(whole_picture=True))
    click(Fill(host), at(0.5, 0.5))
    assert text(host.pixels) == ("11..11", "1..3.1", "..33..", "11..11")


@pytest.mark.parametrize("whole", [False, True])
def test_undo_restores_every_byte(whole: bool) -> None:
    ids = SCENE.astype(np.uint16)
    host = FakeHost(SCENE, instances=ids, options=ToolOptions(whole_picture=whole))
    click(Fill(host), at(5.5, 3.5))
    assert host.layer.instances is not None
    assert host.layer.instances[3, 5] == 0
    host.dataset.undo()
    np.testing.assert_array_equal(host.pixels, SCENE)
    np.testing.assert_array_equal(host.layer.instances, ids)


def test_ctrl_erases() -> None:
    host = FakeHost(SCENE)
    click(Fill(host), at(3.5, 1.5, Modifier.CONTROL))
    assert text(host.pixels) == ("22..22", "2....2", "......", "22..22")
    assert host.labels == ["Erase"]


def test_filling_with_the_class_that_is_there_is_no_edit() -> None:
    host = FakeHost(SCENE)
    host.current_class = 2
    click(Fill(host), at(0.5, 0.5))
    assert host.labels == []


def test_protected_pixels_stay() -> None:
    host = FakeHost(SCENE)
    host.protected = frozenset({2})
    click(Fill(host), at(0.5, 0.5))
    np.testing.assert_array_equal(host.pixels, SCENE)


@pytest.mark.parametrize(("x", "y"), [(-0.1, 1), (6, 1), (1, -0.1), (1, 4)])
def test_outside_nothing_happens(x: float, y: float) -> None:
    host = FakeHost(SCENE)
    click(Fill(host), at(x, y))
    assert host.n_begun == 0


def test_without_a_class_nothing_is_begun() -> None:
    host = FakeHost(SCENE)
    host.current_class = None
    click(Fill(host), at(0.5, 0.5))
    assert host.n_begun == 0


def gray(*values: int) -> Image:
    return Image(np.array([values], np.uint8))


@pytest.mark.parametrize(
    ("tolerance", "whole", "row"),
    [
        (0, False, "1....."),
        (0, True, "1....1"),
        (12, False, "11...."),
        (12, True, "11..11"),
        (255, False, "111111"),
    ],
)
def test_the_picture_is_read_with_a_tolerance(tolerance: int, whole: bool, row: str) -> None:
    options = ToolOptions(reads=PICTURE, tolerance=tolerance, whole_picture=whole)
    image = gray(100, 112, 113, 0, 88, 100)
    host = FakeHost(np.zeros((1, 6), np.uint8), image=image, options=options)
    click(Fill(host), at(0.5, 0.5))
    assert text(host.pixels) == (row,)


def test_the_tolerance_counts_in_the_values_that_are_shown() -> None:
    pixels = np.array([[1000, 1012, 2200, 2201]], np.uint16)
    image = Image(pixels, Window(0, 25_500))
    options = ToolOptions(reads=PICTURE, tolerance=12)
    host = FakeHost(np.zeros((1, 4), np.uint8), image=image, options=options)
    click(Fill(host), at(0.5, 0.5))
    assert text(host.pixels) == ("111.",)


def test_without_a_picture_there_is_nothing_to_read() -> None:
    host = FakeHost(SCENE, options=ToolOptions(reads=PICTURE))
    click(Fill(host), at(0.5, 0.5))
    np.testing.assert_array_equal(host.pixels, SCENE)
    assert not host.dataset.has_open_transaction


def test_a_mask_of_another_size_than_the_picture_stays_as_it_is() -> None:
    host = FakeHost(SCENE, image=gray(1, 2), options=ToolOptions(reads=PICTURE))
    click(Fill(host), at(0.5, 0.5))
    np.testing.assert_array_equal(host.pixels, SCENE)
    assert host.n_begun == 1, "the host says why"


def test_an_error_while_looking_for_the_region_leaves_nothing_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("maskstudio.tools.fill.contiguous_region", fail)
    host = FakeHost(SCENE)
    with pytest.raises(MemoryError):
        click(Fill(host), at(0.5, 0.5))
    assert not host.dataset.has_open_transaction
    assert host.labels == []
