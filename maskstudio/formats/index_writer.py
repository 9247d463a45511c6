"""Writing a folder of masks: edited ones in place, or everything to a new folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import numpy as np

from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from . import pictures
from .atomic import not_writable, part_folder, sync_folder
from .base import (
    Changes,
    Content,
    Progress,
    SaveReport,
    Source,
    WriteItem,
    WriteOptions,
    reading_back,
)
from .folder_change import change_folder
from .index_pixels import (
    decode_indices,
    encode_like,
    encode_new,
    equal_channel,
    present_indices,
    require_no_stand_in,
)
from .index_reader import IndexFolder
from .label_maps import (
    LABELMAP,
    check_writable,
    color_owners,
    with_all_colors,
    without_gaps,
    write_labelmap_txt,
)
from .parallel import ordered_map
from .safe_paths import file_path_of, resolve_inside

Encode = Callable[[], bytes]


def save_in_place(source: Source, changes: Changes, progress: Progress) -> SaveReport:
    """Write edited masks, and the label map where it changed, as one step.

    A folder without a `labelmap.txt` gets one only when the label map says more than its files.

    Raises:
        DataError: cannot_hold, duplicate_label, not_writable, undeclared_index; nothing was
            changed then.
        CancelledError: nothing was changed.
    """
    assert isinstance(source, IndexFolder)
    plan = _Plan(source, changes)
    if plan.files:
        change_folder(source.files.folder, plan.files, plan.encoded, progress)
        source.forget_stamps(plan.files)
        with reading_back():
            source.reload()
    return SaveReport(_left_out_instances(source, changes), tuple(plan.recolored))


class _Plan:
    """Which files a save writes, and how each of them is made."""

    def __init__(self, source: IndexFolder, changes: Changes) -> None:
        self._source = source
        self._masks = changes.masks
        self._before = source.label_maps[source.key]
        self._label_map = changes.label_map
        self._codec = source.codec_for(changes.label_map)
        self.recolored: list[str] = []
        self.files: dict[str, Encode] = {}
        for name in self._masks:
            self.files[self._path_of(name)] = partial(self._encode, name)
        if self._says_more():
            self._add_label_map()

    def encoded(self, paths: list[str]) -> Iterator[bytes]:
        """The bytes of the planned files, a few made ahead."""
        return ordered_map(lambda path: self.files[path](), paths)

    def _path_of(self, name: str) -> str:
        known = self._source.files.paths.get(name)
        if known is not None:
            return known
        path, folder = path_of(name), self._source.files.folder
        if resolve_inside(folder.resolve(), folder / path, path).exists():
            raise DataError(Kind.TARGET_EXISTS, path, "a file of this name came meanwhile")
        return path

    def _encode(self, name: str) -> bytes:
        files, changed = self._source.files, self._masks[name]
        if name not in files.paths:
            return encode_new(changed.pixels, self._label_map)
        where = files.paths[name]
        return encode_like(files.read(name), changed.pixels, self._label_map, self._codec, where)

    def _says_more(self) -> bool:
        """Whether the label map says more than its file, or than was made for indices met."""
        if self._source.has_other_label_map():
            return True
        made, before = self._source.made, self._before.classes
        return before != tuple(c for c in self._label_map if c in before or c not in made)

    def _add_label_map(self) -> None:
        label_map = self._label_map
        if self._source.makes_classes:
            label_map = self._with_classes_of_other_masks(label_map)
        check_writable(label_map, self._before.by_name)
        self.files[LABELMAP] = partial(write_labelmap_txt, label_map)
        changed_colors = _recolored(self._before, label_map)
        for item in self._source.items if changed_colors else ():
            if item.name not in self._masks:
                self._add_if_painted_in(item.name, changed_colors)

    def _with_classes_of_other_masks(self, label_map: LabelMap) -> LabelMap:
        """With a class for each index of a mask nobody has read, which would be undeclared else."""
        for item in self._source.items:
            if item.name not in self._masks:
                self._source.read_mask(item, self._source.key)
        for made in self._source.made.all():
            if not label_map.is_declared(made.index):
                label_map = label_map.with_class(made)
        return label_map

    def _add_if_painted_in(self, name: str, changed_colors: set[int]) -> None:
        """Rewrite an unchanged mask that is stored in colors and holds a class with a new one."""
        where = self._source.files.paths[name]
        stored = self._source.files.read(name)
        raw = pictures.read_raw_mask(stored, where)
        if raw.pixels.ndim == 2 or equal_channel(raw.pixels) is not None:
            return
        pixels, _ = decode_indices(raw, self._source.codec, where)
        if changed_colors.intersection(present_indices(pixels)):
            self.files[where] = partial(
                encode_like, stored, pixels, self._label_map, self._codec, where
            )
            self.recolored.append(name)


def _recolored(before: LabelMap, after: LabelMap) -> set[int]:
    """Indices of classes whose pixels are stored in another color from now on."""
    owned = {index: color for color, index in color_owners(before.classes).items()}
    kept = set(color_owners(after.classes).items())
    return {index for index, color in owned.items() if (color, index) not in kept}


def _left_out_instances(source: IndexFolder, changes: Changes) -> tuple[Problem, ...]:
    names = [
        name
        for name, mask in changes.masks.items()
        if mask.instances is not None and mask.instances.any()
    ]
    return tuple(_no_instances(str(source.path), names))


def write_new(
    target: Path, content: Content, options: WriteOptions, progress: Progress
) -> SaveReport:
    """Write every item as an indexed PNG (16-bit gray above 256 classes) with a `labelmap.txt`.

    An item without a mask gets an empty one in the size of its image. Everything is written to a
    folder beside the target first; a target that exists keeps its other files.

    Raises:
        DataError: target_exists, cannot_hold, duplicate_label, undeclared_color, not_writable, or
            a fault of what is read; the target was not touched then.
        CancelledError: the target was not touched.
    """
    _require_free(target, options)
    if options.with_images:
        raise DataError(Kind.CANNOT_HOLD, str(target), "a folder of masks holds no images")
    label_map = with_all_colors(without_gaps(content.label_map))
    check_writable(label_map)
    paths = {item.name: path_of(item.name) for item in content.items}
    try:
        with part_folder(target) as part:
            writer = _FolderWriter(part, paths, label_map)
            _write_all(writer, content.items, progress)
            _put_in_place(part, target)
    except OSError as error:
        raise not_writable(target, error) from error
    lost = _no_instances(str(target), writer.with_instances)
    return SaveReport((*writer.problems, *lost))


class _FolderWriter:
    """Writes items into a folder that nobody else sees yet."""

    def __init__(self, folder: Path, paths: dict[str, str], label_map: LabelMap) -> None:
        self._folder = folder
        self._paths = paths
        self._label_map = label_map
        self.problems: list[Problem] = []
        self.with_instances: list[str] = []
        (folder / LABELMAP).write_bytes(write_labelmap_txt(label_map))

    def encode(self, item: WriteItem) -> bytes | None:
        """The file of an item, or None where nothing tells its size. In any thread."""
        data = item.read()
        if data is None:
            data = self._empty(item)
        if data is None:
            return None
        undeclared = (*self._label_map.undeclared, *data.undeclared)
        require_no_stand_in(data.pixels, undeclared, self._label_map, item.name)
        if data.instances is not None and data.instances.any():
            self.with_instances.append(item.name)
        return encode_new(data.pixels, self._label_map)

    def write(self, item: WriteItem, encoded: bytes | None) -> None:
        """Put the file of an item into its place."""
        if encoded is None:
            found = "neither a mask nor an image tells how large the mask is; it was left out"
            fault = DataError(Kind.FILE_MISSING, item.name, found)
            self.problems.append(
                fault.problem(Scope.ITEM, severity=Severity.WARNING, sample=item.name)
            )
            return
        path = self._folder / self._paths[item.name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded)

    def _empty(self, item: WriteItem) -> MaskData | None:
        if item.image is None:
            return None
        width, height = item.image.size()
        fill = self._label_map.background or 0
        return MaskData(np.full((height, width), fill, np.min_scalar_type(fill)))


def _write_all(writer: _FolderWriter, items: Sequence[WriteItem], progress: Progress) -> None:
    progress(0, len(items), "")
    with closing(ordered_map(writer.encode, items)) as encoded:
        for done, (item, data) in enumerate(zip(items, encoded, strict=True), 1):
            writer.write(item, data)
            progress(done, len(items), item.name)


def _put_in_place(part: Path, target: Path) -> None:
    """Let the finished folder become the target, or its files a part of a folder that exists."""
    if not target.exists() or not any(target.iterdir()):
        part.replace(target)
        sync_folder(target.parent)
        return
    names = [str(p.relative_to(part)) for p in sorted(part.rglob("*")) if p.is_file()]
    change_folder(target, names, lambda wanted: ((part / name).read_bytes() for name in wanted))


def _require_free(target: Path, options: WriteOptions) -> None:
    with suppress(FileNotFoundError):
        if not target.is_dir() and (target.exists() or target.is_symlink()):
            raise DataError(Kind.TARGET_EXISTS, str(target), "a file is in the way", "a folder")
        if any(target.iterdir()) and not options.overwrite:
            raise DataError(
                Kind.TARGET_EXISTS, str(target), "the folder holds files", "a new or empty folder"
            )


def path_of(name: str) -> str:
    """Path of a new mask by the name of its sample. Raises DataError (cannot_hold)."""
    return file_path_of(name, ".png")


def _no_instances(where: str, names: list[str]) -> list[Problem]:
    """The warning that a folder of masks holds no instance ids, for masks that have some."""
    if not names:
        return []
    count = "1 mask" if len(names) == 1 else f"{len(names)} masks"
    found = f"the instance ids of {count} were left out, first of {min(names)}"
    return [Problem(Kind.CANNOT_HOLD, Severity.WARNING, Scope.FILE, where, found)]
