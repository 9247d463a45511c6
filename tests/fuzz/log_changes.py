"""Changes to the log of a run: its chunks, the fields of its records, and the JSON within."""

from __future__ import annotations

import json
import struct
from random import Random

from tests.helpers.wandb_logs import HEADER, log_of, varint

from .json_changes import mutate_json
from .random_bytes import mutate_bytes, number, with_number

_CHUNK = struct.Struct("<IHB")
_BLOCK = 32_768
_BYTES = 2


def mutate_log(data: bytes, rng: Random) -> bytes:
    """One change; most leave lengths and checksums right."""
    match rng.randrange(10):
        case 0:
            return mutate_bytes(data, rng)
        case 1:
            return _with_other_chunk(data, rng)
        case 2:
            return with_number(data, rng.randrange(8), rng)
    records = _records(data)
    if not records:
        return mutate_bytes(data, rng)
    at = rng.randrange(len(records))
    match rng.randrange(8):
        case 0:
            del records[at]
        case 1:
            records[at:at] = [rng.choice(records)] * rng.choice((1, 2, 200))
        case 2:
            records.insert(
                at, rng.choice((b"", rng.randbytes(50), bytes(3_000_000), b"\x08\x01" * 100_000))
            )
        case 3:
            rng.shuffle(records)
        case _:
            records[at] = _mutate_message(records[at], rng)
    return log_of(records)


def _records(data: bytes) -> list[bytes]:
    found: list[bytes] = []
    at = len(HEADER)
    while at + _CHUNK.size <= len(data):
        if _BLOCK - at % _BLOCK < _CHUNK.size:
            at += _BLOCK - at % _BLOCK
            continue
        _, length, kind = _CHUNK.unpack_from(data, at)
        content = data[at + _CHUNK.size : at + _CHUNK.size + length]
        if kind in (1, 2) or not found:
            found.append(content)
        else:
            found[-1] += content
        at += _CHUNK.size + length
    return found


def _with_other_chunk(data: bytes, rng: Random) -> bytes:
    """Checksum, length or kind of a chunk that lies."""
    at = len(HEADER)
    for _ in range(rng.randrange(6)):
        if at + _CHUNK.size > len(data):
            break
        at += _CHUNK.size + _CHUNK.unpack_from(data, at)[1]
    return with_number(data, min(len(data), at + rng.choice((0, 4, 6))), rng)


def _mutate_message(message: bytes, rng: Random) -> bytes:
    """One change to one field, down through the messages within."""
    fields = _fields(message)
    if not fields:
        return mutate_bytes(message, rng)
    at = rng.randrange(len(fields))
    tag, value = fields[at]
    match rng.randrange(10):
        case 0:
            del fields[at]
        case 1:
            fields[at:at] = [rng.choice(fields)] * rng.choice((1, 1, 300))
        case 2:
            fields[at] = number(rng) % 2**64, value
        case 3:
            return mutate_bytes(message, rng)
        case _:
            fields[at] = tag, _other_value(value, rng)
    return b"".join(_written(tag, value) for tag, value in fields)


def _other_value(value: int | bytes, rng: Random) -> int | bytes:
    if isinstance(value, int):
        return number(rng) % 2**70
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return _mutate_message(value, rng) if _fields(value) else mutate_bytes(value, rng)
    return mutate_json(value, rng)


def _fields(message: bytes) -> list[tuple[int, int | bytes]]:
    """Tag and value of each field; nothing where it is no message."""
    found: list[tuple[int, int | bytes]] = []
    at = 0
    try:
        while at < len(message):
            tag, at = _number_at(message, at)
            value, at = _number_at(message, at)
            if tag & 7 == _BYTES:
                if value > len(message) - at:
                    return []
                found.append((tag, message[at : at + value]))
                at += value
            elif tag & 7 == 0:
                found.append((tag, value))
            else:
                return []
    except IndexError:
        return []
    return found


def _number_at(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (message[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if message[at - 1] < 0x80:
            return value, at


def _written(tag: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint(tag) + varint(value)
    return varint(tag) + varint(len(value)) + value
