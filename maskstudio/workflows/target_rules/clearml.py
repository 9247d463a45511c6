"""What new ClearML frames cannot hold, or change (`formats.md` sections 6.3 and 7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maskstudio.core.labels import LabelMap, find_background
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity
from maskstudio.formats import registry
from maskstudio.formats.base import WriteOptions
from maskstudio.formats.safe_paths import is_text
from maskstudio.workflows.survey import SurveyedSample

from .common import TargetRules, gap_problems, listed, warning

_LABELS = "mask_labels"


class ClearmlRules(TargetRules):
    """Classes are stored colors with names, in an order that is their indices."""

    names_are_files = False
    holds_opacity = True
    holds_moments = True

    def label_map_problems(self, label_map: LabelMap) -> Iterator[Problem]:
        yield from gap_problems(label_map, _LABELS, "classes")
        if any(not c.name or not is_text(c.name) for c in label_map):
            found = "a class has no name, or one that is no text"
            yield Problem(Kind.CANNOT_HOLD, Severity.ERROR, Scope.FILE, _LABELS, found)
        with_parts = [c.name for c in label_map if c.parts or c.actions]
        if with_parts:
            found = f"the parts and actions of {listed(with_parts)} are not written"
            yield warning(Kind.CANNOT_HOLD, _LABELS, found)
        background = label_map.background
        if label_map.is_opacity or background not in label_map.declared:
            return
        named = find_background(label_map)
        if named != background:
            found = f"frames cannot say that `{label_map.name_of(background)}` is the background"
            yield warning(Kind.BACKGROUND_UNEXPECTED, _LABELS, found)

    def dataset_problems(
        self, label_map: LabelMap, surveyed: Sequence[SurveyedSample]
    ) -> Iterator[Problem]:
        yield from super().dataset_problems(label_map, surveyed)
        if any(s.sample.moment is not None for s in surveyed):
            found = "of the frames ids, times and masks are written; their other fields are not"
            yield warning(Kind.CANNOT_HOLD, "frames", found)

    def option_problems(self, label_map: LabelMap, options: WriteOptions) -> Iterator[Problem]:
        yield from super().option_problems(label_map, options)
        if not options.with_images:
            found = "pictures are not copied, so that the sources of the frames name none"
            yield warning(Kind.CANNOT_HOLD, "sources", found)

    def check_name(self, name: str) -> None:
        if not name or not is_text(name):
            found = "the name of the sample is empty or no text, and cannot be the id of a frame"
            raise DataError(Kind.CANNOT_HOLD, repr(name), found, "another name")

    def keeps_stand_ins(self, source: str) -> bool:
        return source == registry.CLEARML
