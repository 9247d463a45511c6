from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Document, Sample, load_sample
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.errors import DataError, Kind, UsageError
from maskstudio.ui.pages import error_page
from maskstudio.ui.pages.error_page import ErrorPage
from maskstudio.ui.pages.error_words import problem_of
from maskstudio.ui.reveal import folder_of
from maskstudio.workflows.open_dataset import OpenRequest, open_dataset
from tests.helpers.datasets import ImageInMemory, MaskInMemory
from tests.ui.bench import STREET, Bench, street_dataset
from tests.ui.helpers import child
from tests.ui.panels.conftest import bench, empty_bench

__all__ = ["bench", "empty_bench"]

LEFT = Qt.MouseButton.LeftButton
MASK = np.zeros((3, 4), np.uint8)
BROKEN_IMAGE = ImageInMemory(None, where="images/b.jpg")


def samples() -> list[Sample]:
    """A picture that cannot be read, between two that can."""
    first, last = street_dataset(2).samples
    broken = Sample("b", image=ImageInMemory(None, where="images/b.jpg"), masks=last.masks)
    return [first, broken, last]


@pytest.fixture
def page(empty_bench: Bench, qtbot: QtBot) -> ErrorPage:
    made = ErrorPage(empty_bench.workbench)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    empty_bench.open(Dataset(samples(), {GROUND_TRUTH: STREET, PREDICTIONS: STREET}))
    empty_bench.workbench.show_sample("b")
    qtbot.waitUntil(lambda: bool(made.words.heading))
    return made


def button(page: ErrorPage, name: str) -> QPushButton:
    return child(page, QPushButton, name)


def shown_buttons(page: ErrorPage) -> list[str]:
    buttons = sorted(page.findChildren(QPushButton), key=lambda b: b.x())
    return [b.text() for b in buttons if b.isVisible()]


def document_of(sample: Sample) -> Document:
    dataset = Dataset([sample], {GROUND_TRUTH: STREET})
    return dataset.open_document(load_sample(sample))


@pytest.mark.parametrize(
    ("sample", "where"),
    [
        (Sample("a", image=BROKEN_IMAGE), "images/b.jpg"),
        (Sample("a", image=BROKEN_IMAGE, masks={GROUND_TRUTH: MaskInMemory(None)}), "images/b.jpg"),
        (Sample("a", masks={GROUND_TRUTH: MaskInMemory(None)}), "memory.png"),
        (Sample("a", masks={GROUND_TRUTH: MaskInMemory(MASK)}), None),
        (Sample("a", image=ImageInMemory(MASK), masks={GROUND_TRUTH: MaskInMemory(None)}), None),
        (Sample("a"), None),
    ],
)
def test_a_sample_that_cannot_be_shown_has_a_reason(sample: Sample, where: str | None) -> None:
    problem = problem_of(document_of(sample))
    assert (problem.where if problem else None) == where


def test_the_page_says_what_is_wrong_and_what_is_safe(page: ErrorPage) -> None:
    assert page.words.heading == "This picture cannot be read"
    assert page.words.safe == "Its masks are fine and are kept; the other 2 samples can be used."
    assert page.words.facts == (("File", "images/b.jpg"), ("Found", "The file ends too early"))
    assert shown_buttons(page) == ["Next sample", "Show in folder", "Read again", "Copy details"]


def test_the_way_on_is_the_next_sample(empty_bench: Bench, page: ErrorPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(empty_bench.workbench.document_changed):
        QTest.mouseClick(button(page, "error_next"), LEFT)
    assert empty_bench.workbench.loader.wanted == "street_001"


def test_after_the_last_sample_the_way_on_leads_back(
    empty_bench: Bench, page: ErrorPage, qtbot: QtBot
) -> None:
    first, broken, _ = samples()
    both = Dataset([first, broken], {GROUND_TRUTH: STREET, PREDICTIONS: STREET})
    empty_bench.open(both)
    empty_bench.workbench.show_sample("b")
    qtbot.waitUntil(lambda: page.words.safe.endswith("the other sample can be used."))
    assert shown_buttons(page)[0] == "Previous sample"
    QTest.mouseClick(button(page, "error_next"), LEFT)
    assert empty_bench.workbench.loader.wanted == "street_000"


def test_a_mended_picture_is_read_again(empty_bench: Bench, page: ErrorPage, qtbot: QtBot) -> None:
    workbench = empty_bench.workbench
    assert workbench.document is not None
    image = workbench.document.sample.image
    assert isinstance(image, ImageInMemory)
    image.pixels = np.zeros((30, 40), np.uint8)
    with qtbot.waitSignal(workbench.document_changed):
        QTest.mouseClick(button(page, "error_read_again"), LEFT)
    assert workbench.document.image is not None
    assert workbench.dataset is not None
    assert workbench.dataset.problems == []


def test_the_details_are_copied(page: ErrorPage) -> None:
    QTest.mouseClick(button(page, "error_copy"), LEFT)
    assert QGuiApplication.clipboard().text().splitlines() == [
        "This picture cannot be read",
        "File: images/b.jpg",
        "Found: The file ends too early",
    ]


def test_what_lies_in_memory_has_no_folder(page: ErrorPage) -> None:
    assert not button(page, "error_reveal").isEnabled()


@pytest.fixture
def shown_folders(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    folders: list[Path] = []
    monkeypatch.setattr(error_page, "show_folder", folders.append)
    return folders


def test_the_folder_of_a_file_is_shown(
    empty_bench: Bench,
    page: ErrorPage,
    qtbot: QtBot,
    tmp_path: Path,
    shown_folders: list[Path],
) -> None:
    (tmp_path / "set" / "deep").mkdir(parents=True)
    (tmp_path / "set" / "deep" / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n damaged")
    opened = open_dataset(OpenRequest(images=tmp_path / "set"))
    assert folder_of(opened.dataset.samples[0]) == tmp_path / "set" / "deep"
    with qtbot.waitSignal(empty_bench.workbench.document_changed):
        empty_bench.workbench.take(opened)
    qtbot.waitUntil(lambda: empty_bench.workbench.document is not None)
    QTest.mouseClick(button(page, "error_reveal"), LEFT)
    assert shown_folders == [tmp_path / "set" / "deep"]


def test_a_source_that_does_not_open_is_explained(page: ErrorPage, qtbot: QtBot) -> None:
    error = DataError(Kind.ARCHIVE_CORRUPT, "night.zip", "the directory is damaged", "a zip")
    page.show_failure(OpenRequest(paths=(Path("night.zip"),)), error)
    assert page.words.heading == "night.zip cannot be opened"
    assert page.words.safe == "What was open before is still open."
    assert page.words.facts == (
        ("File", "night.zip"),
        ("Found", "The directory is damaged"),
        ("Expected", "a zip"),
    )
    assert shown_buttons(page) == ["Open something else", "Back to the samples", "Copy details"]
    for name, signal in (
        ("error_open", page.open_requested),
        ("error_back", page.back_requested),
    ):
        with qtbot.waitSignal(signal):
            QTest.mouseClick(button(page, name), LEFT)


def test_a_request_that_cannot_be_meant_is_explained(empty_bench: Bench, page: ErrorPage) -> None:
    empty_bench.workbench.close_dataset()
    page.show_failure(OpenRequest(paths=(Path("a"),)), UsageError("Nothing to open was named."))
    assert page.words.safe == "No file was changed."
    assert page.words.facts == (("File", "a"), ("Found", "Nothing to open was named."))
    assert shown_buttons(page)[1] == "Back to start"
