"""Reading CVAT "Segmentation Mask 1.1": a zip or folder with lists, masks and a label map.

Opening lists the samples and parses the label map; no picture is decoded before it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple, NoReturn

import numpy as np

from maskstudio.core.arrays import InstanceMask, Rgb
from maskstudio.core.geometry import Size
from maskstudio.core.image import Image
from maskstudio.core.labels import MAX_INDEX, LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from . import pictures
from .base import Item, OpenOptions, Source, Sureness
from .color_codec import ColorCodec
from .cvat_pixels import decode_classes, decode_instances
from .dataset_files import DatasetFiles, FolderFiles, ZipFiles, find_folder_root
from .label_maps import LABELMAP, color_owners, read_labelmap_txt, voc_label_map
from .safe_paths import escape_reason

FORMAT = "cvat-segmentation-mask"
LISTS = "ImageSets/Segmentation/"
CLASSES = "SegmentationClass/"
OBJECTS = "SegmentationObject/"
IMAGES = "JPEGImages/"
_MARKS = (LISTS, CLASSES, OBJECTS, LABELMAP)
_FOLDERS = tuple(folder.rstrip("/") for folder in (LISTS, CLASSES, OBJECTS, IMAGES))
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")


class ItemFiles(NamedTuple):
    """Where the files of an item lie; None for those it has not."""

    classes: str | None = None
    objects: str | None = None
    image: str | None = None


def probe(path: Path) -> Sureness:
    """Whether a zip or folder holds a data set of this shape."""
    if path.is_dir():
        root = path / find_folder_root(path, _MARKS)
        names = [mark for mark in _MARKS if (root / mark).exists()]
        least = Sureness.NO
    elif _is_zip(path):
        least = Sureness.BY_NAME
        try:
            files = ZipFiles(path, _MARKS)
        except DataError:
            return least
        names = list(files.names)
        files.close()
    else:
        return Sureness.BY_NAME if path.suffix.lower() == ".zip" else Sureness.NO
    if any(name.startswith(LISTS) for name in names):
        return Sureness.CERTAIN
    if any(name.startswith((CLASSES, OBJECTS)) for name in names):
        return Sureness.POSSIBLE
    return least


def open_source(path: Path, options: OpenOptions) -> CvatSource:
    """Open a data set for reading.

    Raises:
        DataError: of scope file: damaged or unsafe archive, label map, or no subset list.
    """
    return CvatSource(path, options)


class CvatSource(Source):
    """An opened data set; its one layer bears the key of the options.

    Attributes:
        files: where its files are read from.
        lists: path of the list of each subset.
        stored_map: the label map that reading the files alone would give.
    """

    format = FORMAT

    def __init__(self, path: Path, options: OpenOptions) -> None:
        self.path = path
        self.key = options.key
        self._options = options
        self.codec, self._codec_meaning = ColorCodec({}), _meaning(LabelMap())
        self.reload()

    def reload(self) -> None:
        """Read the index anew: lists, label map, and which files there are. Raises DataError."""
        self.problems: list[Problem] = []
        if self.path.is_dir():
            self.files: DatasetFiles = FolderFiles(self.path, _MARKS, _FOLDERS)
        else:
            self.files = ZipFiles(self.path, _MARKS)
        self._refuse_links()
        self.stored_map = self._read_label_map()
        chosen = None if LABELMAP in self.files.names else self._options.label_map
        self.label_maps = {self.key: chosen or self.stored_map}
        self.lists = self._find_lists()
        self._images = _by_stem(self.files.names)
        self._item_files: dict[str, ItemFiles] = {}
        self.items = self._read_items()
        self.codec = self.codec_for(self.label_maps[self.key])
        self._codec_meaning = _meaning(self.label_maps[self.key])

    def close(self) -> None:
        self.files.close()

    def has_changed_underneath(self) -> bool:
        return self.files.has_changed_underneath()

    def files_of(self, item: Item) -> ItemFiles:
        """Where the files of an item lie."""
        return self._item_files[item.name]

    # --- pictures --------------------------------------------------------------------------------

    def image_size(self, item: Item) -> Size:
        where = self.image_where(item)
        return self.files.parse_header(where, lambda data: pictures.read_size(data, where))

    def read_image(self, item: Item) -> Image:
        where = self.image_where(item)
        return pictures.read_image(self.files.read(where), where)

    def image_bytes(self, item: Item) -> bytes:
        return self.files.read(self.image_where(item))

    def image_where(self, item: Item) -> str:
        return self.files_of(item).image or _missing(IMAGES + item.name, "image")

    # --- masks -----------------------------------------------------------------------------------

    def mask_size(self, item: Item, key: str) -> Size:
        where = self.mask_where(item, key)
        return self.files.parse_header(where, lambda data: pictures.read_stored_size(data, where))

    def mask_where(self, item: Item, key: str) -> str:
        files = self.files_of(item)
        return files.classes or files.objects or _missing(f"{CLASSES}{item.name}.png", "mask")

    def read_mask(self, item: Item, key: str) -> MaskData:
        files = self.files_of(item)
        where = self.mask_where(item, key)
        instances: InstanceMask | None = None
        problems: tuple[Problem, ...] = ()
        if files.objects:
            raw = pictures.read_raw_mask(self.files.read(files.objects), files.objects)
            instances, problems = decode_instances(raw, files.objects)
            if files.classes is None:
                only = self.label_maps[self.key].class_for_nothing()
                pixels = np.full(instances.shape, only.index, np.uint16)
                return MaskData(pixels, instances, (only,), problems, has_classes=False)
        raw = pictures.read_raw_mask(self.files.read(where), where)
        found = decode_classes(raw, self.codec, self.label_maps[self.key].declared, where)
        if instances is not None and instances.shape != found.pixels.shape:
            raise DataError(
                Kind.SIZE_MISMATCH,
                str(files.objects),
                f"the instance mask has {Size.of(instances)} pixels",
                f"{Size.of(found.pixels)} as the class mask has",
            )
        problems = tuple(replace(p, sample=item.name) for p in (*found.problems, *problems))
        return MaskData(found.pixels, instances, found.undeclared, problems)

    def codec_for(self, label_map: LabelMap) -> ColorCodec:
        """Colors of a label map, with every stand-in lent so far meaning what it meant.

        The index for pixels that have no class at all is never lent.
        """
        meaning = _meaning(label_map)
        if meaning == self._codec_meaning:
            return self.codec
        return ColorCodec(*meaning, self.codec.stand_ins())

    # --- index -----------------------------------------------------------------------------------

    def _refuse_links(self) -> None:
        """Refuse lists and a label map that lie outside the opened folder."""
        for name in (LABELMAP, LISTS.rstrip("/")):
            if self.files.leads_out(name):
                raise DataError(Kind.UNSAFE_PATH, name, "a link leads out of the opened folder")

    def _read_label_map(self) -> LabelMap:
        if LABELMAP not in self.files.names:
            return voc_label_map()
        label_map, problems = read_labelmap_txt(self.files.read(LABELMAP))
        self.problems += problems
        return label_map

    def _find_lists(self) -> dict[str, str]:
        """Path of each subset's list by subset, in order of their names."""
        found = {}
        for name in sorted(self.files.names):
            subset = name.removeprefix(LISTS).removesuffix(".txt")
            if name != f"{LISTS}{subset}.txt" or "/" in subset:
                continue
            if "_" in subset:
                self.problems.append(_ignored(name))
            else:
                found[subset] = name
        if not found:
            raise DataError(
                Kind.MISSING_SUBSET_LIST,
                self.path.name,
                "there is no list of samples",
                f"at least one file {LISTS}<subset>.txt, without `_` in its name",
            )
        return found

    def _read_items(self) -> list[Item]:
        items: dict[str, Item] = {}
        for subset, where in self.lists.items():
            for name in read_list(self.files.read(where), where):
                item = items.get(name)
                if item is None:
                    items[name] = self._make_item(name, subset, where)
                elif subset not in item.subsets:
                    item.subsets = (*item.subsets, subset)
        return list(items.values())

    def _make_item(self, name: str, subset: str, where: str) -> Item:
        path = item_path(name)
        reason = escape_reason(name)
        is_outside = self.files.may_lead_out and any(
            map(self.files.leads_out, _possible_files(path))
        )
        if reason is None and is_outside:
            reason = "a link on the way leads out of the opened folder"
        files = ItemFiles() if reason else self._find_files(path)
        self._item_files[name] = files
        keys = (self.key,) if files.classes or files.objects else ()
        item = Item(name, (subset,), files.image is not None, keys)
        if reason:
            fault = DataError(Kind.UNSAFE_PATH, f"{where}: {name}", reason, "a path inside")
            item.problems.append(fault.problem(Scope.ITEM, sample=name))
        return item

    def _find_files(self, path: str) -> ItemFiles:
        masks = (f"{folder}{path}.png" for folder in (CLASSES, OBJECTS))
        classes, objects = (name if name in self.files.names else None for name in masks)
        return ItemFiles(classes, objects, self._images.get(path))


