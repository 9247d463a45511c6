"""Changes to JSON and lines of JSON: values, keys, kinds, depth, numbers, texts and how it ends."""

from __future__ import annotations

import base64
import binascii
import json
from random import Random
from typing import Any

from .png_changes import mutate_png
from .random_bytes import PATHS, TEXTS, mutate_bytes, number

_RAW_NUMBERS = (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-0", b"1E400", b"9" * 5000, b"1.5")
_MARK = "maskstudio-fuzz-number"


def mutate_json(data: bytes, rng: Random) -> bytes:
    """One change to one value of a document, or to its text."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return mutate_bytes(data, rng)
    match rng.randrange(20):
        case 0 | 1:
            return mutate_bytes(data, rng)
        case 2:
            return _deep(data, rng)
        case 3:
            return _encoded_otherwise(data, rng)
        case _:
            holder = [document]
            for _ in range(rng.choice((1, 1, 2, 4))):
                _change_somewhere(holder, rng)
            return _written(holder[0], rng)


def mutate_ndjson(data: bytes, rng: Random) -> bytes:
    """One change to an object, or to how objects are joined."""
    rows = [row for row in data.split(b"\n") if row.strip()]
    if rng.random() < 0.1 or not rows:
        return mutate_bytes(data, rng)
    at = rng.randrange(len(rows))
    if rng.random() < 0.8:
        rows[at] = mutate_json(rows[at], rng)
    if rng.random() < 0.2:
        rows[at:at] = [rng.choice(rows)] * rng.choice((1, 2, 300))
    joiner = rng.choice((b"\n", b"\n", b"\n", b"", b",", b"\r\n", b"\n\n  ", b"\r", b"\0", b"]["))
    joined = joiner.join(rows)
    match rng.randrange(12):
        case 0:
            return b"[" + b",".join(rows) + b"]"
        case 1:
            return b"[" + joined + rng.choice((b",]", b"]]", b"", b"] x"))
        case 2:
            return b"\xef\xbb\xbf" + joined
        case _:
            return joined


def _written(document: Any, rng: Random) -> bytes:
    is_ascii = rng.random() < 0.7
    text = json.dumps(document, ensure_ascii=is_ascii, indent=rng.choice((None, None, 1)))
    data = text.encode("utf-8", rng.choice(("replace", "surrogatepass")))
    mark = json.dumps(_MARK).encode()
    return data.replace(mark, rng.choice(_RAW_NUMBERS)) if mark in data else data


def _change_somewhere(holder: list[Any], rng: Random) -> None:
    """Walk down to a random value and change it, its key or its neighbours."""
    parent: Any = holder
    key: Any = 0
    while isinstance(parent[key], dict | list) and parent[key] and rng.random() < 0.85:
        parent = parent[key]
        key = rng.choice(list(parent)) if isinstance(parent, dict) else rng.randrange(len(parent))
    match rng.randrange(6):
        case 0 if parent is not holder:
            del parent[key]
        case 1 if isinstance(parent, dict):
            parent[rng.choice(TEXTS + tuple(parent))] = parent.pop(key)
        case 2 if isinstance(parent, list):
            parent.insert(key, parent[key])
        case _:
            parent[key] = _other_value(parent[key], rng)


def _other_value(value: Any, rng: Random) -> Any:
    if isinstance(value, str) and rng.random() < 0.6:
        return _other_text(value, rng)
    if isinstance(value, list) and value and rng.random() < 0.3:
        return value * rng.choice((2, 3, 20))
    match rng.randrange(10):
        case 0:
            return None
        case 1:
            return rng.choice((True, False))
        case 2 | 3:
            return number(rng) * rng.choice((1, 1, -1))
        case 4:
            return rng.choice((0.5, -0.0, 1e300, 1e-300, 10**400, _MARK))
        case 5:
            return rng.choice(([], {}, [[]], [value], {"": value}, [value] * 3))
        case 6:
            return rng.choice(("\ud800", "\udcff", "x" * 1_000_000))
        case _:
            return rng.choice(TEXTS)


def _other_text(text: str, rng: Random) -> str:
    """A path that climbs, a changed picture, or a few characters more."""
    if len(text) > 60 and rng.random() < 0.8:
        return _other_base64(text, rng)
    match rng.randrange(5):
        case 0 | 1:
            return rng.choice(PATHS)
        case 2:
            return text + rng.choice(TEXTS)
        case 3:
            return rng.choice(PATHS) + "/" + text
        case _:
            return text[: rng.randrange(len(text) + 1)]


def _other_base64(text: str, rng: Random) -> str:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text[: len(text) // 2]
    match rng.randrange(8):
        case 0:
            return text[: rng.randrange(len(text))]
        case 1:
            return text[:10] + rng.choice((" ", "\n", "-_", "=", "\u00e9", "====")) + text[10:]
        case 2:
            return base64.b64encode(bytes(8_000_000)).decode()
        case _:
            return base64.b64encode(mutate_png(data, rng)).decode()


def _deep(data: bytes, rng: Random) -> bytes:
    depth = rng.choice((198, 199, 200, 201, 1000, 100_000))
    begin, end = rng.choice(((b"[", b"]"), (b'{"a":', b"}")))
    inner = rng.choice((data, b"1", b""))
    return begin * depth + inner + rng.choice((end * depth, b""))


def _encoded_otherwise(data: bytes, rng: Random) -> bytes:
    name = rng.choice(("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"))
    return data.decode("utf-8", "replace").encode(name, "replace")
