"""A data set in Python: read pictures and masks as arrays, write pixels, undo, save.

with maskstudio.open("masks.zip") as data:
    for sample in data:
        mask = sample.mask()
        sample.write(clean(mask))
    data.save()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from types import TracebackType

import numpy as np

from maskstudio.core.arrays import BinaryMask, IndexMask, InstanceMask, Pixels
from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample, load_sample
from maskstudio.core.edits import Edit
from maskstudio.core.geometry import Rect, Size
from maskstudio.core.labels import MAX_INDEX, LabelMap
from maskstudio.core.layer import GROUND_TRUTH, MaskData
from maskstudio.errors import DataError, Kind, Problem, UsageError
from maskstudio.formats.base import Progress, no_progress
from maskstudio.formats.label_arguments import read_labels
from maskstudio.workflows.mask_snapshot import snapshot
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest
from maskstudio.workflows.opening import open_with_choices
from maskstudio.workflows.save_dataset import (
    finish_save,
    has_changed_underneath,
    modified_keys,
    prepare_save,
    run_save,
)

AnyPath = str | PathLike[str]


def open(  # noqa: A001 - called as maskstudio.open
    path: AnyPath | None = None,
    *,
    images: AnyPath | None = None,
    layers: Mapping[str, AnyPath] | None = None,
    labels: AnyPath | LabelMap | None = None,
    downloads: AnyPath | None = None,
) -> DataSet:
    """Open masks, images, or both; nothing is decoded before it is asked for.

    Args:
        path: anything `maskstudio open` takes; plain pictures that do not look like masks are
            images.
        images: a folder of images for all layers.
        layers: masks by layer key.
        labels: a label map, or a file or comma list of class names, for masks that bring none.
        downloads: folder of rasters that were fetched from the addresses the source names.

    Raises:
        DataError: something cannot be read at all.
        UsageError: nothing to open is named, or a layer twice.
    """
    request = OpenRequest(
        () if path is None else (Path(path),),
        None if images is None else Path(images),
        tuple((key, Path(place)) for key, place in (layers or {}).items()),
        label_map_of(labels),
        downloads=None if downloads is None else Path(downloads),
    )
    return DataSet(open_with_choices(request))


def label_map_of(labels: AnyPath | LabelMap | None) -> LabelMap | None:
    """The label map that is meant. Raises DataError, UsageError."""
    if labels is None or isinstance(labels, LabelMap):
        return labels
    return read_labels(labels if isinstance(labels, str) else Path(labels))


class DataSet:
    """An opened data set; its samples are counted, indexed by position or name, and iterated.

    Pixels change through `DataSample.edit` alone, so that every change can be undone. Used from
    one thread.
    """

    def __init__(self, opened: OpenedDataset) -> None:
        """Made by `open`."""
        self._opened = opened

    def __enter__(self) -> DataSet:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._dataset.samples)

    def __iter__(self) -> Iterator[DataSample]:
        return (DataSample(self, sample.name) for sample in self._dataset.samples)

    def __getitem__(self, which: int | str) -> DataSample:
        """The sample at a position, or of a name. Raises IndexError or KeyError."""
        if isinstance(which, str):
            return DataSample(self, self._dataset.sample(which).name)
        return DataSample(self, self._dataset.samples[which].name)

    def __repr__(self) -> str:
        return f"<DataSet {self._opened.title}: {len(self)} samples, layers {list(self.layers)}>"

    @property
    def layers(self) -> tuple[str, ...]:
        """Keys of the layers, bottom to top."""
        return self._dataset.keys

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Faults and warnings met so far."""
        return tuple(self._dataset.problems)

    @property
    def is_modified(self) -> bool:
        """Whether something was changed that is not saved."""
        return bool(self._dataset.history.modified())

    def label_map(self, layer: str | None = None) -> LabelMap:
        """Classes of a layer. Raises UsageError: there is no such layer, or several and no key."""
        return self._dataset.label_maps[self.layer_key(layer)]

    def layer_key(self, layer: str | None = None) -> str:
        """The layer that is meant: the one named, `ground_truth`, or the only one.

        Raises:
            UsageError: there is no such layer, or several and none is named.
        """
        keys = self.layers
        if layer is None and GROUND_TRUTH in keys:
            return GROUND_TRUTH
        if layer is None and len(keys) == 1:
            return keys[0]
        if layer not in keys:
            said = "Several layers are there" if layer is None else f"There is no layer {layer}"
            raise UsageError(f"{said}; choose one of {', '.join(keys)}.")
        return layer

    def undo(self) -> bool:
        """Take the last change back, wherever it was made; whether there was one."""
        return self._step(self._dataset.history.undo_edit, self._dataset.undo)

    def redo(self) -> bool:
        """Make the next change again; whether there was one."""
        return self._step(self._dataset.history.redo_edit, self._dataset.redo)

    def save(
        self, *, overwrite: bool = False, progress: Progress = no_progress
    ) -> tuple[Problem, ...]:
        """Write what changed back to where it was read from; everything else stays byte for byte.

        Args:
            overwrite: also where another program changed the target meanwhile.

        Returns:
            Warnings of the writers.

        Raises:
            DataError: a layer was not read from something it can go back to, was changed by
                another program, or cannot be written. That layer is left as it was, and modified.
        """
        told: list[Problem] = []
        for key in modified_keys(self._dataset):
            job = prepare_save(self._opened, key)
            if not overwrite and has_changed_underneath(self._opened, key):
                where = str(self._opened.layer_sources[key].path)
                found = "another program changed it since it was read"
                raise DataError(Kind.NOT_WRITABLE, where, found, "save(overwrite=True)")
            saved = run_save(job, progress)
            finish_save(self._opened, job, saved)
            told += saved.problems
        return tuple(told)

    def close(self) -> None:
        """Let go of the files; unsaved changes are lost."""
        self._opened.close()

    # what samples and other modules of this package use

    @property
    def opened(self) -> OpenedDataset:
        """The data set with the sources behind it."""
        return self._opened

    @property
    def _dataset(self) -> Dataset:
        return self._opened.dataset

    def _step(self, edit: Edit | None, deed: Callable[[], Edit | None]) -> bool:
        if edit is None:
            return False
        for name in edit.samples:
            self._dataset.open_document(load_sample(self._dataset.sample(name)))
        done = deed() is not None
        for name in edit.samples:
            self._dataset.close_document(name)
        return done


