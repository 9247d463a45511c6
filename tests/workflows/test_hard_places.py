"""Places that are hard to write to or vanish: the old data stay whole, the edits unsaved, and one
sentence says why; where the place is good again the same goes well."""

from __future__ import annotations

import gc
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskstudio.core.document import load_sample
from maskstudio.errors import DataError, Kind, Problem, Scope
from maskstudio.formats import registry
from maskstudio.formats.base import WriteOptions, no_progress
from maskstudio.workflows.convert import prepare_conversion, run_conversion
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from maskstudio.workflows.relabel import merge_classes
from maskstudio.workflows.relabel_source import foresee, write_relabeled
from maskstudio.workflows.save_dataset import (
    finish_save,
    has_changed_underneath,
    modified_keys,
    prepare_save,
    run_save,
)
from tests.cli.helpers import write_masks

KEY = "ground_truth"
LABELMAP = "background:0,0,0::\ncat:10,20,30::\ndog:40,50,60::\n"
NOBODY = 65_534
Make = Callable[[Path], Path]


def make_folder(folder: Path) -> Path:
    masks = {name: np.eye(64, dtype=np.uint8) for name in ("a", "b")}
    return write_masks(folder / "masks", masks, LABELMAP)


def make_zip(folder: Path) -> Path:
    target = folder / "masks.zip"
    with closing(opened_at(make_folder(folder / "source"))) as opened:
        run_conversion(prepare_conversion(opened, registry.CVAT), target, WriteOptions())
    return target


BOTH = pytest.mark.parametrize("make", [make_folder, make_zip])


def opened_at(path: Path) -> OpenedDataset:
    return open_dataset(OpenRequest(layers=((KEY, path),)))


def paint(opened: OpenedDataset) -> None:
    dataset = opened.dataset
    dataset.open_document(load_sample(dataset.sample("a")))
    layer = dataset.document("a").layer(KEY)
    transaction = dataset.begin("a", KEY, label="Fill")
    transaction.paint(layer.rect, np.random.default_rng(1).random((64, 64)) > 0.5, 2)
    transaction.commit()


def save(opened: OpenedDataset) -> None:
    job = prepare_save(opened, KEY)
    finish_save(opened, job, run_save(job, no_progress))


def snapshot(path: Path) -> dict[str, bytes]:
    """Every file at a place, with what is in it."""
    paths = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return {str(p): p.read_bytes() for p in paths}


def check_refused(opened: OpenedDataset) -> Problem:
    """A save fails with a sentence, and the edits are still unsaved."""
    with pytest.raises(DataError) as caught:
        save(opened)
    assert modified_keys(opened.dataset) == (KEY,)
    assert "\n" not in str(caught.value)
    return caught.value.problem(Scope.FILE)  # the error itself would keep files open


@contextmanager
def largest_file(n_bytes: int) -> Iterator[None]:
    """The system lets nobody write a larger one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@BOTH
def test_where_the_system_takes_no_more_bytes_the_old_data_stay(tmp_path: Path, make: Make) -> None:
    path = make(tmp_path)
    before = snapshot(path)
    with closing(opened_at(path)) as opened:
        paint(opened)
        with largest_file(150):
            assert check_refused(opened).kind == Kind.NOT_WRITABLE
        assert snapshot(path) == before
        save(opened)
        assert modified_keys(opened.dataset) == ()
    assert snapshot(path) != before


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of its own, of a few pages."""
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)]
    try:
        done = subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        done = False
    if not done:
        pytest.skip("may not mount a file system")
    try:
        yield place
    finally:
        gc.collect()  # errors and their frames hold files of it open
        subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path) -> Path:
    """A file that takes all the room there is."""
    filling = disk / "filling"
    with suppress(OSError), filling.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    return filling


