"""From one format to another: first everything is looked at, then written. No index moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from maskstudio.core.layer import MaskData, MaskRef
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity, UsageError
from maskstudio.formats import registry
from maskstudio.formats.base import Content, Progress, WriteItem, WriteOptions, no_progress

from .open_dataset import OpenedDataset
from .survey import SurveyedSample, choose_layer, label_map_with_met, survey
from .target_rules import dataset_problems, is_left_out, label_map_problems, sample_problems


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
    """Refuse a target that exists, before time is spent on it. Raises DataError (target_exists)."""
    is_taken = any(target.iterdir()) if target.is_dir() else target.exists()
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
    key = choose_layer(opened.layer_sources, key)
    source = opened.layer_sources[key]
    surveyed = survey(opened.dataset, key, images=False, progress=progress)
    problems = [*opened.dataset.problems, *(p for s in surveyed for p in s.problems)]
    kept: list[SurveyedSample] = []
    for found in surveyed:
        told = list(sample_problems(target_format, source.format, found))
        problems += told
        if not is_left_out(target_format, source.format, found, told):
            kept.append(found)
    label_map = label_map_with_met(
        opened.dataset.label_maps[key],
        (s.mask for s in kept if s.mask is not None),
        makes_classes=source.makes_classes,
    )
    problems += label_map_problems(target_format, label_map)
    problems += dataset_problems(target_format, label_map, kept)
    options = options or WriteOptions()
    problems += _image_problems(target_format, options)
    keeps_instances = target_format == registry.CVAT
    items = [_write_item(s, key, options, keeps_instances=keeps_instances) for s in kept]
    names = {s.sample.name for s in kept}
    left_out = tuple(s.sample.name for s in surveyed if s.sample.name not in names)
    content = Content(label_map, items, key)
    return Conversion(target_format, content, tuple(problems), left_out)


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


def _image_problems(target_format: str, options: WriteOptions) -> list[Problem]:
    if not options.with_images or target_format == registry.CVAT:
        return []
    found = "a folder of masks holds no images"
    return [Problem(Kind.CANNOT_HOLD, Severity.ERROR, Scope.FILE, "--with-images", found)]


def _write_item(
    surveyed: SurveyedSample, key: str, options: WriteOptions, *, keeps_instances: bool
) -> WriteItem:
    sample = surveyed.sample
    ref = sample.masks.get(key)
    read = _nothing if ref is None else _reader(ref, keeps_instances=keeps_instances)
    # The picture tells how large an empty mask is; it is copied only where that was asked for.
    needs_image = options.with_images or ref is None
    return WriteItem(sample.name, sample.subsets, read, sample.image if needs_image else None)


def _nothing() -> MaskData | None:
    return None


def _reader(ref: MaskRef, *, keeps_instances: bool) -> Callable[[], MaskData | None]:
    def read() -> MaskData | None:
        data = ref.read()
        return data if keeps_instances else replace(data, instances=None)

    return read
