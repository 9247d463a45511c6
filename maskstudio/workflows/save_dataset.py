"""Saving: what changed goes back to where it was read from, or everything to a new target.

Three steps, so that painting goes on while files are written: `prepare_*` in the window's thread
takes copies of the changed tiles, `run_*` in a worker encodes and writes, `finish_*` in the
window's thread notes what is saved. A save that fails leaves the files and the modified marks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.edits import Target
from maskstudio.core.geometry import Size
from maskstudio.core.labels import BACKGROUND_NAME, LabelClass, LabelMap, find_background
from maskstudio.core.layer import ImageRef, MaskData, MaskLayer, MaskRef, new_layer
from maskstudio.core.tiles import UnsavedTiles, do_fit, restore_tiles
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
)

from .instance_ids import with_missing_ids
from .open_dataset import OpenedDataset

COPIED_AT_ONCE = 16 << 20
"""Pixels of masks that are copied whole when a save begins; of larger ones only changed tiles."""


@dataclass(frozen=True)
class MaskSnapshot:
    """A mask as it is now: its file and the tiles that differ from it; read in any thread.

    Args:
        ref: the file, or None for a layer that has none.
        image: gives the size where there is no file.
        fill: index of pixels no file and no tile holds.
        copied: the whole mask where it is open and small enough to be copied at once.
    """

    target: Target
    ref: MaskRef | None
    size: Size | None
    image: ImageRef | None
    fill: int
    tiles: UnsavedTiles
    copied: MaskData | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is no mask at all: no file and nothing painted."""
        return self.ref is None and not self.tiles

    def read(self) -> MaskData:
        """Decode the file and put the changed tiles over it. Raises DataError."""
        if self.copied is not None:
            return self.copied
        if self.ref is not None:
            data = self.ref.read()
            if not self.tiles:
                return data
            layer = MaskLayer(self.target.key, data)
        else:
            data = None
            layer = new_layer(self.target.key, self._size(), self.fill)
        if not do_fit(self.tiles, layer):
            found = f"there are {layer.size} pixels now; the changes were made in another size"
            raise DataError(Kind.SIZE_MISMATCH, self.target.sample, found)
        restore_tiles(layer, self.tiles)
        instances = layer.instances
        return MaskData(
            layer.pixels,
            instances,
            undeclared=data.undeclared if data else (),
            has_classes=data.has_classes if data else True,
        )

    def _size(self) -> Size:
        if self.size is not None:
            return self.size
        if self.image is not None:
            return self.image.size()
        raise DataError(Kind.FILE_MISSING, self.target.sample, "neither an image nor a mask")


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


def snapshot(dataset: Dataset, sample: Sample, key: str) -> MaskSnapshot:
    """A mask of a sample as it is now; copies its changed tiles alone."""
    target = Target(sample.name, key)
    size = copied = None
    # What is put aside although the sample is open could not be brought back: its layer is empty.
    if dataset.is_open(sample.name) and not dataset.put_aside(target):
        layer = dataset.document(sample.name).layer(key)
        size = layer.size
        if layer.rect.area <= COPIED_AT_ONCE:
            copied = layer.copy_data()
    label_map = dataset.label_maps[key]
    fill = label_map.background
    if fill is None:
        fill = label_map.class_for_nothing().index
    tiles = dataset.changes(target)
    return MaskSnapshot(target, sample.masks.get(key), size, sample.image, fill, tiles, copied)


def run_save(job: SaveJob, progress: Progress) -> Saved:
    """Encode and write; the source reads its index anew. In any thread.

    Raises:
        DataError: something cannot be held or written; nothing was changed.
        CancelledError: stopped; nothing was changed.
    """
    masks: dict[str, ChangedMask] = {}
    label_map, remapped = job.label_map, []
    for mask in job.masks:
        data = mask.read()
        data, label_map, was_remapped = without_nothing(data, label_map)
        if was_remapped:
            remapped.append(mask.target.sample)
        if job.source.format == registry.CVAT:
            data = _numbered(data, label_map, numbers_all=job.numbers_all)
        name = job.item_names.get(mask.target.sample, mask.target.sample)
        masks[name] = ChangedMask(data.pixels, data.instances, data.has_classes)
    report = registry.save_in_place(job.source, Changes(job.key, label_map, masks), progress)
    n_recolored = len(report.recolored)
    return Saved(job.source, label_map, report.problems, tuple(remapped), n_recolored)


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
    source = registry.open_source(job.target, OpenOptions(job.key), as_masks=True)
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
    opened.items[key] = items
    for mask in job.masks:
        if mask.tiles.size is not None and mask.target.sample in items:
            _forget_size(dataset, mask)
    written = {mask.target.sample for mask in job.masks}
    pointed = ((dataset.sample(name), _reference(saved.source, items[name], key)) for name in items)
    dataset.replace_samples(
        [
            _pointed_to(sample, key, ref)
            for sample, ref in pointed
            if sample.name in written or sample.masks.get(key) != ref
        ]
    )
    for mask in job.masks:
        if mask.target.sample in items:
            dataset.forget_changes(mask.target, mask.tiles)
    _adopt_label_map(dataset, key, saved.label_map)
    dataset.mark_saved(job.state, [key])
    dataset.note_problems(saved.problems)


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


def without_nothing(data: MaskData, label_map: LabelMap) -> tuple[MaskData, LabelMap, bool]:
    """Write pixels that have no class at all as background, which is added last where missing.

    A mask of instances alone stays without a class mask until a class is painted into it.
    """
    nothing = label_map.class_for_nothing().index
    if data.has_classes and nothing > np.iinfo(data.pixels.dtype).max:
        return data, label_map, False
    has_none = data.pixels == nothing
    if not has_none.any():
        return replace(data, has_classes=True), label_map, False
    if not data.has_classes and has_none.all():
        return data, label_map, False
    label_map = with_background(label_map)
    assert label_map.background is not None
    pixels = np.where(has_none, label_map.background, data.pixels)
    dtype = np.uint8 if int(pixels.max()) < 256 else np.uint16
    return replace(data, pixels=pixels.astype(dtype), has_classes=True), label_map, True


def with_background(label_map: LabelMap) -> LabelMap:
    """The map with a background class, the last one, black if black is free."""
    if label_map.background is not None:
        return label_map
    named = find_background(label_map)
    if named is not None:
        return label_map.with_background(named)
    index = max((c.index for c in label_map), default=-1) + 1
    black = (0, 0, 0)
    color = label_map.free_color(index) if black in label_map.colors() else black
    added = label_map.with_class(LabelClass(index, BACKGROUND_NAME, color))
    return added.with_background(index)


def with_background_if_needed(label_map: LabelMap, masks: Sequence[MaskSnapshot]) -> LabelMap:
    """The map that every mask of an export is written with."""
    needs = any(mask.ref is None and mask.tiles for mask in masks)
    return with_background(label_map) if needs else label_map
