"""What one writes, the other reads with the same pixels: MaskStudio and the datumaro package."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from maskstudio.core.document import load_sample
from maskstudio.core.geometry import Rect
from maskstudio.formats.base import no_progress
from maskstudio.workflows.instance_ids import assign_missing_ids
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from maskstudio.workflows.save_dataset import (
    finish_save,
    prepare_export,
    prepare_save,
    run_export,
    run_save,
)
from tests.helpers.masks import text
from tests.interop.environment import datumaro_import
from tests.interop.exported import COLORS, EXPORTED

STREET, FRAME = (sample.name for sample in EXPORTED)
CAR, TRAFFIC_LIGHT = list(COLORS).index("car"), list(COLORS).index("traffic light")


@pytest.fixture
def archive(exported_zip: Path, tmp_path: Path) -> Path:
    """A copy of what datumaro exported, to be changed."""
    return Path(shutil.copy(exported_zip, tmp_path / "exported.zip"))


def opened(path: Path) -> OpenedDataset:
    found = open_dataset(OpenRequest(paths=(path,)))
    for sample in found.dataset.samples:
        found.dataset.open_document(load_sample(sample))
    return found


def paint(found: OpenedDataset, name: str, rect: Rect, index: int) -> None:
    transaction = found.dataset.begin(name, "ground_truth", label="Brush")
    transaction.paint(rect, np.ones((rect.height, rect.width), np.bool_), index)
    transaction.commit()
    assign_missing_ids(found.dataset, name, "ground_truth")


def digest(indices: NDArray[np.unsignedinteger]) -> str:
    return hashlib.sha256(indices.astype("<u2").tobytes()).hexdigest()


def edited() -> dict[str, NDArray[np.uint8]]:
    """The drawn masks with what the tests paint over them."""
    masks = {sample.name: sample.indices for sample in EXPORTED}
    masks[STREET][0:1, 0:2] = TRAFFIC_LIGHT
    masks[FRAME][2:3, 4:5] = CAR
    return masks


def paint_all(found: OpenedDataset) -> None:
    paint(found, STREET, Rect(0, 0, 2, 1), TRAFFIC_LIGHT)
    paint(found, FRAME, Rect(4, 2, 5, 3), CAR)


def test_what_datumaro_exports_opens_here(archive: Path) -> None:
    found = opened(archive)
    for drawn in EXPORTED:
        layer = found.dataset.document(drawn.name).layer("ground_truth")
        assert text(layer.pixels) == text(drawn.indices)
        assert found.dataset.sample(drawn.name).subsets == (drawn.subset,)
    label_map = found.dataset.label_maps["ground_truth"]
    assert {c.name: c.color for c in label_map} == COLORS


def test_an_edited_zip_is_imported_with_the_painted_pixels(archive: Path) -> None:
    found = opened(archive)
    paint_all(found)
    job = prepare_save(found, "ground_truth")
    finish_save(found, job, run_save(job, no_progress))
    described = datumaro_import(archive)
    assert {s["name"]: s["digest"] for s in described["samples"]} == {
        name: digest(pixels) for name, pixels in edited().items()
    }
    subsets = {s["name"]: s["subset"] for s in described["samples"]}
    assert subsets == {sample.name: sample.subset for sample in EXPORTED}
    street = next(s for s in described["samples"] if s["name"] == STREET)
    areas = sorted((i["class"], i["area"]) for i in street["instances"].values())
    road = list(COLORS).index("road")
    assert areas == [(CAR, 4), (CAR, 4), (road, 14), (TRAFFIC_LIGHT, 2)]


def test_a_new_zip_is_imported_with_the_painted_pixels(archive: Path, tmp_path: Path) -> None:
    found = opened(archive)
    paint_all(found)
    target = tmp_path / "new.zip"
    run_export(
        prepare_export(found, "ground_truth", format_name="cvat-segmentation-mask", target=target),
        no_progress,
    )
    described = datumaro_import(target)
    assert {s["name"]: s["digest"] for s in described["samples"]} == {
        name: digest(pixels) for name, pixels in edited().items()
    }
    assert [(label["name"], tuple(label["color"])) for label in described["labels"]] == list(
        COLORS.items()
    )