class DataSample:
    """One image with its masks; holds no pixels itself."""

    def __init__(self, data: DataSet, name: str) -> None:
        """Made by its data set."""
        self._data = data
        self.name = name

    def __repr__(self) -> str:
        return f"<DataSample {self.name}>"

    @property
    def subsets(self) -> tuple[str, ...]:
        """Lists it stands in."""
        return self._sample.subsets

    @property
    def caption(self) -> str:
        """What its source says of it in words."""
        return self._sample.caption

    def image(self) -> Pixels | None:
        """(H, W), (H, W, 3) or (H, W, 4) picture as shown, or None. Raises DataError."""
        image = self._sample.image
        return None if image is None else image.read().pixels

    def mask(self, layer: str | None = None) -> IndexMask:
        """(H, W) class indices with unsaved changes, in an array of your own.

        Raises:
            DataError: it cannot be read, or nothing tells how large it would be.
            UsageError: as `DataSet.layer_key`.
        """
        return self._read(layer).pixels.copy()

    def instances(self, layer: str | None = None) -> InstanceMask | None:
        """(H, W) instance ids, 0 where there is none, or None. Raises as `mask`."""
        found = self._read(layer).instances
        return None if found is None else found.copy()

    def write(
        self, values: IndexMask, where: BinaryMask | None = None, *, layer: str | None = None
    ) -> None:
        """Give all pixels of a mask, or those where a shape is true, other class indices.

        Args:
            values: (H, W) class indices; the size of the mask.
            where: (H, W) true for pixels to be written.

        Raises:
            DataError: size_mismatch, value_out_of_range, or the mask cannot be read.
        """
        with self.edit(layer) as edit:
            edit.write(values, where)

    @contextmanager
    def edit(self, layer: str | None = None, label: str = "Edit") -> Iterator[MaskEdit]:
        """Several writes as one step of undo; where an exception leaves the block, none of them.

        Raises:
            DataError: the mask cannot be read or edited.
        """
        dataset, key = self._data.opened.dataset, self._data.layer_key(layer)
        loaded = load_sample(self._sample)
        document = dataset.open_document(loaded)
        try:
            found = document.layer(key)
            if found.is_locked:
                reasons = [p.message for p in loaded.problems] or ["its size is another"]
                raise DataError(Kind.SIZE_MISMATCH, f"{key} of {self.name}", reasons[0])
            transaction = dataset.begin(self.name, key, label=label)
            try:
                yield MaskEdit(transaction.write, found.pixels, f"{key} of {self.name}")
            except BaseException:
                transaction.rollback()
                raise
            transaction.commit()
        finally:
            dataset.close_document(self.name)

    @property
    def _sample(self) -> Sample:
        return self._data.opened.dataset.sample(self.name)

    def _read(self, layer: str | None) -> MaskData:
        key = self._data.layer_key(layer)
        return snapshot(self._data.opened.dataset, self._sample, key).read()


class MaskEdit:
    """One open step of undo on a mask."""

    def __init__(self, write: Callable[..., Rect | None], pixels: IndexMask, where: str) -> None:
        """Made by `DataSample.edit`."""
        self._write, self.pixels, self._where = write, pixels, where

    def write(
        self,
        values: IndexMask | int,
        where: BinaryMask | None = None,
        *,
        at: tuple[int, int] = (0, 0),
    ) -> None:
        """Put class indices into a rectangle of the mask.

        Args:
            values: (h, w) class indices, or one index for all pixels of `where`.
            where: (h, w) true for pixels to be written; all by default.
            at: row and column of its top-left pixel.

        Raises:
            DataError: it reaches over the border (size_mismatch), or an index is not 0 to 65 535.
        """
        shape = np.shape(values if where is None else where) or self.pixels.shape
        try:
            array = np.broadcast_to(np.asarray(values), shape)
        except ValueError as error:
            found = f"values of the shape {np.shape(values)} for a `where` of {shape}"
            raise DataError(Kind.SIZE_MISMATCH, self._where, found, "the same shape") from error
        if array.ndim != 2:
            found = f"an array of {array.ndim} dimensions"
            raise DataError(Kind.SIZE_MISMATCH, self._where, found, "rows and columns")
        row, column = at
        rect = Rect(column, row, column + array.shape[1], row + array.shape[0])
        if row < 0 or column < 0 or rect & Rect.of_size(Size.of(self.pixels)) != rect:
            found = f"values of {Size.of(array)} at row {row}, column {column}"
            expected = f"a part of {Size.of(self.pixels)}"
            raise DataError(Kind.SIZE_MISMATCH, self._where, found, expected)
        if array.dtype.kind not in "bui" or int(array.min()) < 0 or int(array.max()) > MAX_INDEX:
            found = f"values of type {array.dtype}, {array.min()} to {array.max()}"
            expected = f"class indices, 0 to {MAX_INDEX}"
            raise DataError(Kind.VALUE_OUT_OF_RANGE, self._where, found, expected)
        self._write(rect, array.astype(np.uint16), where)
