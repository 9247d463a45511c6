"""Reading a ClearML frames file: every source of a frame is an item, its masks are layers.

Opening parses the document; pictures and films are decoded when they are asked for. What lies on
other machines is listed and never fetched.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock

from maskstudio.core.document import Moment
from maskstudio.core.geometry import Size
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind, Problem, Scope

from . import pictures
from .atomic import FileStamp
from .base import Item, OpenOptions, Source, Sureness
from .clearml_classes import KeyClasses, classes_of
from .clearml_document import MaskEntry, SourceEntry, read_document
from .clearml_labels import KeyLabels, read_labels
from .clearml_pixels import KeyPixels
from .clearml_places import local_file, require_local, shown, stem_of
from .folder_change import finish_or_drop
from .guarded_json import load_json
from .png import read_header
from .png_encoding import GRAY, GRAY_ALPHA, SIGNATURE, encode_mask_png
from .video import Films

FORMAT = "clearml-frames"
FILE_NAME = "frames.json"
"""Name of the file in a folder that is opened, or written."""

_HEAD_BYTES = 1 << 20
_LIMIT_BYTES = 512 << 20
_IS_FRAMES = re.compile(rb'"sources"\s*:')
_MAY_BE_FRAMES = re.compile(rb'^[\s\xef\xbb\xbf]*\{\s*"(frames|metadata)"\s*:')
_OTHERS = re.compile(rb'"(data_row|dataRow|DataRow ID|_type)"\s*:')


def probe(path: Path) -> Sureness:
    """Whether a file, or the `frames.json` of a folder, holds frames; judged by its beginning."""
    if path.is_dir():
        return probe(path / FILE_NAME) if (path / FILE_NAME).is_file() else Sureness.NO
    with suppress(OSError), path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
            return Sureness.NO
        if _OTHERS.search(head):
            return Sureness.NO
        if _IS_FRAMES.search(head):
            return Sureness.CERTAIN
        if _MAY_BE_FRAMES.search(head):
            return Sureness.POSSIBLE
    return Sureness.NO


def open_source(path: Path, options: OpenOptions) -> ClearmlFrames:
    """Open a frames file for reading; its layers are named by the ids of its masks.

    Raises:
        DataError: of scope file: no JSON, too deep, or no frames in it.
    """
    return ClearmlFrames(path)


class ClearmlFrames(Source):
    """An opened frames file.

    Attributes:
        file: the file itself.
        folder: where it lies; nothing outside of it is read.
        data: the file as it was read.
        document: what was found in it.
        labels: the names of colors by mask id, with where they stand.
        films: decoders of its films.
    """

    format = FORMAT

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path / FILE_NAME if path.is_dir() else path
        self.folder = self.file.parent
        self.films = Films()
        self._lock = Lock()
        self._stamps: dict[Path, FileStamp | None] = {}
        self._pixels: dict[str, KeyPixels] = {}
        self.reload({})

    def reload(self, known: dict[str, LabelMap]) -> None:
        """Read the file anew.

        Args:
            known: label maps of before, whose classes keep their indices.

        Raises:
            DataError: the file cannot be read.
        """
        finish_or_drop(self.folder)
        where = self.file.name
        stamp, data = FileStamp.of(self.file), _read_file(self.file, limit=_LIMIT_BYTES)
        content = load_json(data, where)
        self.document = read_document(content, where)
        self.data = data
        self._stamps[self.file] = stamp
        self._uses: Counter[Path] | None = None
        self._entries = {source.name: source for source in self.document.sources}
        keys = list(dict.fromkeys(key for s in self.document.sources for key in s.masks))
        self.labels, problems = read_labels(self.document, keys, where)
        self.problems = [*self.document.problems, *problems]
        self.items = [self._item(source) for source in self.document.sources]
        self._pixels = {key: self._pixels_of(key, known.get(key)) for key in keys}
        self.label_maps = {key: pixels.classes.label_map for key, pixels in self._pixels.items()}

    @property
    def uses(self) -> Counter[Path]:
        """How often each file is named, as a mask or as a picture; links followed."""
        if self._uses is None:
            entries = self.document.sources
            uris = [mask.uri for entry in entries for mask in entry.masks.values()]
            uris += [entry.uri for entry in entries if entry.uri]
            self._uses = Counter(file for file in map(self._file_of, uris) if file is not None)
        return self._uses

    def note_written(self, names: Iterable[str]) -> None:
        """Count files, by their paths below the folder, as known as they are now."""
        base = self.folder.resolve()
        self._stamps.update({base / name: FileStamp.of(base / name) for name in names})

    def find_entry(self, name: str) -> SourceEntry | None:
        """What the document says of an item; None where it has none of this name."""
        return self._entries.get(name)

    def lists_masks(self, entry: SourceEntry) -> bool:
        """Whether a source has a list of masks, empty or not."""
        found = self.document.content
        for part in entry.path:
            found = found[part]
        return isinstance(found.get("masks"), list)

    def pixels_of(self, key: str) -> KeyPixels:
        """What the pixels of a mask id mean."""
        return self._pixels[key]

    def close(self) -> None:
        self.films.close()

    def matching_names(self, item: Item) -> tuple[str, ...]:
        uri = self._entries[item.name].uri
        return (item.name, *((stem_of(uri), Path(stem_of(uri)).name) if uri else ()))

    def companions(self) -> Collection[str]:
        if self.path.is_dir():
            return ()
        entries = self.document.sources
        uris = {e.uri or "" for e in entries} | {m.uri for e in entries for m in e.masks.values()}
        found = set()
        for uri in uris - {""}:
            with suppress(DataError):
                found.add(require_local(self.folder, uri))
        return found

    def has_changed_underneath(self, names: Collection[str] | None = None) -> bool:
        files = set(self._stamps)
        if names is not None:
            entries = (self._entries[name] for name in names if name in self._entries)
            masks = (mask for entry in entries for mask in entry.masks.values())
            wanted = {self._file_of(mask.uri) for mask in masks}
            files &= {self.file, *wanted}
        return any(FileStamp.of(file) != self._stamps[file] for file in files)

    # --- pictures --------------------------------------------------------------------------------

    def image_size(self, item: Item) -> Size:
        entry = self._entries[item.name]
        try:
            path = local_file(self.folder, entry.uri or "")
        except DataError as error:
            # The document tells the size also of what lies elsewhere.
            if error.kind == Kind.REMOTE_UNAVAILABLE and entry.size is not None:
                return entry.size
            raise
        if entry.is_video:
            return self.films.size(path, shown(entry.uri or ""))
        return _header_size(path, shown(entry.uri or ""), as_stored=False)

    def read_image(self, item: Item) -> Image:
        entry = self._entries[item.name]
        where = shown(entry.uri or "")
        path = self._place(entry.uri or "", entry.film_time)
        if entry.is_video:
            return Image(self.films.read(path, entry.film_time, where))
        return pictures.read_image(_read_file(path, where), where)

    def image_bytes(self, item: Item) -> bytes:
        """The picture's file; of a film the frame as a PNG."""
        entry = self._entries[item.name]
        if entry.is_video:
            return encode_mask_png(self.read_image(item).pixels)
        return _read_file(self._place(entry.uri or "", 0), shown(entry.uri or ""))

    def image_where(self, item: Item) -> str:
        entry = self._entries[item.name]
        where = shown(entry.uri or "")
        return f"{where}@{entry.film_time}.png" if entry.is_video else where

    # --- masks -----------------------------------------------------------------------------------

    def mask_size(self, item: Item, key: str) -> Size:
        mask = self._entries[item.name].masks[key]
        path = self._place(mask.uri, mask.timestamp)
        if mask.is_video:
            return self.films.size(path, shown(mask.uri))
        return _header_size(path, shown(mask.uri), as_stored=True)

    def mask_where(self, item: Item, key: str) -> str:
        return shown(self._entries[item.name].masks[key].uri)

    def mask_time(self, item: Item, key: str) -> float | None:
        return self._entries[item.name].masks[key].timestamp

    def read_mask(self, item: Item, key: str) -> MaskData:
        entry = self._entries[item.name]
        mask, meaning = entry.masks[key], self._pixels[key]
        where = shown(mask.uri)
        path = self._place(mask.uri, mask.timestamp)
        with self._lock:
            self._stamps.setdefault(path, FileStamp.of(path))
        if mask.is_video:
            found = meaning.of_film(
                self.films.read(path, mask.timestamp, where), entry.frame, where
            )
        else:
            raw = pictures.read_raw_mask(_read_file(path, where), where)
            found = meaning.of_picture(raw, entry.frame, where)
        problems = tuple(replace(p, sample=item.name) for p in found.problems)
        return replace(found, problems=problems)

    def mask_path(self, mask: MaskEntry) -> Path:
        """Where the file of a mask lies. Raises DataError."""
        return local_file(self.folder, mask.uri)

    def _place(self, uri: str, timestamp: float) -> Path:
        try:
            return local_file(self.folder, uri)
        except DataError as error:
            raise _timed(error, timestamp) from error

    def _file_of(self, uri: str) -> Path | None:
        with suppress(DataError):
            return local_file(self.folder, uri)
        return None

    def _item(self, entry: SourceEntry) -> Item:
        problems = list(entry.problems)
        for uri, time in [(entry.uri, entry.film_time)] if entry.uri else []:
            problems += self._place_problems(uri, time, entry.name)
        for mask in entry.masks.values():
            problems += self._place_problems(mask.uri, mask.timestamp, entry.name)
        return Item(
            entry.name,
            has_image=entry.uri is not None,
            keys=tuple(entry.masks),
            problems=problems,
            moment=Moment(entry.context, entry.timestamp),
            polygons=entry.polygons,
        )

    def _place_problems(self, uri: str, timestamp: float, name: str) -> list[Problem]:
        try:
            require_local(self.folder, uri)
        except DataError as error:
            return [_timed(error, timestamp).problem(Scope.ITEM, sample=name)]
        return []

    def _pixels_of(self, key: str, known: LabelMap | None) -> KeyPixels:
        labels: KeyLabels = self.labels[key]
        before = self._pixels.get(key)
        classes = classes_of(labels, known)
        if not labels and self._is_opacity(key):
            label_map = replace(classes.label_map, background=0, is_opacity=True)
            classes = KeyClasses(label_map, {}, {})
        return KeyPixels(classes, before)

    def _is_opacity(self, key: str) -> bool:
        """Whether the first mask of an id without any names that can be read has one channel."""
        for entry in self.document.sources:
            mask = entry.masks.get(key)
            if mask is None or mask.is_video:
                continue
            with suppress(DataError):
                return has_one_channel(self._place(mask.uri, 0), shown(mask.uri))
        return False


