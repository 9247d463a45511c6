"""Which samples a list shows."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from maskstudio.core.document import Sample


class SampleState(StrEnum):
    """What can be asked of a sample's state."""

    UNCHECKED = "unchecked"
    CHECKED = "checked"
    MODIFIED = "modified"
    SAVED = "saved"
    WITH_PROBLEMS = "with problems"


@dataclass(frozen=True)
class SampleFilter:
    """What a sample must meet to be listed; nothing is asked by default.

    Args:
        text: part of the name, in any case.
        class_index: class of the active layer that its mask holds.
    """

    text: str = ""
    subset: str | None = None
    state: SampleState | None = None
    class_index: int | None = None

    @property
    def is_active(self) -> bool:
        """Whether anything is asked."""
        return self != SampleFilter()


def filter_as_json(wanted: SampleFilter) -> dict[str, Any]:
    """What is asked, for `filter_from`."""
    return asdict(wanted)


def filter_from(kept: object, subsets: Container[str]) -> SampleFilter:
    """What was asked; what does not fit the data set any more is not."""
    fields = kept if isinstance(kept, dict) else {}
    states = {state.value: state for state in SampleState}
    text, subset, index = fields.get("text"), fields.get("subset"), fields.get("class_index")
    return SampleFilter(
        text if isinstance(text, str) else "",
        subset if isinstance(subset, str) and subset in subsets else None,
        states.get(str(fields.get("state"))),
        index if isinstance(index, int) and not isinstance(index, bool) else None,
    )


@dataclass(frozen=True)
class SampleFacts:
    """What is known of the samples of a data set, by name."""

    checked: Container[str]
    modified: Container[str]
    with_problems: Container[str]
    with_class: Container[str]


def meets(wanted: SampleFilter, sample: Sample, facts: SampleFacts) -> bool:
    """Whether a sample is to be listed."""
    name = sample.name
    if wanted.text and wanted.text.casefold() not in name.casefold():
        return False
    if wanted.subset is not None and wanted.subset not in sample.subsets:
        return False
    if wanted.class_index is not None and name not in facts.with_class:
        return False
    return wanted.state is None or _is_in(wanted.state, name, facts)


def _is_in(state: SampleState, name: str, facts: SampleFacts) -> bool:
    match state:
        case SampleState.CHECKED:
            return name in facts.checked
        case SampleState.UNCHECKED:
            return name not in facts.checked
        case SampleState.MODIFIED:
            return name in facts.modified
        case SampleState.SAVED:
            return name not in facts.modified
        case SampleState.WITH_PROBLEMS:
            return name in facts.with_problems