@BOTH
def test_a_full_disk_keeps_the_old_data_and_takes_the_new_when_there_is_room(
    tmp_path: Path, make: Make
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        path = make(disk)
        before = snapshot(path)
        with closing(opened_at(path)) as opened:
            paint(opened)
            filling = fill(disk)
            said = check_refused(opened)
            assert said.kind == Kind.NOT_WRITABLE
            assert "No space left on device" in said.message
            target = disk / "new.zip"
            with pytest.raises(DataError, match="No space left"):
                run_conversion(prepare_conversion(opened, registry.CVAT), target, WriteOptions())
            assert not target.exists()
            assert snapshot(path) == before
            filling.unlink()
            save(opened)
            assert modified_keys(opened.dataset) == ()
        assert snapshot(path) != before
        assert [p for p in disk.rglob(".*") if "maskstudio" in p.name] == []


@BOTH
def test_a_place_where_nobody_may_write_is_told(make: Make) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs to be root to become somebody else")
    registry.get_ready()
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        path = make(Path(place))
        before = snapshot(path)
        with closing(opened_at(path)) as opened:
            paint(opened)
            os.seteuid(NOBODY)
            try:
                assert check_refused(opened).kind == Kind.NOT_WRITABLE
                assert snapshot(path) == before
            finally:
                os.seteuid(0)
            save(opened)


@BOTH
def test_data_that_vanish_are_told_and_come_back_with_the_edits(tmp_path: Path, make: Make) -> None:
    path = make(tmp_path / "there")
    with closing(opened_at(path)) as opened:
        paint(opened)
        (tmp_path / "there").rename(tmp_path / "gone")
        assert has_changed_underneath(opened, KEY)
        check_refused(opened)
        assert not (tmp_path / "there").exists()
        (tmp_path / "gone").rename(tmp_path / "there")
        save(opened)
    with closing(opened_at(path)) as opened:
        assert (load_sample(opened.dataset.sample("a")).masks[KEY].pixels == 2).any()


def test_an_archive_that_is_cut_underneath_is_noticed_and_no_sample_lost(tmp_path: Path) -> None:
    path = make_zip(tmp_path)
    whole = path.read_bytes()
    with closing(opened_at(path)) as opened:
        paint(opened)
        path.write_bytes(whole[:100])
        assert has_changed_underneath(opened, KEY)
        check_refused(opened)
        assert path.read_bytes() == whole[:100]
        problems = load_sample(opened.dataset.sample("b")).problems
        assert [p.scope for p in problems] == ["item"]


def test_an_archive_that_is_replaced_while_it_is_saved_is_kept(tmp_path: Path) -> None:
    path = make_zip(tmp_path)
    with closing(opened_at(path)) as opened:
        paint(opened)

        def replace_it(done: int, total: int, what: str) -> None:
            path.unlink(missing_ok=True)
            path.write_bytes(b"of another program")

        with pytest.raises(DataError):
            run_save(prepare_save(opened, KEY), replace_it)
        assert path.read_bytes() == b"of another program"
        assert modified_keys(opened.dataset) == (KEY,)


@pytest.mark.parametrize("name", ["n" * 251, "ü" * 120, "a b\t'\"$*?[x]{y}", "-x", "\u202eabc"])
def test_names_of_any_letters_and_up_to_the_limit_are_saved(tmp_path: Path, name: str) -> None:
    path = write_masks(tmp_path / "masks", {name: np.eye(9, dtype=np.uint8)}, LABELMAP)
    with closing(opened_at(path)) as opened:
        (sample,) = opened.dataset.samples
        assert sample.name == name
        target = tmp_path / f"{name[:125]}.zip"
        run_conversion(prepare_conversion(opened, registry.CVAT), target, WriteOptions())
        dataset = opened.dataset
        dataset.open_document(load_sample(sample))
        transaction = dataset.begin(name, KEY, label="Fill")
        transaction.paint(dataset.document(name).layer(KEY).rect, np.ones((9, 9), np.bool_), 2)
        transaction.commit()
        save(opened)
    stored = np.asarray(Image.open(path / f"{name}.png"))
    assert (stored == 2).all()


def test_a_name_that_is_too_long_for_the_target_is_told_before_anything_stays(
    tmp_path: Path,
) -> None:
    masks = {"n" * 251: np.eye(9, dtype=np.uint8)}
    with closing(opened_at(write_masks(tmp_path / "masks", masks, LABELMAP))) as opened:
        target = tmp_path / ("t" * 256)
        with pytest.raises(DataError) as caught:
            run_conversion(prepare_conversion(opened, registry.INDEX_PNG), target, WriteOptions())
        assert caught.value.kind == Kind.NOT_WRITABLE
    assert [p.name for p in tmp_path.iterdir()] == ["masks"]


def test_a_target_on_another_file_system_appears_whole(tmp_path: Path) -> None:
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other file system")
    place = Path(tempfile.mkdtemp(dir=other))
    try:
        with closing(opened_at(make_folder(tmp_path))) as opened:
            for name, target in ((registry.CVAT, "a.zip"), (registry.INDEX_PNG, "b")):
                run_conversion(prepare_conversion(opened, name), place / target, WriteOptions())
            found = merge_classes(opened.dataset.label_maps[KEY], [1, 2], into=2)
            write_relabeled(opened, KEY, foresee(opened, KEY, found), place / "c")
        assert {p.name for p in place.iterdir()} == {"a.zip", "b", "c"}
    finally:
        shutil.rmtree(place)