def read_list(data: bytes, where: str) -> list[str]:
    """Names of a subset list in order, each once.

    A line is a name as it stands, without blanks at its ends; empty lines and comments are skipped.

    Raises:
        DataError: the bytes are not UTF-8 (labelmap_encoding, for want of a kind for lists).
    """
    try:
        lines = re.split(r"\r\n|\r|\n", data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataError(Kind.LABELMAP_ENCODING, where, "the list is not UTF-8", "UTF-8") from error
    names = (line.strip() for line in lines)
    return list(dict.fromkeys(name for name in names if name and not name.startswith("#")))


def _meaning(label_map: LabelMap) -> tuple[dict[Rgb, int], frozenset[int]]:
    """What makes a codec: class of each color, and indices that no stand-in may get."""
    taken = set(label_map.declared)
    if len(taken) <= MAX_INDEX:
        taken.add(label_map.class_for_nothing().index)
    return color_owners(label_map), frozenset(taken)


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) in _ZIP_MARKS or path.suffix.lower() == ".zip"
    except OSError:
        return False


def _by_stem(names: Iterable[str]) -> dict[str, str]:
    """Images by path below their folder without ending; of several the first by name."""
    found: dict[str, str] = {}
    for name in sorted(n for n in names if n.startswith(IMAGES)):
        suffix = PurePosixPath(name).suffix
        if suffix.lower() in pictures.SUFFIXES:
            found.setdefault(name.removeprefix(IMAGES).removesuffix(suffix), name)
    return found


def item_path(name: str) -> str:
    """The name of an item as a path, without empty and `.` steps."""
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def _possible_files(path: str) -> Iterator[str]:
    """Every name under which a file of an item can lie."""
    yield f"{CLASSES}{path}.png"
    yield f"{OBJECTS}{path}.png"
    for suffix in pictures.SUFFIXES:
        yield f"{IMAGES}{path}{suffix}"


def _missing(where: str, what: str) -> NoReturn:
    raise DataError(Kind.FILE_MISSING, where, f"this sample has no {what} file")


def _ignored(where: str) -> Problem:
    found = "a list with `_` in its name is ignored, as CVAT does"
    return Problem(Kind.SUBSET_IGNORED, Severity.WARNING, Scope.FILE, where, found)
