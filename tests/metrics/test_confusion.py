from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from maskstudio.metrics import confusion as module
from maskstudio.metrics.confusion import Confusion, confusion_change, confusion_matrix
from tests.helpers.masks import mask

TRUTH = mask(
    "..11",
    ".111",
    "2222",
)
PREDICTION = mask(
    "..11",
    "..11",
    "2211",
)


def counted_one_by_one(prediction: NDArray[Any], truth: NDArray[Any]) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for pair in zip(truth.ravel().tolist(), prediction.ravel().tolist(), strict=True):
        found[pair] = found.get(pair, 0) + 1
    return found


def as_dict(confusion: Confusion) -> dict[tuple[int, int], int]:
    pairs = zip(confusion.ground_truth.tolist(), confusion.prediction.tolist(), strict=True)
    return dict(zip(pairs, confusion.counts.tolist(), strict=True))


def test_rows_are_ground_truth_and_columns_prediction() -> None:
    confusion = confusion_matrix(PREDICTION, TRUTH)
    assert confusion.classes == (0, 1, 2)
    assert confusion.matrix.tolist() == [[3, 0, 0], [1, 4, 0], [0, 2, 2]]
    assert confusion.matrix.dtype == np.int64
    assert confusion.count(2, 1) == 2
    assert confusion.count(1, 2) == 0
    assert confusion.count(9, 9) == 0
    assert confusion.n_pixels == 12


@pytest.mark.parametrize("dtypes", [(np.uint8, np.uint8), (np.uint8, np.uint16), (np.int32,) * 2])
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (5, 9)])
@given(data=st.data())
def test_counts_as_counting_one_by_one(
    data: st.DataObject, dtypes: tuple[type, type], shape: tuple[int, int]
) -> None:
    seed = data.draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)

    def drawn(dtype: type) -> NDArray[Any]:
        few = random.integers(0, 256 if dtype is np.uint8 else 65_536, n_classes)
        return random.choice(few, shape).astype(dtype)

    n_classes = data.draw(st.integers(1, 4))
    truth, prediction = drawn(dtypes[0]), drawn(dtypes[1])
    found = confusion_matrix(prediction, truth)
    assert as_dict(found) == counted_one_by_one(prediction, truth)


@pytest.mark.parametrize("strip", [1, 2, 3, 5, 7, 11, 12, 13])
def test_strips_change_nothing(strip: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = confusion_matrix(PREDICTION, TRUTH)
    monkeypatch.setattr(module, "STRIP_PIXELS", strip)
    assert confusion_matrix(PREDICTION, TRUTH) == whole


def test_parts_of_arrays_are_counted_as_they_lie() -> None:
    large = np.zeros((9, 9), np.uint8)
    large[2:5, 3:7] = PREDICTION
    assert confusion_matrix(large[2:5, 3:7], TRUTH) == confusion_matrix(PREDICTION, TRUTH)
    assert confusion_matrix(PREDICTION.T, TRUTH.T) == confusion_matrix(PREDICTION, TRUTH)


def test_65536_classes_that_all_occur_take_as_many_pairs() -> None:
    truth = np.arange(65_536, dtype=np.uint16).reshape(256, 256)
    confusion = confusion_matrix(truth[::-1], truth)
    assert confusion.counts.tolist() == [1] * 65_536
    assert confusion.prediction.tolist() == truth[::-1].ravel().tolist()
    assert len(confusion.classes) == 65_536


def test_nothing_is_counted_in_an_empty_mask() -> None:
    empty = np.zeros((0, 5), np.uint8)
    confusion = confusion_matrix(empty, empty)
    assert confusion == Confusion.empty()
    assert confusion.matrix.shape == (0, 0)
    assert confusion.classes == ()


def test_other_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="differ"):
        confusion_matrix(PREDICTION, TRUTH[:, :3])


def test_sums_are_those_of_all_pixels() -> None:
    parts = confusion_matrix(PREDICTION[:1], TRUTH[:1]) + confusion_matrix(
        PREDICTION[1:], TRUTH[1:]
    )
    assert parts == confusion_matrix(PREDICTION, TRUTH)
    assert parts - parts == Confusion.empty()
    assert parts + Confusion.empty() == parts


def test_counts_beyond_float32_stay_exact() -> None:
    one = Confusion.of(np.array([1]), np.array([2]), np.array([2**24 + 1]))
    many = one
    for _ in range(9):
        many += one
    assert many.count(1, 2) == 10 * (2**24 + 1)


@pytest.mark.parametrize("of_prediction", [True, False])
def test_a_change_leads_from_the_old_count_to_the_new(of_prediction: bool) -> None:
    before = confusion_matrix(PREDICTION, TRUTH)
    old, other = (PREDICTION, TRUTH) if of_prediction else (TRUTH, PREDICTION)
    now = old.copy()
    now[0:2, 1:3] = 7
    now[2, 3] = 0
    change = confusion_change(old, now, other, of_prediction=of_prediction)
    after = confusion_matrix(now, TRUTH) if of_prediction else confusion_matrix(PREDICTION, now)
    assert before + change == after
    assert after - change == before
    assert change.n_pixels == 0


def test_renumbering_is_done_at_once_and_adds_what_becomes_one() -> None:
    swapped = confusion_matrix(PREDICTION, TRUTH).renumbered({0: 1, 1: 0})
    assert as_dict(swapped) == {(0, 1): 3, (1, 1): 1, (1, 0): 4, (2, 2): 2, (2, 0): 2}
    joined = confusion_matrix(PREDICTION, TRUTH).renumbered({1: 70_000, 2: 70_000}, {0: 5})
    assert as_dict(joined) == {(5, 0): 3, (1, 0): 1, (1, 70_000): 4, (2, 70_000): 4}


def test_transposing_exchanges_the_sides() -> None:
    assert confusion_matrix(PREDICTION, TRUTH).transposed() == confusion_matrix(TRUTH, PREDICTION)
