"""Every Segmentation Mask sample of the golden files, read as the expected results say."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from maskstudio.errors import DataError, Problem, Scope
from maskstudio.formats.base import Item, OpenOptions, Source
from maskstudio.formats.cvat_segmentation_mask import FORMAT, open_source, probe
from tests.helpers.shared import shared

KEY = "ground_truth"
LABEL_FIELDS = ("index", "name", "color", "parts", "actions")


def golden_samples() -> list[dict[str, Any]]:
    try:
        text = shared("golden", "expected.json").read_text(encoding="utf-8")
    except pytest.skip.Exception:
        return []
    return [s for s in json.loads(text)["samples"] if s["format"] == FORMAT]


def open_golden(sample: dict[str, Any]) -> Source:
    return open_source(shared("golden", sample["path"]), OpenOptions())


def of_expectation(expect: str) -> list[Any]:
    return [pytest.param(s, id=s["id"]) for s in golden_samples() if s["expect"] == expect]


@pytest.mark.parametrize("sample", of_expectation("ok"))
def test_a_golden_sample_reads_as_expected(sample: dict[str, Any]) -> None:
    source = open_golden(sample)
    assert int(probe(source.path)) == 3
    if "labels" in sample:
        assert [[getattr(c, field) for field in LABEL_FIELDS] for c in source.label_maps[KEY]] == [
            [as_tuple(label[field]) for field in LABEL_FIELDS] for label in sample["labels"]
        ]
    listed = [(item, item.name, subset) for item in source.items for subset in item.subsets]
    assert [(name, subset) for _, name, subset in listed] == [
        (image["name"], image["subset"]) for image in sample["images"]
    ]
    for (item, _, _), image in zip(listed, sample["images"], strict=True):
        check_item(source, item, image)
    told = {str(p.kind) for p in source.problems} | size_warnings(source)
    assert told == set(sample["warnings"])
    source.close()


@pytest.mark.parametrize("sample", of_expectation("error"))
def test_a_broken_golden_sample_tells_its_fault(sample: dict[str, Any]) -> None:
    if sample["scope"] == "file":
        with pytest.raises(DataError) as caught:
            open_golden(sample)
        assert caught.value.kind == sample["error"]
        assert probe(shared("golden", sample["path"])) > 0
        return
    source = open_golden(sample)
    problems = [p for item in source.items for p in faults(source, item)]
    assert [(p.kind, p.scope) for p in problems] == [(sample["error"], Scope.ITEM)]
    source.close()


def check_item(source: Source, item: Item, image: dict[str, Any]) -> None:
    if "error" in image:
        assert [str(p.kind) for p in faults(source, item)] == [image["error"]]
        return
    assert faults(source, item) == []
    assert item.has_image == image.get("has_image", False)
    if item.has_image:
        assert list(source.image_size(item)) == image["image_size"]
        assert source.read_image(item).size == source.image_size(item)
    assert bool(item.keys) == ("class" in image or "instances" in image)
    if not item.keys:
        return
    data = source.read_mask(item, KEY)
    assert data.has_classes == ("class" in image)
    if "class" in image:
        assert list(source.mask_size(item, KEY)) == image["class"]["size"]
        assert histogram(data.pixels) == image["class"]["histogram"]
    else:
        assert len(np.unique(data.pixels)) == 1
        assert not source.label_maps[KEY].is_declared(int(data.pixels[0, 0]))
    if "instances" in image:
        assert data.instances is not None
        found = instances_of(data.pixels, data.instances, has_classes=data.has_classes)
        assert found == image["instances"]
    else:
        assert data.instances is None


def faults(source: Source, item: Item) -> list[Problem]:
    """What is wrong with a sample, from its listing and from reading all of it."""
    problems = list(item.problems)
    for key in item.keys:
        try:
            problems += source.read_mask(item, key).problems
        except DataError as error:
            problems.append(error.problem(Scope.ITEM, sample=item.name))
    return problems


def size_warnings(source: Source) -> set[str]:
    """The warning that whoever puts masks over images gives; a source only tells the sizes."""
    both = [i for i in source.items if i.has_image and i.keys]
    differ = any(source.image_size(i) != source.mask_size(i, KEY) for i in both)
    return {"mask_image_size_differs"} if differ else set()


def histogram(pixels: np.ndarray[Any, Any]) -> dict[str, int]:
    values, counts = np.unique(pixels, return_counts=True)
    return {str(v): int(c) for v, c in zip(values, counts, strict=True)}


def instances_of(
    pixels: np.ndarray[Any, Any], ids: np.ndarray[Any, Any], *, has_classes: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number in np.unique(ids[ids > 0]):
        classes = [int(c) for c in np.unique(pixels[ids == number])] if has_classes else []
        found[str(number)] = {
            "area": int((ids == number).sum()),
            "class": max(classes, default=None),
        }
        if len(classes) > 1:
            found[str(number)]["classes"] = classes
    return found


def as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
