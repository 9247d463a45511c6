"""Saving: what changed goes back to where it was read from, or everything to a new target.

Three steps, so that painting goes on while files are written: `prepare_*` in the window's thread
takes copies of the changed tiles, `run_*` in a worker encodes and writes, `finish_*` in the
window's thread notes what is saved. A save that fails leaves the files and the modified marks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind, Problem
from maskstudio.formats import registry
from maskstudio.formats.base import (
    ChangedMask,
    Changes,
    Content,
    Item,
    ItemMask,
    OpenOptions,
    Progress,
    Source,
    WriteItem,
    reading_back,
)

from .classless_pixels import with_background, with_background_if_needed, without_nothing
from .instance_ids import with_missing_ids
from .mask_snapshot import MaskSnapshot, snapshot
from .open_dataset import OpenedDataset


@dataclass(frozen=True)
class SaveJob:
    """One layer on its way back into its source.

    Args:
        item_names: names of the source's items by sample name.
        numbers_all: regions get instance ids also in masks that have none yet.
    """

    key: str
    source: Source
    label_map: LabelMap
    masks: tuple[MaskSnapshot, ...]
    item_names: Mapping[str, str]
    state: int
    numbers_all: bool


@dataclass(frozen=True)
class ExportJob:
    """One layer on its way into a new target.

    Args:
        modified: samples with unsaved changes, which the target must hold.
        numbers_all: regions get instance ids also in masks that have none yet.
    """

    key: str
    format: str
    target: Path
    label_map: LabelMap
    masks: tuple[MaskSnapshot, ...]
    samples: tuple[Sample, ...]
    modified: frozenset[str]
    state: int
    options: registry.WriteOptions
    numbers_all: bool


@dataclass(frozen=True)
class Saved:
    """What a finished save did.

    Args:
        source: where the layer is saved from now on.
        remapped: samples whose pixels without a class were written as background.
        n_recolored: masks that were rewritten because a class in them has another color now.
    """

    source: Source
    label_map: LabelMap
    problems: tuple[Problem, ...]
    remapped: tuple[str, ...] = ()
    n_recolored: int = 0


def modified_keys(dataset: Dataset) -> tuple[str, ...]:
    """Layers with unsaved changes, in their order."""
    modified = {target.key for target in dataset.history.modified()}
    return tuple(key for key in dataset.keys if key in modified)


def home_of(opened: OpenedDataset, key: str) -> Source | None:
    """The source a layer can go back to.

    None where it has none that can be written, or where a layer before it lives in the same file:
    the one would be written over the other.
    """
    source = opened.layer_sources.get(key)
    if source is None or not registry.saves_in_place(source.format):
        return None
    place = os.path.realpath(source.path)
    first = next(k for k, s in opened.layer_sources.items() if os.path.realpath(s.path) == place)
    return source if opened.layer_sources[first] is source else None


def has_changed_underneath(opened: OpenedDataset, key: str) -> bool:
    """Whether what a save of this layer would replace was changed by another program."""
    items = opened.items[key]
    modified = _modified_samples(opened.dataset, key)
    names = [items[name].name for name in modified if name in items]
    return opened.layer_sources[key].has_changed_underneath(names)


def prepare_save(opened: OpenedDataset, key: str, *, numbers_all: bool = False) -> SaveJob:
    """Take what a save in place of one layer needs. In the window's thread.

    Raises:
        DataError: the source is read-only by nature, or the layer has none (`cannot_hold`).
    """
    source = home_of(opened, key)
    if source is None:
        raise DataError(Kind.CANNOT_HOLD, key, "it was not read from a file it can go back to")
    dataset = opened.dataset
    state = dataset.history.begin_save()
    modified = _modified_samples(dataset, key)
    names = {name: item.name for name, item in opened.items[key].items()}
    masks = tuple(
        snapshot(dataset, sample, key) for sample in dataset.samples if sample.name in modified
    )
    return SaveJob(key, source, dataset.label_maps[key], masks, names, state, numbers_all)


def prepare_export(
    opened: OpenedDataset,
    key: str,
    *,
    format_name: str,
    target: Path,
    options: registry.WriteOptions | None = None,
    numbers_all: bool = False,
) -> ExportJob:
    """Take what writing one layer of every sample to a new target needs."""
    dataset = opened.dataset
    state = dataset.history.begin_save()
    samples = tuple(dataset.samples)
    masks = tuple(snapshot(dataset, sample, key) for sample in samples)
    return ExportJob(
        key,
        format_name,
        target,
        dataset.label_maps[key],
        masks,
        samples,
        _modified_samples(dataset, key),
        state,
        options or registry.WriteOptions(),
        numbers_all,
    )


def _modified_samples(dataset: Dataset, key: str) -> frozenset[str]:
    return frozenset(t.sample for t in dataset.history.modified() if t.sample and t.key == key)


def run_save(job: SaveJob, progress: Progress) -> Saved:
    """Encode and write; the source reads its index anew. In any thread.

    Raises:
        DataError: something cannot be held or written; nothing was changed.
        CancelledError: stopped; nothing was changed.
    """
    masks = _MasksToSave(job)
    report = registry.save_in_place(job.source, Changes(job.key, masks.label_map, masks), progress)
    remapped, n_recolored = tuple(masks.remapped), len(report.recolored)
    return Saved(job.source, masks.label_map, report.problems, remapped, n_recolored)


class _MasksToSave(Mapping[str, ChangedMask]):
    """Masks by the names of their items, each made when it is asked for: there may be thousands.

    Attributes:
        label_map: the one they are written with.
        remapped: samples whose pixels without a class are written as background.
    """

    def __init__(self, job: SaveJob) -> None:
        names = job.item_names
        self._job = job
        self._masks = {names.get(m.target.sample, m.target.sample): m for m in job.masks}
        self.label_map = job.label_map
        if job.label_map.background is None and self._has_pixels_of_none():
            self.label_map = with_background(job.label_map)
        self.remapped: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._masks)

    def __iter__(self) -> Iterator[str]:
        return iter(self._masks)

    def __contains__(self, name: object) -> bool:
        return name in self._masks

    def __getitem__(self, name: str) -> ChangedMask:
        """Decode a mask and put its changes over it; in any thread. Raises DataError."""
        mask = self._masks[name]
        data, label_map, was_remapped = without_nothing(mask.read(), self.label_map)
        if was_remapped:
            self.remapped[mask.target.sample] = None
        if self._job.source.format == registry.CVAT:
            data = _numbered(data, label_map, numbers_all=self._job.numbers_all)
        return ChangedMask(data.pixels, data.instances, data.has_classes, data.objects)

    def _has_pixels_of_none(self) -> bool:
        return any(without_nothing(m.read(), self.label_map)[2] for m in self._masks.values())


def run_export(job: ExportJob, progress: Progress) -> Saved:
    """Write everything to a new target and open that. In any thread.

    Raises:
        DataError: the target exists, or cannot hold or take it; nothing is left behind.
        CancelledError: stopped; nothing is left behind.
    """
    label_map = with_background_if_needed(job.label_map, job.masks)
    remapped: list[str] = []
    with_images = job.options.with_images or registry.traits(job.format).needs_images
    items = [
        WriteItem(
            mask.target.sample,
            sample.subsets,
            _reader(job, mask, label_map, remapped),
            sample.image if with_images else None,
            is_required=sample.name in job.modified,
            caption=sample.caption,
            moment=sample.moment,
        )
        for mask, sample in zip(job.masks, job.samples, strict=True)
    ]
    report = registry.write_new(
        job.format, job.target, Content(label_map, items, job.key), job.options, progress
    )
    # Labelbox keeps names alone: what is open tells which index each of them goes on to have.
    known = label_map if job.format == registry.LABELBOX else None
    with reading_back():
        source = registry.open_source(job.target, OpenOptions(job.key, known), as_masks=True)
    return Saved(source, source.label_maps[job.key], report.problems, tuple(remapped))


def _reader(
    job: ExportJob, mask: MaskSnapshot, label_map: LabelMap, remapped: list[str]
) -> Callable[[], MaskData | None]:
    name = mask.target.sample

    def read() -> MaskData | None:
        if mask.is_empty and job.format != registry.INDEX_PNG:
            return None
        data, written_map, was_remapped = without_nothing(mask.read(), label_map)
        if was_remapped:
            remapped.append(name)
        if job.format == registry.CVAT and (job.numbers_all or name in job.modified):
            data = _numbered(data, written_map, numbers_all=job.numbers_all)
        return data

    return read


def _numbered(data: MaskData, label_map: LabelMap, *, numbers_all: bool) -> MaskData:
    """With an id for each region that has none, where CVAT would lose it otherwise."""
    if not data.has_classes or (data.instances is None and not numbers_all):
        return data
    ids = with_missing_ids(data.pixels, data.instances, label_map)
    return data if ids is None else replace(data, instances=ids)


def finish_save(opened: OpenedDataset, job: SaveJob, saved: Saved) -> None:
    """Note what is on disk now. In the window's thread."""
    by_name = {item.name: item for item in saved.source.items}
    known = {name: item.name for name, item in opened.items[job.key].items()}
    for mask in job.masks:
        name = mask.target.sample
        known[name] = job.item_names.get(name, name)
    items = {name: by_name[item] for name, item in known.items() if item in by_name}
    _finish(opened, job, saved, items)