def _timed(error: DataError, timestamp: float) -> DataError:
    """The fault of an address with the place in its film."""
    if error.kind != Kind.REMOTE_UNAVAILABLE:
        return error
    return DataError(error.kind, error.where, f"{error.found}, at {timestamp} ms", error.expected)


def _read_file(path: Path, where: str = "", *, limit: int | None = None) -> bytes:
    where = where or path.name
    try:
        if limit is not None and path.stat().st_size > limit:
            found = f"the file has more than {limit >> 20} MiB"
            raise DataError(Kind.VALUE_OUT_OF_RANGE, where, found, "a smaller frames file")
        return path.read_bytes()
    except OSError as error:
        found = f"the file cannot be read ({error.strerror})"
        raise DataError(Kind.FILE_MISSING, where, found) from error


def has_one_channel(path: Path, where: str) -> bool:
    """Whether a mask is gray, by its header where it is a PNG. Raises DataError."""
    data = _read_file(path, where)
    if data.startswith(SIGNATURE):
        return read_header(io.BytesIO(data), where).kind in (GRAY, GRAY_ALPHA)
    raw = pictures.read_raw_mask(data, where)
    return raw.pixels.ndim == 2 and raw.palette is None


def _header_size(path: Path, where: str, *, as_stored: bool) -> Size:
    try:
        with path.open("rb") as file:
            read = pictures.read_stored_size if as_stored else pictures.read_size
            return read(file, where)
    except OSError as error:
        found = f"the file cannot be read ({error.strerror})"
        raise DataError(Kind.FILE_MISSING, where, found) from error
