"""A program that is killed while it saves leaves what was there or what was to be there."""

from __future__ import annotations

import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from maskstudio.workflows.open_dataset import OpenRequest, open_dataset
from tests.helpers.shared import REPOSITORY

COLORS = np.array([(0, 0, 0), (10, 20, 30), (40, 50, 60)], np.uint8)
LABELMAP = "background:0,0,0::\ncat:10,20,30::\ndog:40,50,60::\n"
NAMES = ("a", "b", "c")
SIDE = 256


def kill_while_saving(path: Path, *, seed: int) -> None:
    """Let another process save for a while and kill it at a random moment of a save."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.saving_process", str(path), *NAMES],
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
    )
    assert process.stdout is not None
    try:
        randomly = random.Random(seed)
        for _ in range(randomly.randint(2, 4)):
            assert process.stdout.readline().startswith(b"saving")
        time.sleep(randomly.uniform(0, 0.03))
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def only_class(rgb_or_index: np.ndarray) -> int:
    """The class that all pixels have; fails where they differ."""
    values = rgb_or_index
    if values.ndim == 3:
        values = (values[..., None, :] == COLORS).all(axis=3).argmax(axis=2)
    found = np.unique(values)
    assert found.size == 1, "a mask is partly the old and partly the new one"
    return int(found[0])


def test_a_zip_is_the_old_one_or_the_new_one(tmp_path: Path, count: Callable[[int], int]) -> None:
    path = tmp_path / "masks.zip"
    for seed in range(count(100)):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("labelmap.txt", LABELMAP)
            archive.writestr("ImageSets/Segmentation/default.txt", "\n".join(NAMES))
            archive.writestr("filling.bin", bytes(1_000_000))
            for name in NAMES:
                Image.fromarray(np.zeros((SIDE, SIDE, 3), np.uint8)).save(tmp_path / "m.png")
                archive.write(tmp_path / "m.png", f"SegmentationClass/{name}.png")
        kill_while_saving(path, seed=seed)
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            found = []
            for name in NAMES:
                with archive.open(f"SegmentationClass/{name}.png") as png:
                    found.append(only_class(np.asarray(Image.open(png).convert("RGB"))))
        assert len(set(found)) == 1, f"kill {seed} left masks of two saves: {found}"


def test_each_file_of_a_folder_is_the_old_one_or_the_new_one(
    tmp_path: Path, count: Callable[[int], int]
) -> None:
    folder = tmp_path / "masks"
    folder.mkdir()
    for seed in range(count(100)):
        (folder / "labelmap.txt").write_text(LABELMAP)
        for name in NAMES:
            Image.fromarray(np.zeros((SIDE, SIDE), np.uint8)).save(folder / f"{name}.png")
        kill_while_saving(folder, seed=seed)
        for name in NAMES:
            only_class(np.asarray(Image.open(folder / f"{name}.png")))
        opened = open_dataset(OpenRequest(layers=(("ground_truth", folder),)))
        found = [only_class(np.asarray(Image.open(folder / f"{n}.png"))) for n in NAMES]
        assert len(set(found)) == 1, f"kill {seed} left files of two saves: {found}"
        assert [s.name for s in opened.dataset.samples] == list(NAMES)
        opened.close()
