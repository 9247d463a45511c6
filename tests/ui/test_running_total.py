from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from maskstudio.metrics.confusion import Confusion, confusion_matrix
from maskstudio.ui.running_total import RunningTotal


def confusion(*pairs: tuple[int, int]) -> Confusion:
    truth, prediction = np.array(pairs or [(0, 0)], np.uint8).T
    return confusion_matrix(prediction[None], truth[None])


names = st.sampled_from("abcd")
confusions = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1).map(
    lambda pairs: confusion(*pairs)
)


@given(st.lists(st.tuples(names, st.none() | confusions, st.booleans()), max_size=20))
def test_the_sum_is_that_of_the_parts_however_they_changed(
    steps: list[tuple[str, Confusion | None, bool]],
) -> None:
    total, parts = RunningTotal(), dict[str, Confusion]()
    for name, now, is_edit in steps:
        if now is None:
            parts.pop(name, None)
            total.note(name)
        elif is_edit and name in parts:
            total.change(name, now - parts[name])
            parts[name] = now
        else:
            parts[name] = now
            total.note(name)
        if is_edit:
            total.value(parts.get)
    expected = Confusion.empty()
    for part in parts.values():
        expected = expected + part
    assert total.value(parts.get) == expected


def test_a_sum_made_elsewhere_is_carried_on() -> None:
    one, other, new = confusion((1, 1)), confusion((1, 2), (1, 2)), confusion((2, 2))
    total = RunningTotal()
    total.adopt({"a": one, "b": other}, one + other)
    total.note("b")
    assert total.value({"a": one, "b": new}.get) == one + new
