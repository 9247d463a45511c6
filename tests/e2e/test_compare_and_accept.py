"""A user compares CamVid with a model, walks three regions, accepts one, undoes, accepts, saves."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.e2e.virtual_screen import SIZE, Screen, require_screen, virtual_screen, wait_until
from tests.helpers.shared import shared

N_CLASSES = 12


def copy_of_camvid(folder: Path) -> Path:
    """Pictures, ground truth and predictions as folders that can be written to."""
    source = shared("data/camvid")
    for name, target in (
        ("images", "images"),
        ("masks", "ground_truth"),
        ("predictions/model_b", "predictions"),
    ):
        (folder / target).mkdir(parents=True)
        for file in sorted((source / name).glob("*.png")):
            shutil.copyfile(file, folder / target / file.name)
    return folder


def masks_of(folder: Path) -> dict[str, NDArray[np.uint8]]:
    """Class indices of every mask, read with Pillow alone."""
    return {file.stem: np.asarray(Image.open(file)) for file in sorted(folder.glob("*.png"))}


def largest_region(
    truth: dict[str, NDArray[np.uint8]], prediction: dict[str, NDArray[np.uint8]], rank: int
) -> tuple[str, NDArray[np.bool_], int]:
    """Sample, pixels and predicted class of one of the largest regions, found with SciPy."""
    from scipy import ndimage

    found = []
    for name, mask in truth.items():
        pairs = np.where(mask != prediction[name], mask * N_CLASSES + prediction[name] + 1, 0)
        for pair in np.unique(pairs[pairs > 0]).tolist():
            labels, n_labels = ndimage.label(pairs == pair, np.ones((3, 3)))
            areas = np.bincount(labels.ravel())
            found += [
                (int(areas[label]), name, pair, label)
                for label in range(1, n_labels + 1)
                if areas[label] > 2_000
            ]
    _, name, pair, label = sorted(found, reverse=True)[rank]
    mask = truth[name]
    pairs = np.where(mask != prediction[name], mask * N_CLASSES + prediction[name] + 1, 0)
    labels, _ = ndimage.label(pairs == pair, np.ones((3, 3)))
    return name, labels == label, (pair - 1) % N_CLASSES


def open_camvid(screen: Screen, folder: Path) -> None:
    layers = [f"{key}={folder / key}" for key in ("ground_truth", "predictions")]
    screen.start("open", "--images", str(folder / "images"), "--layer", layers[0],
                 "--layer", layers[1])  # fmt: skip
    window = screen.window("MaskStudio")
    screen.xdotool("windowsize", "--sync", window, *SIZE)
    screen.xdotool("windowmove", window, 0, 0)
    screen.xdotool("windowfocus", "--sync", window)
    screen.xdotool("mousemove", SIZE[0] - 5, 5)


def has_brackets(screen: Screen) -> bool:
    """Whether pure white strokes on pure black lie on the canvas."""
    canvas = screen.picture()[60:-40, 320:-330]
    white = (canvas == 255).all(axis=2)
    black = (canvas == 0).all(axis=2)
    return bool((white[:, 2:] & black[:, :-2]).sum() > 20)


def go_to_next(screen: Screen) -> None:
    """Press J and wait for another region."""
    before = screen.picture()
    screen.key("j")
    wait_until(lambda: shows_another(screen, before), "brackets around a region")


def shows_another(screen: Screen, before: NDArray[np.uint8]) -> bool:
    """Whether the screen stands still and shows a region that was not shown before."""
    shown = screen.picture()
    if np.array_equal(shown[60:600], before[60:600]) or not has_brackets(screen):
        return False
    time.sleep(0.3)
    return bool(np.array_equal(shown[60:600], screen.picture()[60:600]))


def test_a_user_accepts_a_region_and_saves_exactly_that(tmp_path: Path) -> None:
    require_screen()
    folder = copy_of_camvid(tmp_path / "camvid")
    before, prediction = (masks_of(folder / key) for key in ("ground_truth", "predictions"))
    name, pixels, index = largest_region(before, prediction, rank=2)
    expected = before[name].copy()
    expected[pixels] = index
    with virtual_screen() as screen:
        open_camvid(screen, folder)
        for _ in range(3):
            go_to_next(screen)
        screen.key("y", "ctrl+z", "y")
        file = folder / "ground_truth" / f"{name}.png"
        stamp = file.stat().st_mtime_ns
        screen.key("ctrl+s")
        wait_until(lambda: file.stat().st_mtime_ns != stamp, "the saved mask")
        screen.key("ctrl+q")
    after = masks_of(folder / "ground_truth")
    np.testing.assert_array_equal(after[name], expected)
    assert all(np.array_equal(after[other], before[other]) for other in before if other != name)
    figures = compared(folder)
    right = sum(int((after[n] == prediction[n]).sum()) for n in after)
    assert figures["pixel_accuracy"] == right / sum(mask.size for mask in after.values())


def compared(folder: Path) -> dict[str, float]:
    """Totals of `maskstudio compare`."""
    command = [sys.executable, "-m", "maskstudio", "compare", str(folder / "predictions"),
               str(folder / "ground_truth"), "--json", "-"]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    total: dict[str, float] = json.loads(run.stdout)["total"]
    return total
