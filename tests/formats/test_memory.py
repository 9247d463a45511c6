"""Arrays as a source."""

from __future__ import annotations

import numpy as np

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.formats.memory import MemorySample, MemorySource
from tests.helpers.masks import mask

NAMED = LabelMap((LabelClass(1, "cat", (200, 0, 0)),))
DRAWN = mask(".12", "...")


def source() -> MemorySource:
    sample = MemorySample("a", None, {"named": DRAWN, "bare": DRAWN})
    return MemorySource("view", [sample], {"named": NAMED, "bare": LabelMap()})


def test_a_layer_without_names_makes_classes_also_beside_one_with_names() -> None:
    assert source().makes_classes_in("bare")
    assert not source().makes_classes_in("named")


def test_what_is_read_is_a_copy_with_the_indices_that_nothing_names() -> None:
    found = source()
    data = found.read_mask(found.items[0], "named")
    assert [c.index for c in data.undeclared] == [0, 2]
    data.pixels[:] = 9
    assert np.array_equal(found.read_mask(found.items[0], "bare").pixels, mask(".12", "..."))
