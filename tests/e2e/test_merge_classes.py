"""A user merges two classes of the sample, reads the preview, applies, undoes, redoes, saves."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.e2e.test_paint_and_save import SAMPLE, labelled
from tests.e2e.virtual_screen import (
    SIZE,
    Screen,
    Watched,
    require_screen,
    virtual_screen,
    wait_until,
)

PAVEMENT, BUILDING = 2, 3


def count_of(archive: Path, index: int) -> int:
    """Pixels of a class in all masks of the zip, by their colors, read with Pillow alone."""
    import io

    from PIL import Image

    total = 0
    with zipfile.ZipFile(archive) as file:
        lines = file.read("labelmap.txt").decode().splitlines()
        colors = [line.split(":")[1] for line in lines if line and not line.startswith("#")]
        color = [int(c) for c in colors[index].split(",")]
        for name in file.namelist():
            if name.startswith("SegmentationClass/") and name.endswith(".png"):
                rgb = np.asarray(Image.open(io.BytesIO(file.read(name))).convert("RGB"))
                total += int((rgb == color).all(axis=2).sum())
    return total


def open_label_map(screen: Screen, folder: Path) -> Watched:
    layers = [
        f"ground_truth={folder / 'ground_truth.zip'}",
        f"predictions={folder / 'predictions'}",
    ]
    window = screen.start_watched(
        "open", "--images", str(folder / "images"), "--layer", layers[0], "--layer", layers[1]
    )
    frame = screen.window("MaskStudio")
    screen.xdotool("windowsize", "--sync", frame, *SIZE)
    screen.xdotool("windowmove", frame, 0, 0)
    screen.xdotool("windowfocus", "--sync", frame)
    wait_until(lambda: window.ask("place", "class.label_map_button"), "the labels panel")
    screen.click(*window.place("class.label_map_button"))
    wait_until(lambda: cell(window, PAVEMENT, 5) not in ("", "…"), "counted pixels")
    return window


def cell(window: Watched, index: int, column: int) -> str:
    rows = window.ask("rows", "draft_classes") if window.ask("place", "draft_classes") else []
    return next((str(row[column]) for row in rows if row[1] == str(index)), "")


def click_class(screen: Screen, window: Watched, row: int) -> None:
    """Click into the table, in the row of this number."""
    x, y = window.place("find_draft_class")
    height = 26 if SIZE[0] < 1400 or SIZE[1] < 800 else 32
    screen.click(x + 120, y + 20 + 28 + height * row + height // 2)


def titles(window: Watched) -> list[str]:
    """What will change, as the window lists it."""
    rows = window.ask("rows", "draft_edits") if window.ask("place", "draft_edits") else []
    return [row[0] for row in rows]


def looked_at(picture: NDArray[np.uint8], name: str) -> None:
    """Keep what was seen where somebody asks for it."""
    folder = os.environ.get("MASKSTUDIO_SCREENSHOTS")
    if folder:
        from PIL import Image

        Image.fromarray(picture).save(Path(folder) / name)


def test_a_user_merges_two_classes_and_saves_exactly_that(tmp_path: Path) -> None:
    require_screen()
    folder = tmp_path / "sample"
    shutil.copytree(SAMPLE, folder)
    archive = folder / "ground_truth.zip"
    before = labelled(archive)
    n_pavement = count_of(archive, PAVEMENT)
    with virtual_screen() as screen:
        window = open_label_map(screen, folder)
        assert cell(window, PAVEMENT, 5).replace("\u2009", "") == str(n_pavement)
        click_class(screen, window, PAVEMENT)
        screen.click(*window.place("draft_merge_button"))
        screen.click(*window.place(f"into_{BUILDING}"))
        wait_until(lambda: titles(window) == ["2 Pavement → 3 Building"], "the preview")
        wait_until(lambda: window.ask("text", "changed_place"), "samples that change")
        assert window.ask("text", "changed_place") == "1 of 12 samples that change"
        looked_at(screen.picture(), "label_map_preview.png")
        screen.click(*window.place("apply_edits"))
        wait_until(lambda: "Done" in str(window.ask("text", "map_words")), "the edit made")
        assert labelled(archive).tolist() == before.tolist()
        screen.key("ctrl+z")
        wait_until(lambda: cell(window, PAVEMENT, 2) == "Pavement", "the class back")
        screen.key("ctrl+shift+z")
        wait_until(lambda: cell(window, PAVEMENT, 2) == "", "the class merged again")
        screen.key("Escape")
        stamp = archive.stat().st_mtime_ns
        frame = screen.window("MaskStudio")
        screen.xdotool("windowfocus", "--sync", frame)
        screen.key("ctrl+s")
        wait_until(lambda: archive.stat().st_mtime_ns != stamp, "the saved archive")
        screen.key("ctrl+q")
    expected = np.where(before == PAVEMENT, BUILDING, before)
    after = labelled(archive)
    assert np.array_equal(after == BUILDING, expected == BUILDING)
    assert np.array_equal(after == PAVEMENT, np.zeros_like(after, bool))
