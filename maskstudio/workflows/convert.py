"""From one format to another: first everything is looked at, then written. No index moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskData, MaskRef
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity, UsageError
from maskstudio.formats import registry
from maskstudio.formats.atomic import not_writable
from maskstudio.formats.base import Content, Progress, WriteItem, WriteOptions, no_progress

from .instance_ids import with_ids
from .open_dataset import OpenedDataset
from .survey import SurveyedSample, choose_layer, label_map_with_met, survey
from .target_rules import (
    dataset_problems,
    is_left_out,
    label_map_problems,
    option_problems,
    sample_problems,
)


@dataclass(frozen=True)
class SurveyedLayer:
    """A layer that was looked at.

    Args:
        format: of its source, which alone keeps undeclared colors; empty where it has none.
        makes_classes: as of its source.
    """

    key: str
    format: str
    label_map: LabelMap
    surveyed: tuple[SurveyedSample, ...]
    makes_classes: bool = False


@dataclass(frozen=True)
class Conversion:
    """What is going to be written, and everything there is to say about it before.

    Args:
        problems: what was met on reading, what the target cannot hold, and what is lost in it.
        left_out: names of the samples that are not written.
    """

    target_format: str
    content: Content
    problems: tuple[Problem, ...]
    left_out: tuple[str, ...]

    @property
    def is_refused(self) -> bool:
        """Whether the target cannot hold the whole, or no sample at all: nothing is written."""
        if self.left_out and not self.content.items:
            return True
        return any(p.severity is Severity.ERROR and p.scope is Scope.FILE for p in self.problems)


def require_writable_format(name: str) -> None:
    """Refuse a format that cannot be written. Raises UsageError, naming those that can."""
    known = registry.writable_formats()
    if name not in known:
        raise UsageError(f"{name} cannot be written; choose one of {', '.join(known)}.")


def require_free(target: Path, *, overwrite: bool) -> None:
    """Refuse a target that exists, before time is spent on it.

    Raises:
        DataError: target_exists, or not_writable for one that cannot even be looked at.
    """
    try:
        is_taken = any(target.iterdir()) if target.is_dir() else target.exists()
    except OSError as error:
        raise not_writable(target, error) from error
    if is_taken and not overwrite:
        raise DataError(Kind.TARGET_EXISTS, str(target), "the target exists", "a new name")


def prepare_conversion(
    opened: OpenedDataset,
    target_format: str,
    *,
    key: str | None = None,
    options: WriteOptions | None = None,
    progress: Progress = no_progress,
) -> Conversion:
    """Look at every mask of a layer; nothing is written.

    Raises:
        UsageError: the format cannot be written, or it is not clear which layer is meant.
        CancelledError: `progress` asked to stop.
    """
    require_writable_format(target_format)
    layer = survey_layer(opened, choose_layer(opened.layer_sources, key), progress)
    return plan_conversion([layer], target_format, options, known=opened.dataset.problems)


def survey_layer(
    opened: OpenedDataset, key: str, progress: Progress = no_progress
) -> SurveyedLayer:
    """Look at every mask of a layer. Raises CancelledError."""
    source = opened.layer_sources.get(key)
    return SurveyedLayer(
        key,
        source.format if source else "",
        opened.dataset.label_maps[key],
        tuple(survey(opened.dataset, key, images=False, progress=progress)),
        makes_classes=source.makes_classes_in(key) if source else False,
    )


def plan_conversion(
    layers: Sequence[SurveyedLayer],
    target_format: str,
    options: WriteOptions | None = None,
    *,
    known: Iterable[Problem] = (),
    numbers_all: bool = False,
) -> Conversion:
    """What a target holds of layers that were looked at, the first one below the others.

    Args:
        layers: several only for a format with `Traits.has_layers`.
        known: problems of the source, told before those of the target.
        numbers_all: regions get instance ids also in masks that have none yet.
    """
    options = options or WriteOptions()
    problems = [*known, *(p for layer in layers for s in layer.surveyed for p in s.problems)]
    contents, left_out = [], []
    for layer in layers:
        kept, told = _kept(layer, target_format)
        label_map = label_map_with_met(
            layer.label_map,
            (s.mask for s in kept if s.mask is not None),
            makes_classes=layer.makes_classes,
        )
        problems += told
        problems += label_map_problems(target_format, label_map)
        problems += dataset_problems(target_format, label_map, kept)
        problems += option_problems(target_format, label_map, options)
        write_item = _ItemWriter(layer.key, label_map, target_format, options, numbers_all)
        contents.append(Content(label_map, [write_item(s) for s in kept], layer.key))
        names = {s.sample.name for s in kept}
        left_out += [s.sample.name for s in layer.surveyed if s.sample.name not in names]
    first, *others = contents
    return Conversion(
        target_format,
        replace(first, others=tuple(others)),
        tuple(dict.fromkeys(problems)),
        tuple(dict.fromkeys(left_out)),
    )


def _kept(layer: SurveyedLayer, target_format: str) -> tuple[list[SurveyedSample], list[Problem]]:
    """Samples the target takes, and what it says to each."""
    kept, problems = [], []
    for found in layer.surveyed:
        told = list(sample_problems(target_format, layer.format, found))
        problems += told
        if not is_left_out(target_format, layer.format, found, told):
            kept.append(found)
    return kept, problems


def run_conversion(
    conversion: Conversion,
    target: Path,
    options: WriteOptions,
    progress: Progress = no_progress,
) -> tuple[Problem, ...]:
    """Write it; problems that `prepare_conversion` did not know of are returned.

    Raises:
        DataError: the target exists, or cannot hold or take it; nothing is left behind.
        CancelledError: nothing is left behind.
    """
    assert not conversion.is_refused
    report = registry.write_new(
        conversion.target_format, target, conversion.content, options, progress
    )
    return _new(report.problems, conversion.problems)


def _new(problems: Iterable[Problem], known: Iterable[Problem]) -> tuple[Problem, ...]:
    told = set(known)
    return tuple(p for p in problems if p not in told)


@dataclass(frozen=True)
class _ItemWriter:
    """Makes what is written of one sample."""

    key: str
    label_map: LabelMap
    target_format: str
    options: WriteOptions
    numbers_all: bool

    def __call__(self, surveyed: SurveyedSample) -> WriteItem:
        sample = surveyed.sample
        ref = sample.masks.get(self.key)
        read = _nothing if ref is None else partial(self._read, ref)
        # The picture tells how large an empty mask is; it is copied only where it was asked for.
        traits = registry.traits(self.target_format)
        needs_image = self.options.with_images or traits.needs_images or ref is None
        image = sample.image if needs_image else None
        return WriteItem(
            sample.name,
            sample.subsets,
            read,
            image,
            caption=sample.caption,
            moment=sample.moment,
        )

    def _read(self, ref: MaskRef) -> MaskData:
        data, traits = ref.read(), registry.traits(self.target_format)
        if not traits.has_objects:
            data = replace(data, objects=None)
        if not traits.has_instances:
            return replace(data, instances=None)
        return with_ids(data, self.label_map) if self.numbers_all else data


def _nothing() -> MaskData | None:
    return None
