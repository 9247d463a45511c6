"""What a run logged: media by key and step, and the class names of its layers.

Values are kept only where they are media, so that memory follows the number of images and not the
length of the run (`formats.md` sections 4.3 and 4.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maskstudio.errors import DataError, Kind

from .guarded_json import MAX_DEPTH, load_json
from .wandb_log import ConfigRecord, LogItem, read_records

DELIMITER = "_wandb_delimeter_"
"""Spelled so by upstream."""

_CONFIG = "_wandb"
_LABELS = "mask/class_labels"
_STEP = "_step"
_MEDIA = re.compile(rb'[\[{].*"_type"', re.DOTALL)
Tree = dict[str, Any]


@dataclass(frozen=True)
class Logged:
    """A value with a type, or what is wrong with it.

    Args:
        key: names on the way to it, joined with dots.
        label_key: the name under which its layers are described.
        value: the object, or a list of objects.
    """

    key: str
    label_key: str
    step: int
    value: Any
    fault: DataError | None = None


@dataclass
class RunHistory:
    """What a log could tell.

    Args:
        n_rows: rows that were read, with media or without.
        labels: the JSON of class names by label key and layer, with the delimiter between them.
        damage: what ended the scan early.
    """

    media: list[Logged] = field(default_factory=list)
    n_rows: int = 0
    labels: Mapping[str, Any] = field(default_factory=dict)
    damage: DataError | None = None


def read_history(path: Path) -> RunHistory:
    """Scan a log to its end, or to the first damage in it.

    Raises:
        DataError: log_version, file_missing; json_invalid or json_too_deep in the class names.
    """
    history, config = RunHistory(), Tree()
    try:
        for record in read_records(path):
            if isinstance(record, ConfigRecord):
                for item in record.items:
                    if item.path[0] == _CONFIG:
                        _place(config, item)
                continue
            row = Tree()
            for item in record.items:
                _place(row, item)
            step = number_of(row.get(_STEP))
            step = record.step if step is None else step
            history.media += media_of(row, history.n_rows if step is None else step, path.name)
            history.n_rows += 1
    except DataError as error:
        if error.kind != Kind.LOG_CORRUPT:
            raise
        history.damage = error
    history.labels = _labels(config, path.name)
    return history


def media_of(row: Tree, step: int, where: str) -> Iterator[Logged]:
    """Every value of a row that has a type.

    Args:
        row: a tree of names, with values at its ends, or with their JSON as bytes.
    """
    for names, node in _typed(row, ()):
        key, label_key = ".".join(names), names[-1]
        place = f"{where}: {key} at step {step}"
        try:
            yield Logged(key, label_key, step, _value(node, place))
        except DataError as error:
            yield Logged(key, label_key, step, None, error)


def layer_labels(labels: Mapping[str, Any], label_key: str, layer: str) -> Any:
    """The JSON that names the classes of a layer, or None."""
    entry = labels.get(f"{label_key}{DELIMITER}{layer}")
    return entry.get("value") if isinstance(entry, dict) else None


def _place(tree: Tree, item: LogItem) -> None:
    """Put a value at its path; names beyond the depth that JSON may have are given up."""
    *way, last = item.path[: MAX_DEPTH + 1]
    for name in way:
        inner = tree.get(name)
        if not isinstance(inner, dict):
            inner = tree[name] = {}
        tree = inner
    tree[last] = item.json


def _typed(tree: Tree, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, node in tree.items():
        inner = (*names, name)
        if isinstance(node, dict) and "_type" not in node:
            yield from _typed(node, inner)
        elif isinstance(node, dict) or _has_type(node):
            yield inner, node


def _has_type(node: Any) -> bool:
    """Whether an end of the tree is media, or a list of such."""
    if isinstance(node, bytes):
        return _MEDIA.match(node) is not None
    return isinstance(node, list) and any(isinstance(v, dict) and "_type" in v for v in node)


def _value(node: Any, where: str) -> Any:
    if isinstance(node, bytes):
        return load_json(node, where)
    if isinstance(node, dict):
        return {name: _value(inner, where) for name, inner in node.items()}
    return node


def number_of(node: Any) -> int | None:
    """A step: a whole number of at most 18 digits, or None."""
    text = node.strip() if isinstance(node, bytes) else str(node).encode()
    return int(text) if text.isdigit() and len(text) <= 18 else None


def _labels(config: Tree, where: str) -> Mapping[str, Any]:
    node = config.get(_CONFIG)
    value = None if node is None else _value(node, f"{where}: {_CONFIG}")
    found = value.get(_LABELS) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}
