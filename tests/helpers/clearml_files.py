"""Small ClearML frames files and films for tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

Color = tuple[int, int, int]


def write_json(path: Path, content: Any) -> Path:
    """A document with an indent of one blank, as the golden files have it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return path


def write_png(path: Path, pixels: NDArray[Any]) -> Path:
    """A gray or color PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def stored(path: Path) -> NDArray[Any]:
    """The pixels of a picture, read by Pillow."""
    with Image.open(path) as picture:
        return np.asarray(picture)


def blocks(colors: Sequence[Color], side: int = 8) -> NDArray[np.uint8]:
    """(side, side * n, 3) squares of colors side by side."""
    row = np.array(colors, np.uint8)[None, :, :]
    return row.repeat(side, axis=0).repeat(side, axis=1)


def write_film(path: Path, frames: Sequence[NDArray[np.uint8]], rate: int = 25) -> Path:
    """An MPEG-4 film, all frames as given but for what compression loses."""
    av = pytest.importorskip("av")
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = frames[0].shape[:2]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height = width, height
        stream.pix_fmt, stream.bit_rate, stream.gop_size = "yuv420p", 4_000_000, 10
        for number, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def frame_of(
    name: str, masks: dict[str, str], *, image: str = "", timestamp: float = 0, **more: Any
) -> dict[str, Any]:
    """A frame of one source with masks by id."""
    listed = [{"id": key, "uri": uri, "timestamp": 0} for key, uri in masks.items()]
    source = {"id": "default", "uri": image, "timestamp": 0, "masks": listed}
    if not image:
        del source["uri"]
    return {"id": name, "timestamp": timestamp, "sources": [source], **more}


def region(key: str, value: Sequence[int], *names: str) -> dict[str, Any]:
    """A region that names a color of a mask."""
    return {"label": list(names), "mask": {"id": key, "value": list(value)}}


def listed(*entries: tuple[Sequence[int], str]) -> list[dict[str, Any]]:
    """A list of the version: colors with one name each."""
    return [{"value": list(value), "labels": [name]} for value, name in entries]
