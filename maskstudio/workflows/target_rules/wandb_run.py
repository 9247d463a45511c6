"""What a run of W&B, logged through its client, cannot hold, or changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maskstudio.core.labels import LabelMap
from maskstudio.errors import Kind, Problem, Scope, Severity
from maskstudio.formats.base import WriteOptions
from maskstudio.formats.wandb_client import KEY, is_installed, places_of
from maskstudio.workflows.survey import SurveyedSample

from .common import warning
from .wandb_artifact import WandbRules


class WandbRunRules(WandbRules):
    """As an artifact; samples become steps, and the client has to be there."""

    def option_problems(self, label_map: LabelMap, options: WriteOptions) -> Iterator[Problem]:
        yield from super().option_problems(label_map, options)
        if not is_installed():
            found = "the package `wandb` is not installed, which MaskStudio logs through"
            expected = "`pip install maskstudio[wandb]`"
            yield Problem(Kind.NOT_WRITABLE, Severity.ERROR, Scope.FILE, "wandb", found, expected)

    def dataset_problems(
        self, label_map: LabelMap, surveyed: Sequence[SurveyedSample]
    ) -> Iterator[Problem]:
        yield from super().dataset_problems(label_map, surveyed)
        names = [s.sample.name for s in surveyed]
        if names and places_of(names)[names[0]] == (KEY, 0):
            found = f"samples become steps of `{KEY}`; their names go along as captions"
            yield warning(Kind.CANNOT_HOLD, "names", found)

    def check_name(self, name: str) -> None:
        """Names become captions, or keys, of which there may be any."""
