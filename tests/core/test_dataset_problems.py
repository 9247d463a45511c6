from __future__ import annotations

from maskstudio.core.events import ProblemsChanged
from maskstudio.errors import Kind, Problem, Scope, Severity
from tests.helpers.datasets import dataset_of, listen


def problem(where: str) -> Problem:
    return Problem(Kind.IMAGE_CORRUPT, Severity.ERROR, Scope.ITEM, where, "it ends too early")


def test_forgotten_problems_leave_the_list_and_this_is_said_once() -> None:
    dataset = dataset_of({})
    dataset.note_problems([problem("a.png"), problem("b.png")])
    heard = listen(dataset)
    dataset.forget_problems([problem("a.png"), problem("c.png")])
    dataset.forget_problems([problem("a.png")])
    assert dataset.problems == [problem("b.png")]
    assert len(heard.of(ProblemsChanged)) == 1
