"""Relabeling a source into a new target of the same format: all samples or none.

What holds none of the changed classes is copied byte for byte: the source is copied beside the
target, the copy is saved in place, and takes the target's name when it is whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from maskstudio.errors import DataError, Kind, Problem
from maskstudio.formats import registry
from maskstudio.formats.atomic import not_writable, part_folder, sync_folder
from maskstudio.formats.base import (
    ChangedMask,
    Changes,
    ItemMask,
    OpenOptions,
    Progress,
    Source,
    no_progress,
)

from .class_census import Census, take_census
from .class_use import masks_to_search
from .open_dataset import OpenedDataset
from .relabel import Relabeling


@dataclass(frozen=True)
class Consequences:
    """What a relabeling does, before it is done.

    Args:
        by_sample: pixels that change, by old index, for each sample that changes.
        problems: why samples cannot be looked at; they stay as they are.
    """

    relabeling: Relabeling
    by_sample: Mapping[str, Mapping[int, int]]
    problems: tuple[Problem, ...] = ()

    @property
    def totals(self) -> dict[int, int]:
        """Pixels that change, by old index, over all samples."""
        return Census(self.by_sample).totals


def consequences_of(relabeling: Relabeling, census: Census) -> Consequences:
    """What a relabeling does to the masks that were counted."""
    moved = relabeling.moved
    found = {
        name: {index: count for index, count in counts.items() if index in moved}
        for name, counts in census.by_sample.items()
    }
    changed = {name: counts for name, counts in found.items() if counts}
    return Consequences(relabeling, changed, census.problems)


def foresee(
    opened: OpenedDataset, key: str, relabeling: Relabeling, progress: Progress = no_progress
) -> Consequences:
    """Decode every mask of a layer and count. Raises CancelledError."""
    census = take_census(masks_to_search(opened.dataset, key), progress)
    return consequences_of(relabeling, census)


class RelabeledMasks(Mapping[str, ChangedMask]):
    """Masks of a layer afterwards, by the names of their items; each made when it is asked for.

    Args:
        source: what they are written to; undeclared colors mean the same in what it gives.
    """

    def __init__(
        self, relabeling: Relabeling, source: Source, key: str, names: Collection[str]
    ) -> None:
        items = {item.name: item for item in source.items}
        self._relabeling = relabeling
        self._refs = {name: ItemMask(source, items[name], key) for name in names}

    def __len__(self) -> int:
        return len(self._refs)

    def __iter__(self) -> Iterator[str]:
        return iter(self._refs)

    def __contains__(self, name: object) -> bool:
        return name in self._refs

    def __getitem__(self, name: str) -> ChangedMask:
        """Decode and relabel. Raises DataError."""
        data = self._refs[name].read()
        data = self._relabeling.applied(data) or data
        return ChangedMask(data.pixels, data.instances, data.has_classes, data.objects)


def write_relabeled(
    opened: OpenedDataset,
    key: str,
    foreseen: Consequences,
    target: Path,
    *,
    overwrite: bool = False,
    progress: Progress = no_progress,
) -> tuple[Problem, ...]:
    """Write the source with other indices to a new target; returns warnings.

    A source that is one file among others it names, such as a list of frames, is written with
    those: the target's folder has to be new then.

    Raises:
        DataError: the source's format cannot be saved, the target exists or cannot be written, or a
            mask cannot be read or held; the target was not touched then.
        CancelledError: the target was not touched.
    """
    source = opened.layer_sources[key]
    if not registry.saves_in_place(source.format):
        found = f"{source.format} can be read, but not saved"
        raise DataError(Kind.CANNOT_HOLD, str(source.path), found)
    companions = source.companions()
    is_alone, is_file = not companions, source.path.is_file()
    place = target if is_alone else target.parent
    if is_alone:
        _require_free(target, is_file=is_file, overwrite=overwrite)
    else:
        _require_new_folder(place)
    try:
        with part_folder(place) as part:
            copied = part / source.path.name if is_file else part
            _copy(source.path, copied, companions)
            told = _save(opened, key, foreseen, copied, progress)
            if not is_alone:
                copied.replace(part / target.name)
            (copied if is_alone else part).replace(place)
            sync_folder(place.parent)
    except OSError as error:
        raise not_writable(target, error) from error
    return told


def _save(
    opened: OpenedDataset, key: str, foreseen: Consequences, copied: Path, progress: Progress
) -> tuple[Problem, ...]:
    """Save the changed masks into the copy."""
    names = [opened.items[key][name].name for name in foreseen.by_sample]
    request = opened.request
    is_named = key in dict(request.layers)
    options = OpenOptions(key, request.label_map, request.downloads, is_named=is_named)
    copy = registry.open_source(copied, options, as_masks=True)
    masks = RelabeledMasks(foreseen.relabeling, copy, key, names)
    try:
        changes = Changes(key, foreseen.relabeling.label_map, masks)
        return registry.save_in_place(copy, changes, progress).problems
    finally:
        copy.close()


def _require_free(place: Path, *, is_file: bool, overwrite: bool) -> None:
    if is_file and (overwrite or not place.exists()) and not place.is_dir():
        return
    if not is_file and not (place.exists() and (place.is_file() or any(place.iterdir()))):
        return
    raise DataError(Kind.TARGET_EXISTS, str(place), "the target exists", "a new name")


def _require_new_folder(folder: Path) -> None:
    """Refuse a folder that holds anything, where several files are written that belong together."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        found = "files that belong together are written here, and it holds others"
        raise DataError(Kind.TARGET_EXISTS, str(folder), found, "a target in a new folder")


def _copy(source: Path, copied: Path, companions: Collection[str]) -> None:
    """Copy a folder, or a file with those beside it that belong to it, as far as they are there."""
    copied.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, copied, dirs_exist_ok=True)
        return
    shutil.copyfile(source, copied)
    for name in companions:
        if (source.parent / name).is_file():
            (copied.parent / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source.parent / name, copied.parent / name)
