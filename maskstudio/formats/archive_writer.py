"""Writing zips: new ones, and changed ones in which untouched entries stay byte for byte.

Both stream into a file beside the target that replaces it when it is complete.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from maskstudio.errors import DataError, Kind

from .archive import DEFLATED, STORED, Archive
from .atomic import FileStamp, replacing
from .base import Progress, no_progress
from .file_copy import copy_range
from .parallel import ordered_map
from .zip_directory import UTF8_FLAG
from .zip_records import end_records, entry_headers, moved_record

Make = Callable[[], bytes]
"""Makes the content of an entry when its turn comes, in any thread. Raises DataError."""

_sync_data = getattr(os, "fdatasync", os.fsync)
_PACKED_ALREADY = {".png", ".jpg", ".jpeg", ".webp", ".gif"}


def write_new(target: Path, entries: Iterable[tuple[str, bytes]]) -> None:
    """Write a zip with these entries, in this order, made one by one.

    Raises:
        DataError: not_writable, or what making the entries raises; the target is untouched then.
    """
    with replacing(target) as file:
        _finish(file, [_append_new(file, name, data) for name, data in entries], 0, b"")


def rewrite(
    archive: Archive, target: Path, contents: Mapping[str, Make], progress: Progress = no_progress
) -> None:
    """Write an archive with some entries replaced in their place and new ones at the end.

    Everything else goes over byte for byte, headers, gaps and comments included. The archive may
    be the target itself; it has to be closed and opened anew afterwards.

    Raises:
        DataError: not_writable, or what making an entry raises; the target is untouched then.
    """
    old = archive.directory
    places = {e.offset for name, e in archive.entries.items() if name in contents}
    in_order = old.in_file_order()
    replaced = [e for e in in_order if e.offset in places]
    added = [name for name in contents if name not in archive.entries]
    makes = [contents[name] for name in (*(e.name for e in replaced), *added)]
    with (
        ThreadPoolExecutor(2, "maskstudio-beside") as beside,
        closing(_made([*_begun(makes[:1], beside), *makes[1:]])) as made,
        replacing(target) as file,
    ):
        copier = _Copier(archive, file, beside, progress)
        records: dict[int, bytes] = {}
        for entry, following in zip(in_order, [*in_order[1:], None], strict=True):
            if entry.offset in places:
                copier.copy_up_to(entry.offset)
                records[entry.offset] = _append(
                    file,
                    entry.raw_name,
                    next(made),
                    shift=old.shift,
                    is_utf8=bool(entry.flags & UTF8_FLAG),
                )
                copier.skip_to(following.offset if following else old.start)
            elif copier.delta:
                moved = entry.offset + copier.delta - old.shift
                records[entry.offset] = moved_record(old.raw[slice(*entry.record)], moved)
        copier.copy_up_to(old.start)
        kept = [records.get(e.offset) or old.raw[slice(*e.record)] for e in old.entries]
        kept += [_append_new(file, name, next(made), old.shift) for name in added]
        _finish(file, kept, old.shift, old.comment)
        copier.finish()
        _require_unchanged(archive)


def _require_unchanged(archive: Archive) -> None:
    """Refuse to lose what another program wrote while the new file was made."""
    if FileStamp.of(archive.path) not in (archive.stamp, None):
        found = "another program changed the archive while it was being saved"
        raise DataError(Kind.NOT_WRITABLE, archive.path.name, found)


class _Copier:
    """Copies runs of untouched entries, each in one piece, and knows how far they move.

    The disk is kept busy meanwhile: what has been copied goes to it in another thread.
    """

    def __init__(
        self, archive: Archive, file: BinaryIO, beside: Executor, progress: Progress
    ) -> None:
        self._handle = archive.handle()
        self._file = file
        self._beside = beside
        self._sync: Future[None] | None = None
        self._position = 0
        self._total = archive.directory.start
        self._name = archive.path.name
        self._progress = progress
        self.delta = 0

    def copy_up_to(self, end: int) -> None:
        start, self._position = self._position, end
        done = start

        def note(copied: int) -> None:
            nonlocal done
            done += copied
            self._progress(done, self._total, self._name)
            if self._sync is None or self._sync.done():
                self.finish()
                self._sync = self._beside.submit(_sync_data, self._file.fileno())

        copy_range(self._handle.fd, self._file, start, end - start, note)

    def skip_to(self, position: int) -> None:
        self._position = position
        self.delta = self._file.tell() - position

    def finish(self) -> None:
        """Wait for the disk. Raises OSError, which the system tells only once."""
        if self._sync is not None:
            self._sync.result()


def _begun(makes: Sequence[Make], pool: Executor) -> list[Make]:
    """Makers that are at work already, while what lies before their entries is copied."""
    return [pool.submit(make).result for make in makes]


def _made(makes: Sequence[Make]) -> Generator[bytes, None, None]:
    return ordered_map(lambda make: make(), makes)


def _append(
    file: BinaryIO, raw_name: bytes, data: bytes, *, shift: int = 0, is_utf8: bool
) -> bytes:
    """Write one entry and give the record of the directory for it."""
    suffix = PurePosixPath(raw_name.decode("utf-8", "replace")).suffix.lower()
    method = STORED if suffix in _PACKED_ALREADY else DEFLATED
    packed = data if method == STORED else _deflate(data)
    headers = entry_headers(
        raw_name,
        data,
        len(packed),
        method=method,
        offset=file.tell() - shift,
        is_utf8=is_utf8,
    )
    file.write(headers.local)
    file.write(packed)
    return headers.record


def _append_new(file: BinaryIO, name: str, data: bytes, shift: int = 0) -> bytes:
    return _append(file, name.encode(), data, shift=shift, is_utf8=not name.isascii())


def _finish(file: BinaryIO, records: Sequence[bytes], shift: int, comment: bytes) -> None:
    directory = b"".join(records)
    start = file.tell() - shift
    file.write(directory)
    file.write(end_records(records, start=start, size=len(directory), comment=comment))


def _deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()
