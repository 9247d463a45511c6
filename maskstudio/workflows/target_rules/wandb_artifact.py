"""What a new artifact folder of W&B cannot hold, or changes (`formats.md` sections 4.6 and 7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maskstudio.core.labels import LabelMap
from maskstudio.errors import Kind, Problem, Scope, Severity
from maskstudio.formats.base import WriteOptions
from maskstudio.formats.wandb_artifact_writer import path_of
from maskstudio.formats.wandb_layers import label_map_of
from maskstudio.workflows.survey import SurveyedSample

from .common import TargetRules, listed, warning

_HIGHEST = 255
_WHERE = "classes"


class WandbRules(TargetRules):
    """Ids of 8 bits and their names are all there is of a class, and masks lie over pictures."""

    needs_size = True

    def label_map_problems(self, label_map: LabelMap) -> Iterator[Problem]:
        found = label_map_of({c.index: c.name for c in label_map})
        recolored = [c.name for c in label_map if c.color != found.color_of(c.index)]
        if recolored:
            said = f"W&B keeps no colors: {listed(recolored)} will be read back in others"
            yield warning(Kind.CANNOT_HOLD, _WHERE, said)
        with_words = [c.name for c in label_map if c.parts or c.actions]
        if with_words:
            said = f"W&B keeps no parts and actions: those of {listed(with_words)} are not written"
            yield warning(Kind.CANNOT_HOLD, _WHERE, said)
        if label_map.background != found.background:
            yield warning(Kind.BACKGROUND_UNEXPECTED, _WHERE, _background(label_map, found))

    def option_problems(self, label_map: LabelMap, options: WriteOptions) -> Iterator[Problem]:
        yield from super().option_problems(label_map, options)
        if not options.with_images:
            found = "W&B has no mask without its picture, so pictures are copied along"
            yield Problem(Kind.CANNOT_HOLD, Severity.INFO, Scope.FILE, "images", found)

    def dataset_problems(
        self, label_map: LabelMap, surveyed: Sequence[SurveyedSample]
    ) -> Iterator[Problem]:
        yield from super().dataset_problems(label_map, surveyed)
        bare = [s.sample.name for s in surveyed if s.sample.image is None]
        if bare:
            found = f"W&B shows masks over pictures; a black one is written for {listed(bare)}"
            yield warning(Kind.FILE_MISSING, "images", found)

    def sample_problems(self, source: str, surveyed: SurveyedSample) -> Iterator[Problem]:
        yield from super().sample_problems(source, surveyed)
        mask = surveyed.mask
        if mask is not None and mask.indices and mask.indices[-1] > _HIGHEST and not mask.stand_ins:
            name = surveyed.sample.name
            found = f"class index {mask.indices[-1]} occurs"
            expected = f"indices from 0 to {_HIGHEST}"
            yield Problem(Kind.CANNOT_HOLD, Severity.ERROR, Scope.ITEM, name, found, expected, name)

    def check_name(self, name: str) -> None:
        path_of(name)


def _background(label_map: LabelMap, found: LabelMap) -> str:
    """What will be taken for nothing, where it is another class than now."""
    if label_map.background is None:
        return f"`{found.name_of(found.background or 0)}` will be read back as the background"
    name = label_map.name_of(label_map.background)
    return f"`{name}` will be read back as a class like any other, not as the background"
