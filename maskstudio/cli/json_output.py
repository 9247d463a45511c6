"""Pieces of the JSON that several verbs print; the keys are a public contract."""

from __future__ import annotations

import json

import click

from maskstudio.core.geometry import Size
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.workflows.problem_document import Json


def print_json(document: Json) -> None:
    """Put the one document on standard output; ASCII, which every terminal and pipe can take."""
    click.echo(json.dumps(document, indent=1, allow_nan=False))


def size_json(size: Size | None) -> Json | None:
    """Width and height, or null."""
    return None if size is None else {"width": size.width, "height": size.height}


def label_map_json(label_map: LabelMap) -> list[Json]:
    """Every class in order; those that no label map declares come last, and say so."""
    declared = [_class_json(c, label_map) for c in label_map.classes]
    met = [{**_class_json(c, label_map), "undeclared": True} for c in label_map.undeclared]
    return declared + met


def _class_json(label_class: LabelClass, label_map: LabelMap) -> Json:
    found: Json = {
        "index": label_class.index,
        "name": label_class.name,
        "color": None if label_class.color is None else list(label_class.color),
        "parts": list(label_class.parts),
        "actions": list(label_class.actions),
    }
    if label_class.value is not None:
        found["value"] = list(label_class.value)
        found["names"] = list(label_class.names or (label_class.name,))
    if label_class.index == label_map.background:
        found["background"] = True
    if label_class.is_filler:
        found["filler"] = True
    return found
