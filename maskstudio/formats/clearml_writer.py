"""Writing a new ClearML frames file with its masks, and pictures where these were asked for.

A target that ends in `.json` is the file itself, with folders named after it beside it; any other
is a folder with `frames.json`, `masks` and `images`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from maskstudio.core.document import Moment
from maskstudio.core.geometry import Size
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind, Problem, Scope

from .atomic import new_folder, not_writable, part_folder
from .base import Content, Progress, SaveReport, WriteItem, WriteOptions
from .clearml_classes import free_value, names_of
from .clearml_labels import ALL, MASK_LABELS, METADATA
from .clearml_reader import FILE_NAME
from .color_codec import ColorCodec
from .folder_change import change_folder
from .label_maps import with_all_colors, without_gaps
from .parallel import ordered_map
from .pictures import encode_mask_png
from .safe_paths import is_text

_UNSAFE = re.compile(r'[<>:"|?*\\\x00-\x1f]')
_TYPES = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".tif": "tiff", ".tiff": "tiff"}
_TYPES |= {".webp": "webp", ".bmp": "bmp", ".gif": "gif"}

NamedBytes = tuple[str, bytes]


def write_new(
    target: Path, content: Content, options: WriteOptions, progress: Progress
) -> SaveReport:
    """Write every item as a frame; its name becomes the frame's id.

    Indices are the order of the classes, so that gaps get fillers. A class keeps the stored color
    it was read with, where it has one.

    Raises:
        DataError: target_exists, cannot_hold, not_writable, or a fault of a required item; the
            target was not touched then.
        CancelledError: the target was not touched.
    """
    place = _Place.of(target)
    place.require_free(overwrite=options.overwrite)
    writing = _Writing(content, place, options)
    with closing(writing.files(progress)) as files:
        place.write(files)
    return SaveReport(tuple(writing.problems))


@dataclass(frozen=True)
class _Place:
    """Where things go: names are relative to a folder."""

    folder: Path
    file: str
    masks: str
    images: str

    @classmethod
    def of(cls, target: Path) -> _Place:
        if target.suffix.lower() == ".json":
            stem = target.stem
            return cls(target.parent, target.name, f"{stem}_masks", f"{stem}_images")
        return cls(target, FILE_NAME, "masks", "images")

    def require_free(self, *, overwrite: bool) -> None:
        """Refuse a target that exists. Raises DataError (target_exists)."""
        if self.folder.exists() and not self.folder.is_dir():
            raise DataError(Kind.TARGET_EXISTS, str(self.folder), "a file is in the way")
        is_folder = self.file == FILE_NAME and self.masks == "masks"
        taken = [self.folder / name for name in (self.file, self.masks, self.images)]
        if is_folder and self.folder.is_dir():
            taken = [*taken, *self.folder.iterdir()]
        found = next((path for path in taken if path.exists()), None)
        if found is not None and not overwrite:
            raise DataError(Kind.TARGET_EXISTS, str(found), "the target exists", "a new name")

    def write(self, files: Iterable[NamedBytes]) -> None:
        """Write everything as one step. Raises DataError (not_writable)."""
        if not self.folder.exists() or not any(self.folder.iterdir()):
            with new_folder(self.folder) as write:
                for name, data in files:
                    write(name, data)
            return
        try:
            with part_folder(self.folder / self.file) as part:
                names = []
                for name, data in files:
                    path = part / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(data)
                    names.append(name)
                change_folder(
                    self.folder, names, lambda wanted: ((part / n).read_bytes() for n in wanted)
                )
        except OSError as error:
            raise not_writable(self.folder, error) from error


@dataclass(frozen=True)
class _Layer:
    """One layer as it is written."""

    key: str
    label_map: LabelMap
    codec: ColorCodec
    items: dict[str, WriteItem]
    prefix: str

    @classmethod
    def of(cls, content: Content, prefix: str) -> _Layer:
        """Get ready to write one. Raises DataError (cannot_hold): its name can be no id."""
        if not content.key or not is_text(content.key):
            found = "the name of the layer is empty or no text"
            raise DataError(Kind.CANNOT_HOLD, repr(content.key), found, "the id of a mask")
        label_map = _stored(content.label_map)
        codec = ColorCodec(_values(label_map), label_map.declared)
        return cls(content.key, label_map, codec, {i.name: i for i in content.items}, prefix)

    def encode(self, data: MaskData, name: str) -> bytes:
        """The PNG of a mask. Raises DataError."""
        if self.label_map.is_opacity:
            return encode_mask_png(data.pixels.astype(np.uint8, copy=False))
        known = (*self.label_map.undeclared, *data.undeclared)
        values = _values(self.label_map)
        met = [c for c in known if c.color not in values]
        codec = ColorCodec(values, self.label_map.declared, met) if met else self.codec
        return encode_mask_png(codec.encode(data.pixels, name))

    def listed(self) -> list[dict[str, Any]]:
        """Its classes as the list of a version has them."""
        return [{"value": list(c.value or ()), "labels": list(names_of(c))} for c in self.label_map]


@dataclass(frozen=True)
class _Made:
    """The files of one item and its frame; None where it was left out."""

    frame: dict[str, Any] | None
    files: tuple[NamedBytes, ...] = ()
    problems: tuple[Problem, ...] = ()


class _Writing:
    """Turns content into named files, the frames last."""

    def __init__(self, content: Content, place: _Place, options: WriteOptions) -> None:
        contents = (content, *content.others)
        self._place, self._with_images = place, options.with_images
        prefixes = [place.masks]
        if len(contents) > 1:
            keys = _safe_names([c.key for c in contents])
            prefixes = [f"{place.masks}/{key}" for key in keys]
        self._layers = [_Layer.of(c, p) for c, p in zip(contents, prefixes, strict=True)]
        self._names = list(dict.fromkeys(i.name for c in contents for i in c.items))
        self._paths = dict(zip(self._names, _safe_names(self._names), strict=True))
        self.problems: list[Problem] = []

    def files(self, progress: Progress) -> Generator[NamedBytes, None, None]:
        """Every file, made as it is asked for."""
        frames = []
        with closing(ordered_map(self._make, self._names)) as made:
            for done, (name, found) in enumerate(zip(self._names, made, strict=True)):
                progress(done, len(self._names), name)
                self.problems += found.problems
                if found.frame is not None:
                    frames.append(found.frame)
                    yield from found.files
        labels = self._mask_labels()
        document = {METADATA: {MASK_LABELS: labels}} if labels else {}
        text = json.dumps({**document, "frames": frames}, indent=1, allow_nan=False)
        yield self._place.file, text.encode()

    def _mask_labels(self) -> dict[str, Any]:
        """One list for all masks where they share it; a mask of opacities has none."""
        lists = {la.key: la.listed() for la in self._layers if not la.label_map.is_opacity}
        lists = {key: classes for key, classes in lists.items() if classes}
        first = next(iter(lists.values()), [])
        if len(lists) == len(self._layers) and all(other == first for other in lists.values()):
            return {ALL: first}
        return lists

    def _make(self, name: str) -> _Made:
        items = [layer.items[name] for layer in self._layers if name in layer.items]
        try:
            return self._made(name, items)
        except DataError as error:
            if any(item.is_required for item in items):
                raise
            return _Made(None, (), (error.problem(Scope.ITEM, sample=name),))

    def _made(self, name: str, items: Sequence[WriteItem]) -> _Made:
        path, files, masks = self._paths[name], [], []
        size: Size | None = None
        for layer in self._layers:
            data = layer.items[name].read() if name in layer.items else None
            if data is None:
                continue
            size = size or Size.of(data.pixels)
            uri = f"{layer.prefix}/{path}.png"
            files.append((uri, layer.encode(data, name)))
            masks.append(_picture(layer.key, uri))
        image = next((item.image for item in items if item.image is not None), None)
        source: dict[str, Any] = {"id": "default"}
        if image is not None and self._with_images:
            uri = f"{self._place.images}/{path}{image.suffix}"
            files.append((uri, image.stored_bytes()))
            source = _picture("default", uri)
        if image is not None:
            size = image.size()
        if size is not None:
            source |= {"width": size.width, "height": size.height}
        source |= {"timestamp": 0, "masks": masks}
        return _Made(_frame(name, items[0].moment, source), tuple(files))


def _frame(name: str, moment: Moment | None, source: dict[str, Any]) -> dict[str, Any]:
    context, timestamp = moment or (name, 0)
    return {
        "id": name,
        "timestamp": timestamp,
        "context_id": context,
        "meta": {},
        "sources": [source],
        "rois": [],
    }


def _picture(name: str, uri: str) -> dict[str, Any]:
    """A source or mask that is a still picture."""
    found: dict[str, Any] = {"id": name, "uri": uri, "timestamp": 0}
    kind = _TYPES.get(Path(uri).suffix.lower())
    return {**found, "content_type": f"image/{kind}"} if kind else found


def _stored(label_map: LabelMap) -> LabelMap:
    """The map as it is written: no gaps, and a stored color of its own for every class."""
    if label_map.is_opacity:
        return label_map
    full = with_all_colors(without_gaps(label_map))
    used = {c.color for c in label_map.undeclared if c.color is not None}
    known = {c.value for c in full.classes if c.value is not None}
    classes: list[LabelClass] = []
    for found in full.classes:
        value = found.value
        if value is None or value in used:
            value = found.color
            if value is None or value in used | known:
                value = free_value(full, found.color, used | known)
        used.add(value)
        classes.append(replace(found, value=value))
    return replace(full, classes=tuple(classes))


def _values(label_map: LabelMap) -> dict[tuple[int, int, int], int]:
    return {c.value: c.index for c in label_map if c.value is not None}


def _safe_names(names: Sequence[str]) -> list[str]:
    """A path for each name that cannot leave its folder, each once whatever its capitals."""
    taken: set[str] = set()
    found = []
    for name in names:
        parts = [_UNSAFE.sub("_", part).strip(". ") for part in name.split("/")]
        path = stem = "/".join(part[:100] for part in parts if part) or "frame"
        number = 2
        while path.casefold() in taken:
            path, number = f"{stem}-{number}", number + 1
        taken.add(path.casefold())
        found.append(path)
    return found
