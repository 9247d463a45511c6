"""Painting into the class mask of objects changes those alone that it touches."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st

from maskstudio.core.arrays import IndexMask
from maskstudio.core.geometry import Size
from maskstudio.core.object_repaint import repainted
from maskstudio.core.objects import MaskObject, cropped, flatten

INDICES = np_st.arrays(np.uint8, (3, 4), elements=st.integers(0, 3))
PIXELS = np_st.arrays(np.bool_, (3, 4))


@given(st.lists(st.tuples(st.integers(1, 3), PIXELS), max_size=4), INDICES)
def test_repainted_objects_flatten_to_what_was_painted(
    drawn: list[tuple[int, Any]], after: IndexMask
) -> None:
    size = Size(4, 3)
    objects = [MaskObject(str(n), i, *cropped(p)) for n, (i, p) in enumerate(drawn)]
    before = flatten(objects, size, 0)
    found = repainted(objects, before, after, 0)
    assert np.array_equal(flatten(found, size, 0), after)
    changed = before != after
    for old, new in zip(objects, found, strict=False):
        assert np.array_equal(old.drawn(size)[~changed], new.drawn(size)[~changed])
        if not (old.drawn(size) != new.drawn(size)).any():
            assert new is old
