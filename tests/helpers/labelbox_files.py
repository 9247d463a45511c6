"""Labelbox files made by hand, with another library's PNGs."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ROW = {"id": "row 1"}


def png_text(pixels: NDArray[Any], mode: str | None = None) -> str:
    """Base64 of a PNG that Pillow writes."""
    file = io.BytesIO()
    picture = Image.fromarray(pixels.astype(np.uint8))
    (picture.convert(mode) if mode else picture).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def line(
    pixels: NDArray[Any] | None = None,
    *,
    name: str | None = "cat",
    uuid: str | None = None,
    row: Any = ROW,
    **others: Any,
) -> dict[str, Any]:
    """An object of an NDJSON file; `mask=` replaces the inline PNG of `pixels`."""
    found: dict[str, Any] = {} if uuid is None else {"uuid": uuid}
    found["dataRow"] = row
    if name is not None:
        found["name"] = name
    if pixels is not None:
        found["mask"] = {"png": png_text(pixels)}
    return {**found, **others}


def write_lines(path: Path, *lines: Any, end: str = "\n") -> Path:
    """A file of one object a line; texts are written as they are."""
    texts = [each if isinstance(each, str) else json.dumps(each) for each in lines]
    path.write_bytes("".join(text + end for text in texts).encode())
    return path
