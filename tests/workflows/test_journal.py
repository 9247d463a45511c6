"""What a journal brings back is what was there: pixels, label maps and history."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from maskstudio.core.document import load_sample
from maskstudio.core.edits import Target
from maskstudio.core.geometry import Rect, Size
from maskstudio.core.labels import LabelClass
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.formats.base import no_progress
from maskstudio.formats.journal_file import Record, read_records
from maskstudio.workflows.bulk_relabel import make_edit, masks_of
from maskstudio.workflows.journal import Journal
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from maskstudio.workflows.recovery import (
    LeftJournal,
    journals_left,
    judged,
    left_of,
    read_journal,
    restore,
    restore_all,
    settle,
)
from maskstudio.workflows.relabel import merge_classes
from maskstudio.workflows.save_dataset import finish_save, modified_keys, prepare_save, run_save
from maskstudio.workflows.scale_layer import scale_edit

NAMES = ("a", "b")
WIDTH, HEIGHT = 300, 20
"""Two tiles, the second narrow."""


def write_masks(folder: Path) -> Path:
    """Two masks of background, road and car, as pictures of indices."""
    folder.mkdir(exist_ok=True)
    for name in NAMES:
        pixels = np.zeros((HEIGHT, WIDTH), np.uint8)
        pixels[:, :3] = (0, 1, 2)
        Image.fromarray(pixels).save(folder / f"{name}.png")
    (folder / "labelmap.txt").write_text(
        "background:0,0,0::\nroad:128,0,0::\ncar:0,128,0::\n", encoding="utf-8"
    )
    return folder


def opened_at(folder: Path) -> OpenedDataset:
    opened = open_dataset(OpenRequest(layers=((GROUND_TRUTH, folder),)))
    for name in NAMES:
        show(opened, name)
    return opened


def show(opened: OpenedDataset, name: str) -> None:
    if not opened.dataset.is_open(name):
        opened.dataset.open_document(load_sample(opened.dataset.sample(name)))


def paint(
    opened: OpenedDataset, name: str, rect: Rect, index: int, *, ids: int | None = None
) -> None:
    transaction = opened.dataset.begin(name, GROUND_TRUTH, label="Brush")
    everywhere = np.ones((rect.height, rect.width), np.bool_)
    transaction.paint(rect, everywhere, index)
    if ids is not None:
        transaction.write_instances(rect, np.full(everywhere.shape, ids, np.uint16), everywhere)
    transaction.commit()


def save(opened: OpenedDataset) -> None:
    for key in modified_keys(opened.dataset):
        job = prepare_save(opened, key)
        finish_save(opened, job, run_save(job, no_progress))


def state(opened: OpenedDataset) -> dict[str, Any]:
    """All that an edit can change."""
    found: dict[str, Any] = {"classes": opened.dataset.label_maps[GROUND_TRUTH].classes}
    for name in NAMES:
        show(opened, name)
        layer = opened.dataset.document(name).layer(GROUND_TRUTH)
        ids = layer.instances
        found[name] = layer.pixels.tolist(), None if ids is None else ids.tolist()
    return found


def left_after_kill(journal: Journal, opened: OpenedDataset, folder: Path) -> list[LeftJournal]:
    """End as a kill does, but for what is on the disk."""
    assert journal.flush()
    journal.close(keeps=True)
    opened.close()
    return [read_journal(path) for path in journals_left(folder, opened.request)]


Deed = Callable[[OpenedDataset], object]


def stroke(name: str, x: int, y: int, size: int, index: int, ids: int | None) -> Deed:
    return lambda opened: paint(opened, name, Rect(x, y, x + size, y + size), index, ids=ids)


def add_class(opened: OpenedDataset) -> None:
    label_map = opened.dataset.label_maps[GROUND_TRUTH]
    index = label_map.free_index()
    added = LabelClass(index, f"thing {index}", (index, 1, 2), parts=("wheel",))
    opened.dataset.change_label_map("Add Class", GROUND_TRUTH, label_map.with_class(added))


def deeds(*ids: int | None, saves: bool) -> st.SearchStrategy[list[Deed]]:
    found: list[st.SearchStrategy[Deed]] = [
        st.builds(
            stroke,
            st.sampled_from(NAMES),
            st.integers(240, 290),
            st.integers(0, 15),
            st.integers(1, 12),
            st.integers(0, 2),
            st.sampled_from(ids),
        ),
        st.just(add_class),
        st.just(lambda opened: opened.dataset.undo()),
        st.just(lambda opened: opened.dataset.redo()),
    ]
    return st.lists(st.one_of(*found, *([st.just(save)] if saves else [])), max_size=12)


WITH_SAVES = deeds(None, saves=True)  # pictures of indices hold no instances
WITH_INSTANCES = deeds(None, 7, 300, saves=False)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.one_of(WITH_SAVES, WITH_INSTANCES))
def test_what_is_restored_is_what_was_there(
    deeds: list[Deed], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("run")
    masks, kept = write_masks(folder / "masks"), folder / "state"
    opened = opened_at(masks)
    journal = Journal(kept, opened)
    for deed in deeds:
        deed(opened)
    wanted, modified = state(opened), opened.dataset.modified_samples()
    found = left_after_kill(journal, opened, kept)
    again = opened_at(masks)
    for left in found:
        assert left.damage is None
        assert judged(left, again).changed == ()
        assert restore_all(left, again).left == []
    assert state(again) == wanted
    assert again.dataset.modified_samples() >= modified
    before_undo = again.dataset.history.position
    for _ in range(before_undo):
        assert again.dataset.undo() is not None
    assert state(again) == state(opened_at(masks))


def test_an_edit_of_many_samples_comes_back(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "masks")
    opened = opened_at(masks)
    journal = Journal(tmp_path / "state", opened)
    relabeling = merge_classes(opened.dataset.label_maps[GROUND_TRUTH], [1], 2)
    edit = make_edit(
        relabeling,
        masks_of(opened.dataset, GROUND_TRUTH, NAMES),
        opened.dataset,
        GROUND_TRUTH,
        tmp_path,
    )
    opened.dataset.make(edit)
    wanted = state(opened)
    (left,) = left_after_kill(journal, opened, tmp_path / "state")
    assert left.samples == list(NAMES)
    again = opened_at(masks)
    assert restore_all(left, again).n_edits == 1
    assert state(again) == wanted
    again.dataset.undo()
    assert state(again) == state(opened_at(masks))


def test_another_size_comes_back(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "masks")
    opened = opened_at(masks)
    journal = Journal(tmp_path / "state", opened)
    layer = opened.dataset.document("a").layer(GROUND_TRUTH)
    edit = scale_edit(Target("a", GROUND_TRUTH), layer.pixels, None, Size(600, 40))
    opened.dataset.make(edit)
    wanted = state(opened)
    (left,) = left_after_kill(journal, opened, tmp_path / "state")
    again = opened_at(masks)
    restore_all(left, again)
    assert state(again) == wanted


def test_nothing_is_written_before_the_first_edit_and_nothing_stays_after_a_save(
    tmp_path: Path,
) -> None:
    opened = opened_at(write_masks(tmp_path / "masks"))
    journal = Journal(tmp_path / "state", opened)
    assert not (tmp_path / "state").exists()
    paint(opened, "a", Rect(10, 5, 20, 10), 1)
    assert journal.flush()
    assert len(list((tmp_path / "state" / "journals").iterdir())) == 1
    save(opened)
    assert journal.flush()
    assert list((tmp_path / "state" / "journals").iterdir()) == []
    journal.close()
    opened.close()


def test_an_edit_undone_after_its_save_is_taken_back_again(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "masks")
    first = state(opened_at(masks))
    opened = opened_at(masks)
    journal = Journal(tmp_path / "state", opened)
    paint(opened, "a", Rect(10, 5, 20, 10), 1)
    save(opened)
    opened.dataset.undo()
    (left,) = left_after_kill(journal, opened, tmp_path / "state")
    assert [step.edit.label for step in left.edits] == ["Brush"]
    again = opened_at(masks)
    restore_all(left, again)
    assert state(again) == first
    assert again.dataset.modified_samples() == {"a"}


def test_a_journal_that_is_written_is_not_left(tmp_path: Path) -> None:
    opened = opened_at(write_masks(tmp_path / "masks"))
    journal = Journal(tmp_path / "state", opened)
    paint(opened, "a", Rect(10, 5, 20, 10), 1)
    assert journal.flush()
    assert journals_left(tmp_path / "state", opened.request) == []
    journal.close()
    opened.close()


def journal_of_strokes(tmp_path: Path, number: int) -> tuple[Path, Path]:
    """The file of a journal of strokes on `a`, each over one more column, and the masks."""
    masks = write_masks(tmp_path / "masks")
    opened = opened_at(masks)
    journal = Journal(tmp_path / "state", opened)
    for i in range(number):
        paint(opened, "a", Rect(10 + i, 5, 11 + i, 10), 1)
        journal.flush()
    (left,) = left_after_kill(journal, opened, tmp_path / "state")
    return left.path, masks


def n_painted(left: LeftJournal, masks: Path) -> int:
    again = opened_at(masks)
    restore_all(left, again)
    row: NDArray[Any] = again.dataset.document("a").layer(GROUND_TRUTH).pixels[5]
    return int(np.count_nonzero(row[10:] == 1))


def test_a_torn_record_is_as_if_it_had_never_been_written(tmp_path: Path) -> None:
    path, masks = journal_of_strokes(tmp_path, 3)
    whole = path.read_bytes()
    seen = set()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        left = read_journal(path)
        assert left.damage is None, length
        seen.add(len(left.steps))
    assert seen == {0, 1, 2}
    path.write_bytes(whole[:-1])
    assert n_painted(read_journal(path), masks) == 2
    path.write_bytes(whole[:-40] + bytes(40))
    assert len(read_journal(path).steps) == 2


def test_zeros_at_the_end_are_room_that_was_never_filled(tmp_path: Path) -> None:
    path, masks = journal_of_strokes(tmp_path, 2)
    path.write_bytes(path.read_bytes() + bytes(4096))
    left = read_journal(path)
    assert left.damage is None
    assert n_painted(left, masks) == 2


def test_a_damaged_record_is_told_and_those_before_it_are_used(tmp_path: Path) -> None:
    path, masks = journal_of_strokes(tmp_path, 3)
    ends = ends_of_records(path)
    data = bytearray(path.read_bytes())
    second_edit = ends[4]  # head, source, edit, step, edit
    data[second_edit - 3] ^= 0x40
    path.write_bytes(data)
    left = read_journal(path)
    assert left.damage is not None
    assert "what came before it is good" in left.damage.message
    assert n_painted(left, masks) == 1


def ends_of_records(path: Path) -> list[int]:
    """Where each record ends, counted from what the format says of its head."""
    data, at, ends = path.read_bytes(), len(b"MaskStudio journal 1\n"), []
    while at < len(data):
        at += 12 + int.from_bytes(data[at : at + 4], "little")
        ends.append(at)
    return ends


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_whatever_bit_flips_nothing_false_comes_back(
    place: int, bit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("flip")
    path, masks = journal_of_strokes(folder, 3)
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1 << bit
    path.write_bytes(data)
    left = read_journal(path)
    assert left.damage is not None
    assert n_painted(left, masks) == len(left.steps) < 3


def test_a_file_of_something_else_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.1.journal"
    path.write_bytes(b"PK\3\4 and so on")
    found = read_journal(path).damage
    assert found is not None
    assert found.kind == "log_corrupt"


def test_where_a_file_changed_since_what_fits_its_size_is_made(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "masks")
    opened = opened_at(masks)
    journal = Journal(tmp_path / "state", opened)
    paint(opened, "a", Rect(10, 5, 20, 10), 1)
    paint(opened, "b", Rect(10, 5, 20, 10), 2)
    (left,) = left_after_kill(journal, opened, tmp_path / "state")
    Image.fromarray(np.zeros((5, 7), np.uint8)).save(masks / "a.png")
    other = np.full((HEIGHT, WIDTH), 1, np.uint8)
    Image.fromarray(other).save(masks / "b.png")
    again = opened_at(masks)
    assert judged(left, again).changed == ("a", "b")
    result = restore_all(left, again)
    assert (result.n_edits, [sorted(s.edit.samples) for s in result.left]) == (1, [["a"]])
    other[5:10, 10:20] = 2
    assert np.array_equal(again.dataset.document("b").layer(GROUND_TRUTH).pixels, other)
    settle(left, result)
    (kept,) = journals_left(tmp_path / "state", again.request)
    assert read_journal(kept).samples == ["a"]


def test_samples_that_are_gone_are_told(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "masks")
    opened = opened_at(masks)
    journal = Journal(tmp_path / "state", opened)
    paint(opened, "b", Rect(10, 5, 20, 10), 2)
    (left,) = left_after_kill(journal, opened, tmp_path / "state")
    (masks / "b.png").unlink()
    again = open_dataset(OpenRequest(layers=((GROUND_TRUTH, masks),)))
    assert judged(left, again).missing == ("b",)
    assert restore_all(left, again).n_edits == 0


def test_a_layer_that_no_file_held_comes_back(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "masks")
    opened = opened_at(masks)
    opened.items["second"] = {}
    opened.dataset.add_layer("second", opened.dataset.label_maps[GROUND_TRUTH])
    journal = Journal(tmp_path / "state", opened)
    transaction = opened.dataset.begin("a", "second", label="Brush")
    transaction.paint(Rect(0, 0, 2, 2), np.ones((2, 2), np.bool_), 2)
    transaction.commit()
    (left,) = left_after_kill(journal, opened, tmp_path / "state")
    again = opened_at(masks)
    restore_all(left, again)
    assert again.dataset.keys == (GROUND_TRUTH, "second")
    pixels = again.dataset.document("a").layer("second").pixels
    assert pixels[:3, :3].tolist() == [[2, 2, 0], [2, 2, 0], [0, 0, 0]]


def test_a_folder_that_cannot_be_written_is_told_once_and_tried_again(tmp_path: Path) -> None:
    opened = opened_at(write_masks(tmp_path / "masks"))
    (tmp_path / "state").write_bytes(b"a file where the folder belongs")
    said: list[str] = []
    journal = Journal(tmp_path / "state", opened, said.append)
    for x in (10, 11):
        paint(opened, "a", Rect(x, 5, x + 1, 10), 1)
        assert not journal.flush()
    assert len(said) == 1
    (tmp_path / "state").unlink()
    assert journal.flush()
    (left,) = left_after_kill(journal, opened, tmp_path / "state")
    assert len(left.edits) == 2


@pytest.mark.parametrize("n_made", [1, 2, 3, 4])
def test_a_kill_while_restoring_brings_no_edit_twice(tmp_path: Path, n_made: int) -> None:
    masks, kept = write_masks(tmp_path / "masks"), tmp_path / "state"
    opened = opened_at(masks)
    journal = Journal(kept, opened)
    for index in (1, 2, 1, 2):
        paint(opened, "a", Rect(9 + index, 5, 19, 10), index)
    (first,) = left_after_kill(journal, opened, kept)
    again = opened_at(masks)
    living = Journal(kept, again)
    restoring = restore(first, again, living)
    for _ in range(n_made):
        next(restoring)
    paint(again, "b", Rect(0, 0, 5, 5), 2)
    if n_made == 4:
        assert list(restoring) == []
    wanted = state(again)
    assert living.flush()
    living.close(keeps=True)
    again.close()
    found = left_of(kept, again.request)
    assert len(found) == (1 if n_made == 4 else 2)
    last = opened_at(masks)
    for left in found:
        restore_all(left, last)
    if n_made == 4:
        assert state(last) == wanted
    assert sum(len(left.edits) for left in found) == 5
    assert state(last)["b"] == wanted["b"]
    assert state(last)["a"] == painted_by(masks, (1, 2, 1, 2))


def painted_by(masks: Path, indices: tuple[int, ...]) -> Any:
    opened = opened_at(masks)
    for index in indices:
        paint(opened, "a", Rect(9 + index, 5, 19, 10), index)
    return state(opened)["a"]


@pytest.mark.parametrize("failing", range(1, 9))
def test_a_disk_that_is_full_for_a_moment_costs_no_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    masks, said = write_masks(tmp_path / "masks"), list[str]()
    opened = opened_at(masks)
    journal = Journal(tmp_path / "state", opened, said.append)
    disk = FullDisk(failing)
    monkeypatch.setattr(os, "fsync", disk.fsync)
    for index in (1, 2):
        paint(opened, "a", Rect(9 + index, 5, 19, 10), index)
        journal.flush()
    disk.n_left = -1
    save(opened)
    disk.n_left = failing
    paint(opened, "b", Rect(0, 0, 5, 5), 2)
    journal.flush()
    assert journal.flush()
    wanted = state(opened)
    (left,) = left_after_kill(journal, opened, tmp_path / "state")
    assert left.damage is None
    again = opened_at(masks)
    restore_all(left, again)
    assert state(again) == wanted
    assert set(said) <= {"No space left on device"}


class FullDisk:
    """Takes some writes, then refuses one, then has room again."""

    def __init__(self, n_left: int) -> None:
        self.n_left = n_left
        self._fsync = os.fsync

    def fsync(self, fd: int) -> None:
        self.n_left -= 1
        if self.n_left == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._fsync(fd)


def test_a_journal_is_for_its_user_alone(tmp_path: Path) -> None:
    path, _ = journal_of_strokes(tmp_path, 1)
    assert path.stat().st_mode & 0o077 == 0


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    path, _ = journal_of_strokes(tmp_path, 1)
    kinds = [record.meta["kind"] for record in read_records(path)]
    assert kinds == ["journal", "source", "pixels", "step"]
    record = Record({"name": "\udcff", "n": 1}, b"\0\1")
    assert Record.of(record.framed()[12:]) == record
