"""The JSON of `maskstudio info`."""

from __future__ import annotations

from dataclasses import replace

from maskstudio.workflows.dataset_facts import (
    DatasetFacts,
    MaskFacts,
    MaskPixels,
    ObjectFacts,
    SampleFacts,
)
from maskstudio.workflows.problem_document import Json, problem_json, problems_json

from .json_output import label_map_json, size_json


def facts_json(facts: DatasetFacts) -> Json:
    """The whole document; a sample has one entry for each subset it stands in."""
    return {
        "format": facts.format,
        "label_maps": {key: label_map_json(found) for key, found in facts.label_maps.items()},
        "samples": [
            _sample_json(sample, subset)
            for sample in facts.samples
            for subset in sample.subsets or (None,)
        ],
        "problems": problems_json(facts.problems),
    }


def _sample_json(sample: SampleFacts, subset: str | None) -> Json:
    found: Json = {"name": sample.name}
    if subset is not None:
        found["subset"] = subset
    if sample.caption:
        found["caption"] = sample.caption
    if sample.moment is not None:
        found["context_id"], found["timestamp"] = sample.moment
    found["image"] = size_json(sample.image)
    found["layers"] = {key: _mask_json(mask) for key, mask in sample.masks.items()}
    if sample.label_maps:
        maps = sample.label_maps.items()
        found["label_maps"] = {key: label_map_json(label_map) for key, label_map in maps}
    found |= sample.told
    if sample.objects:
        found["objects"] = [_object_json(each) for each in sample.objects]
    # Within a sample it goes without saying which one a problem concerns.
    found["problems"] = problems_json(replace(p, sample=None) for p in sample.problems)
    return found


def _mask_json(mask: MaskFacts) -> Json:
    found: Json = size_json(mask.size) or {"width": None, "height": None}
    if mask.time is not None:
        found["timestamp"] = mask.time
    if mask.is_opacity:
        found["opacity"] = True
    if mask.pixels is not None:
        found["histogram"] = _histogram_json(mask.pixels)
        if mask.pixels.instances is not None:
            found["instances"] = _instances_json(mask.pixels)
    return found


def _object_json(found: ObjectFacts) -> Json:
    """What names an object and its area; one in error has its problem instead."""
    if found.fault is not None:
        return {**found.told, "problem": problem_json(replace(found.fault, sample=None))}
    return {**found.told} if found.area is None else {**found.told, "area": found.area}


def _histogram_json(pixels: MaskPixels) -> Json:
    found: Json = {str(index): count for index, count in pixels.histogram.items()}
    return {**found, "unlabelled": pixels.n_unlabelled} if pixels.n_unlabelled else found


def _instances_json(pixels: MaskPixels) -> Json:
    """Area and class of each instance; all its classes where it covers several."""
    found: Json = {}
    for number, counts in (pixels.instances or {}).items():
        entry: Json = {"area": pixels.areas[number], "class": max(counts, default=None)}
        if len(counts) > 1:
            entry["classes"] = list(counts)
        found[str(number)] = entry
    return found
