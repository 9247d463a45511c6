"""Reading zips safely, and rewriting them without touching what stays."""

from __future__ import annotations

import io
import struct
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from maskstudio.errors import DataError, Kind
from maskstudio.formats import archive_writer
from maskstudio.formats.archive import Archive
from maskstudio.formats.archive_writer import rewrite, write_new
from maskstudio.formats.limits import Limits
from maskstudio.formats.zip_directory import CENTRAL, read_directory
from maskstudio.formats.zip_records import end_records, moved_record

FILES = {"a.txt": b"one " * 50, "b.png": b"\x89PNG" + bytes(range(200)), "c/d e.txt": b""}


def make_zip(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def fault(path: Path, limits: Limits | None = None) -> Kind:
    with pytest.raises(DataError) as caught:
        Archive(path, limits)
    return caught.value.kind


def read_fault(archive: Archive, name: str) -> Kind:
    with pytest.raises(DataError) as caught:
        archive.read(name)
    return caught.value.kind


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_method_is_read(tmp_path: Path, method: int) -> None:
    archive = Archive(make_zip(tmp_path / "a.zip", FILES, method))
    assert {name: archive.read(name) for name in archive.entries} == FILES


def test_heads_are_inflated_no_further_than_asked(tmp_path: Path) -> None:
    archive = Archive(make_zip(tmp_path / "a.zip", {"x": bytes(10_000)}))
    assert archive.read_head("x", 100) == bytes(100)


def test_zip64_comments_and_bytes_in_front_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.comment = b"a comment"
        with made.open("wide.txt", "w", force_zip64=True) as file:
            file.write(b"wide")
    path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
    archive = Archive(path)
    assert archive.read("wide.txt") == b"wide"
    assert archive.directory.comment == b"a comment"
    rewrite(archive, path, {"new.txt": lambda: b"new"})
    with zipfile.ZipFile(path) as rewritten:
        assert rewritten.comment == b"a comment"
        assert rewritten.read("wide.txt") == b"wide"
        assert rewritten.read("new.txt") == b"new"
    assert path.read_bytes().startswith(b"#!/bin/sh\n")


def test_a_comment_may_look_like_an_end_record(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.comment = b"PK\x05\x06" + bytes(40)
        made.writestr("x", b"data")
    assert Archive(path).read("x") == b"data"


def test_more_than_65_535_entries_are_read_and_rewritten(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {f"{i}": b"" for i in range(66_000)}, zipfile.ZIP_STORED)
    archive = Archive(path)
    assert len(archive.entries) == 66_000
    rewrite(archive, path, {"7": lambda: b"seven"})
    with zipfile.ZipFile(path) as rewritten:
        assert rewritten.read("7") == b"seven"
        assert rewritten.namelist() == [f"{i}" for i in range(66_000)]


def test_names_in_utf_8_and_code_page_437_are_read(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"straße.txt": b"1", "AAAA.txt": b"2"})
    path.write_bytes(path.read_bytes().replace(b"AAAA", b"A\x84\x94A"))
    archive = Archive(path)
    assert set(archive.entries) == {"straße.txt", "AäöA.txt"}
    rewrite(archive, path, {"AäöA.txt": lambda: b"3"})
    with zipfile.ZipFile(path) as rewritten:
        assert rewritten.read("AäöA.txt") == b"3"


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/x", "C:/x", "C:x", "..\\x", "\\x", "a\\..\\..\\x"]
)
def test_a_name_that_leaves_the_folder_refuses_the_archive(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "a.zip", {"ok.txt": b"", name: b""})
    assert fault(path) == Kind.UNSAFE_PATH


def test_backslashes_that_climb_nowhere_are_letters(tmp_path: Path) -> None:
    archive = Archive(make_zip(tmp_path / "a.zip", {"a\\b.txt": b"1"}))
    assert archive.read("a\\b.txt") == b"1"


def test_a_link_refuses_the_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        info = zipfile.ZipInfo("link")
        info.external_attr = 0o120777 << 16
        made.writestr(info, "a.txt")
    assert fault(path) == Kind.UNSAFE_PATH


