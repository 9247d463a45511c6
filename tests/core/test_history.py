from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from maskstudio.core.dataset import Dataset
from maskstudio.core.edits import Edit, Target
from maskstudio.core.history import History

TARGETS = [Target(sample, key) for sample in ("a", "b", "") for key in ("truth", "guess")]
KEYS = ("truth", "guess")
A = Target("a", "truth")
B = Target("b", "truth")


class FakeEdit(Edit):
    """An edit of a given size that does nothing."""

    def __init__(self, *targets: Target, size: int = 10) -> None:
        self.label = "fake"
        self.targets = frozenset(targets)
        self.size = size

    @property
    def size_bytes(self) -> int:
        return self.size

    def undo(self, dataset: Dataset) -> None: ...

    def redo(self, dataset: Dataset) -> None: ...


def history_of(*edits: Edit, limit_bytes: int = 1000) -> History:
    history = History(limit_bytes)
    for edit in edits:
        history.push(edit)
    return history


def save(history: History, keys: Iterable[str] = KEYS) -> None:
    history.mark_saved(history.begin_save(), keys)


def test_a_new_history_has_nothing_to_undo_and_nothing_to_save() -> None:
    history = History()
    assert history.undo_edit is None
    assert history.redo_edit is None
    assert history.modified() == set()


def test_undo_and_redo_walk_the_list() -> None:
    first, second = FakeEdit(A), FakeEdit(B)
    history = history_of(first, second)
    assert (history.undo_edit, history.redo_edit) == (second, None)
    history.step_back()
    assert (history.undo_edit, history.redo_edit) == (first, second)
    history.step_back()
    assert (history.undo_edit, history.redo_edit) == (None, first)
    history.step_forward()
    assert (history.undo_edit, history.redo_edit) == (first, second)


def test_a_new_edit_forgets_the_undone_ones() -> None:
    first, second, third = FakeEdit(A), FakeEdit(A), FakeEdit(B)
    history = history_of(first, second)
    history.step_back()
    history.push(third)
    assert history.edits == (first, third)
    assert history.size_bytes == 20


def test_an_edit_that_is_undone_is_no_change() -> None:
    history = history_of(FakeEdit(A), FakeEdit(B))
    assert history.modified() == {A, B}
    history.step_back()
    assert history.modified() == {A}
    history.step_back()
    assert history.modified() == set()


def test_undo_past_the_saved_state_is_a_change_and_redo_ends_it() -> None:
    history = history_of(FakeEdit(A))
    save(history)
    assert history.modified() == set()
    history.step_back()
    assert history.modified() == {A}
    history.step_forward()
    assert history.modified() == set()


def test_a_saved_state_on_a_branch_that_is_cut_can_never_be_reached_again() -> None:
    history = history_of(FakeEdit(A))
    save(history)
    history.step_back()
    history.push(FakeEdit(B))
    assert history.modified() == {A, B}
    history.step_back()
    assert history.modified() == {A}
    save(history)
    assert history.modified() == set()


def test_a_save_of_one_key_leaves_the_others_modified() -> None:
    guess = Target("a", "guess")
    history = history_of(FakeEdit(A, guess))
    save(history, ["guess"])
    assert history.modified() == {A}


def test_what_is_painted_while_a_save_runs_is_not_saved() -> None:
    history = history_of(FakeEdit(A))
    state = history.begin_save()
    history.push(FakeEdit(B))
    history.mark_saved(state, KEYS)
    assert history.modified() == {B}
    history.step_back()
    assert history.modified() == set()


def test_what_is_undone_and_cut_while_a_save_runs_is_a_change() -> None:
    history = history_of(FakeEdit(A))
    state = history.begin_save()
    history.step_back()
    history.push(FakeEdit(B))
    assert history.modified() == {B}
    history.mark_saved(state, KEYS)
    assert history.modified() == {A, B}


def test_the_oldest_edits_are_forgotten_when_the_bytes_run_out() -> None:
    edits = [FakeEdit(A, size=40) for _ in range(5)]
    history = history_of(*edits, limit_bytes=100)
    assert history.edits == tuple(edits[3:])
    assert (history.position, history.size_bytes) == (2, 80)


