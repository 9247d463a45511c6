"""One edit over a whole data set: plain numpy's pixels, one step of undo, also after saving."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import load_sample
from maskstudio.core.edits import Target
from maskstudio.core.geometry import Rect
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.formats.base import no_progress
from maskstudio.workflows.bulk_relabel import make_edit, masks_of
from maskstudio.workflows.class_census import take_census
from maskstudio.workflows.class_use import masks_to_search
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from maskstudio.workflows.relabel import Relabeling, change_index, merge_classes
from maskstudio.workflows.relabel_source import consequences_of
from maskstudio.workflows.save_dataset import finish_save, prepare_save, run_save
from tests.cli.helpers import write_cvat, write_masks

LABELS = "background:0,0,0::\nroad:128,0,0::\ncar:0,128,0::\ntree:9,9,9::\n"
COLORS = np.array([(0, 0, 0), (128, 0, 0), (0, 128, 0), (9, 9, 9)], np.uint8)
NAMES = ("a", "b", "c", "d")


def drawn(number: int, shape: tuple[int, int] = (300, 520)) -> NDArray[np.uint8]:
    """Blocks of classes; the last mask has no class 2."""
    y, x = np.indices(shape)
    mask = ((x // 40 + y // 30 + number) % 4).astype(np.uint8)
    return np.where((mask == 2) & (number == 3), 0, mask).astype(np.uint8)


@pytest.fixture
def opened(tmp_path: Path) -> OpenedDataset:
    masks = {name: drawn(number) for number, name in enumerate(NAMES)}
    return open_dataset(OpenRequest((write_masks(tmp_path / "masks", masks, LABELS),)))


def pixels(dataset: Dataset, name: str) -> NDArray[np.unsignedinteger]:
    """The mask as it is now, whether its sample is open or not."""
    was_open = dataset.is_open(name)
    document = dataset.open_document(load_sample(dataset.sample(name)))
    found = document.layer(GROUND_TRUTH).pixels.copy()
    if not was_open:
        dataset.close_document(name)
    return found


def relabel(opened: OpenedDataset, relabeling: Relabeling, folder: Path | None = None) -> None:
    dataset = opened.dataset
    census = take_census(masks_to_search(dataset, GROUND_TRUTH))
    names = list(consequences_of(relabeling, census).by_sample)
    masks = masks_of(dataset, GROUND_TRUTH, names)
    dataset.make(make_edit(relabeling, masks, dataset, GROUND_TRUTH, folder))


def save(opened: OpenedDataset) -> None:
    job = prepare_save(opened, GROUND_TRUTH)
    finish_save(opened, job, run_save(job, no_progress))


def paint(dataset: Dataset, name: str, index: int) -> None:
    dataset.open_document(load_sample(dataset.sample(name)))
    change = dataset.begin(name, GROUND_TRUTH, label="Paint")
    change.paint(Rect(250, 250, 260, 260), np.ones((10, 10), np.bool_), index)
    change.commit()
    dataset.close_document(name)


def test_every_sample_changes_as_numpy_says_and_undo_brings_all_back(
    opened: OpenedDataset, tmp_path: Path
) -> None:
    dataset = opened.dataset
    before = dataset.label_maps[GROUND_TRUTH]
    dataset.open_document(load_sample(dataset.sample("b")))
    relabel(opened, merge_classes(before, [2, 3], into=3), tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 1
    for number, name in enumerate(NAMES):
        mask = drawn(number)
        assert np.array_equal(pixels(dataset, name), np.where(mask == 2, 3, mask)), name
    assert "car" not in dataset.label_maps[GROUND_TRUTH].by_name
    assert dataset.modified_samples() == {"a", "b", "c"}
    assert dataset.undo() is not None
    for number, name in enumerate(NAMES):
        assert np.array_equal(pixels(dataset, name), drawn(number)), name
    assert dataset.label_maps[GROUND_TRUTH] == before
    assert dataset.modified_samples() == set()
    assert dataset.redo() is not None
    assert np.array_equal(pixels(dataset, "c") == 3, np.isin(drawn(2), (2, 3)))


def test_strokes_before_and_after_it_are_kept(opened: OpenedDataset) -> None:
    dataset = opened.dataset
    paint(dataset, "a", 2)
    relabel(opened, change_index(dataset.label_maps[GROUND_TRUTH], 2, 300))
    paint(dataset, "a", 1)
    expected = drawn(0).astype(np.uint16)
    expected[expected == 2] = 300
    after_first = expected.copy()
    after_first[250:260, 250:260] = 300
    expected[250:260, 250:260] = 1
    assert np.array_equal(pixels(dataset, "a"), expected)
    dataset.open_document(load_sample(dataset.sample("a")))
    dataset.undo()
    assert np.array_equal(pixels(dataset, "a"), after_first)
    dataset.close_document("a")
    dataset.undo()
    plain = drawn(0)
    plain[250:260, 250:260] = 2
    assert np.array_equal(pixels(dataset, "a"), plain)
    dataset.open_document(load_sample(dataset.sample("a")))
    dataset.undo()
    assert np.array_equal(pixels(dataset, "a"), drawn(0))


def test_it_can_be_undone_after_saving_and_saved_again(opened: OpenedDataset) -> None:
    dataset, folder = opened.dataset, opened.layer_sources[GROUND_TRUTH].path
    stored = {path.name: path.read_bytes() for path in folder.glob("*.png")}
    relabel(opened, merge_classes(dataset.label_maps[GROUND_TRUTH], [1, 2], into=1))
    save(opened)
    assert dataset.modified_samples() == set()
    assert (folder / "a.png").read_bytes() != stored["a.png"]
    assert (folder / "d.png").read_bytes() == stored["d.png"]
    dataset.undo()
    assert dataset.modified_samples() == {"a", "b", "c"}
    for number, name in enumerate(NAMES):
        assert np.array_equal(pixels(dataset, name), drawn(number)), name
    save(opened)
    with closing(open_dataset(OpenRequest((folder,)))) as again:
        for number, name in enumerate(NAMES):
            assert np.array_equal(pixels(again.dataset, name), drawn(number)), name
        assert again.dataset.label_maps[GROUND_TRUTH].by_name["car"].index == 2


def test_instances_keep_apart_through_merge_and_undo(tmp_path: Path) -> None:
    ids = (drawn(1) > 0) * np.uint8(1) + (drawn(2) > 1) * np.uint8(1)
    source = write_cvat(
        tmp_path / "set", {"a": COLORS[drawn(0)]}, LABELS, instances={"a": ids.astype(np.uint8)}
    )
    opened = open_dataset(OpenRequest((source,)))
    dataset = opened.dataset
    relabel(opened, merge_classes(dataset.label_maps[GROUND_TRUTH], [1, 2], into=1))
    document = dataset.open_document(load_sample(dataset.sample("a")))
    layer = document.layer(GROUND_TRUTH)
    assert layer.instances is not None
    assert np.array_equal(layer.instances, ids)
    dataset.undo()
    assert np.array_equal(layer.pixels, drawn(0))
    assert np.array_equal(layer.instances, ids)


def test_a_mask_that_nothing_was_painted_into_follows_the_background(tmp_path: Path) -> None:
    opened = open_dataset(OpenRequest((write_masks(tmp_path / "m", {"a": drawn(0)}, LABELS),)))
    dataset = opened.dataset
    dataset.add_layer("second", dataset.label_maps[GROUND_TRUTH])
    document = dataset.open_document(load_sample(dataset.sample("a")))
    changed = change_index(dataset.label_maps["second"], 0, 9)
    dataset.change_label_map("Change index", "second", changed.label_map)
    assert document.layer("second").is_untouched
    assert (document.layer("second").pixels == 9).all()
    dataset.undo()
    assert (document.layer("second").pixels == 0).all()


def test_the_file_goes_when_the_edit_is_forgotten(opened: OpenedDataset, tmp_path: Path) -> None:
    dataset, folder = opened.dataset, tmp_path / "cache"
    relabel(opened, merge_classes(dataset.label_maps[GROUND_TRUTH], [2, 3], into=3), folder)
    dataset.undo()
    paint(dataset, "d", 3)
    assert list(folder.iterdir())  # what was put aside is still read from it
    for name in NAMES:
        dataset.forget_changes(Target(name, GROUND_TRUTH))
    assert list(folder.iterdir()) == []
