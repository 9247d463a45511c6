from __future__ import annotations

import numpy as np

from maskstudio.tools.base import BrushCursor, ToolOptions
from maskstudio.tools.eraser import Eraser
from tests.helpers.masks import mask, text
from tests.helpers.tool_host import FakeHost, at, drag


def test_erasing_leaves_the_background_and_undo_brings_the_classes_back() -> None:
    before = mask("11112222")
    host = FakeHost(before, options=ToolOptions(size=1))
    host.current_class = None
    drag(Eraser(host), [at(2.5, 0.5), at(5.5, 0.5)])
    assert text(host.pixels) == ("11....22",)
    assert host.labels == ["Erase"]
    host.dataset.undo()
    np.testing.assert_array_equal(host.pixels, before)


def test_the_background_need_not_be_zero() -> None:
    host = FakeHost(mask("1111"), background=3, options=ToolOptions(size=1))
    drag(Eraser(host), [at(0.5, 0.5), at(1.5, 0.5)])
    assert text(host.pixels) == ("3311",)


def test_nothing_is_erased_while_no_class_means_nothing() -> None:
    host = FakeHost(mask("1111"), background=None)
    drag(Eraser(host), [at(0.5, 0.5), at(1.5, 0.5)])
    assert host.n_begun == 0


def test_its_outline_always_shows_that_it_erases() -> None:
    eraser = Eraser(FakeHost(mask("1111")))
    eraser.move(at(0.5, 0.5))
    assert isinstance(eraser.overlay, BrushCursor)
    assert eraser.overlay.erases
