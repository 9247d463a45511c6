"""A user opens the sample, paints a stroke and a polygon, undoes one stroke, saves and reopens."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.e2e.virtual_screen import (
    SIZE,
    Screen,
    place_of,
    require_screen,
    virtual_screen,
    wait_until,
)
from tests.helpers.shared import REPOSITORY

SAMPLE = REPOSITORY / "resources" / "sample"
FIRST = "street_01"
ROAD, CAR = 1, 5
BRUSH = 24


def labelled(archive: Path) -> NDArray[np.uint8]:
    """Class indices of the first sample, read from the zip with Pillow alone."""
    with zipfile.ZipFile(archive) as file:
        lines = file.read("labelmap.txt").decode().splitlines()
        with file.open(f"SegmentationClass/{FIRST}.png") as png:
            rgb = np.asarray(Image.open(png).convert("RGB"))
    colors = [line.split(":")[1] for line in lines if line and not line.startswith("#")]
    mask = np.full(rgb.shape[:2], 255, np.uint8)
    for index, color in enumerate(colors):
        mask[(rgb == [int(c) for c in color.split(",")]).all(axis=2)] = index
    return mask


def disc_along(size: tuple[int, int], y: int, x0: int, x1: int) -> NDArray[np.bool_]:
    """Pixels whose centre is within the brush's radius of any corner from (x0, y) to (x1, y)."""
    height, width = size
    rows, columns = np.mgrid[:height, :width] + 0.5
    near = np.zeros(size, np.bool_)
    for x in range(x0, x1 + 1):
        near |= (columns - x) ** 2 + (rows - y) ** 2 <= (BRUSH / 2) ** 2
    return near


def triangle(size: tuple[int, int], x: int, y: int, wide: int, high: int) -> NDArray[np.bool_]:
    """Pixels whose centre is inside the triangle (x, y), (x + wide, y), (x, y + high)."""
    height, width = size
    rows, columns = np.mgrid[:height, :width] + 0.5
    below = (columns - x) / wide + (rows - y) / high < 1
    inside: NDArray[np.bool_] = (columns > x) & (rows > y) & below
    return inside


def open_sample(screen: Screen, folder: Path) -> None:
    screen.start(
        "open",
        "--images",
        str(folder / "images"),
        "--layer",
        f"ground_truth={folder / 'ground_truth.zip'}",
        "--sample",
        FIRST,
    )
    window = screen.window("MaskStudio")
    screen.xdotool("windowsize", "--sync", window, *SIZE)
    screen.xdotool("windowmove", window, 0, 0)
    screen.xdotool("windowfocus", "--sync", window)
    screen.xdotool("mousemove", SIZE[0] - 5, 5)


def n_colors(picture: NDArray[np.uint8]) -> int:
    """How many colors there are: few in bars and lists, thousands in a photograph."""
    words = picture.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    return int(np.unique(words).size)


def find_picture(screen: Screen, image: NDArray[np.uint8]) -> tuple[int, int]:
    """Show the bare picture at 100 % and find where on the screen its first pixel lies."""
    places: list[tuple[int, int]] = []

    def look() -> bool:
        screen.key("ctrl+0")
        found = place_of(screen.picture(), image)
        if found is not None:
            places.append(found)
        return found is not None

    wait_until(lambda: n_colors(screen.picture()) > 5000, "a picture in the window")
    screen.key("v")
    wait_until(look, "the picture at 100 % on the screen")
    screen.key("v")
    return places[-1]


def test_a_user_paints_undoes_saves_and_finds_the_pixels_again(tmp_path: Path) -> None:
    require_screen()
    folder = tmp_path / "sample"
    shutil.copytree(SAMPLE, folder)
    archive = folder / "ground_truth.zip"
    image = np.asarray(Image.open(next((folder / "images").glob(f"{FIRST}.*"))).convert("RGB"))
    before = labelled(archive)
    expected = before.copy()
    size = before.shape

    with virtual_screen() as screen:
        open_sample(screen, folder)
        left, top = find_picture(screen, image)

        screen.key("b", str(CAR))
        screen.drag((left + 60, top + 40), (left + 90, top + 40), (left + 140, top + 40))
        expected[disc_along(size, 40, 60, 140)] = CAR

        screen.key("p", str(ROAD))
        for x, y in ((200, 30), (281, 30), (200, 100)):
            screen.click(left + x, top + y)
        screen.key("Return")
        expected[triangle(size, 200, 30, 81, 70)] = ROAD

        screen.key("b")
        screen.drag((left + 300, top + 200), (left + 340, top + 220))
        screen.key("ctrl+z")

        stamp = archive.stat().st_mtime_ns
        screen.key("ctrl+s")
        wait_until(lambda: archive.stat().st_mtime_ns != stamp, "the saved archive")
        screen.save_picture(tmp_path / "painted.png")
        screen.key("ctrl+q")
        np.testing.assert_array_equal(labelled(archive), expected)

        open_sample(screen, folder)
        left, top = find_picture(screen, image)
        changed = np.argwhere(expected != before)
        wait_until(
            lambda: _is_washed(screen, image, left, top, changed), "the mask over the picture"
        )
        screen.key("ctrl+q")


def _is_washed(
    screen: Screen, image: NDArray[np.uint8], left: int, top: int, changed: NDArray[np.int64]
) -> bool:
    """Whether the painted pixels show a color over the picture."""
    shown = screen.picture()
    y, x = changed[len(changed) // 2]
    return bool((shown[top + y, left + x] != image[y, x]).any())
