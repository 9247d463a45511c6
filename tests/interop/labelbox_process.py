"""Validates and draws with the Labelbox SDK's classes, in its own environment, as a process.

    python -m tests.interop.labelbox_process lines FILE.ndjson
    python -m tests.interop.labelbox_process polygons FILE.json
    python -m tests.interop.labelbox_process masks FILE.json
    python -m tests.interop.labelbox_process page FILE.json

Each prints JSON. Arrays are told by their shape and the SHA-256 of their bytes. Nothing of
MaskStudio is imported here: this is the other side.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from labelbox.data.serialization.ndjson.objects import NDMask, NDObject
from labelbox.types import Mask, MaskData, Point, Polygon
from PIL import Image

from tests.interop.labelbox_cases import EYE_COLOR, EYES, NOSE, NOSE_COLOR, SIZE, told


def main(verb: str, path: str) -> None:
    """Run one verb."""
    json.dump(VERBS[verb](Path(path)), sys.stdout)


def lines(path: Path) -> list[Any]:
    """Every line as the SDK understands it: its names, and its pixels drawn alone."""
    found = []
    for text in path.read_text(encoding="utf-8").splitlines():
        line = NDMask(**json.loads(text))
        found.append(
            {
                "uuid": line.uuid,
                "row": line.data_row.model_dump(exclude_none=True),
                "name": line.name,
                "pixels": told(_mask(path, line).draw(color=1)),
            }
        )
    return found


def _mask(path: Path, line: Any) -> Any:
    """The object of a line; the SDK would fetch a raster that lies beside the file."""
    uri = getattr(line.mask, "instanceURI", None)
    if uri is None:
        return NDObject.to_common(line).value
    raster = np.asarray(Image.open(path.parent / uri).convert("RGB"))
    return Mask(mask=MaskData(arr=raster), color=line.mask.colorRGB)


def polygons(path: Path) -> list[Any]:
    """Polygons of `[points, height, width, color]`."""
    return [
        told(_polygon(points).draw(height=height, width=width, color=tuple(color)))
        for points, height, width, color in json.loads(path.read_text())
    ]


def masks(path: Path) -> list[Any]:
    """Objects of `[two-dimensional array, color, height or null, width or null, other color]`."""
    found = []
    for array, color, height, width, other in json.loads(path.read_text()):
        data = MaskData.from_2D_arr(np.array(array, np.uint8))
        drawn = Mask(mask=data, color=_color(color)).draw(
            height=height, width=width, color=_color(other)
        )
        found.append(told(drawn))
    return found


def page(path: Path) -> list[Any]:
    """The two examples of the vendor's page: polygon to mask, and a combined mask."""
    height, width = SIZE
    eyes = [_polygon(points).draw(height=height, width=width) for points in EYES]
    eye_masks = np.max(eyes, axis=0)
    nose = _polygon(NOSE).draw(height=height, width=width, color=NOSE_COLOR)
    combined = np.max([nose, eye_masks], axis=0)
    data = MaskData(arr=combined)
    drawn = [Mask(mask=data, color=color).draw() for color in (EYE_COLOR, NOSE_COLOR)]
    return [told(array) for array in (*eyes, nose, combined, *drawn)]


def _polygon(points: Any) -> Any:
    return Polygon(points=[Point(x=x, y=y) for x, y in points])


def _color(found: Any) -> Any:
    return tuple(found) if isinstance(found, list) else found


VERBS = {"lines": lines, "polygons": polygons, "masks": masks, "page": page}


if __name__ == "__main__":
    main(*sys.argv[1:])
