"""Saving beside the window: what comes back late, fails late, or concerns one layer alone."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.geometry import Rect
from maskstudio.errors import DataError, Kind
from maskstudio.workflows import save_dataset
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from tests.helpers.masks import mask
from tests.ui.bench import Bench, bench_of

WAIT_MS = 5000
KEY = "ground_truth"


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    yield from bench_of(tmp_path)


def write_zip(folder: Path, name: str, *, names: str = "ab") -> Path:
    """A zip of gray class and instance masks; the pixels of class 2 have no instance."""
    target = folder / f"{name}.zip"
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("labelmap.txt", "background:0,0,0::\ncat:10,20,30::\ndog:40,50,60::\n")
        file.writestr("ImageSets/Segmentation/default.txt", "\n".join(names))
        for part, drawn in (
            ("SegmentationClass", mask("..11", "22..")),
            ("SegmentationObject", mask("..11", "....")),
        ):
            Image.fromarray(drawn).save(folder / "m.png")
            for sample in names:
                file.write(folder / "m.png", f"{part}/{sample}.png")
    return target


def shown(bench: Bench, qtbot: QtBot, *layers: tuple[str, Path]) -> OpenedDataset:
    opened = open_dataset(OpenRequest(layers=layers))
    bench.workbench.take(opened)
    qtbot.waitUntil(lambda: bench.workbench.document is not None, timeout=WAIT_MS)
    wait(bench, qtbot)
    return opened


def wait(bench: Bench, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not bench.workbench.tasks.tasks, timeout=WAIT_MS)


def paint(dataset: Dataset, name: str, key: str) -> None:
    transaction = dataset.begin(name, key, label="Brush")
    transaction.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), 1)
    transaction.commit()


def test_a_save_that_was_done_when_cancel_came_counts_as_done(
    bench: Bench, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = shown(bench, qtbot, (KEY, write_zip(tmp_path, "m")))
    paint(opened.dataset, "a", KEY)
    run_save = save_dataset.run_save

    def cancelled_at_the_end(job: object, progress: object) -> object:
        saved = run_save(job, progress)  # type: ignore[arg-type]
        bench.workbench.tasks.tasks[0].cancel()
        return saved

    monkeypatch.setattr("maskstudio.ui.saver.run_save", cancelled_at_the_end)
    with qtbot.waitSignal(bench.saver.saved, timeout=WAIT_MS):
        bench.saver.save()
    assert not opened.dataset.history.modified()


def test_a_save_that_fails_when_other_files_are_open_leaves_those_alone(
    bench: Bench, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = shown(bench, qtbot, (KEY, write_zip(tmp_path, "m")))
    paint(opened.dataset, "a", KEY)

    def failing(job: object, progress: object) -> object:
        raise DataError(Kind.NOT_WRITABLE, "m.zip", "no space")

    monkeypatch.setattr("maskstudio.ui.saver.run_save", failing)
    said: list[str] = []
    bench.workbench.said.connect(said.append)
    bench.saver.save()
    other = open_dataset(OpenRequest(layers=((KEY, write_zip(tmp_path, "other")),)))
    bench.workbench.take(other)
    wait(bench, qtbot)
    assert [line for line in said if "no space" in line]
    assert other.dataset.problems == []
    assert bench.saver.failure is None


def test_saving_a_layer_numbers_only_what_was_edited_in_it(
    bench: Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    one, two = write_zip(tmp_path, "one"), write_zip(tmp_path, "two")
    opened = shown(bench, qtbot, ("one", one), ("two", two))
    bench.workbench.show_sample("b")
    wait(bench, qtbot)
    paint(opened.dataset, "a", "one")
    paint(opened.dataset, "b", "two")
    before = zipfile.ZipFile(two).read("SegmentationObject/a.png")
    with qtbot.waitSignal(bench.saver.saved, timeout=WAIT_MS):
        bench.saver.save()
    wait(bench, qtbot)
    assert zipfile.ZipFile(two).read("SegmentationObject/a.png") == before
    ids = opened.dataset.document("b").layer("two").instances
    assert ids is not None
    assert ids.tolist() == [[2, 0, 1, 1], [3, 3, 0, 0]]
