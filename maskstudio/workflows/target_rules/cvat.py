"""What a new Segmentation Mask zip cannot hold, or changes (`formats.md` section 3.7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity
from maskstudio.formats import registry
from maskstudio.formats.base import WriteOptions
from maskstudio.formats.cvat_listing import OBJECTS, item_path
from maskstudio.formats.cvat_new import check_one_channel
from maskstudio.formats.cvat_rules import check_item_name, check_subset_name, over_255_warning
from maskstudio.formats.label_maps import LABELMAP, color_owners
from maskstudio.workflows.survey import SurveyedSample

from .common import LabelmapRules, warning


class CvatRules(LabelmapRules):
    """Colors tell classes apart here, a background there must be, and subsets have names."""

    def label_map_problems(self, label_map: LabelMap) -> Iterator[Problem]:
        yield from super().label_map_problems(label_map)
        if label_map.background not in label_map.declared:
            last = max(label_map.declared, default=-1) + 1
            found = f"no class is the background; `background` is added as class {last}, the last"
            yield warning(Kind.BACKGROUND_UNEXPECTED, LABELMAP, found)

    def dataset_problems(
        self, label_map: LabelMap, surveyed: Sequence[SurveyedSample]
    ) -> Iterator[Problem]:
        yield from _subset_faults(surveyed)
        yield from _color_faults(label_map, surveyed)
        yield from super().dataset_problems(label_map, surveyed)

    def option_problems(self, label_map: LabelMap, options: WriteOptions) -> Iterator[Problem]:
        yield from super().option_problems(label_map, options)
        if options.one_channel:
            try:
                check_one_channel(label_map)
            except DataError as error:
                yield error.problem(Scope.FILE)

    def sample_problems(self, source: str, surveyed: SurveyedSample) -> Iterator[Problem]:
        yield from super().sample_problems(source, surveyed)
        if surveyed.mask is not None:
            name = surveyed.sample.name
            where = f"{OBJECTS}{item_path(name)}.png"
            yield from over_255_warning(surveyed.mask.highest_instance, where, name)

    def keeps_stand_ins(self, source: str) -> bool:
        return source == registry.CVAT

    def check_name(self, name: str) -> None:
        check_item_name(name)


def _subset_faults(surveyed: Sequence[SurveyedSample]) -> Iterator[Problem]:
    for subset in dict.fromkeys(name for s in surveyed for name in s.sample.subsets):
        try:
            check_subset_name(subset)
        except DataError as error:
            yield error.problem(Scope.FILE)


def _color_faults(label_map: LabelMap, surveyed: Sequence[SurveyedSample]) -> Iterator[Problem]:
    """Classes that occur and whose color would be read back as another class."""
    owners = color_owners(label_map)
    for index in sorted({i for s in surveyed if s.mask is not None for i in s.mask.indices}):
        found = label_map.declared.get(index)
        if found is not None and found.color is not None and owners[found.color] != index:
            other = label_map.name_of(owners[found.color])
            yield Problem(
                Kind.DUPLICATE_COLOR,
                Severity.ERROR,
                Scope.FILE,
                LABELMAP,
                f"`{found.name}` occurs and would be read back as `{other}`, of the same color",
                "a color of its own for every class in use",
            )
