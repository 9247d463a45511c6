"""What a format cannot hold, or changes, of what is to be written: told before anything is written.

Every target has its rules in a module of its own; they are looked up here by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from maskstudio.core.labels import LabelMap
from maskstudio.errors import Kind, Problem, Severity
from maskstudio.formats import registry
from maskstudio.formats.base import WriteOptions
from maskstudio.workflows.survey import SurveyedSample

from .clearml import ClearmlRules
from .common import TargetRules, gap_problems, opacity_fault
from .cvat import CvatRules
from .index_png import IndexPngRules
from .labelbox import LabelboxRules
from .wandb_artifact import WandbRules
from .wandb_run import WandbRunRules

__all__ = ["dataset_problems", "gap_problems", "is_left_out"]
__all__ += ["label_map_problems", "option_problems", "sample_problems"]

_RULES: dict[str, TargetRules] = {
    registry.CLEARML: ClearmlRules(registry.CLEARML),
    registry.CVAT: CvatRules(registry.CVAT),
    registry.INDEX_PNG: IndexPngRules(registry.INDEX_PNG),
    registry.LABELBOX: LabelboxRules(registry.LABELBOX),
    registry.WANDB_ARTIFACT: WandbRules(registry.WANDB_ARTIFACT),
    registry.WANDB_RUN: WandbRunRules(registry.WANDB_RUN),
}


def label_map_problems(target: str, label_map: LabelMap) -> Iterator[Problem]:
    """What a target says to the classes, whether or not they occur."""
    rules = _RULES[target]
    if label_map.is_opacity and not rules.holds_opacity:
        yield opacity_fault()
    yield from rules.label_map_problems(label_map)


def dataset_problems(
    target: str, label_map: LabelMap, surveyed: Sequence[SurveyedSample]
) -> Iterator[Problem]:
    """What a target says to all samples together: subsets, colors in use, instances."""
    return _RULES[target].dataset_problems(label_map, surveyed)


def option_problems(target: str, label_map: LabelMap, options: WriteOptions) -> Iterator[Problem]:
    """What a target says to what was chosen beside the masks."""
    return _RULES[target].option_problems(label_map, options)


def sample_problems(target: str, source: str, surveyed: SurveyedSample) -> Iterator[Problem]:
    """What a target says to one sample.

    Args:
        source: format it was read from; only the same one keeps undeclared colors.
    """
    return _RULES[target].sample_problems(source, surveyed)


def is_left_out(
    target: str, source: str, surveyed: SurveyedSample, problems: Iterable[Problem]
) -> bool:
    """Whether a sample is not written.

    Args:
        problems: what `sample_problems` says to it.
    """
    if any(p.severity is Severity.ERROR for p in problems):
        return True
    rules, mask = _RULES[target], surveyed.mask
    if mask is None:
        return rules.needs_size and surveyed.sample.image is None
    if not mask.is_readable or (mask.stand_ins and not rules.keeps_stand_ins(source)):
        return True
    return any(
        p.kind == Kind.UNDECLARED_INDEX and p.severity is Severity.ERROR for p in surveyed.problems
    )
