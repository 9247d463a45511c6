"""Where the files lie that frames name: inside the opened folder, or nowhere for us."""

from __future__ import annotations

import re
import stat
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from maskstudio.errors import DataError, Kind

from .safe_paths import escape_reason, resolve_inside

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_SHOWN = 200


def shown(uri: str) -> str:
    """An address for people: without what may be secret in it, and not too long."""
    found = uri
    if _SCHEME.match(uri):
        found = re.split(r"[?#]", uri, maxsplit=1)[0]
        head, slashes, rest = found.partition("//")
        host, slash, path = rest.partition("/")
        found = f"{head}{slashes}{host.rpartition('@')[2]}{slash}{path}"
    return found if len(found) <= _SHOWN else f"{found[:_SHOWN]}..."


def stem_of(uri: str) -> str:
    """The path of an address, or the part of it that a folder of pictures would have."""
    path = shown(uri)
    if _SCHEME.match(path):
        path = path.partition("//")[2].partition("/")[2]
    name = path.rpartition("/")[2]
    return path[: len(path) - len(name)] + (name.rpartition(".")[0] or name)


def require_local(folder: Path, uri: str) -> str:
    """The path relative to a folder that an address names, judged by its letters alone.

    Raises:
        DataError: remote_unavailable, or unsafe_path for one that leaves the folder.
    """
    scheme = _SCHEME.match(uri)
    path = uri
    if scheme and scheme.group(1).lower() == "file":
        path = _path_of_file_uri(folder, uri)
    elif scheme:
        found = "it lies elsewhere and is not fetched"
        raise DataError(Kind.REMOTE_UNAVAILABLE, shown(uri), found, "a file in the folder")
    reason = escape_reason(path)
    if reason:
        raise DataError(Kind.UNSAFE_PATH, shown(uri), reason, "a path inside the folder")
    return path


def local_file(folder: Path, uri: str) -> Path:
    """The real file an address names, links followed.

    Raises:
        DataError: as `require_local`, or file_missing for what is no file.
    """
    path = folder / require_local(folder, uri)
    real = resolve_inside(folder.resolve(), path, shown(uri))
    with suppress(OSError):  # what is not there is told when it is read
        # Reading a pipe or a device may never end.
        if not stat.S_ISREG(real.stat().st_mode):
            raise DataError(Kind.FILE_MISSING, shown(uri), "this is no file")
    return real


def _path_of_file_uri(folder: Path, uri: str) -> str:
    """Path relative to the folder where it lies in there; else as it stands, to be refused."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return "/"
    path = unquote(parts.path)
    if parts.netloc not in ("", "localhost"):
        return f"//{parts.netloc}{path}"
    if not path.startswith("/"):
        return path
    base = folder.resolve().as_posix().rstrip("/") + "/"
    return path.removeprefix(base)
