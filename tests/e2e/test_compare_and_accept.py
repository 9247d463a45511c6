"""A user sorts CamVid worst first, walks three regions, accepts one, undoes, accepts, saves."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.e2e.virtual_screen import (
    SIZE,
    Screen,
    Watched,
    require_screen,
    virtual_screen,
    wait_until,
)
from tests.helpers.shared import shared

N_CLASSES = 12


@dataclass(frozen=True)
class ShownFigures:
    """What a user reads in the window.

    Args:
        summary: the line above the table.
        classes: cells of each class, by name.
        copied: rows of the copied table, in full precision.
        samples: figure of each listed sample.
    """

    summary: str
    classes: dict[str, list[str]]
    copied: list[dict[str, str]]
    samples: dict[str, str]


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


def open_camvid(screen: Screen, folder: Path) -> Watched:
    layers = [f"{key}={folder / key}" for key in ("ground_truth", "predictions")]
    window = screen.start_watched("open", "--images", str(folder / "images"), "--layer", layers[0],
                                  "--layer", layers[1], "--labels", str(labels()))  # fmt: skip
    frame = screen.window("MaskStudio")
    screen.xdotool("windowsize", "--sync", frame, *SIZE)
    screen.xdotool("windowmove", frame, 0, 0)
    screen.xdotool("windowfocus", "--sync", frame)
    return window


def labels() -> Path:
    return shared("data/camvid/classes.json")


def sort_worst_first(screen: Screen, window: Watched) -> None:
    """As a user does: the button above the samples, and an entry of its menu."""
    screen.click(*window.place("sample_order_button"))
    screen.click(*window.place("order_samples_mean_iou"))
    wait_until(lambda: all(figure for _, figure in window.ask("figures")), "figures of samples")


def figures_on_screen(screen: Screen, window: Watched) -> ShownFigures:
    """Open the comparison from the status bar, read it, and copy its table."""
    screen.click(*window.place("comparison"))
    wait_until(lambda: window.ask("rows", "class_figures"), "figures of classes")
    screen.key("ctrl+k")
    screen.xdotool("type", "--delay", 30, "copy figures")
    screen.key("Return")
    wait_until(lambda: window.ask("clipboard").startswith("index\t"), "figures on the clipboard")
    lines = [line.split("\t") for line in window.ask("clipboard").splitlines()]
    return ShownFigures(
        summary=window.ask("text", "class_figures_summary"),
        classes={row[0]: row[1:] for row in window.ask("rows", "class_figures")},
        copied=[dict(zip(lines[0], line, strict=True)) for line in lines[1:]],
        samples=dict(window.ask("figures")),
    )


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
    at_first = compared(folder)
    with virtual_screen() as screen:
        window = open_camvid(screen, folder)
        sort_worst_first(screen, window)
        assert [row[0] for row in window.ask("figures")] == worst_first(at_first)
        for _ in range(3):
            go_to_next(screen)
        screen.key("y", "ctrl+z", "y")
        file = folder / "ground_truth" / f"{name}.png"
        stamp = file.stat().st_mtime_ns
        screen.key("ctrl+s")
        wait_until(lambda: file.stat().st_mtime_ns != stamp, "the saved mask")
        shown = figures_on_screen(screen, window)
        screen.key("ctrl+q")
    after = masks_of(folder / "ground_truth")
    np.testing.assert_array_equal(after[name], expected)
    assert all(np.array_equal(after[other], before[other]) for other in before if other != name)
    fresh = compared(folder)
    right = sum(int((after[n] == prediction[n]).sum()) for n in after)
    assert fresh["total"]["pixel_accuracy"] == right / sum(mask.size for mask in after.values())
    assert shown == as_shown(fresh)
    assert as_shown(at_first) != shown


def worst_first(figures: dict[str, Any]) -> list[str]:
    """Names of the samples by mean IoU; equal ones in their order."""
    return [s["name"] for s in sorted(figures["samples"], key=lambda s: float(s["mean_iou"]))]


def as_shown(figures: dict[str, Any]) -> ShownFigures:
    """What the window has to show for the JSON of `maskstudio compare`."""
    total = figures["total"]
    words = {
        "mean IoU": "mean_iou",
        "accuracy": "pixel_accuracy",
        "mean Dice": "mean_dice",
        "class accuracy": "mean_class_accuracy",
        "weighted IoU": "frequency_weighted_iou",
        "kappa": "cohen_kappa",
    }
    copied = ("index", "name", "iou", "precision", "recall", "dice", "support")
    return ShownFigures(
        summary=" · ".join(f"{word} {100 * total[key]:.1f}" for word, key in words.items()),
        classes={
            c["name"]: [
                *(f"{100 * c[key]:.1f}" for key in ("iou", "precision", "recall", "dice")),
                f"{c['support']:,}".replace(",", "\u2009"),
            ]
            for c in total["per_class"]
        },
        copied=[{key: str(c[key]) for key in copied} for c in total["per_class"]],
        samples={s["name"]: f"{100 * s['mean_iou']:.1f}" for s in figures["samples"]},
    )


def compared(folder: Path) -> dict[str, Any]:
    """What `maskstudio compare` says, as a process of its own."""
    command = [sys.executable, "-m", "maskstudio", "compare", str(folder / "predictions"),
               str(folder / "ground_truth"), "--labels", str(labels()), "--json", "-"]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found
