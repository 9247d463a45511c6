"""The real Labelbox SDK validates and draws what MaskStudio writes, and draws the same itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskstudio.core.geometry import Size
from maskstudio.formats.base import OpenOptions
from maskstudio.formats.labelbox_reader import open_source
from maskstudio.labelbox import Mask, MaskData, Point, Polygon, combined
from tests.cli.helpers import run, write_masks
from tests.helpers.shared import shared
from tests.interop.environment import labelbox
from tests.interop.labelbox_cases import EYE_COLOR, EYES, NOSE, NOSE_COLOR, SIZE, told

rng = np.random.default_rng(7)


def polygon(points: Any) -> Polygon:
    return Polygon(points=[Point(x=x, y=y) for x, y in points])


def check_lines(path: Path) -> int:
    """Compare every line with what this side reads; the number of lines."""
    source = open_source(path, OpenOptions())
    expected = {}
    for item in source.items:
        data = source.read_mask(item, "ground_truth")
        height, width = data.pixels.shape
        for found in data.objects or ():
            drawn = found.drawn(Size(width, height)).astype(np.uint8)
            expected[found.uid] = [item.facts["data_row"], told(drawn)]
    lines = labelbox("lines", path)
    assert {line["uuid"]: [_row(line["row"]), line["pixels"]] for line in lines} == expected
    return len(lines)


def _row(row: dict[str, str]) -> dict[str, str]:
    return {"globalKey" if key == "global_key" else key: value for key, value in row.items()}


@pytest.mark.parametrize("options", [(), ("--composite",)])
def test_the_sdk_draws_every_written_object(tmp_path: Path, options: tuple[str, ...]) -> None:
    masks = {
        "night/one": rng.integers(0, 4, (37, 53), np.uint8),
        "фото 2": rng.integers(0, 2, (8, 5), np.uint8),
    }
    source = write_masks(tmp_path / "in", masks)
    target = tmp_path / "out.ndjson"
    ran = run("convert", source, target, "--to", "labelbox-ndjson", *options)
    assert ran.exit_code == 0
    assert check_lines(target) == 4


def test_the_sdk_draws_objects_that_overlap(tmp_path: Path) -> None:
    target = tmp_path / "out.ndjson"
    source = shared("golden", "labelbox", "inline.ndjson")
    assert run("convert", source, target, "--to", "labelbox-ndjson").exit_code == 0
    assert check_lines(target) == 3
    assert check_lines(shared("golden", "labelbox", "uri", "import.ndjson")) == 2


def test_the_examples_of_the_page_give_the_same_arrays(tmp_path: Path) -> None:
    height, width = SIZE
    eyes = [polygon(points).draw(height=height, width=width) for points in EYES]
    nose = polygon(NOSE).draw(height=height, width=width, color=NOSE_COLOR)
    raster = np.max([nose, np.max(eyes, axis=0)], axis=0)
    data = MaskData(arr=raster)
    drawn = [Mask(mask=data, color=color).draw() for color in (EYE_COLOR, NOSE_COLOR)]
    assert [told(a) for a in (*eyes, nose, raster, *drawn)] == labelbox("page", tmp_path)
    shapes = [*((polygon(p), EYE_COLOR) for p in EYES), (polygon(NOSE), NOSE_COLOR)]
    assert np.array_equal(combined(shapes, height, width), raster)


def test_polygons_of_any_shape_are_drawn_alike(tmp_path: Path) -> None:
    cases = [
        [
            rng.uniform(-9, 40, (int(n), 2)).round(2).tolist(),
            31,
            27,
            rng.integers(0, 256, 3).tolist(),
        ]
        for n in rng.integers(3, 9, 60)
    ]
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    drawn = [told(polygon(points).draw(h, w, color)) for points, h, w, color in cases]
    assert drawn == labelbox("polygons", tmp_path / "cases.json")


def test_masks_are_drawn_and_scaled_alike(tmp_path: Path) -> None:
    cases: list[list[Any]] = []
    for _ in range(40):
        array = rng.integers(0, 3, rng.integers(2, 12, 2)).tolist()
        height, width = (int(n) for n in rng.integers(1, 30, 2))
        size = [None, None] if rng.random() < 0.3 else [height, width]
        color = [2, 2, 2] if rng.random() < 0.5 else 1
        cases.append([array, color, *size, None if rng.random() < 0.5 else [9, 8, 7]])
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    drawn = []
    for array, color, height, width, other in cases:
        data = MaskData.from_2D_arr(np.array(array, np.uint8))
        drawn.append(told(Mask(mask=data, color=color).draw(height, width, color=other)))
    assert drawn == labelbox("masks", tmp_path / "cases.json")
