"""Writing a new artifact folder of Weights & Biases: one `.image-file.json` a sample.

Samples keep their names that way; in a table they would be rows (`formats.md` section 4.6).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from maskstudio.core.geometry import Size
from maskstudio.core.layer import ImageRef
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .atomic import not_writable, part_folder, sync_folder
from .base import Content, Progress, SaveReport, WriteItem, WriteOptions
from .folder_change import change_folder
from .parallel import ordered_map
from .png_encoding import encode_mask_png
from .safe_paths import file_path_of
from .wandb_artifact_reader import IMAGE, TABLE
from .wandb_objects import (
    IMAGES,
    MASKS,
    class_file,
    class_path,
    class_reference,
    encode_mask,
    file_id,
    image_object,
    mask_object,
)
from .wandb_target import items_by_name, require_free


def write_new(
    target: Path, content: Content, options: WriteOptions, progress: Progress
) -> SaveReport:
    """Write every item with its picture and its layers, and one class file for all.

    Pictures are always copied, because upstream has no mask without one; a sample that has none
    gets a black one. A folder that exists keeps its other files, but not the tables and images of
    the artifact it held.

    Raises:
        DataError: target_exists, cannot_hold, not_writable, or a fault of what is read; the target
            was not touched then.
        CancelledError: the target was not touched.
    """
    require_free(target, options)
    names = class_names_of(content)
    by_name = items_by_name(content)
    for name in by_name:
        path_of(name)
    try:
        with part_folder(target) as part:
            problems = _write_all(part, by_name, names, progress)
            _put_in_place(part, target)
    except OSError as error:
        raise not_writable(target, error) from error
    return SaveReport(tuple(problems))


def class_names_of(content: Content) -> dict[int, str]:
    """The one list of class names of all layers. Raises DataError (cannot_hold)."""
    names: dict[int, str] = {}
    for layer in (content, *content.others):
        for label_class in layer.label_map:
            known = names.setdefault(label_class.index, label_class.name)
            if known != label_class.name:
                found = f"class {label_class.index} is `{known}` in one layer and"
                found += f" `{label_class.name}` in another; an image has one list of classes"
                raise DataError(Kind.CANNOT_HOLD, layer.key, found, "one name for each index")
    return names


def path_of(name: str) -> str:
    """Path of an image's JSON by the name of its sample. Raises DataError (cannot_hold)."""
    return file_path_of(name, IMAGE)


@dataclass
class _Made:
    """What one sample becomes: files by their path, and what was noticed."""

    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def _write_all(
    folder: Path,
    by_name: dict[str, dict[str, WriteItem]],
    names: dict[int, str],
    progress: Progress,
) -> list[Problem]:
    classes = class_file([{"id": number, "name": names[number]} for number in sorted(names)])
    path = class_path(classes)
    _write(folder, path, classes)
    reference = class_reference(path, classes)
    problems: list[Problem] = []
    progress(0, len(by_name), "")
    with closing(ordered_map(partial(_make, reference), by_name.values())) as made:
        for done, (name, found) in enumerate(zip(by_name, made, strict=True), 1):
            for inner, data in found.files.items():
                _write(folder, inner, data)
            problems += found.problems
            progress(done, len(by_name), name)
    return problems


def _make(reference: dict[str, Any], items: dict[str, WriteItem]) -> _Made:
    """The files of one sample. Raises DataError."""
    made = _Made()
    first = next(iter(items.values()))
    masks, size = {}, None
    for key, item in items.items():
        data = item.read()
        if data is None:
            continue
        encoded = encode_mask(data.pixels, item.name)
        path = f"{MASKS}{file_id(encoded)}.mask.png"
        made.files[path] = encoded
        masks[key] = mask_object(path, encoded)
        size = size or Size.of(data.pixels)
    image = next((item.image for item in items.values() if item.image is not None), None)
    picture = _picture(image, size, first.name, made)
    if picture is None:
        return made
    path, encoded, size = picture
    made.files[path] = encoded
    found = image_object(path, encoded, size.width, size.height, masks)
    found["classes"] = reference
    if first.caption:
        found["caption"] = first.caption
    made.files[path_of(first.name)] = json.dumps(found, sort_keys=True).encode()
    return made


def _picture(
    image: ImageRef | None, size: Size | None, name: str, made: _Made
) -> tuple[str, bytes, Size] | None:
    """Path, file and size of a sample's picture; black where there is none that can be read."""
    if image is not None:
        try:
            encoded = image.stored_bytes()
            path = f"{IMAGES}{file_id(encoded)}{image.suffix.lower()}"
            return path, encoded, image.size()
        except DataError as error:
            made.problems.append(error.problem(Scope.ITEM, severity=Severity.WARNING, sample=name))
    if size is None:
        found = "neither a mask nor an image is there; it was left out"
        fault = DataError(Kind.FILE_MISSING, name, found)
        made.problems.append(fault.problem(Scope.ITEM, severity=Severity.WARNING, sample=name))
        return None
    black = encode_mask_png(np.zeros((size.height, size.width), np.uint8))
    return f"{IMAGES}{file_id(black)}.png", black, size


def _write(folder: Path, path: str, data: bytes) -> None:
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


def _put_in_place(part: Path, target: Path) -> None:
    """Let the finished folder become the target, or its files a part of a folder that exists."""
    if not target.exists() or not any(target.iterdir()):
        part.replace(target)
        sync_folder(target.parent)
        return
    names = [p.relative_to(part).as_posix() for p in sorted(part.rglob("*")) if p.is_file()]
    before = {p for ending in (TABLE, IMAGE) for p in target.rglob(f"*{ending}")}

    def contents(wanted: list[str]) -> Iterator[bytes]:
        return ((part / name).read_bytes() for name in wanted)

    change_folder(target, names, contents)
    for old in before - {target / name for name in names}:
        old.unlink()
