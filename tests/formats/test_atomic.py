"""At every moment the old or the new file is there, whole."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskstudio.errors import DataError, Kind
from maskstudio.formats import folder_change
from maskstudio.formats.atomic import new_folder, part_folder, replacing, write_file
from maskstudio.formats.folder_change import JOURNAL, change_folder, finish_or_drop

NAMES = ["a.txt", "sub/b.txt", "new/c.txt"]


def files(root: Path) -> dict[str, str]:
    return {str(p.relative_to(root)): p.read_text() for p in sorted(root.rglob("*")) if p.is_file()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text("old a")
    (tmp_path / "sub/b.txt").write_text("old b")
    return tmp_path


def new_contents(names: list[str]) -> Iterator[bytes]:
    for name in names:
        yield f"new {name}".encode()


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o600)
    write_file(path, b"new")
    assert files(tmp_path) == {"a.txt": "new"}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")

    def fail() -> None:
        with replacing(tmp_path / "a.txt") as file:
            file.write(b"new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert files(tmp_path) == {"a.txt": "old"}


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "link").symlink_to("a.txt")
    write_file(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a.txt").read_text() == "new"


def test_what_a_killed_writer_left_is_removed_and_a_living_one_is_not(tmp_path: Path) -> None:
    dead, alive = (tmp_path / f".a.txt.{n}.maskstudio-part" for n in "12")
    dead.write_text("part")
    with alive.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        write_file(tmp_path / "a.txt", b"new")
        assert sorted(p.name for p in tmp_path.iterdir()) == [alive.name, "a.txt"]


def test_folders_of_killed_writers_are_removed_and_those_of_living_ones_are_not(
    tmp_path: Path,
) -> None:
    dead = tmp_path / ".set.1.maskstudio-part"
    (dead / "x").mkdir(parents=True)
    (dead / "x" / "a.txt").write_text("part")
    with part_folder(tmp_path / "set") as alive:
        assert not dead.exists()
        with new_folder(tmp_path / "set") as write:
            write("a.txt", b"1")
        assert alive.exists()
    assert files(tmp_path) == {"set/a.txt": "1"}


def test_a_link_called_as_a_part_is_no_way_to_remove_anything(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "a.txt").write_text("kept")
    (tmp_path / ".set.1.maskstudio-part").symlink_to("kept")
    with new_folder(tmp_path / "set") as write:
        write("a.txt", b"1")
    assert files(tmp_path)["kept/a.txt"] == "kept"


def test_a_name_of_many_bytes_leaves_room_for_its_part(tmp_path: Path) -> None:
    target = tmp_path / ("\U0001f600" * 63)
    write_file(target, b"new")
    write_file(target, b"newer")
    assert files(tmp_path) == {target.name: "newer"}


def test_a_target_in_no_folder_is_not_writable(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        write_file(tmp_path / "none" / "a.txt", b"new")
    assert caught.value.kind == Kind.NOT_WRITABLE


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("old")
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(DataError) as caught:
        write_file(tmp_path / "a.txt", b"new")
    assert caught.value.kind == Kind.NOT_WRITABLE
    assert files(tmp_path) == {"a.txt": "old"}


def test_a_new_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with new_folder(tmp_path / "set") as write:
        write("x/a.txt", b"1")
        assert not (tmp_path / "set").exists()

    def fail() -> None:
        with new_folder(tmp_path / "other") as write:
            write("x/a.txt", b"1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert files(tmp_path) == {"set/x/a.txt": "1"}
    assert [p.name for p in tmp_path.iterdir()] == ["set"]


def test_many_files_of_a_folder_are_replaced_together(root: Path) -> None:
    change_folder(root, NAMES, new_contents)
    assert files(root) == {name: f"new {name}" for name in NAMES}


def test_a_content_that_cannot_be_made_changes_no_file(root: Path) -> None:
    before = files(root)

    def contents(names: list[str]) -> Iterator[bytes]:
        yield b"new"
        raise DataError(Kind.CANNOT_HOLD, "b", "no")

    with pytest.raises(DataError):
        change_folder(root, NAMES, contents)
    assert files(root) == before


class Killed(BaseException):
    """What a process does not survive; nothing is cleaned up behind it."""


@pytest.mark.parametrize("at", range(4))
def test_a_kill_before_the_journal_is_closed_leaves_the_old_files(
    root: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    before = files(root)
    kill_at(monkeypatch, at, "_write_beside" if at < 3 else "_append")
    with pytest.raises(Killed):
        change_folder(root, NAMES, new_contents)
    monkeypatch.undo()
    finish_or_drop(root)
    assert files(root) == before


@pytest.mark.parametrize("at", range(3))
def test_a_kill_after_the_journal_is_closed_is_finished_by_the_next_one(
    root: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    kill_at(monkeypatch, at, "_rename_one")
    with pytest.raises(Killed):
        change_folder(root, NAMES, new_contents)
    monkeypatch.undo()
    finish_or_drop(root)
    assert files(root) == {name: f"new {name}" for name in NAMES}


def kill_at(monkeypatch: pytest.MonkeyPatch, at: int, step: str) -> None:
    """Let the process die when a step is begun for the n-th time, counted from 0."""
    original = getattr(folder_change, step)
    calls = 0
    limit = 1 if step == "_append" else at

    def dying(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls > limit:
            raise Killed
        return original(*arguments)

    monkeypatch.setattr(folder_change, step, dying)
    monkeypatch.setattr(folder_change, "_drop", lambda targets: None)
    monkeypatch.setattr(folder_change, "_remove", lambda journal: None)


def test_a_first_rename_that_fails_leaves_the_old_files(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(root)

    def forbidden(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", forbidden)
        with pytest.raises(DataError) as caught:
            change_folder(root, NAMES, new_contents)
    assert caught.value.kind == Kind.NOT_WRITABLE
    assert files(root) == before


def test_a_journal_that_cannot_be_removed_does_not_make_a_done_change_fail(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(folder_change, "_remove", failing)
        change_folder(root, NAMES, new_contents)
    finish_or_drop(root)
    after = files(root)
    change_folder(root, NAMES, new_contents)
    assert files(root) == after
    assert not (root / JOURNAL).exists()


def test_the_journal_of_a_living_writer_is_left_alone(root: Path) -> None:
    with (root / JOURNAL).open("w") as journal:
        fcntl.flock(journal, fcntl.LOCK_EX)
        finish_or_drop(root)
        assert (root / JOURNAL).exists()


def test_a_journal_cannot_reach_out_of_its_folder(root: Path, tmp_path: Path) -> None:
    inner = root / "sub"
    (root / ".a.txt.maskstudio-new").write_text("evil")
    (inner / JOURNAL).write_text('"../a.txt"\nnot json\n7\n"closed"\n')
    finish_or_drop(inner)
    assert (root / "a.txt").read_text() == "old a"
    assert not (inner / JOURNAL).exists()
