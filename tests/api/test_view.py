"""`maskstudio.view`: arrays in the window, edited masks back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import maskstudio
from maskstudio import ViewHandle
from maskstudio.core.geometry import Rect
from maskstudio.ui.main_window import MainWindow

IMAGE = np.arange(60 * 80 * 3, dtype=np.uint8).reshape(60, 80, 3)
PREDICTED = np.zeros((60, 80), np.uint8)
PREDICTED[10:20, 10:30] = 1
NAMES = {0: "person", 1: "tree"}


@pytest.fixture(autouse=True)
def application(qtbot: QtBot) -> Iterator[None]:
    yield
    for found in QApplication.topLevelWidgets():
        if isinstance(found, MainWindow):
            found.close()
    qtbot.waitUntil(lambda: not any(isinstance(w, MainWindow) for w in QApplication.allWidgets()))


def window() -> MainWindow:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    return found[-1]


def when_shown(deed: Any) -> None:
    """Do something once the first sample is shown."""

    def look() -> None:
        windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
        if windows and windows[-1].workbench.document is not None:
            deed(windows[-1])
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)


def paint(shown: MainWindow, key: str, index: int) -> None:
    dataset, document = shown.workbench.dataset, shown.workbench.document
    assert dataset is not None
    assert document is not None
    change = dataset.begin(document.name, key, label="Paint")
    change.paint(Rect(0, 0, 4, 2), np.ones((2, 4), np.bool_), index)
    change.commit()


def test_a_script_waits_and_gets_the_edited_masks() -> None:
    def edit(shown: MainWindow) -> None:
        paint(shown, "predictions", 1)
        shown.close()

    when_shown(edit)
    given = PREDICTED.copy()
    found = maskstudio.view(
        IMAGE,
        masks={
            "predictions": {"mask_data": given, "class_labels": NAMES},
            "ground_truth": {"mask_data": np.ones((60, 80), np.int64)},
        },
    )
    assert isinstance(found, dict)
    expected = PREDICTED.copy()
    expected[:2, :4] = 1
    assert np.array_equal(found["predictions"], expected)
    assert (found["ground_truth"] == 1).all()
    assert np.array_equal(given, PREDICTED)


def test_a_list_gives_a_list_and_names_are_shown() -> None:
    seen: list[Any] = []

    def look(shown: MainWindow) -> None:
        dataset = shown.workbench.dataset
        assert dataset is not None
        seen.append([sample.name for sample in dataset.samples])
        seen.append({c.index: c.name for c in dataset.label_maps["predictions"]})
        shown.close()

    when_shown(look)
    found = maskstudio.view(
        [IMAGE, IMAGE[:, :, 0]],
        masks=[{"predictions": PREDICTED}, {"predictions": PREDICTED * 2}],
        classes=[{"id": 1, "name": "tree"}, {"id": 2, "name": "car"}],
    )
    assert isinstance(found, list)
    assert [int(masks["predictions"].max()) for masks in found] == [1, 2]
    assert seen == [["image 1", "image 2"], {1: "tree", 2: "car"}]


def test_images_alone_can_be_painted() -> None:
    def edit(shown: MainWindow) -> None:
        paint(shown, "ground_truth", 7)
        shown.close()

    when_shown(edit)
    found = maskstudio.view(IMAGE)
    assert isinstance(found, dict)
    assert int((found["ground_truth"] == 7).sum()) == 8
    when_shown(lambda shown: shown.close())
    assert maskstudio.view(IMAGE) == {}


def test_while_a_loop_runs_a_handle_comes_at_once(qtbot: QtBot) -> None:
    handles: list[ViewHandle] = []

    def show() -> None:
        found = maskstudio.view(IMAGE, {"predictions": PREDICTED})
        assert isinstance(found, ViewHandle)
        handles.append(found)

    QTimer.singleShot(0, show)
    qtbot.waitUntil(lambda: bool(handles) and window().workbench.document is not None)
    handle = handles[0]
    assert handle.is_open
    paint(window(), "predictions", 1)
    assert isinstance(handle.masks, dict)
    assert int(handle.masks["predictions"].sum()) == 208
    handle.close()
    assert [handle.is_open, int(handle.masks["predictions"].sum())] == [False, 208]


def test_it_is_no_recent_item_and_keeps_no_state() -> None:
    seen: list[int] = []

    def look(shown: MainWindow) -> None:
        shown.close()
        seen.append(len(shown.recent.items))

    when_shown(look)
    maskstudio.view(IMAGE)
    assert seen == [0]


@pytest.mark.parametrize(
    ("image", "masks", "error"),
    [
        (np.zeros((2, 2, 7)), None, ValueError),
        (np.zeros((0, 2)), None, ValueError),
        (np.array([["a"]]), None, TypeError),
        ([IMAGE], [{}, {}], ValueError),
        (IMAGE, {"m": np.zeros((2, 2, 3))}, TypeError),
        (IMAGE, {"m": {"class_labels": NAMES}}, TypeError),
    ],
)
def test_what_is_no_picture_or_mask_is_refused(
    image: Any, masks: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        maskstudio.view(image, masks)
