"""What is to be said of a draft: by lint, and by a target it may be saved or exported to."""

from __future__ import annotations

from functools import partial

from maskstudio.errors import Kind
from maskstudio.formats import registry
from maskstudio.ui.texts import tr
from maskstudio.workflows.label_map_draft import Draft
from maskstudio.workflows.lint import Finding, lint
from maskstudio.workflows.target_rules import label_map_problems

from .draft_keeper import DraftKeeper
from .findings_list import Said


def lint_lines(keeper: DraftKeeper) -> list[Said]:
    """Everything lint finds in the label map as it becomes."""
    label_map = keeper.draft.result
    return [_line(found, keeper) for found in lint(label_map, keeper.key, keeper.totals)]


def target_lines(keeper: DraftKeeper, target: str) -> list[Said]:
    """What a target changes or cannot hold of the label map as it becomes."""
    problems = label_map_problems(target, keeper.draft.result)
    return [Said(p.severity, p.message) for p in problems]


def targets() -> list[tuple[str, str]]:
    """Names and titles of what can be written."""
    return [(name, registry.traits(name).title) for name in registry.writable_formats()]


def mend(keeper: DraftKeeper, found: Finding) -> None:
    """Do what ends a finding, as a step of the draft as it is by now."""
    if found.problem.kind == Kind.LABEL_GAP:
        keeper.do(lambda draft: draft.filled())
        return
    same = (found.problem.kind, found.indices)
    for now in lint(keeper.draft.result, keeper.key, keeper.totals):
        if now.mend is not None and (now.problem.kind, now.indices) == same:
            keeper.do(partial(Draft.adopting, label_map=now.mend().label_map))
            return


def _line(found: Finding, keeper: DraftKeeper) -> Said:
    problem = found.problem
    words = f"{problem.found[:1].upper()}{problem.found[1:]}"
    if problem.expected:
        words = tr("{found}; expected {expected}").format(found=words, expected=problem.expected)
    deed = partial(mend, keeper, found) if found.mend is not None else None
    keys = _keys(found.indices, keeper.draft)
    return Said(problem.severity, f"{words}.", keys, deed, _deed_words(problem.kind))


def _keys(indices: tuple[int, ...], draft: Draft) -> tuple[int, ...]:
    return tuple(e.key for e in draft.entries if not e.is_gone and e.found.index in set(indices))


def _deed_words(kind: Kind) -> str:
    words = {
        Kind.LABEL_GAP: tr("Fill with dummies"),
        Kind.DUPLICATE_COLOR: tr("Give another color"),
        Kind.COLORS_TOO_CLOSE: tr("Give another color"),
        Kind.UNDECLARED_INDEX: tr("Declare"),
    }
    return words.get(kind, tr("Mend"))
