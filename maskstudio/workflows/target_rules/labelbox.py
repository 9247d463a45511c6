"""What a new Labelbox NDJSON file cannot hold, or changes (`formats.md` sections 5.4 and 7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import DataError, Kind, Problem, Scope
from maskstudio.formats.labelbox_classes import label_map_of
from maskstudio.formats.labelbox_writer import Names, note_name
from maskstudio.workflows.survey import SurveyedSample

from .common import TargetRules, listed, warning


class LabelboxRules(TargetRules):
    """Objects have names, data rows have keys, and there is nothing else."""

    names_are_files = False

    def label_map_problems(self, label_map: LabelMap) -> Iterator[Problem]:
        classes = [c for c in label_map.visible_classes if c.index != label_map.background]
        read_back = label_map_of({c.name: None for c in classes}, None, "")
        if any(not _is_same(c, read_back) for c in classes):
            found = (
                "Labelbox keeps the names of classes; their indices, colors, parts and actions"
                " are not written"
            )
            yield warning(Kind.CANNOT_HOLD, "classes", found)

    def dataset_problems(
        self, label_map: LabelMap, surveyed: Sequence[SurveyedSample]
    ) -> Iterator[Problem]:
        yield from _name_faults(label_map, surveyed)
        yield from _empty_samples(label_map, surveyed)
        yield from super().dataset_problems(label_map, surveyed)

    def check_name(self, name: str) -> None:
        if not name:
            raise DataError(Kind.CANNOT_HOLD, "sample", "the sample has no name", "a global key")


def _is_same(label_class: LabelClass, read_back: LabelMap) -> bool:
    found = read_back.by_name.get(label_class.name)
    return found == label_class


def _name_faults(label_map: LabelMap, surveyed: Sequence[SurveyedSample]) -> Iterator[Problem]:
    """Classes that occur and whose names cannot tell them apart."""
    names: Names = {}
    for index in sorted({i for s in surveyed if s.mask is not None for i in s.mask.indices}):
        found = label_map.declared.get(index)
        if found is None or index == label_map.background:
            continue
        try:
            note_name(names, found.name, index)
        except DataError as error:
            yield error.problem(Scope.FILE)


def _empty_samples(label_map: LabelMap, surveyed: Sequence[SurveyedSample]) -> Iterator[Problem]:
    """Samples of which no line would tell."""
    names = [
        s.sample.name
        for s in surveyed
        if s.mask is None or (s.mask.is_readable and _is_empty(label_map, s))
    ]
    if names:
        found = f"nothing but background is in {listed(names)}: they have no line in the file"
        yield warning(Kind.CANNOT_HOLD, "samples", found)


def _is_empty(label_map: LabelMap, surveyed: SurveyedSample) -> bool:
    mask = surveyed.mask
    assert mask is not None
    return mask.n_objects == 0 and set(mask.indices) <= {label_map.background}