def test_limits_are_judged_before_anything_is_unpacked(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"x": bytes(100_000), "y": b""})
    assert fault(path, Limits(unpacked_bytes=99_999)) == Kind.ARCHIVE_TOO_LARGE
    assert fault(path, Limits(entries=1)) == Kind.ARCHIVE_TOO_LARGE
    assert fault(path, Limits(ratio_counts_from=1000)) == Kind.ARCHIVE_TOO_LARGE


def test_the_ratio_does_not_count_for_images(tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(100_000)
    path = make_zip(tmp_path / "a.zip", {"x.png": picture})
    assert Archive(path, Limits(ratio_counts_from=1000)).read("x.png") == picture


def test_an_entry_that_holds_more_than_it_says_is_not_unpacked_further(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"x": bytes(100_000)})
    raw = path.read_bytes().replace(struct.pack("<L", 100_000), struct.pack("<L", 10))
    path.write_bytes(raw)
    assert read_fault(Archive(path), "x") == Kind.ARCHIVE_CORRUPT


def test_a_damaged_entry_concerns_itself_alone(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", FILES, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"one one", b"one ONE", 1))
    archive = Archive(path)
    assert read_fault(archive, "a.txt") == Kind.ARCHIVE_CORRUPT
    assert archive.read("b.png") == FILES["b.png"]


@pytest.mark.parametrize(("at", "value"), [(6, b"\x01"), (8, b"\x0f")])
def test_encrypted_entries_and_unknown_methods_are_told(
    tmp_path: Path, at: int, value: bytes
) -> None:
    path = make_zip(tmp_path / "a.zip", {"x": b"data"}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    central = raw.index(b"PK\x01\x02") + at + 2
    raw[at : at + 1] = raw[central : central + 1] = value
    path.write_bytes(raw)
    assert read_fault(Archive(path), "x") == Kind.ARCHIVE_CORRUPT


def test_entries_that_share_bytes_refuse_the_archive(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"x": b"data", "y": b"data"}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    second = raw.rindex(b"PK\x01\x02")
    raw[second + 42 : second + 46] = bytes(4)
    path.write_bytes(raw)
    assert fault(path) == Kind.ARCHIVE_CORRUPT


def test_every_cut_of_an_archive_is_told(tmp_path: Path) -> None:
    whole = make_zip(tmp_path / "a.zip", FILES).read_bytes()
    for length in range(len(whole)):
        (tmp_path / "cut.zip").write_bytes(whole[:length])
        assert fault(tmp_path / "cut.zip") == Kind.ARCHIVE_CORRUPT


def test_every_damaged_byte_gives_the_content_or_a_fault(tmp_path: Path) -> None:
    whole = make_zip(tmp_path / "a.zip", FILES).read_bytes()
    path = tmp_path / "b.zip"
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 0x15
        path.write_bytes(damaged)
        try:
            archive = Archive(path)
        except DataError:
            continue
        for name in archive.entries:
            try:
                data = archive.read(name)
            except DataError:
                continue
            assert data in FILES.values()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert fault(tmp_path / "none.zip") == Kind.FILE_MISSING


def test_a_closed_archive_opens_again_unless_it_changed(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", FILES)
    archive = Archive(path)
    archive.close()
    assert archive.read("a.txt") == FILES["a.txt"]
    archive.close()
    make_zip(path, {"a.txt": b"another"})
    assert read_fault(archive, "a.txt") == Kind.ARCHIVE_CORRUPT


def test_many_threads_read_while_the_archive_is_closed(tmp_path: Path) -> None:
    archive = Archive(make_zip(tmp_path / "a.zip", FILES))
    wrong: list[object] = []

    def read() -> None:
        for _ in range(200):
            for name, data in FILES.items():
                if archive.read(name) != data:
                    wrong.append(name)
            archive.close()

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("names", [["a.txt"], ["b.png"], ["c/d e.txt"], list(FILES)])
def test_replaced_entries_keep_their_place(tmp_path: Path, names: list[str]) -> None:
    path = make_zip(tmp_path / "a.zip", FILES)
    target = tmp_path / "b.zip"
    rewrite(Archive(path), target, {name: lambda: b"new" for name in [*names, "ü.txt"]})
    with zipfile.ZipFile(target) as rewritten:
        assert rewritten.testzip() is None
        assert rewritten.namelist() == [*FILES, "ü.txt"]
        for name, data in FILES.items():
            assert rewritten.read(name) == (b"new" if name in names else data)
    assert [e.name for e in Archive(target).directory.in_file_order()] == [*FILES, "ü.txt"]


def test_a_disk_that_fails_early_leaves_the_old_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system tells a lost page once; the file must not take the old one's place after that."""
    path = make_zip(tmp_path / "a.zip", FILES)
    before = path.read_bytes()

    def fail(fd: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(archive_writer, "_sync_data", fail)
    with pytest.raises(DataError) as caught:
        rewrite(Archive(path), path, {"ü.txt": lambda: b"new"})
    assert caught.value.kind == Kind.NOT_WRITABLE
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_rewriting_nothing_gives_the_same_bytes(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", FILES)
    rewrite(Archive(path), tmp_path / "b.zip", {})
    assert (tmp_path / "b.zip").read_bytes() == path.read_bytes()


def test_entries_streamed_with_descriptors_go_over_whole(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        """A target that cannot seek, so that sizes come after the data."""

        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in FILES.items():
            made.writestr(name, data)
    path = tmp_path / "a.zip"
    path.write_bytes(pipe.data)
    rewrite(Archive(path), path, {"a.txt": lambda: b"new"})
    with zipfile.ZipFile(path) as rewritten:
        assert rewritten.testzip() is None
        assert rewritten.read("b.png") == FILES["b.png"]
    assert bytes(pipe.data)[pipe.data.index(b"PK\x03\x04", 4) :].split(b"PK\x01\x02")[0] in (
        path.read_bytes()
    )


def test_a_content_that_cannot_be_made_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", FILES)
    before = path.read_bytes()

    def fail() -> bytes:
        raise DataError(Kind.CANNOT_HOLD, "a.txt", "no")

    with pytest.raises(DataError):
        rewrite(Archive(path), path, {"a.txt": fail})
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_a_new_archive_is_read_by_others(tmp_path: Path) -> None:
    write_new(tmp_path / "a.zip", [*FILES.items(), ("ü/ß.txt", b"text")])
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert {n: archive.read(n) for n in archive.namelist()} == {**FILES, "ü/ß.txt": b"text"}


@pytest.mark.parametrize("offset", [7, 0xFFFFFFFE, 0xFFFFFFFF, 5 << 32])
@pytest.mark.parametrize("is_wide", [False, True])
def test_a_moved_record_is_read_back_at_its_new_place(offset: int, is_wide: bool) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made, made.open("x", "w", force_zip64=is_wide) as file:
        file.write(b"data")
    raw = buffer.getvalue()
    record = raw[raw.index(b"PK\x01\x02") : raw.index(b"PK\x05\x06")]
    moved = moved_record(moved_record(record, 5 << 32 if is_wide else 3), offset)
    start = offset + 10_000
    tail = moved + end_records([moved], start=start, size=len(moved), comment=b"")

    def read(at: int, length: int) -> bytes:
        """A file of zeros up to the directory."""
        zeros = bytes(max(0, min(length, start - at)))
        return zeros + tail[max(0, at - start) :][: length - len(zeros)]

    directory = read_directory(read, start + len(tail), "x.zip", Limits())
    assert [(e.name, e.offset, e.size) for e in directory.entries] == [("x", offset, 4)]
    assert CENTRAL.unpack_from(moved)[4] == CENTRAL.unpack_from(record)[4]


def test_a_disk_that_fails_is_a_fault_of_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("x", "text")
    archive = Archive(path)

    def failing(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("os.pread", failing)
        for read in (lambda: archive.read("x"), lambda: Archive(path)):
            with pytest.raises(DataError) as caught:
                read()
            assert caught.value.kind == Kind.FILE_MISSING
    assert archive.read("x") == b"text"
