"""Label maps that leave no index free: 65 536 classes are a rule, not an accident."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from maskstudio.core.document import load_sample
from maskstudio.core.geometry import Rect
from maskstudio.formats.base import no_progress
from maskstudio.workflows.open_dataset import OpenRequest, open_dataset
from maskstudio.workflows.save_dataset import finish_save, prepare_save, run_save

KEY = "ground_truth"


def test_a_mask_is_painted_and_saved_where_every_index_has_a_class(tmp_path: Path) -> None:
    target = tmp_path / "m.zip"
    buffer = io.BytesIO()
    Image.fromarray(np.array([[0, 65_535, 7]], np.uint16)).save(buffer, "PNG")
    with zipfile.ZipFile(target, "w") as file:
        lines = (f"c{i}:{i & 255},{i >> 8},9::\n" for i in range(65_536))
        file.writestr("labelmap.txt", "".join(lines))
        file.writestr("ImageSets/Segmentation/default.txt", "a\n")
        file.writestr("SegmentationClass/a.png", buffer.getvalue())
    opened = open_dataset(OpenRequest(paths=(target,)))
    dataset = opened.dataset
    dataset.open_document(load_sample(dataset.sample("a")))
    transaction = dataset.begin("a", KEY, label="Brush")
    transaction.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), 65_534)
    transaction.commit()
    job = prepare_save(opened, KEY)
    finish_save(opened, job, run_save(job, no_progress))
    with zipfile.ZipFile(target) as file, file.open("SegmentationClass/a.png") as png:
        assert np.asarray(Image.open(png)).tolist() == [[65_534, 65_535, 7]]
