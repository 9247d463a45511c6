from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.geometry import Rect
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelClass
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.ui.thumbnails import Thumbnails
from tests.helpers.datasets import ImageInMemory, MaskInMemory
from tests.ui.bench import STREET, Bench, street_dataset
from tests.ui.edits import paint
from tests.ui.panels.conftest import bench, empty_bench

__all__ = ["bench", "empty_bench"]

BOTH = {GROUND_TRUTH: STREET, PREDICTIONS: STREET}

# a pixel of building (128, 0, 0) at 0.45 over the picture (20, 20, 20)
BUILDING = QColor(69, 11, 11)
SIGN_POST = QColor(97, 69, 69)


@dataclass
class CountedImage(ImageInMemory):
    """A picture that knows how often its file was read."""

    n_read: list[str] = field(default_factory=list)

    def read(self) -> Image:
        self.n_read.append(self.where)
        return super().read()


@pytest.fixture
def thumbnails(bench: Bench) -> Thumbnails:
    made = Thumbnails(bench.workbench, bench.workbench)
    made.set_box(QSize(40, 30))
    return made


def wait_for(qtbot: QtBot, thumbnails: Thumbnails, *names: str) -> None:
    thumbnails.want(names)
    qtbot.waitUntil(lambda: all(thumbnails.get(name) is not None for name in names))


def color(thumbnails: Thumbnails, name: str, x: int = 1, y: int = 1) -> QColor:
    thumbnail = thumbnails.get(name)
    assert thumbnail is not None
    assert thumbnail.image is not None
    return thumbnail.image.pixelColor(x, y)


def test_the_mask_lies_over_the_picture(thumbnails: Thumbnails, qtbot: QtBot) -> None:
    wait_for(qtbot, thumbnails, "street_000", "street_002")  # one is open, one is not
    assert color(thumbnails, "street_000") == BUILDING
    assert color(thumbnails, "street_002") == BUILDING


def test_only_what_is_wanted_is_read(empty_bench: Bench, qtbot: QtBot) -> None:
    mask = np.ones((30, 40), np.uint8)
    read: list[str] = []
    samples = [
        Sample(
            f"s{i}",
            image=CountedImage(np.zeros((30, 40), np.uint8), where=f"s{i}", n_read=read),
            masks={GROUND_TRUTH: MaskInMemory(mask)},
        )
        for i in range(20)
    ]
    empty_bench.open(Dataset(samples, {GROUND_TRUTH: STREET}))
    thumbnails = Thumbnails(empty_bench.workbench, empty_bench.workbench)
    qtbot.waitUntil(lambda: not empty_bench.workbench.tasks.tasks)
    read.clear()
    thumbnails.want([f"s{i}" for i in range(3, 9)])
    thumbnails.want(["s12", "s13"])
    qtbot.waitUntil(lambda: thumbnails.get("s13") is not None)
    assert [name for name in read if name != "s3"] == ["s12", "s13"]  # s3 may have begun


def test_a_picture_that_cannot_be_read_is_marked(empty_bench: Bench, qtbot: QtBot) -> None:
    good = street_dataset(2).samples
    broken = Sample("broken", image=ImageInMemory(None), masks=good[0].masks)
    empty_bench.open(Dataset([*good, broken], BOTH))
    thumbnails = Thumbnails(empty_bench.workbench, empty_bench.workbench)
    wait_for(qtbot, thumbnails, "broken")
    thumbnail = thumbnails.get("broken")
    assert thumbnail is not None
    assert thumbnail.is_broken
    assert thumbnail.image is None
    mended = broken.image
    assert isinstance(mended, ImageInMemory)
    mended.pixels = np.zeros((30, 40), np.uint8)
    empty_bench.workbench.show_sample("broken")
    qtbot.waitUntil(lambda: thumbnails.get("broken") not in (None, thumbnail))
    assert color(thumbnails, "broken").isValid()


@pytest.mark.parametrize("mask", [None, MaskInMemory(None)])
def test_without_a_mask_the_picture_is_shown(
    empty_bench: Bench, qtbot: QtBot, mask: MaskInMemory | None
) -> None:
    picture: NDArray[Any] = np.full((30, 40), 77, np.uint8)
    masks = {} if mask is None else {GROUND_TRUTH: mask}
    first = street_dataset(1).samples
    samples = [*first, Sample("x", image=ImageInMemory(picture), masks=masks)]
    empty_bench.open(Dataset(samples, BOTH))
    thumbnails = Thumbnails(empty_bench.workbench, empty_bench.workbench)
    wait_for(qtbot, thumbnails, "x")
    assert color(thumbnails, "x") == QColor(77, 77, 77)


def test_an_edit_is_shown_without_reading_a_file(
    bench: Bench, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    wait_for(qtbot, thumbnails, "street_000")
    assert bench.workbench.dataset is not None
    with qtbot.waitSignal(thumbnails.changed):
        paint(bench.workbench.dataset, "street_000", 12, Rect(0, 0, 10, 10))
    assert color(thumbnails, "street_000") == SIGN_POST
    assert not bench.workbench.tasks.tasks


def test_unsaved_changes_of_a_closed_sample_are_shown(
    bench: Bench, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    dataset = bench.workbench.dataset
    assert dataset is not None
    paint(dataset, "street_002", 12, Rect(0, 0, 10, 10))
    dataset.close_document("street_002")
    wait_for(qtbot, thumbnails, "street_002")
    assert color(thumbnails, "street_002") == SIGN_POST


def test_another_color_of_a_class_is_shown(
    bench: Bench, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    wait_for(qtbot, thumbnails, "street_000", "street_002")
    dataset = bench.workbench.dataset
    assert dataset is not None
    white = STREET.with_class(LabelClass(1, "Building", (255, 255, 255)))
    dataset.change_label_map("Recolor", GROUND_TRUTH, white)
    expected = QColor(126, 126, 126)  # 0.55 * 20 + 0.45 * 255
    qtbot.waitUntil(lambda: color(thumbnails, "street_002") == expected)
    qtbot.waitUntil(lambda: color(thumbnails, "street_000") == expected)


def test_another_layer_is_shown(bench: Bench, thumbnails: Thumbnails, qtbot: QtBot) -> None:
    wait_for(qtbot, thumbnails, "street_002")
    # a car (64, 0, 128) on (160, 160, 160), where the predictions see a road (128, 64, 128)
    assert color(thumbnails, "street_002", 15, 15) == QColor(117, 88, 146)
    bench.workbench.choices.set_active_key(PREDICTIONS)
    expected = QColor(146, 117, 146)
    qtbot.waitUntil(lambda: color(thumbnails, "street_002", 15, 15) == expected)
