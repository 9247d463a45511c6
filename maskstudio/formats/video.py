"""Single frames of films, decoded with the package `av` of the extra `video`.

Frames that are asked for in order are decoded in order; a jump starts at the key frame before it.
A film is a file from outside: nothing it names is opened, and its size is judged before a frame of
it is decoded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.geometry import Size
from maskstudio.errors import DataError, Kind

from .atomic import FileStamp
from .picture_header import require_room

_ENDINGS = ".mp4 .m4v .mov .mkv .webm .avi .mpg .mpeg .ts .ogv .flv .wmv"
ENDINGS = frozenset(_ENDINGS.split())
"""Endings of the names of films, in small letters."""

_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,ogg,flv,asf,m4v,mpegvideo"
"""Kinds of files that hold a film itself; playlists and the like name other files."""

_IDLE_DECODERS = 3
_DECODED_AHEAD_MS = 2_000
"""Up to so far ahead decoding goes on; beyond, it begins anew where a key frame comes between."""


class Films:
    """Decoders of the films of a source, kept open between frames. Safe from several threads.

    A decoder serves one thread at a time. Between uses the few that were used last stay open, each
    at its place, whichever thread asks next.
    """

    def __init__(self) -> None:
        self._idle: list[_Decoder] = []
        self._lock = Lock()

    def read(self, path: Path, timestamp: float, where: str) -> NDArray[np.uint8]:
        """The frame shown at a time: the last one that does not begin after it.

        Args:
            timestamp: milliseconds from the beginning of the film; times of frames are cut to
                whole ones, as those who count 0, 33, 66 at 30 frames a second do.
            where: the file, for messages.

        Returns:
            (H, W, 3) uint8 RGB, owned by the caller.

        Raises:
            DataError: video_unsupported, image_too_large, file_missing.
        """
        with self._decoder(path, timestamp, where) as decoder:
            return decoder.frame_at(timestamp)

    def size(self, path: Path, where: str) -> Size:
        """Width and height of its frames, from the header. Raises DataError."""
        with self._decoder(path, 0, where) as decoder:
            return decoder.size

    def close(self) -> None:
        """Close every decoder that is not at work."""
        with self._lock:
            idle, self._idle = self._idle, []
        for decoder in idle:
            decoder.close()

    @contextmanager
    def _decoder(self, path: Path, timestamp: float, where: str) -> Iterator[_Decoder]:
        stamp = FileStamp.of(path)
        with self._lock:
            fitting = [d for d in self._idle if d.path == path and d.stamp == stamp]
            found = max(fitting, key=lambda d: _closeness(d, timestamp), default=None)
            if found is not None:
                self._idle.remove(found)
        with _translating(where):
            decoder = found or _Decoder(path, stamp, where)
            try:
                yield decoder
            except BaseException:
                decoder.close()
                raise
        with self._lock:
            self._idle.append(decoder)
            gone, self._idle = self._idle[:-_IDLE_DECODERS], self._idle[-_IDLE_DECODERS:]
        for old in gone:
            old.close()


def _closeness(decoder: _Decoder, timestamp: float) -> float:
    """The higher, the less there is to decode up to a time."""
    distance = timestamp - decoder.position
    return -distance if distance >= 0 else -1e18 + distance


class _Decoder:
    """One film, open at one place.

    It holds the frame it is at and the one after, which tells how long the first is shown.
    """

    def __init__(self, path: Path, stamp: FileStamp | None, where: str) -> None:
        av = _import_av(where)
        options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
        self.path, self.stamp = path, stamp
        self._frames: Iterator[Any] = iter(())
        self._current: Any = None
        self._next: Any = None
        self._container: Any = av.open(str(path), options=options, metadata_errors="replace")
        try:
            if not self._container.streams.video:
                raise _unsupported(where, "the file has no pictures")
            self._stream: Any = self._container.streams.video[0]
            context = self._stream.codec_context
            self.size = Size(int(context.width), int(context.height))
            require_room(self.size, 4, where)
            self._start = int(self._stream.start_time or 0)
        except BaseException:
            self.close()
            raise
        self._where = where

    @property
    def position(self) -> int:
        """Time of the frame it is at in milliseconds; -1 before the first."""
        return -1 if self._current is None else self._time_of(self._current)

    def close(self) -> None:
        """Let go of frames too: they hold the decoder, and its threads, of a closed film."""
        self._frames, self._current, self._next = iter(()), None, None
        with suppress(Exception):
            self._container.close()

    def frame_at(self, timestamp: float) -> NDArray[np.uint8]:
        """The last frame that does not begin after a time; the first where all do."""
        if not self._is_soon(timestamp):
            self._go_to(timestamp)
        while self._next is not None and self._time_of(self._next) <= timestamp:
            self._step()
        if self._current is None:
            raise _unsupported(self._where, "no picture in it can be decoded")
        require_room(Size(self._current.width, self._current.height), 4, self._where)
        pixels: NDArray[np.uint8] = self._current.to_ndarray(format="rgb24")
        return np.ascontiguousarray(pixels)

    def _go_to(self, timestamp: float) -> None:
        """Be at a frame that does not begin after a time, or at the first."""
        if self._begin_at(self._last_start(timestamp)) and self.position <= timestamp:
            return
        self._begin_at(None)

    def _is_soon(self, timestamp: float) -> bool:
        """Whether decoding on is the shortest way to a time."""
        ahead = timestamp - self.position
        if self._current is None or ahead < 0:
            return False
        if self._next is None or ahead <= _DECODED_AHEAD_MS:
            return True
        place = self._last_start(timestamp)
        index = self._stream.index_entries
        at = index.search_timestamp(place) if place is not None and len(index) else -1
        return at >= 0 and index[at].timestamp <= self._current.pts

    def _last_start(self, timestamp: float) -> int | None:
        """Where to look for a key frame, in units of the stream, or None for the beginning."""
        wanted = Fraction(min(max(timestamp, 0), 1e15)) / 1000 / self._stream.time_base
        if self._stream.duration:
            wanted = min(wanted, Fraction(int(self._stream.duration)))
        return self._start + int(wanted) if wanted > 0 else None

    def _begin_at(self, place: int | None) -> bool:
        """Decode anew from the key frame before a place; False where there is none."""
        self._current = self._next = None
        try:
            self._container.seek(
                self._start if place is None else place, stream=self._stream, backward=True
            )
        except OSError:
            if place is not None:
                return False
            self._reopen()
        self._frames = self._container.decode(self._stream)
        self._step()
        self._step()
        return self._current is not None

    def _reopen(self) -> None:
        """Begin anew with a film that cannot be sought in."""
        again = _Decoder(self.path, self.stamp, self._where)
        self.close()
        self._container, self._stream = again._container, again._stream

    def _step(self) -> None:
        following = next((f for f in self._frames if f.pts is not None), None)
        if self._next is not None or self._current is None:
            self._current = self._next
        self._next = following

    def _time_of(self, frame: Any) -> int:
        """Whole milliseconds from the beginning of the film."""
        return int((frame.pts - self._start) * Fraction(frame.time_base) * 1000 // 1)


@contextmanager
def _translating(where: str) -> Iterator[None]:
    """Turn whatever the decoder raises over bad bytes into one fault."""
    try:
        yield
    except DataError:
        raise
    except MemoryError as error:
        found = "the memory that is free does not suffice for the film"
        raise DataError(Kind.IMAGE_TOO_LARGE, where, found) from error
    except FileNotFoundError as error:
        raise DataError(Kind.FILE_MISSING, where, "there is no such file") from error
    except Exception as error:
        reason = str(getattr(error, "strerror", "") or "").strip() or type(error).__name__
        raise _unsupported(where, f"the film cannot be decoded ({reason})") from error


def _import_av(where: str) -> Any:
    try:
        import av
    except ImportError as error:
        found = "films need the package av, which is not installed"
        raise _unsupported(where, found, "maskstudio[video]") from error
    return av


def _unsupported(where: str, found: str, expected: str = "") -> DataError:
    return DataError(Kind.VIDEO_UNSUPPORTED, where, found, expected)
