"""Reading a folder of masks whose pixels are class indices (`formats.md` section 6a)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from maskstudio.core.geometry import Size
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind

from . import pictures
from .atomic import FileStamp
from .base import Item, OpenOptions, Source, Sureness
from .color_codec import ColorCodec
from .folder_change import finish_or_drop
from .index_pixels import (
    MadeClasses,
    are_all_declared,
    color_error,
    decode_indices,
    index_warning,
    present_indices,
)
from .label_maps import LABELMAP, color_owners, read_labelmap_txt
from .picture_header import sniff
from .picture_listing import PictureFiles, has_picture, walk_pictures
from .png_encoding import INDEXED

FORMAT = "index-png"
SUFFIXES = (".png", ".tif", ".tiff")
_ENDINGS = ("_gtFine_labelIds", "_labelIds", "_labels", "_mask", ".mask")
_HEAD_BYTES = 33
_KIND_AT = 25


def probe(path: Path) -> Sureness:
    """Whether a folder has a label map at its root, or every picture in it is a palette PNG."""
    if not path.is_dir() or not has_picture(path, SUFFIXES):
        return Sureness.NO
    if (path / LABELMAP).is_file():
        return Sureness.POSSIBLE
    found = walk_pictures(path, pictures.SUFFIXES)
    return Sureness.POSSIBLE if all(_is_indexed(path / name) for name in found) else Sureness.NO


def open_source(path: Path, options: OpenOptions) -> IndexFolder:
    """List the masks of a folder, or open a single one.

    Raises:
        DataError: of scope file: no such path, pictures of which none can be a mask, or a broken
            label map. An empty folder is one that masks can be saved to.
    """
    return IndexFolder(path, options)


class IndexFolder(Source):
    """Masks by relative path without ending; its one layer bears the key of the options.

    Attributes:
        key: that key.
        files: the mask files.
        made: classes made for indices that no label map names.
        codec: the colors of files that hold colors.
        makes_classes: no label map names the classes.
    """

    format = FORMAT

    def __init__(self, path: Path, options: OpenOptions) -> None:
        self.path = path
        self.key = options.key
        self.made = MadeClasses()
        self._chosen = options.label_map
        self._stamps: dict[str, FileStamp | None] = {}
        self.reload()

    def reload(self) -> None:
        """List the files and read the label map anew. Raises DataError."""
        if self.path.is_dir():
            finish_or_drop(self.path)
        elif self.path.is_file():
            _require_mask(self.path)
        self.files = PictureFiles(self.path, SUFFIXES)
        if not self.files.paths and has_picture(self.path, pictures.SUFFIXES):
            said = "none of the pictures in this folder can be a mask"
            raise DataError(Kind.FORMAT_UNKNOWN, str(self.path), said, "PNG or TIFF")
        self.problems = list(self.files.problems)
        self.items = [Item(name, keys=(self.key,)) for name in self.files.paths]
        found = self._read_labelmap_txt()
        label_map = self._chosen if found is None else found
        self.makes_classes = label_map is None
        self.label_maps = {self.key: label_map or LabelMap(background=0)}
        self.codec = self.codec_for(self.label_maps[self.key])

    def codec_for(self, label_map: LabelMap) -> ColorCodec:
        """A codec for other class colors; stand-ins lent so far keep their meaning."""
        lent = self.codec.stand_ins() if hasattr(self, "codec") else ()
        return ColorCodec(color_owners(label_map.classes), label_map.declared, lent)

    def mask_size(self, item: Item, key: str) -> Size:
        with self.files.open(item.name) as file:
            return pictures.read_stored_size(file, self.mask_where(item, key))

    def read_mask(self, item: Item, key: str) -> MaskData:
        where = self.mask_where(item, key)
        raw = pictures.read_raw_mask(self._stored(item.name), where)
        pixels, met = decode_indices(raw, self.codec, where)
        lent = tuple(m.label_class for m in met)
        problems = [color_error(met, where, item.name)] if met else []
        unnamed = self._unnamed(pixels, {c.index for c in lent})
        if unnamed and not self.makes_classes:
            problems.append(index_warning(pixels, unnamed, where, item.name))
        made = self.made.meet(unnamed, raw.palette)
        return MaskData(pixels, undeclared=(*made, *lent), problems=tuple(problems))

    def mask_where(self, item: Item, key: str) -> str:
        return self.mask_path(item.name)

    def makes_classes_in(self, key: str) -> bool:
        return self.makes_classes

    def companions(self) -> Collection[str]:
        return () if self.path.is_dir() else (LABELMAP,)

    def matching_names(self, item: Item) -> tuple[str, ...]:
        stripped = (item.name.removesuffix(e) for e in _ENDINGS if item.name.endswith(e))
        return (item.name, *(n for n in stripped if n and not n.endswith("/")))

    def has_changed_underneath(self, names: Collection[str] | None = None) -> bool:
        wanted = set(self._stamps)
        if names is not None:
            wanted &= {LABELMAP, *(self.mask_path(name) for name in names)}
        return any(self._is_other(path) for path in wanted)

    def has_other_label_map(self) -> bool:
        """Whether the `labelmap.txt` that was read is another one now, or gone."""
        return self._stamps[LABELMAP] is not None and self._is_other(LABELMAP)

    def forget_stamps(self, paths: Iterable[str]) -> None:
        """Count files as they are now as known; a save has replaced them."""
        folder = self.files.folder
        self._stamps.update({path: FileStamp.of(folder / path) for path in paths})

    def mask_path(self, name: str) -> str:
        """Path of an item's file; of one that is not listed, where it would lie."""
        return self.files.paths.get(name, f"{name}.png")

    def _is_other(self, path: str) -> bool:
        return FileStamp.of(self.files.folder / path) != self._stamps[path]

    def _read_labelmap_txt(self) -> LabelMap | None:
        file = self.files.folder / LABELMAP
        self._stamps[LABELMAP] = FileStamp.of(file)
        if not file.is_file():
            return None
        try:
            data = file.read_bytes()
        except OSError as error:
            found = f"the file cannot be read ({error.strerror})"
            raise DataError(Kind.FILE_MISSING, LABELMAP, found) from error
        label_map, problems = read_labelmap_txt(data)
        self.problems += problems
        return label_map

    def _stored(self, name: str) -> bytes:
        """The file of a mask; the state it was first seen in is remembered for the next save.

        A later one is not: what is in memory may come from the first.
        """
        with self.files.open(name) as file:
            self._stamps.setdefault(self.mask_path(name), FileStamp.of_descriptor(file.fileno()))
            return file.read()

    def _unnamed(self, pixels: NDArray[Any], lent: set[int]) -> list[int]:
        """Indices of a mask that no label map named when the source was opened."""
        declared = self.label_maps[self.key].declared
        if not self.made and are_all_declared(pixels, declared):
            return []
        named = {i for i, c in declared.items() if c not in self.made}
        return [i for i in present_indices(pixels) if i not in named and i not in lent]


def _is_indexed(path: Path) -> bool:
    """Whether a file is a PNG with a palette, by its header."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return len(head) == _HEAD_BYTES and sniff(head) == "PNG" and head[_KIND_AT] == INDEXED


def _require_mask(path: Path) -> None:
    """Refuse a single file whose format does not keep indices exactly."""
    with path.open("rb") as file:
        name = sniff(file.read(16))
    if name not in ("PNG", "TIFF"):
        found = f"a {name} file cannot be a mask" if name else "the file is no picture"
        raise DataError(Kind.FORMAT_UNKNOWN, str(path), found, "PNG or TIFF")
