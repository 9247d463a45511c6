"""`maskstudio relabel`: the pixels of a few lines of plain numpy, and everything else as it was."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.cli.helpers import Ran, run, write_cvat, write_masks
from tests.helpers.shared import shared

LABELS = "background:0,0,0::\nroad:128,0,0::\ncar:0,128,0:wheel:\n"
DRAWN = np.array([[0, 1, 2], [2, 1, 0]], np.uint8)
COLORS = {0: (0, 0, 0), 1: (128, 0, 0), 2: (0, 128, 0)}


def changes_file(folder: Path, changes: Mapping[str, int | str]) -> Path:
    path = folder / "map.json"
    path.write_text(json.dumps(changes), encoding="utf-8")
    return path


def relabel(tmp_path: Path, source: Path, changes: Mapping[str, int | str], *words: str) -> Ran:
    target = tmp_path / f"relabeled{source.suffix}"
    return run("relabel", source, target, "--map", changes_file(tmp_path, changes), *words)


def in_numpy(pixels: NDArray[Any], changes: Mapping[int, int]) -> NDArray[Any]:
    """What the changes do, all at once."""
    found = pixels.astype(np.int64)
    for old, new in changes.items():
        found[pixels == old] = new
    return found


def stored(path: Path) -> NDArray[Any]:
    with Image.open(path) as picture:
        return np.array(picture)


def test_classes_swap_in_a_folder(tmp_path: Path) -> None:
    source = write_masks(tmp_path / "masks", {"a": DRAWN, "b": DRAWN * 0}, LABELS)
    done = relabel(tmp_path, source, {"1": 2, "car": "road"})
    assert done.exit_code == 0, done.stderr
    assert np.array_equal(stored(tmp_path / "relabeled/a.png"), in_numpy(DRAWN, {1: 2, 2: 1}))
    for name in ("b.png", "labelmap.txt"):
        untouched = (tmp_path / "relabeled" / name).read_bytes()
        assert untouched == (source / name).read_bytes()
    assert np.array_equal(stored(source / "a.png"), DRAWN)


def test_a_class_moves_to_an_index_that_no_class_has(tmp_path: Path) -> None:
    source = write_masks(tmp_path / "masks", {"a": DRAWN}, LABELS)
    done = relabel(tmp_path, source, {"car": 4})
    assert done.exit_code == 0, done.stderr
    assert np.array_equal(stored(tmp_path / "relabeled/a.png"), in_numpy(DRAWN, {2: 4}))
    lines = (tmp_path / "relabeled/labelmap.txt").read_text().splitlines()
    lines = [line for line in lines if not line.startswith("#")]
    assert [line.partition(":")[0] for line in lines[:4]] == [
        "background",
        "road",
        "_dummy2",
        "_dummy3",
    ]
    assert lines[4] == "car:0,128,0:wheel:"


def test_indices_above_255_are_exact(tmp_path: Path) -> None:
    source = write_masks(tmp_path / "masks", {"a": DRAWN})
    done = relabel(tmp_path, source, {"1": 300, "2": 65535})
    assert done.exit_code == 0, done.stderr
    found = stored(tmp_path / "relabeled/a.png")
    assert np.array_equal(found, in_numpy(DRAWN.astype(np.int64), {1: 300, 2: 65535}))


def test_instances_stay_apart_and_leave_what_means_nothing(tmp_path: Path) -> None:
    colors = np.array([COLORS[i] for i in range(3)], np.uint8)
    ids = np.array([[0, 1, 2], [3, 1, 0]], np.uint8)
    source = write_cvat(tmp_path / "set", {"a": colors[DRAWN]}, LABELS, instances={"a": ids})
    done = relabel(tmp_path, source, {"car": "road"})
    assert done.exit_code == 0, done.stderr
    assert np.array_equal(
        stored(tmp_path / "relabeled/SegmentationClass/a.png"),
        colors[in_numpy(DRAWN, {2: 1})],
    )
    assert np.array_equal(stored(tmp_path / "relabeled/SegmentationObject/a.png"), ids)
    shutil.rmtree(tmp_path / "relabeled")
    assert relabel(tmp_path, source, {"car": "background"}).exit_code == 0
    found = stored(tmp_path / "relabeled/SegmentationObject/a.png")
    assert np.array_equal(found, np.where(DRAWN == 2, 0, ids))


def test_a_dry_run_says_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    source = write_masks(tmp_path / "masks", {"a": DRAWN, "b": DRAWN * 0}, LABELS)
    done = relabel(tmp_path, source, {"car": "background", "road": 7}, "--dry-run", "--json")
    assert done.exit_code == 0, done.stderr
    document = done.json
    assert document["written"] is False
    assert document["changes"] == {"1": 7, "2": 0}
    assert document["total"] == {"1": 2, "2": 2}
    assert document["samples"] == [{"name": "a", "pixels": {"1": 2, "2": 2}}]
    assert not (tmp_path / "relabeled").exists()
    shown = relabel(tmp_path, source, {"car": "background"}, "--dry-run")
    assert "1 sample would change; nothing was written" in shown.stderr


@pytest.mark.parametrize(
    "changes", [{"no such class": 1}, {"1": 2, "road": 2}, {"1": 70000}, {"1": "nobody"}]
)
def test_a_mapping_that_names_no_class_is_refused(
    tmp_path: Path, changes: dict[str, int | str]
) -> None:
    source = write_masks(tmp_path / "masks", {"a": DRAWN}, LABELS)
    assert relabel(tmp_path, source, changes).exit_code == 2
    assert not (tmp_path / "relabeled").exists()


def test_a_target_that_exists_is_kept(tmp_path: Path) -> None:
    source = write_masks(tmp_path / "masks", {"a": DRAWN}, LABELS)
    (tmp_path / "relabeled").mkdir()
    (tmp_path / "relabeled" / "mine.txt").write_text("mine")
    assert relabel(tmp_path, source, {"1": 2}).exit_code == 1
    assert [path.name for path in (tmp_path / "relabeled").iterdir()] == ["mine.txt"]
    words = ("--map", str(changes_file(tmp_path, {"1": 2})))
    assert run("relabel", source, source, *words).exit_code == 2


def test_two_classes_of_camvid_become_one(tmp_path: Path) -> None:
    masks = shared("data/camvid/masks")
    labels = shared("data/camvid/classes.json")
    done = relabel(tmp_path, masks, {"2": 3}, "--labels", str(labels))
    assert done.exit_code == 0, done.stderr
    paths = sorted(masks.rglob("*.png"))
    assert paths
    changed = 0
    for path in paths:
        before, after = stored(path), tmp_path / "relabeled" / path.relative_to(masks)
        changed += int((before == 2).any())
        if not (before == 2).any():
            assert after.read_bytes() == path.read_bytes()
        assert np.array_equal(stored(after), in_numpy(before, {2: 3})), path
    assert changed > 0


@pytest.mark.parametrize("name", ["gray-200-labels", "palette-png"])
def test_golden_archives_are_relabeled(tmp_path: Path, name: str) -> None:
    source = shared(f"golden/cvat/{name}.zip")
    before, after = indices(run("info", source, "--pixels", "--json").json), {}
    old, other = list(before)[:2]
    done = relabel(tmp_path, source, {str(old): other, str(other): old})
    assert done.exit_code == 0, done.stderr
    after = indices(run("info", tmp_path / "relabeled.zip", "--pixels", "--json").json)
    assert after == {**before, old: before[other], other: before[old]}
    with zipfile.ZipFile(source) as one, zipfile.ZipFile(tmp_path / "relabeled.zip") as two:
        assert one.namelist() == two.namelist()
        for entry in one.namelist():
            if entry.startswith("SegmentationClass/"):
                kinds = [Image.open(BytesIO(archive.read(entry))).mode for archive in (one, two)]
                assert kinds[0] == kinds[1]
            else:
                assert one.read(entry) == two.read(entry)


def indices(document: Any) -> dict[int, int]:
    """Pixels of each index over all samples."""
    found: dict[int, int] = {}
    for sample in document["samples"]:
        for index, count in sample["layers"]["ground_truth"]["histogram"].items():
            found[int(index)] = found.get(int(index), 0) + count
    return found
