"""Two programs on one data set: one writes, the other knows who does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from maskstudio.errors import DataError
from maskstudio.formats.writer_lock import Owner, WriterLock, owner_of, take_lock
from maskstudio.workflows.one_writer import DatasetLock, require_unlocked
from tests.helpers.shared import REPOSITORY

HOLD = """
import sys
from pathlib import Path
from maskstudio.formats.writer_lock import take_lock
found = take_lock(Path(sys.argv[1]), Path(sys.argv[2]))
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_program(state: Path, target: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that holds the lock of a target."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(state), str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        assert process.stdout.readline() == b"held\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stdin.close()


def taken(state: Path, target: Path, *, takes_over: bool = False) -> WriterLock:
    found = take_lock(state, target, takes_over=takes_over)
    assert isinstance(found, WriterLock)
    return found


def is_ours(found: WriterLock) -> bool:
    return found.is_ours


def test_the_second_program_is_told_who_writes(tmp_path: Path) -> None:
    with another_program(tmp_path / "state", tmp_path / "a.zip") as process:
        found = take_lock(tmp_path / "state", tmp_path / "a.zip")
        assert isinstance(found, Owner)
        assert (found.host, found.pid) == (os.uname().nodename, process.pid)
        assert owner_of(tmp_path / "state", tmp_path / "a.zip") == found


def test_a_lock_of_a_killed_program_is_stale(tmp_path: Path) -> None:
    with another_program(tmp_path / "state", tmp_path / "a.zip") as process:
        process.kill()
        process.wait()
        assert owner_of(tmp_path / "state", tmp_path / "a.zip") is None
        taken(tmp_path / "state", tmp_path / "a.zip").release()


def test_whoever_takes_over_has_it_and_the_other_knows(tmp_path: Path) -> None:
    first = taken(tmp_path / "state", tmp_path / "a.zip")
    assert is_ours(first)
    second = taken(tmp_path / "state", tmp_path / "a.zip", takes_over=True)
    assert is_ours(second)
    assert not is_ours(first)
    first.release()
    assert is_ours(second)
    assert isinstance(take_lock(tmp_path / "state", tmp_path / "a.zip"), Owner)
    second.release()
    taken(tmp_path / "state", tmp_path / "a.zip").release()


def test_other_names_of_a_file_are_the_same_lock(tmp_path: Path) -> None:
    (tmp_path / "a.zip").touch()
    (tmp_path / "link.zip").symlink_to(tmp_path / "a.zip")
    found = taken(tmp_path / "state", tmp_path / "a.zip")
    assert owner_of(tmp_path / "state", tmp_path / "link.zip") is not None
    assert owner_of(tmp_path / "state", tmp_path / "b.zip") is None
    found.release()


def test_a_data_set_has_all_of_its_files_or_none(tmp_path: Path) -> None:
    state, one, two = tmp_path / "state", tmp_path / "1.zip", tmp_path / "2.zip"
    other = DatasetLock(state, [two])
    found = DatasetLock(state, [one, two])
    assert found.owner is not None
    assert not found.is_ours
    assert owner_of(state, one) is None
    other.release()
    assert DatasetLock(state, [one, two]).is_ours


def test_a_layer_that_moves_takes_its_lock_along(tmp_path: Path) -> None:
    state, one, two = tmp_path / "state", tmp_path / "1.zip", tmp_path / "2.zip"
    found = DatasetLock(state, [one])
    found.follow([two])
    assert owner_of(state, one) is None
    assert owner_of(state, two) is not None
    found.release()


def test_where_no_lock_can_be_made_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    found = DatasetLock(tmp_path / "state", [tmp_path / "1.zip"])
    assert found.is_ours
    found.release()


def test_a_target_that_is_open_elsewhere_is_refused(tmp_path: Path) -> None:
    found = DatasetLock(tmp_path / "state", [tmp_path / "1.zip"])
    with pytest.raises(DataError, match="open for editing"):
        require_unlocked(tmp_path / "1.zip", tmp_path / "state")
    found.release()
    require_unlocked(tmp_path / "1.zip", tmp_path / "state")
