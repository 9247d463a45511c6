"""The objects of artifacts as they are written: images, masks, class files, and their digests."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import IndexMask
from maskstudio.errors import DataError, Kind

from .png_encoding import encode_mask_png

IMAGES = "media/images/"
MASKS = f"{IMAGES}mask/"
CLASSES = "media/classes/"
_ID_LENGTH = 20


def narrow(pixels: IndexMask, where: str) -> NDArray[np.uint8]:
    """A mask in 8 bits. Raises DataError (cannot_hold); a class index above 255 occurs."""
    highest = int(pixels.max())
    if highest > 255:
        found = f"class index {highest} occurs"
        raise DataError(Kind.CANNOT_HOLD, where, found, "indices from 0 to 255")
    return pixels.astype(np.uint8, copy=False)


def encode_mask(pixels: IndexMask, where: str) -> bytes:
    """A mask as upstream stores it: one channel of 8 bits. Raises DataError (cannot_hold)."""
    return encode_mask_png(narrow(pixels, where))


def file_id(data: bytes) -> str:
    """Name of a new file by what it holds, so that equal files are one."""
    return hashlib.sha256(data).hexdigest()[:_ID_LENGTH]


def digest_of(data: bytes) -> str:
    """Digest of a file in a manifest: its MD5 in base64."""
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def mask_object(path: str, data: bytes) -> dict[str, Any]:
    """One layer of an image."""
    return {"_type": "mask", "path": path, "sha256": hashlib.sha256(data).hexdigest()}


def class_file(class_set: list[dict[str, Any]]) -> bytes:
    """A class file; the list as it stands."""
    return json.dumps({"_type": "classes", "class_set": class_set}).encode()


def class_path(data: bytes) -> str:
    """Path of a new class file."""
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return f"{CLASSES}{md5}_cls.classes.json"


def class_reference(path: str, data: bytes) -> dict[str, Any]:
    """How an image names its class file."""
    return {"digest": digest_of(data), "path": path, "type": "classes-file"}


def image_object(
    path: str, data: bytes, width: int, height: int, masks: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    """One image, without its classes and its caption."""
    found: dict[str, Any] = {
        "_type": "image-file",
        "format": PurePosixPath(path).suffix.removeprefix("."),
        "height": height,
        "path": path,
        "sha256": hashlib.sha256(data).hexdigest(),
        "width": width,
    }
    return {**found, "masks": dict(masks)} if masks else found