def test_the_last_edit_can_be_undone_however_large_it_is() -> None:
    large = FakeEdit(A, size=5000)
    history = history_of(FakeEdit(A), FakeEdit(A), large, limit_bytes=100)
    assert history.edits == (large,)
    assert history.undo_edit is large


def test_an_unsaved_edit_that_was_forgotten_stays_a_change_until_the_next_save() -> None:
    history = history_of(FakeEdit(A, size=90), FakeEdit(B, size=90), limit_bytes=100)
    history.step_back()
    assert history.modified() == {A}
    save(history)
    assert history.modified() == set()


def test_a_smaller_limit_takes_effect_at_once() -> None:
    history = history_of(*[FakeEdit(A) for _ in range(9)])
    history.limit_bytes = 35
    history.trim()
    assert (history.position, history.size_bytes) == (3, 30)


Versions = dict[Target, int]


@dataclass
class PlainHistory:
    """The same, stored as whole states: which version of each target is there after each edit."""

    states: list[Versions] = field(default_factory=lambda: [dict.fromkeys(TARGETS, 0)])
    sizes: list[int] = field(default_factory=list)
    position: int = 0
    newest: int = 0
    saved: Versions = field(default_factory=lambda: dict.fromkeys(TARGETS, 0))

    @property
    def now(self) -> Versions:
        return self.states[self.position]

    def push(self, targets: Iterable[Target], size: int, limit: int) -> None:
        self.newest += 1
        changed = self.now | dict.fromkeys(targets, self.newest)
        self.states = [*self.states[: self.position + 1], changed]
        self.sizes = [*self.sizes[: self.position], size]
        self.position += 1
        self.trim(limit)

    def trim(self, limit: int) -> None:
        while sum(self.sizes) > limit and self.position > 1:
            del self.states[0], self.sizes[0]
            self.position -= 1

    def modified(self) -> set[Target]:
        return {target for target in TARGETS if self.now[target] != self.saved[target]}


class HistoryMachine(RuleBasedStateMachine):
    """Walks a history and the plain one side by side."""

    @initialize(limit=st.sampled_from([0, 50, 100, 10_000]))
    def start(self, limit: int) -> None:
        self.history = History(limit)
        self.plain = PlainHistory()
        self.saving: tuple[int, Versions] | None = None

    @rule(
        touched=st.lists(st.sampled_from(TARGETS), min_size=1, max_size=2),
        size=st.sampled_from([1, 20, 60]),
    )
    def push(self, touched: list[Target], size: int) -> None:
        self.history.push(FakeEdit(*touched, size=size))
        self.plain.push(touched, size, self.history.limit_bytes)

    @precondition(lambda self: self.plain.position > 0)
    @rule()
    def undo(self) -> None:
        self.history.step_back()
        self.plain.position -= 1

    @precondition(lambda self: self.plain.position < len(self.plain.sizes))
    @rule()
    def redo(self) -> None:
        self.history.step_forward()
        self.plain.position += 1

    @rule()
    def begin_save(self) -> None:
        """Begin one; the one that ran before, if any, has failed."""
        self.saving = self.history.begin_save(), dict(self.plain.now)

    @precondition(lambda self: self.saving is not None)
    @rule(keys=st.lists(st.sampled_from(KEYS), max_size=2))
    def mark_saved(self, keys: list[str]) -> None:
        assert self.saving is not None
        state, written = self.saving
        self.history.mark_saved(state, keys)
        self.plain.saved |= {t: version for t, version in written.items() if t.key in keys}

    @invariant()
    def they_agree(self) -> None:
        assert self.history.position == self.plain.position
        assert [edit.size_bytes for edit in self.history.edits] == self.plain.sizes
        assert self.history.size_bytes == sum(self.plain.sizes)
        assert self.history.modified() == self.plain.modified()


def test_any_walk_agrees_with_a_history_of_whole_states() -> None:
    run_state_machine_as_test(
        HistoryMachine, settings=settings(deadline=None, max_examples=150, stateful_step_count=40)
    )
