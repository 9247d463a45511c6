"""A film with masks in the window: going through it, painting, saving in place."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from maskstudio.core.geometry import Rect
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.panels.timeline_bar import TimelineBar
from maskstudio.workflows.open_dataset import OpenRequest
from tests.helpers.clearml_files import blocks, frame_of, region, stored, write_film, write_json
from tests.ui.helpers import child
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]

CAR, ROAD = (210, 60, 30), (30, 90, 220)


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    """Six frames of a film, the left half car, with a layer of instances nobody names."""
    folder = tmp_path / "film"
    pictures = [blocks([CAR, ROAD], 32)] * 6
    for name in ("front", "seg", "instances"):
        write_film(folder / f"{name}.mp4", pictures)
    masks = {"seg": "seg.mp4", "seg_instance": "instances.mp4"}
    rois = [region("seg", CAR, "car"), region("seg", ROAD, "road")]
    rois.append({"label": ["car"], "poly": [2, 2, 30, 2, 30, 30]})
    listed = [
        frame_of(f"f{n}", masks, image="front.mp4", timestamp=40 * n, context_id="c", rois=rois)
        for n in range(6)
    ]
    return write_json(folder / "frames.json", listed)


def save(window: MainWindow, windows: Windows) -> None:
    window.actions_["file.save"].trigger()
    windows.qtbot.waitUntil(lambda: not window.saver.is_saving, timeout=10_000)


def test_a_frame_of_a_film_is_painted_and_saved_while_its_neighbours_stay(
    windows: Windows, frames: Path
) -> None:
    window = windows.start(OpenRequest((frames,)))
    dataset = window.workbench.dataset
    assert dataset is not None
    assert dataset.keys == ("seg", "seg_instance")
    assert {c.name for c in dataset.label_maps["seg"]} == {"car", "road"}
    assert len(dataset.label_maps["seg_instance"].undeclared) == 2
    assert child(window, TimelineBar).words.text() == "0:00.000   1 of 6"
    window.actions_["sample.next"].trigger()
    words = child(window, TimelineBar).words
    windows.qtbot.waitUntil(lambda: words.text() == "0:00.040   2 of 6", timeout=10_000)
    road = dataset.label_maps["seg"].by_name["road"].index
    transaction = dataset.begin("f1", "seg", label="Brush")
    transaction.paint(Rect(0, 0, 9, 9), np.ones((9, 9), np.bool_), road)
    transaction.commit()
    before = json.loads(frames.read_text())
    save(window, windows)
    assert not dataset.history.modified()
    after = json.loads(frames.read_text())
    changed = [n for n in range(6) if before[n] != after[n]]
    assert changed == [1]
    assert after[1]["sources"][0]["masks"][0]["uri"] == "f1.seg.png"
    colors = stored(frames.parent / "f1.seg.png")
    assert tuple(colors[0, 0]) == ROAD
    assert tuple(colors[20, 5]) == CAR
    window.canvas.grab()
