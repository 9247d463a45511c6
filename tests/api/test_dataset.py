"""A data set from Python: arrays out, pixels in through undoable edits, saved in place."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import maskstudio
from maskstudio import DataError, UsageError

DRAWN = np.array([[0, 1, 1], [2, 2, 0]], np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two gray masks and their label map, written by OpenCV."""
    masks = tmp_path / "masks"
    masks.mkdir()
    (masks / "labelmap.txt").write_text("background:0,0,0::\ncat:255,0,0::\ndog:0,255,0::\n")
    cv2.imwrite(str(masks / "a.png"), DRAWN)
    cv2.imwrite(str(masks / "b.png"), DRAWN[::-1])
    return masks


def stored(folder: Path, name: str) -> NDArray[np.uint8]:
    """What OpenCV reads of a mask."""
    found = cv2.imread(str(folder / f"{name}.png"), cv2.IMREAD_UNCHANGED)
    assert found is not None
    return np.asarray(found, np.uint8)


def test_samples_are_counted_named_and_iterated(folder: Path) -> None:
    with maskstudio.open(folder) as data:
        assert len(data) == 2
        assert [sample.name for sample in data] == ["a", "b"]
        assert data["b"].mask().tolist() == DRAWN[::-1].tolist()
        assert data[0].mask().tolist() == DRAWN.tolist()
        assert data[0].image() is None
        assert data.layers == ("ground_truth",)
        assert data.label_map().by_name["dog"].index == 2
        assert data.problems == ()
    with pytest.raises(KeyError):
        data["c"]


def test_a_mask_that_was_read_is_ones_own(folder: Path) -> None:
    with maskstudio.open(folder) as data:
        mask = data["a"].mask()
        mask[:] = 1
        assert data["a"].mask().tolist() == DRAWN.tolist()
        assert not data.is_modified


def test_written_pixels_are_saved_and_others_stay(folder: Path) -> None:
    before = (folder / "b.png").read_bytes()
    with maskstudio.open(folder) as data:
        data["a"].write(np.full(DRAWN.shape, 2, np.uint8), where=DRAWN == 1)
        expected = [[0, 2, 2], [2, 2, 0]]
        assert data["a"].mask().tolist() == expected
        assert stored(folder, "a").tolist() == DRAWN.tolist()
        states = [data.is_modified]
        assert data.save() == ()
        assert [*states, data.is_modified] == [True, False]
    assert stored(folder, "a").tolist() == expected
    assert (folder / "b.png").read_bytes() == before


def test_an_edit_is_one_step_of_undo(folder: Path) -> None:
    with maskstudio.open(folder) as data:
        with data["a"].edit() as edit:
            edit.write(1, at=(1, 0), where=np.ones((1, 2), np.bool_))
            edit.write(np.array([[2]]), at=(0, 2))
        changed = [[0, 1, 2], [1, 1, 0]]
        assert data["a"].mask().tolist() == changed
        assert data.undo()
        assert data["a"].mask().tolist() == DRAWN.tolist()
        assert not data.undo()
        assert data.redo()
        assert data["a"].mask().tolist() == changed
        assert not data.redo()


def paint_and_fail(sample: maskstudio.DataSample) -> None:
    """An edit whose block ends with an exception of the user's own."""
    with sample.edit() as edit:
        edit.write(1)
        raise ZeroDivisionError


def test_an_edit_that_fails_leaves_nothing(folder: Path) -> None:
    with maskstudio.open(folder) as data:
        with pytest.raises(ZeroDivisionError):
            paint_and_fail(data["a"])
        assert data["a"].mask().tolist() == DRAWN.tolist()
        assert not data.is_modified


@pytest.mark.parametrize(
    ("values", "at"),
    [
        (np.zeros((2, 4), np.uint8), (0, 0)),
        (np.zeros((1, 1), np.uint8), (2, 0)),
        (np.zeros((1, 1), np.uint8), (0, -1)),
        (np.zeros((2, 3, 1), np.uint8), (0, 0)),
        (np.array([[-1]]), (0, 0)),
        (np.array([[70_000]]), (0, 0)),
        (np.array([[0.5]]), (0, 0)),
    ],
)
def test_values_that_do_not_fit_are_refused(
    folder: Path, values: NDArray[np.generic], at: tuple[int, int]
) -> None:
    with maskstudio.open(folder) as data:
        with pytest.raises(DataError), data["a"].edit() as edit:
            edit.write(values, at=at)  # type: ignore[arg-type]
        assert data["a"].mask().tolist() == DRAWN.tolist()


def test_a_target_that_another_program_changed_is_not_replaced_without_asking(folder: Path) -> None:
    with maskstudio.open(folder) as data:
        data["a"].write(np.zeros_like(DRAWN))
        other = np.full((2, 3), 1, np.uint8)
        cv2.imwrite(str(folder / "a.png"), other)
        with pytest.raises(DataError, match="another program"):
            data.save()
        assert stored(folder, "a").tolist() == other.tolist()
        data.save(overwrite=True)
    assert stored(folder, "a").tolist() == np.zeros_like(DRAWN).tolist()


def test_layers_are_named(folder: Path) -> None:
    with maskstudio.open(layers={"predictions": folder, "others": folder}) as data:
        assert data.layers == ("predictions", "others")
        with pytest.raises(UsageError, match="predictions, others"):
            data["a"].mask()
        assert data["a"].mask("others").tolist() == DRAWN.tolist()
