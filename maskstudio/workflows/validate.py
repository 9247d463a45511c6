"""Everything that is wrong with a data set, or would be in another format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from maskstudio.core.labels import LabelMap
from maskstudio.errors import Kind, Problem
from maskstudio.formats.base import Progress, no_progress

from .describe import format_of
from .lint import lint
from .open_dataset import OpenedDataset
from .survey import SurveyedSample, label_map_with_met, survey
from .target_rules import (
    dataset_problems,
    gap_problems,
    is_left_out,
    label_map_problems,
    sample_problems,
)


@dataclass(frozen=True)
class Verdict:
    """What a validation found; the format is None where nothing tells it."""

    format: str | None
    n_samples: int
    problems: tuple[Problem, ...]


def validate(
    opened: OpenedDataset, *, target: str | None = None, progress: Progress = no_progress
) -> Verdict:
    """Decode everything and list every problem, those of the source first.

    Args:
        target: a format that can be written; what it cannot hold or changes is listed as well.

    Raises:
        CancelledError: `progress` asked to stop.
    """
    dataset = opened.dataset
    problems = list(dataset.problems)
    for key, source in opened.layer_sources.items():
        surveyed = survey(dataset, key, images=True, progress=progress)
        problems += (p for s in surveyed for p in s.problems)
        label_map = label_map_with_met(
            dataset.label_maps[key],
            (s.mask for s in surveyed if s.mask is not None),
            makes_classes=source.makes_classes_in(key),
        )
        made = source.makes_classes_in(key)
        problems += _of_classes(key, dataset.label_maps[key] if not made else label_map, surveyed)
        if target is None:
            problems += gap_problems(label_map)
        else:
            problems += _for_target(target, source.format, label_map, surveyed)
    return Verdict(format_of(opened), len(dataset.samples), tuple(dict.fromkeys(problems)))


def _for_target(
    target: str, source: str, label_map: LabelMap, surveyed: Sequence[SurveyedSample]
) -> Iterator[Problem]:
    yield from label_map_problems(target, label_map)
    kept = []
    for found in surveyed:
        told = list(sample_problems(target, source, found))
        yield from told
        if not is_left_out(target, source, found, told):
            kept.append(found)
    yield from dataset_problems(target, label_map, kept)


def _of_classes(
    key: str, label_map: LabelMap, surveyed: Sequence[SurveyedSample]
) -> Iterator[Problem]:
    """What a look at the classes finds beyond what reading and the target's rules tell."""
    used = {index: 1 for s in surveyed if s.mask for index in s.mask.indices}
    for finding in lint(label_map, key, used):
        if finding.problem.kind in (Kind.COLORS_TOO_CLOSE, Kind.LABEL_UNUSED):
            yield finding.problem
