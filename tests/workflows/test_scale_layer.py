"""Masks that were made as large as their picture, and saved."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from maskstudio.core.document import load_sample
from maskstudio.core.edits import Target
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.errors import Kind
from maskstudio.formats.base import no_progress
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from maskstudio.workflows.save_dataset import finish_save, prepare_save, run_save
from maskstudio.workflows.scale_layer import scale_edit
from tests.helpers.masks import mask

STORED = mask("12", ".1")
EXPECTED = mask("1122", "1122", "..11", "..11")
COLORS = np.array([(0, 0, 0), (9, 0, 0), (0, 9, 0)], np.uint8)
LABEL_MAP = "background:0,0,0::\nroad:9,0,0::\ncar:0,9,0::\n"


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    Image.new("RGB", (4, 4)).save(folder / "a.png")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "masks"
    target.mkdir()
    (target / "labelmap.txt").write_text(LABEL_MAP)
    Image.fromarray(STORED).save(target / "a.png")
    return target


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    target = tmp_path / "masks.zip"
    picture = BytesIO()
    Image.fromarray(COLORS[STORED]).save(picture, "PNG")
    with zipfile.ZipFile(target, "w") as writer:
        writer.writestr("labelmap.txt", LABEL_MAP)
        writer.writestr("ImageSets/Segmentation/default.txt", "a\n")
        writer.writestr("SegmentationClass/a.png", picture.getvalue())
    return target


def scaled(images: Path, masks: Path, *, closed: bool) -> OpenedDataset:
    opened = open_dataset(OpenRequest(images=images, layers=((GROUND_TRUTH, masks),)))
    dataset = opened.dataset
    document = dataset.open_document(load_sample(dataset.sample("a")))
    layer = document.layer(GROUND_TRUTH)
    assert layer.is_locked
    target = Target("a", GROUND_TRUTH)
    dataset.make(scale_edit(target, layer.pixels, layer.instances, document.size))
    if closed:
        dataset.close_document("a")
    return opened


def save(opened: OpenedDataset) -> None:
    job = prepare_save(opened, GROUND_TRUTH)
    finish_save(opened, job, run_save(job, no_progress))


def stored_in(masks: Path) -> NDArray[Any]:
    if masks.is_dir():
        return np.asarray(Image.open(masks / "a.png"))
    with zipfile.ZipFile(masks) as reader:
        picture = Image.open(BytesIO(reader.read("SegmentationClass/a.png"))).convert("RGB")
    colors = np.asarray(picture)
    indices: NDArray[Any] = (colors[..., None, :] == COLORS).all(-1).argmax(-1)
    return indices


@pytest.mark.parametrize("kind", ["folder", "archive"])
@pytest.mark.parametrize("closed", [False, True])
def test_the_file_gets_the_new_size(
    request: pytest.FixtureRequest, images: Path, kind: str, closed: bool
) -> None:
    masks: Path = request.getfixturevalue(kind)
    opened = scaled(images, masks, closed=closed)
    assert Kind.MASK_IMAGE_SIZE_DIFFERS in {p.kind for p in opened.dataset.problems}
    save(opened)
    np.testing.assert_array_equal(stored_in(masks), EXPECTED)
    assert not opened.dataset.history.modified()
    assert opened.dataset.problems == []
    again = load_sample(opened.dataset.sample("a"))
    np.testing.assert_array_equal(again.masks[GROUND_TRUTH].pixels, EXPECTED)
    opened.close()


def test_undo_after_the_save_brings_the_old_size_back_and_saves_it(
    images: Path, folder: Path
) -> None:
    opened = scaled(images, folder, closed=False)
    save(opened)
    assert opened.dataset.undo() is not None
    assert opened.dataset.modified_samples() == {"a"}
    save(opened)
    np.testing.assert_array_equal(stored_in(folder), STORED)
    opened.close()