def finish_export(opened: OpenedDataset, job: ExportJob, saved: Saved) -> None:
    """Let the layer live in the new target from now on. In the window's thread."""
    opened.move_layer(job.key, saved.source)
    by_name = {item.name: item for item in saved.source.items}
    names = (mask.target.sample for mask in job.masks)
    _finish(opened, job, saved, {name: by_name[name] for name in names if name in by_name})


def _finish(
    opened: OpenedDataset, job: SaveJob | ExportJob, saved: Saved, items: dict[str, Item]
) -> None:
    """Point the samples to their items and count what was written as saved."""
    dataset, key = opened.dataset, job.key
    before = opened.items.get(key, {})
    opened.items[key] = items
    for mask in job.masks:
        if mask.tiles.size is not None and mask.target.sample in items:
            _forget_size(dataset, mask)
    written = {mask.target.sample for mask in job.masks}
    dataset.replace_samples(
        _pointed_to(dataset.sample(name), key, _reference(saved.source, item, key))
        for name, item in items.items()
        if name in written or before.get(name) is not item
    )
    gone = _without_item(job, saved, items)
    dataset.replace_samples(_pointed_to(dataset.sample(name), key, None) for name in gone)
    for mask in job.masks:
        if mask.target.sample in items or mask.target.sample in gone:
            dataset.forget_changes(mask.target, mask.tiles)
    _adopt_label_map(dataset, key, saved.label_map)
    dataset.mark_saved(job.state, [key])
    dataset.note_problems(saved.problems)


