"""A relabeling that is killed leaves no target, or the whole one; the source stays as it is."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.helpers.shared import REPOSITORY

N_SAMPLES = 300
LABELMAP = "background:0,0,0::\ncat:10,20,30::\ndog:40,50,60::\n"
NAMES = [f"{number:03}" for number in range(N_SAMPLES)]


def png(number: int) -> bytes:
    """A small gray mask with all three classes."""
    file = BytesIO()
    pixels = (np.indices((64, 64)).sum(axis=0) // 8 + number) % 3
    Image.fromarray(pixels.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def make_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("labelmap.txt", LABELMAP)
        archive.writestr("ImageSets/Segmentation/default.txt", "\n".join(NAMES))
        for number, name in enumerate(NAMES):
            archive.writestr(f"SegmentationClass/{name}.png", png(number))


def make_folder(path: Path) -> None:
    path.mkdir()
    (path / "labelmap.txt").write_text(LABELMAP)
    for number, name in enumerate(NAMES):
        (path / f"{name}.png").write_bytes(png(number))


def read_zip(path: Path) -> list[bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return [archive.read(f"SegmentationClass/{name}.png") for name in NAMES]


def read_folder(path: Path) -> list[bytes]:
    return [(path / f"{name}.png").read_bytes() for name in NAMES]


@pytest.mark.parametrize(
    ("make", "read", "ending"),
    [(make_zip, read_zip, ".zip"), (make_folder, read_folder, "")],
    ids=["zip", "folder"],
)
def test_all_samples_are_relabeled_or_none(
    tmp_path: Path,
    count: Callable[[int], int],
    make: Callable[[Path], None],
    read: Callable[[Path], list[bytes]],
    ending: str,
) -> None:
    source, changes = tmp_path / f"source{ending}", tmp_path / "map.json"
    make(source)
    before = read(source)
    changes.write_text(json.dumps({"cat": "dog"}))
    words = [sys.executable, "-m", "maskstudio", "relabel", str(source)]
    start = time.monotonic()
    done = tmp_path / f"whole{ending}"
    subprocess.run([*words, str(done), "--map", str(changes)], check=True, cwd=REPOSITORY)
    took = time.monotonic() - start
    whole = [np.asarray(Image.open(BytesIO(data))).tolist() for data in read(done)]
    n_whole = 0
    for seed in range(count(50)):
        target = tmp_path / f"{seed}{ending}"
        process = subprocess.Popen([*words, str(target), "--map", str(changes)], cwd=REPOSITORY)
        time.sleep(random.Random(seed).uniform(0.2, 1.1) * took)
        process.kill()
        process.wait()
        assert read(source) == before
        if target.exists():
            n_whole += 1
            found = [np.asarray(Image.open(BytesIO(data))).tolist() for data in read(target)]
            assert found == whole, f"kill {seed} left a part"
    assert n_whole < count(50) or count(50) < 10  # else nothing was ever killed at work
