"""What the error page says: of a sample that cannot be shown, and of a source that did not open."""

from __future__ import annotations

from dataclasses import dataclass

from maskstudio.core.document import Document
from maskstudio.errors import DataError, MaskStudioError, Problem, Severity
from maskstudio.workflows.open_dataset import OpenRequest


@dataclass(frozen=True)
class ErrorWords:
    """Everything a page of this kind says.

    Args:
        safe: one sentence that says what is not harmed.
        facts: name and value of what is known; values may be empty.
    """

    heading: str
    safe: str
    facts: tuple[tuple[str, str], ...]

    @property
    def details(self) -> str:
        """All of it as text for the clipboard."""
        return "\n".join([self.heading, *(f"{name}: {value}" for name, value in self.facts)])


def problem_of(document: Document) -> Problem | None:
    """Why a sample cannot be shown, or None where it can."""
    sample = document.sample
    is_picture_lost = sample.image is not None and document.image is None
    is_all_lost = document.image is None and bool(sample.masks) and not _readable_keys(document)
    if not is_picture_lost and not is_all_lost:
        return None
    errors = [p for p in document.problems if p.severity is Severity.ERROR]
    for problem in errors:
        if sample.image is not None and problem.where == sample.image.where:
            return problem
    return errors[0] if errors else None


def words_for_document(document: Document, problem: Problem, n_samples: int) -> ErrorWords:
    """What to say of a sample that cannot be shown."""
    thing = "picture" if document.sample.image is not None else "mask"
    return ErrorWords(
        f"This {thing} cannot be read",
        _safe_sentence(len(_readable_keys(document)), n_samples - 1),
        _facts(problem.where, problem.found, problem.expected),
    )


def words_for_failure(request: OpenRequest, error: Exception, *, is_open: bool) -> ErrorWords:
    """What to say when nothing was opened.

    Args:
        is_open: whether something else is open and stays so.
    """
    named = [*request.paths, *(path for _, path in request.layers), request.images]
    paths = [path for path in named if path is not None]
    if isinstance(error, DataError):
        facts = _facts(error.where, error.found, error.expected)
    else:
        found = str(error) if isinstance(error, MaskStudioError) else f"unexpected: {error!r}"
        facts = _facts(", ".join(map(str, paths)), found, "")
    what = paths[0].name if len(paths) == 1 else "This"
    safe = "What was open before is still open." if is_open else "No file was changed."
    return ErrorWords(f"{what} cannot be opened", safe, facts)


def _readable_keys(document: Document) -> list[str]:
    return [
        layer.key
        for layer in document.layers
        if layer.key in document.sample.masks and not layer.is_locked
    ]


def _safe_sentence(n_masks: int, n_others: int) -> str:
    masks = ("", "Its mask is fine and is kept", "Its masks are fine and are kept")[min(2, n_masks)]
    others = ("", "the other sample can be used", f"the other {n_others} samples can be used")
    sentence = "; ".join(filter(None, (masks, others[min(2, n_others)])))
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else "No file was changed."


def _facts(where: str, found: str, expected: str) -> tuple[tuple[str, str], ...]:
    found = found[:1].upper() + found[1:]
    named = (("File", where), ("Found", found), ("Expected", expected))
    return tuple((name, value) for name, value in named if value)
