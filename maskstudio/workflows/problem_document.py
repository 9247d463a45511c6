"""Problems as they stand in every JSON document; the keys are a public contract."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from maskstudio.errors import Problem

Json = dict[str, Any]


def problem_json(problem: Problem) -> Json:
    """One problem; `sample` where it concerns one."""
    found = {
        "kind": str(problem.kind),
        "severity": str(problem.severity),
        "scope": str(problem.scope),
        "where": problem.where,
        "message": problem.message,
    }
    return found if problem.sample is None else {**found, "sample": problem.sample}


def problems_json(problems: Iterable[Problem]) -> list[Json]:
    """Several problems in their order."""
    return [problem_json(problem) for problem in problems]
