from __future__ import annotations

import pytest

from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.tools.base import PickFrom, ToolOptions
from maskstudio.tools.pick_class import PickClass
from tests.helpers.masks import mask
from tests.helpers.tool_host import FakeHost, at, click

TOP = "layer_1"
BOTTOM_MASK = mask("1122..99")
TOP_MASK = mask("3.3.3.33")
UNDECLARED_ON_TOP = mask("9.......")


@pytest.mark.parametrize(
    ("x", "picked"),
    [
        (0.5, (3, TOP)),
        (1.5, (1, GROUND_TRUTH)),
        (3.9, (2, GROUND_TRUTH)),
        (5.5, (0, TOP)),
    ],
)
def test_the_class_that_can_be_seen_is_picked(x: float, picked: tuple[int, str]) -> None:
    host = FakeHost(BOTTOM_MASK, TOP_MASK)
    click(PickClass(host), at(x, 0.5))
    assert host.picks == [picked]


def test_the_active_layer_alone_is_read_where_it_is_asked_for() -> None:
    host = FakeHost(BOTTOM_MASK, TOP_MASK, options=ToolOptions(pick_from=PickFrom.ACTIVE))
    click(PickClass(host), at(0.5, 0.5))
    click(PickClass(host), at(4.5, 0.5))
    assert host.picks == [(1, GROUND_TRUTH), (0, GROUND_TRUTH)]


def test_an_undeclared_class_is_not_picked_nor_seen_through() -> None:
    host = FakeHost(BOTTOM_MASK, UNDECLARED_ON_TOP)
    click(PickClass(host), at(0.5, 0.5))
    assert host.picks == []


@pytest.mark.parametrize("pick_from", PickFrom)
@pytest.mark.parametrize(("x", "y"), [(-0.5, 0.5), (8, 0.5), (0.5, -0.5), (0.5, 1)])
def test_outside_there_is_nothing_to_pick(x: float, y: float, pick_from: PickFrom) -> None:
    host = FakeHost(BOTTOM_MASK, TOP_MASK, options=ToolOptions(pick_from=pick_from))
    click(PickClass(host), at(x, y))
    assert host.picks == []


def test_a_layer_without_background_hides_what_lies_below() -> None:
    host = FakeHost(BOTTOM_MASK, TOP_MASK, background=None)
    click(PickClass(host), at(1.5, 0.5))
    assert host.picks == [(0, TOP)]


def test_no_pixel_changes() -> None:
    host = FakeHost(BOTTOM_MASK)
    click(PickClass(host), at(0.5, 0.5))
    assert host.n_begun == 0
