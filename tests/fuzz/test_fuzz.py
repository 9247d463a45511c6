"""A short fuzz of every reader finds nothing; `python -m tests.fuzz` goes on for longer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.helpers.shared import shared

from .run import case_of, fuzz
from .seeds import FORMATS, seeds


@pytest.mark.parametrize("name", FORMATS)
def test_changed_files_are_told_in_words(name: str, count: Callable[[int], int]) -> None:
    run = fuzz(name, shared("golden"), seed=1, seconds=0, cases=count(200))
    assert run.findings == []
    assert run.starts == 1


@pytest.mark.parametrize("name", ["cvat-folder", "wandb-run", "labelbox-ndjson"])
def test_a_case_is_the_same_again(name: str) -> None:
    trees = seeds(name, shared("golden"))
    cases = [case_of(name, trees, 7, number) for number in range(10)]
    assert [case_of(name, trees, 7, number) for number in range(10)] == cases
    assert len({repr(tree) for tree in cases}) > 5
