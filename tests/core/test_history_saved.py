from __future__ import annotations

from maskstudio.core.history import History
from tests.core.test_history import A, B, FakeEdit, history_of, save


def test_a_new_history_is_saved_at_its_beginning() -> None:
    assert History().saved_positions() == [0]
    assert history_of(FakeEdit(A), FakeEdit(B)).saved_positions() == [0]


def test_the_saved_position_stays_where_the_save_was() -> None:
    history = history_of(FakeEdit(A), FakeEdit(A))
    save(history)
    history.push(FakeEdit(B))
    history.step_back()
    assert history.saved_positions() == [2]


def test_layers_saved_at_different_times_have_no_position_in_common() -> None:
    history = history_of(FakeEdit(A))
    save(history, ["truth"])
    history.push(FakeEdit(A))
    history.push(FakeEdit(A._replace(key="guess")))
    save(history, ["guess"])
    assert history.saved_positions() == []


def test_a_saved_state_that_was_cut_off_has_no_position() -> None:
    history = history_of(FakeEdit(A), FakeEdit(A))
    save(history)
    history.step_back()
    history.push(FakeEdit(A))
    assert history.saved_positions() == []


def test_at_each_of_them_nothing_is_modified() -> None:
    history = history_of(FakeEdit(A), FakeEdit(B), FakeEdit(A))
    save(history)
    history.push(FakeEdit(B))
    for position in range(4, -1, -1):
        assert (position in history.saved_positions()) == (not history.modified())
        if position:
            history.step_back()
