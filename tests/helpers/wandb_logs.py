"""Logs of runs, written by hand as the format describes them, and run folders around them."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

HEADER = b":W&B\xe1\xbe\x00"
BLOCK = 32_768


def varint(value: int) -> bytes:
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def field(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def item(path: Sequence[str], value: Any) -> bytes:
    names = [field(1, path[0].encode())] if len(path) == 1 else []
    names = names or [field(2, name.encode()) for name in path]
    return b"".join([*names, field(16, json.dumps(value).encode())])


def history(values: Mapping[str, Any], step: int) -> bytes:
    """A row with whole objects as values."""
    items = [field(1, item([key], value)) for key, value in {**values, "_step": step}.items()]
    return field(2, b"".join(items))


def labels(names: Mapping[str, Mapping[str, str]]) -> bytes:
    """Class names by `<key>_wandb_delimeter_<layer>`."""
    entries = {
        key: {"type": "mask/class_labels", "key": key, "value": value}
        for key, value in names.items()
    }
    return field(5, field(1, item(["_wandb"], {"mask/class_labels": entries})))


def log_of(records: Sequence[bytes]) -> bytes:
    """The file, with records cut into chunks at the ends of blocks."""
    data = bytearray(HEADER)
    for record in records:
        left, is_first = record, True
        while left or is_first:
            room = BLOCK - len(data) % BLOCK
            if room < 7:
                data += b"\0" * room
                room = BLOCK
            part, left = left[: room - 7], left[room - 7 :]
            kind = (1 if not left else 2) if is_first else (4 if not left else 3)
            check = zlib.crc32(bytes([kind]) + part)
            data += struct.pack("<IHB", check, len(part), kind) + part
            is_first = False
    return bytes(data)


def write_run(folder: Path, records: Sequence[bytes], files: Mapping[str, Any]) -> Path:
    """A run's folder with its log and pictures, or texts, by their path below `files`."""
    for path, content in files.items():
        place = folder / "files" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            place.write_text(content, encoding="utf-8")
        else:
            Image.fromarray(np.asarray(content, np.uint8)).save(place)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run-x.wandb").write_bytes(log_of(records))
    return folder


def image_object(path: str, masks: Mapping[str, str], **others: Any) -> dict[str, Any]:
    """An image as history has it."""
    entries = {layer: {"_type": "mask", "path": mask} for layer, mask in masks.items()}
    found = {"_type": "image-file", "path": path, **others}
    return {**found, "masks": entries} if masks else found
