"""Reading CVAT "Segmentation Mask 1.1": a zip or folder with lists, masks and a label map.

Opening lists the samples and parses the label map; no picture is decoded before it is asked for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import InstanceMask, Rgb
from maskstudio.core.geometry import Size
from maskstudio.core.image import Image
from maskstudio.core.labels import MAX_INDEX, LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind, Problem

from . import pictures
from .base import Item, OpenOptions, Source, Sureness
from .color_codec import ColorCodec
from .cvat_encoding import PngKind, plain_indices
from .cvat_known import KnownMask, KnownMasks, PixelSum
from .cvat_listing import CLASSES, IMAGES, LISTS, MARKS, OBJECTS, CvatListing, ItemFiles
from .cvat_pixels import decode_classes, decode_instances
from .dataset_files import ZipFiles, find_folder_root
from .label_maps import LABELMAP, color_owners

FORMAT = "cvat-segmentation-mask"
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")


def probe(path: Path) -> Sureness:
    """Whether a zip or folder holds a data set of this shape."""
    if path.is_dir():
        root = path / find_folder_root(path, MARKS)
        names = [mark for mark in MARKS if (root / mark).exists()]
        least = Sureness.NO
    elif _is_zip(path):
        least = Sureness.BY_NAME
        try:
            files = ZipFiles(path, MARKS)
        except DataError:
            return least
        names = list(files.names)
        files.close()
        if LABELMAP not in names and path.suffix.lower() != ".zip":
            least = Sureness.NO
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


class _Reading(NamedTuple):
    """All that reading a sample depends on; replaced as a whole, for reads go on meanwhile."""

    listing: CvatListing
    label_map: LabelMap
    codec: ColorCodec
    known: KnownMasks


class CvatSource(Source):
    """An opened data set; its one layer bears the key of the options.

    Attributes:
        files: where its files are read from.
        lists: path of the list of each subset.
        stored_map: the label map that reading the files alone would give.
        codec: the colors of the label map, and stand-ins for others.
    """

    format = FORMAT
    _reading: _Reading

    def __init__(self, path: Path, options: OpenOptions) -> None:
        self.path = path
        self.key = options.key
        self._options = options
        self.codec, self._codec_meaning = ColorCodec({}), _meaning(LabelMap())
        self.reload()

    def reload(self, label_map: LabelMap | None = None) -> None:
        """Read the index anew: lists, label map, and which files there are.

        Args:
            label_map: what the masks mean, whatever label map lies there now.

        Raises:
            DataError: the index cannot be read; the old one stays.
        """
        before: _Reading | None = getattr(self, "_reading", None)
        listing = CvatListing(self.path, self.key, before.listing if before else None)
        if label_map is None:
            chosen = None if LABELMAP in listing.files.names else self._options.label_map
            label_map = chosen or listing.label_map
        codec = self.codec_for(label_map)
        known = before.known if before and codec is before.codec else {}
        self._reading = _Reading(listing, label_map, codec, known)
        self.codec, self._codec_meaning = codec, _meaning(label_map)
        self.files, self.lists, self.stored_map = listing.files, listing.lists, listing.label_map
        self.items, self.problems = listing.items, listing.problems
        self.label_maps = {self.key: label_map}

    def close(self) -> None:
        self.files.close()

    def has_changed_underneath(self, names: Collection[str] | None = None) -> bool:
        return self.files.has_changed_underneath()

    def files_of(self, item: Item) -> ItemFiles:
        """Where the files of an item lie."""
        return self._reading.listing.files_of(item.name)

    # --- pictures --------------------------------------------------------------------------------

    def image_size(self, item: Item) -> Size:
        files, where = self.files, self.image_where(item)
        return files.parse_header(where, lambda data: pictures.read_size(data, where))

    def read_image(self, item: Item) -> Image:
        where = self.image_where(item)
        return pictures.read_image(self.files.read(where), where)

    def image_bytes(self, item: Item) -> bytes:
        return self.files.read(self.image_where(item))

    def image_where(self, item: Item) -> str:
        return self.files_of(item).image or _missing(IMAGES + item.name, "image")

    # --- masks -----------------------------------------------------------------------------------

    def mask_size(self, item: Item, key: str) -> Size:
        files, where = self.files, self.mask_where(item, key)
        return files.parse_header(where, lambda data: pictures.read_stored_size(data, where))

    def mask_where(self, item: Item, key: str) -> str:
        return _mask_where(self.files_of(item), item)

    def read_mask(self, item: Item, key: str) -> MaskData:
        reading = self._reading
        listing, label_map, codec, _ = reading
        files = listing.files_of(item.name)
        where = _mask_where(files, item)
        instances: InstanceMask | None = None
        problems: tuple[Problem, ...] = ()
        if files.objects:
            raw = pictures.read_raw_mask(listing.files.read(files.objects), files.objects)
            instances, problems = decode_instances(raw, files.objects)
            _note(reading, files.objects, PngKind.of(raw), instances)
            if files.classes is None:
                only = label_map.class_for_nothing()
                pixels = np.full(instances.shape, only.index, np.uint16)
                return MaskData(pixels, instances, (only,), problems, has_classes=False)
        raw = pictures.read_raw_mask(listing.files.read(where), where)
        found = decode_classes(raw, codec, label_map.declared, where)
        plain = plain_indices(PngKind.of(raw), found.undeclared)
        _note(reading, where, PngKind.of(raw), found.pixels, plain)
        if instances is not None and instances.shape != found.pixels.shape:
            raise DataError(
                Kind.SIZE_MISMATCH,
                str(files.objects),
                f"the instance mask has {Size.of(instances)} pixels",
                f"{Size.of(found.pixels)} as the class mask has",
            )
        problems = tuple(replace(p, sample=item.name) for p in (*found.problems, *problems))
        return MaskData(found.pixels, instances, found.undeclared, problems)

    def known_mask(self, where: str) -> KnownMask | None:
        """What is known of the mask file that is listed there, if anything."""
        known = self._reading.known.get(where)
        is_same = known is not None and known.identity == self.files.identity(where)
        return known if is_same else None

    def note_written(self, where: str, known: KnownMask) -> None:
        """Keep in mind what a save has written there, once it is listed."""
        self._reading.known[where] = known._replace(identity=self.files.identity(where))

    def codec_for(self, label_map: LabelMap) -> ColorCodec:
        """Colors of a label map, with every stand-in lent so far meaning what it meant.

        The index for pixels that have no class at all is never lent.
        """
        meaning = _meaning(label_map)
        if meaning == self._codec_meaning:
            return self.codec
        return ColorCodec(*meaning, self.codec.stand_ins())


def _note(
    reading: _Reading,
    where: str,
    kind: PngKind,
    values: NDArray[Any],
    plain: frozenset[int] = frozenset(),
) -> None:
    identity = reading.listing.files.identity(where)
    reading.known[where] = KnownMask(identity, kind, PixelSum.of(values), plain)


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


def _mask_where(files: ItemFiles, item: Item) -> str:
    return files.classes or files.objects or _missing(f"{CLASSES}{item.name}.png", "mask")


def _missing(where: str, what: str) -> NoReturn:
    raise DataError(Kind.FILE_MISSING, where, f"this sample has no {what} file")
