"""Painting in two layers of an artifact, saving both, and opening it again."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from maskstudio.core.document import load_sample
from maskstudio.core.geometry import Rect
from maskstudio.errors import DataError
from maskstudio.formats.base import no_progress
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from maskstudio.workflows.save_dataset import (
    finish_save,
    has_changed_underneath,
    home_of,
    modified_keys,
    prepare_save,
    run_save,
)
from tests.helpers.shared import shared

NAME = "eval/my table/0/image"
RECT = Rect(2, 3, 7, 5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "artifact"
    shutil.copytree(shared("golden", "wandb", "artifact-table"), target)
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return target


def paint(opened: OpenedDataset, key: str, index: int) -> None:
    dataset = opened.dataset
    dataset.open_document(load_sample(dataset.sample(NAME)))
    transaction = dataset.begin(NAME, key, label="Brush")
    transaction.paint(RECT, np.ones((RECT.height, RECT.width), np.bool_), index)
    transaction.commit()


def test_two_layers_of_one_image_are_saved_one_after_the_other(folder: Path) -> None:
    opened = open_dataset(OpenRequest((folder,)))
    paint(opened, "predictions", 3)
    paint(opened, "ground_truth", 2)
    expected = {
        key: opened.dataset.document(NAME).layer(key).pixels.copy()
        for key in ("predictions", "ground_truth")
    }
    assert set(modified_keys(opened.dataset)) == set(expected)
    for key in modified_keys(opened.dataset):
        assert not has_changed_underneath(opened, key)
        job = prepare_save(opened, key)
        finish_save(opened, job, run_save(job, no_progress))
    assert modified_keys(opened.dataset) == ()
    again = open_dataset(OpenRequest((folder,)))
    loaded = load_sample(again.dataset.sample(NAME))
    for key, pixels in expected.items():
        assert (loaded.masks[key].pixels == pixels).all()
        assert np.unique(loaded.masks[key].pixels[3:5, 2:7]).size == 1
    assert loaded.problems == ()


def test_a_run_is_read_only_so_that_saving_asks_for_a_target() -> None:
    (run,) = shared("golden", "wandb", "run-two-layers").iterdir()
    opened = open_dataset(OpenRequest((run,)))
    assert home_of(opened, "predictions") is None
    with pytest.raises(DataError):
        prepare_save(opened, "predictions")