def _without_item(
    job: SaveJob | ExportJob, saved: Saved, items: Mapping[str, Item]
) -> frozenset[str]:
    """Samples that the file lists no more, because their last object was deleted."""
    if isinstance(job, ExportJob) or not saved.source.has_objects:
        return frozenset()
    return frozenset(mask.target.sample for mask in job.masks).difference(items)


def _forget_size(dataset: Dataset, mask: MaskSnapshot) -> None:
    """The file has the size now that the user gave the layer."""
    kinds = (Kind.MASK_IMAGE_SIZE_DIFFERS, Kind.MASK_ORIENTATION)
    sample, where = mask.target.sample, mask.ref.where if mask.ref else None
    dataset.forget_problems(
        p for p in dataset.problems if (p.sample, p.where) == (sample, where) and p.kind in kinds
    )


def _reference(source: Source, item: Item, key: str) -> ItemMask | None:
    return ItemMask(source, item, key) if key in item.keys else None


def _pointed_to(sample: Sample, key: str, ref: ItemMask | None) -> Sample:
    masks = {k: other for k, other in sample.masks.items() if k != key}
    if ref is not None:
        masks[key] = ref
    return replace(sample, masks=masks)


def _adopt_label_map(dataset: Dataset, key: str, written: LabelMap) -> None:
    """Take over classes that were only added by writing, such as a background at the end."""
    current = dataset.label_maps[key]
    missing = [c for c in written if not current.is_declared(c.index) and not c.is_filler]
    if missing:
        for label_class in missing:
            current = current.with_class(label_class)
        dataset.label_maps[key] = current.with_background(written.background)
