"""The pixels of Labelbox objects: inline PNGs, one color of a raster, or all that is not black.

Rasters lie beside the file, or in a folder of downloads; nothing is ever fetched. What is shown of
an address is its host and last name, never what could be a token.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.arrays import BinaryMask, ColorMask, Rgb
from maskstudio.core.geometry import Size
from maskstudio.errors import DataError, Kind

from . import pictures
from .png_encoding import GRAY_ALPHA
from .safe_paths import escape_reason, resolve_inside

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_FILE_LIMIT = 4 << 30
_HEADER_CHARACTERS = 1 << 16
_PNG_KIND_AT = 25


@dataclass(frozen=True)
class StoredMask:
    """Where the pixels of an object are.

    Args:
        png: base64 of a PNG of 0 and 1, or None.
        uri: a raster, where there is no PNG.
        color: the color that is the object in the raster; None for all that is not black.
    """

    png: str | None = None
    uri: str = ""
    color: Rgb | None = None


class RasterFolders:
    """Where rasters may lie: beside the opened file, and where the user says that downloads are."""

    def __init__(self, folder: Path, downloads: Path | None) -> None:
        self._folder = folder.resolve()
        self._downloads = downloads.resolve() if downloads is not None else None

    def find(self, uri: str, where: str) -> Path:
        """The file a URI stands for.

        Raises:
            DataError: remote_unavailable, unsafe_path, file_missing.
        """
        scheme = _SCHEME.match(uri)
        if scheme is None:
            return self._inside(uri, where)
        if not _is_address(uri):
            return self._file_uri(uri[scheme.end() :], where)
        found = self._downloaded(uri)
        if found is None:
            raise DataError(
                Kind.REMOTE_UNAVAILABLE,
                where,
                f"the mask lies behind an address ({shown(uri)}), which is never fetched",
                "its file in a folder of downloads",
            )
        return found

    def beside(self, uri: str, where: str) -> Iterator[str]:
        """Path of a raster below the folder of the opened file; none for addresses."""
        if not _is_address(uri):
            with suppress(DataError):
                yield self.find(uri, where).relative_to(self._folder).as_posix()

    def _file_uri(self, rest: str, where: str) -> Path:
        if rest.startswith("//"):
            host, slash, path = rest[2:].partition("/")
            if host.lower() not in ("", "localhost"):
                found = "the raster lies on another computer"
                raise DataError(Kind.UNSAFE_PATH, where, found, "a path inside the opened folder")
            rest = slash + path
        path = unquote(rest)
        if not path.startswith("/"):
            return self._inside(path, where)
        if "\0" in path:
            raise DataError(Kind.UNSAFE_PATH, where, "the path holds a zero byte")
        return _existing(resolve_inside(self._folder, Path(path), where), where)

    def _inside(self, path: str, where: str) -> Path:
        """A relative path; one with `%20` and the like is meant as it stands where that exists."""
        for candidate in dict.fromkeys((path, unquote(path))):
            reason = escape_reason(candidate)
            if reason is not None:
                raise DataError(Kind.UNSAFE_PATH, where, reason, "a path inside the opened folder")
            real = resolve_inside(self._folder, self._folder / candidate, where)
            if _is_file(real):
                return real
        return _existing(resolve_inside(self._folder, self._folder / path, where), where)

    def _downloaded(self, uri: str) -> Path | None:
        """The file of the downloads that is called like the last part of an address."""
        name = _last_part(uri)
        if self._downloads is None or not name or "/" in name or escape_reason(name):
            return None
        for candidate in (name, f"{name}.png"):
            try:
                real = resolve_inside(self._downloads, self._downloads / candidate, name)
            except DataError:
                continue
            if _is_file(real):
                return real
        return None


class RasterReader:
    """Decodes the objects of one data row; a raster they share is decoded once."""

    def __init__(self, folders: RasterFolders) -> None:
        self._folders = folders
        self._decoded: dict[Path, _Raster] = {}

    def size(self, mask: StoredMask, where: str) -> Size:
        """Width and height from the header alone. Raises DataError."""
        if mask.png is not None:
            head = _base64_bytes(mask.png[:_HEADER_CHARACTERS], where)
            return pictures.read_stored_size(head, where)
        path = self._folders.find(mask.uri, where)
        try:
            with path.open("rb") as file:
                return pictures.read_stored_size(file, _at(where, mask))
        except OSError as error:
            raise _unreadable(where, error) from error

    def read(self, mask: StoredMask, where: str) -> BinaryMask:
        """(H, W) of the whole picture, true where the object is.

        Raises:
            DataError: base64_invalid, image_corrupt, image_too_large, mask_not_binary,
                value_out_of_range, file_missing, unsafe_path, remote_unavailable.
        """
        if mask.png is not None:
            return read_inline(mask.png, where)
        path = self._folders.find(mask.uri, where)
        if path not in self._decoded:
            self._decoded[path] = _read_raster(path, _at(where, mask))
        raster = self._decoded[path]
        return raster.not_black() if mask.color is None else raster.of_color(mask.color)


def read_inline(png: str, where: str) -> BinaryMask:
    """The pixels of an inline PNG, (H, W). Raises DataError as `RasterReader.read`."""
    data = _base64_bytes(png, where)
    raw = pictures.read_raw_mask(data, where).pixels
    is_gray = raw.ndim == 2 and data[_PNG_KIND_AT] != GRAY_ALPHA
    if not is_gray or raw.max(initial=0) > 1:
        found = "there are values above 1 in the mask" if is_gray else "the mask has colors"
        raise DataError(Kind.MASK_NOT_BINARY, where, found, "one channel of 0 and 1")
    return raw.astype(np.bool_)


def inline_png(mask: BinaryMask) -> str:
    """Base64 of a PNG of 0 and 1 in one channel of 8 bits; the same mask gives the same text."""
    stored = pictures.encode_mask_png(mask.view(np.uint8))
    return base64.b64encode(stored).decode("ascii")


def read_rgb(path: str | Path) -> ColorMask:
    """A raster that is named by its path, (H, W, 3); one channel is repeated over three.

    Raises:
        DataError: remote_unavailable for an address; file_missing, image_corrupt ...
    """
    scheme = _SCHEME.match(str(path))
    if scheme is not None and not _is_file(Path(path)):
        found = f"the raster lies behind an address ({shown(str(path))}), which is never fetched"
        raise DataError(Kind.REMOTE_UNAVAILABLE, shown(str(path)), found, "a file")
    where = Path(path).name
    try:
        raw = pictures.read_raw_mask(Path(path).read_bytes(), where).pixels
    except OSError as error:
        raise _unreadable(where, error) from error
    if raw.dtype != np.uint8:
        raise DataError(Kind.VALUE_OUT_OF_RANGE, where, "the raster has 16 bits", "8 bits")
    return raw if raw.ndim == 3 else np.repeat(raw[:, :, None], 3, axis=2)


def shown(uri: str) -> str:
    """Host and last name of an address: what may stand in a message."""
    try:
        host = urlsplit(uri).hostname or ""
    except ValueError:
        host = ""
    return f"{host[:80]}/.../{_last_part(uri)[:80]}"


@dataclass(frozen=True)
class _Raster:
    """A decoded raster.

    Args:
        values: (H, W) of one channel, or of colors as 24-bit numbers.
        palette: (N, 3), where `values` are the indices of one.
    """

    values: NDArray[Any]
    is_color: bool
    palette: NDArray[np.uint8] | None = None

    def of_color(self, color: Rgb) -> BinaryMask:
        """Where a color is; one channel counts as three equal ones, and so do palette indices.

        The vendor's reader takes the indices of a palette file, not its colors.
        """
        found: BinaryMask
        if self.is_color:
            word = np.uint32(color[0] | color[1] << 8 | color[2] << 16)
            found = self.values == word
            return found
        if len(set(color)) > 1:
            return np.zeros(self.values.shape, np.bool_)
        found = self.values == color[0]
        return found

    def not_black(self) -> BinaryMask:
        """Where any channel is above 0."""
        found: BinaryMask
        if self.palette is None:
            return self.values.astype(np.bool_)
        is_lit = np.zeros(256, np.bool_)
        is_lit[: len(self.palette)] = self.palette.any(axis=1)
        found = is_lit[self.values]
        return found


def _read_raster(path: Path, where: str) -> _Raster:
    try:
        if path.stat().st_size > _FILE_LIMIT:
            raise DataError(Kind.IMAGE_TOO_LARGE, where, "the raster has more than 4 GiB")
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(where, error) from error
    raw = pictures.read_raw_mask(data, where)
    if raw.pixels.ndim == 2:
        return _Raster(raw.pixels, is_color=False, palette=raw.palette)
    words = raw.pixels[:, :, 2].astype(np.uint32)
    for channel in (1, 0):
        words <<= 8
        words |= raw.pixels[:, :, channel]
    return _Raster(words, is_color=True)


def _base64_bytes(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        found = f"this is no base64 ({error})"
        raise DataError(Kind.BASE64_INVALID, where, found) from error


def _is_address(uri: str) -> bool:
    """Whether a URI leads to a network, and not to a file."""
    scheme = _SCHEME.match(uri)
    return scheme is not None and scheme[1].lower() != "file"


def _last_part(uri: str) -> str:
    """The last part of an address's path, without query."""
    path = re.split(r"[?#]", uri, maxsplit=1)[0]
    return unquote(path.rstrip("/").rpartition("/")[2])


def _at(where: str, mask: StoredMask) -> str:
    """The place of the object with its raster; a query is left out, for it may hold a token."""
    return f"{where} ({re.split('[?#]', mask.uri, maxsplit=1)[0][-80:]})"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _existing(path: Path, where: str) -> Path:
    if not _is_file(path):
        raise DataError(Kind.FILE_MISSING, where, f"the raster `{path.name[:80]}` is not there")
    return path


def _unreadable(where: str, error: OSError) -> DataError:
    return DataError(Kind.FILE_MISSING, where, f"the raster cannot be read ({error.strerror})")
