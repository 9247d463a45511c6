"""Writing a new CVAT data set: a zip, or a folder where the name does not end in `.zip`."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from maskstudio.core.labels import MAX_INDEX, LabelClass, LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind, Problem, Scope

from . import archive_writer
from .atomic import new_folder
from .base import Content, Progress, SaveReport, WriteItem, WriteOptions
from .color_codec import ColorCodec, color_name
from .cvat_encoding import PngKind, class_png, instance_kind, instance_png
from .cvat_listing import CLASSES, IMAGES, LISTS, OBJECTS, item_path
from .cvat_pixels import present
from .cvat_rules import (
    check_colors,
    check_item_name,
    check_subset_name,
    over_255_warning,
)
from .label_maps import (
    LABELMAP,
    check_writable,
    color_owners,
    with_all_colors,
    with_background_last,
    without_gaps,
    write_labelmap_txt,
)
from .parallel import ordered_map

DEFAULT_SUBSET = "default"
_ONE_CHANNEL_CLASSES = 256

NamedBytes = tuple[str, bytes]


def write_new(
    target: Path, content: Content, options: WriteOptions, progress: Progress
) -> SaveReport:
    """Write a data set that CVAT imports; it appears at the target when it is complete.

    A map without background gets one as its last class, gaps become fillers. Items that cannot be
    read, or hold undeclared indices, are left out and listed in the report, unless they are
    required.

    `overwrite` replaces a zip that exists; a folder has to be new or empty in any case.

    Raises:
        DataError: target_exists, not_writable, cannot_hold, duplicate_color, duplicate_label, or
            the fault of a required item; nothing is left behind then.
    """
    _check_target(target, overwrite=options.overwrite)
    label_map = _complete(content.label_map)
    if options.one_channel:
        check_one_channel(content.label_map)
    writing = _Writing(
        label_map,
        content.label_map.undeclared,
        with_images=options.with_images,
        one_channel=options.one_channel,
    )
    _check_names(content)
    if target.suffix.lower() == ".zip":
        with closing(writing.files(content, progress)) as files:
            archive_writer.write_new(target, files)
    else:
        with closing(writing.files(content, progress)) as files, new_folder(target) as write:
            for name, data in files:
                write(name, data)
    return SaveReport(tuple(writing.problems))


@dataclass(frozen=True)
class _ItemFiles:
    """The files of one item, or why there are none."""

    files: tuple[NamedBytes, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_written: bool = True


class _Writing:
    """Turns content into named files, pictures first, then the lists and the label map."""

    def __init__(
        self,
        label_map: LabelMap,
        undeclared: tuple[LabelClass, ...],
        *,
        with_images: bool,
        one_channel: bool,
    ) -> None:
        self._label_map = label_map
        self._known = undeclared
        self._with_images = with_images
        self._kind = PngKind.GRAY_8 if one_channel else PngKind.COLOR
        self._codec = ColorCodec(color_owners(label_map), label_map.declared)
        self.problems: list[Problem] = []

    def files(self, content: Content, progress: Progress) -> Generator[NamedBytes, None, None]:
        """Every file of the data set, made as it is asked for."""
        lists: dict[str, list[str]] = {}
        with closing(ordered_map(self._make, content.items)) as made:
            for done, (item, found) in enumerate(zip(content.items, made, strict=True)):
                progress(done, len(content.items), item.name)
                yield from found.files
                self.problems += found.problems
                for subset in _subsets(item) if found.is_written else ():
                    lists.setdefault(subset, []).append(item.name)
        for subset, names in (lists or {DEFAULT_SUBSET: []}).items():
            yield f"{LISTS}{subset}.txt", "".join(f"{name}\n" for name in names).encode()
        yield LABELMAP, write_labelmap_txt(self._label_map)

    def _make(self, item: WriteItem) -> _ItemFiles:
        try:
            data = item.read()
            image = self._image(item)
            undeclared = self._undeclared(item, data)
        except DataError as error:
            if item.is_required:
                raise
            return _ItemFiles((), (error.problem(Scope.ITEM, sample=item.name),), is_written=False)
        masks, problems = self._masks(item, data, undeclared) if data else ((), ())
        return _ItemFiles((*image, *masks), problems)

    def _image(self, item: WriteItem) -> tuple[NamedBytes, ...]:
        if not self._with_images or item.image is None:
            return ()
        name = f"{IMAGES}{item_path(item.name)}{item.image.suffix}"
        return ((name, item.image.stored_bytes()),)

    def _undeclared(self, item: WriteItem, data: MaskData | None) -> tuple[LabelClass, ...]:
        """Classes that stand for an undeclared color of this mask, which it keeps.

        Raises:
            DataError: an undeclared index that is no color, or whose color a class has.
        """
        if data is None or not data.has_classes:
            return ()
        known = {c.index: c for c in (*self._known, *data.undeclared)}
        strange = set(present(data.pixels)) - set(self._label_map.declared)
        met = [known[index] for index in sorted(strange & set(known))]
        taken = color_owners(self._label_map)
        for label_class in met:
            is_color = label_class.name == color_name(label_class.color)
            if not is_color or label_class.color in taken or self._kind.is_gray:
                raise DataError(
                    Kind.UNDECLARED_INDEX,
                    item.name,
                    f"class index {label_class.index} (`{label_class.name}`) is not declared",
                    "a class for every index",
                )
        return tuple(met)

    def _masks(
        self, item: WriteItem, data: MaskData, undeclared: tuple[LabelClass, ...]
    ) -> tuple[tuple[NamedBytes, ...], tuple[Problem, ...]]:
        files: list[NamedBytes] = []
        problems: tuple[Problem, ...] = ()
        if data.has_classes:
            where = f"{CLASSES}{item_path(item.name)}.png"
            stand_ins = {c.index for c in undeclared}
            check_colors(present(data.pixels), self._label_map, stand_ins, where)
            codec = self._codec_for(undeclared)
            files.append((where, class_png(data.pixels, self._kind, codec, where)))
        if data.instances is not None:
            where = f"{OBJECTS}{item_path(item.name)}.png"
            kind = instance_kind(self._kind, int(data.instances.max(initial=0)))
            files.append((where, instance_png(data.instances, kind)))
            problems = over_255_warning(int(data.instances.max(initial=0)), where, item.name)
        return tuple(files), problems

    def _codec_for(self, undeclared: tuple[LabelClass, ...]) -> ColorCodec:
        if not undeclared:
            return self._codec
        owners = color_owners(self._label_map)
        return ColorCodec(owners, self._label_map.declared, undeclared)


def _complete(label_map: LabelMap) -> LabelMap:
    """The map as it is written: a color for every class, a background, no gaps.

    Raises:
        DataError: it cannot be written.
    """
    full = with_all_colors(with_background_last(label_map))
    if max(full.declared, default=0) > MAX_INDEX:
        raise DataError(Kind.CANNOT_HOLD, LABELMAP, "no index is free for the background")
    full = without_gaps(full)
    check_writable(full)
    return full


def _check_target(target: Path, *, overwrite: bool) -> None:
    is_zip = target.suffix.lower() == ".zip"
    if target.is_dir():
        is_taken = is_zip or any(target.iterdir())
    else:
        is_taken = target.exists() and not (is_zip and overwrite)
    if is_taken:
        raise DataError(Kind.TARGET_EXISTS, str(target), "the target exists", "a new name")


def check_one_channel(label_map: LabelMap) -> None:
    """Refuse a label map that gray masks cannot be written with. Raises DataError (cannot_hold)."""
    full = _complete(label_map)
    if len(label_map) < max(label_map.declared, default=-1) + 1:
        found = "the class indices have gaps"
    elif len(full) > _ONE_CHANNEL_CLASSES:
        found = f"there are {len(full)} classes"
    else:
        return
    expected = f"indices contiguous from 0, at most {_ONE_CHANNEL_CLASSES}, for one channel"
    raise DataError(Kind.CANNOT_HOLD, LABELMAP, found, expected)


def _check_names(content: Content) -> None:
    """Refuse names that lists or files cannot hold. Raises DataError (cannot_hold)."""
    paths: set[str] = set()
    for item in content.items:
        check_item_name(item.name)
        for subset in _subsets(item):
            check_subset_name(subset)
        path = item_path(item.name)
        if path in paths:
            found = "two samples would have the same files"
            raise DataError(Kind.CANNOT_HOLD, item.name, found, "a name of its own")
        paths.add(path)


def _subsets(item: WriteItem) -> tuple[str, ...]:
    return item.subsets or (DEFAULT_SUBSET,)
