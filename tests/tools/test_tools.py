"""What holds for every tool."""

from __future__ import annotations

import pytest

from maskstudio.tools.base import Tool
from maskstudio.tools.brush import Brush
from maskstudio.tools.eraser import Eraser
from maskstudio.tools.fill import Fill
from maskstudio.tools.pick_class import PickClass
from maskstudio.tools.polygon import Polygon
from tests.helpers.masks import mask
from tests.helpers.tool_host import FakeHost, at

TOOLS: list[type[Tool]] = [Brush, Eraser, Polygon, Fill, PickClass]


def test_keys_are_those_of_the_interface() -> None:
    assert [tool.key for tool in TOOLS] == list("BEPFI")


def test_ids_are_unique() -> None:
    assert len({tool.id for tool in TOOLS}) == len(TOOLS)


@pytest.mark.parametrize("tool_type", TOOLS)
def test_hints_are_one_line_and_names_are_there(tool_type: type[Tool]) -> None:
    assert tool_type.label
    assert tool_type.icon
    assert tool_type.hint
    assert "\n" not in tool_type.hint


@pytest.mark.parametrize("tool_type", TOOLS)
def test_events_that_begin_nothing_do_no_harm(tool_type: type[Tool]) -> None:
    host = FakeHost(mask("1122"))
    tool = tool_type(host)
    tool.activate()
    for event in (tool.move, tool.release):
        event(at(1.5, 0.5))
    for ask in (tool.finish, tool.step_back, tool.cancel, tool.leave, tool.deactivate):
        ask()
    assert not tool.is_busy
    assert host.n_begun == 0
