"""What an opened data set holds: its label maps, and of every sample sizes, pixels and problems.

One sample is in memory at a time (and the few that are decoded ahead), whatever their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from maskstudio.core.document import LoadedSample, Sample, load_sample
from maskstudio.core.geometry import Size
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.core.objects import MaskObject
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity
from maskstudio.formats.base import ItemMask, Progress, no_progress
from maskstudio.formats.parallel import ordered_map
from maskstudio.metrics.histogram import count_indices
from maskstudio.metrics.instances import count_classes_of_instances

from .dataset_facts import DatasetFacts, MaskFacts, MaskPixels, ObjectFacts, SampleFacts
from .open_dataset import OpenedDataset
from .survey import is_stand_in


def describe(
    opened: OpenedDataset, *, pixels: bool = False, progress: Progress = no_progress
) -> DatasetFacts:
    """Look at every sample.

    Args:
        pixels: decode everything; else headers alone are read.

    Raises:
        CancelledError: `progress` asked to stop.
    """
    dataset = opened.dataset
    label_maps = dict(dataset.label_maps)
    look = _decoded if pixels else _listed
    listed = _by_sample(dataset.problems)
    samples = []
    with closing(ordered_map(look, dataset.samples)) as looks:
        for done, (sample, seen) in enumerate(zip(dataset.samples, looks, strict=True)):
            progress(done, len(dataset.samples), sample.name)
            for key, undeclared in seen.undeclared.items():
                met = (c for c in undeclared if not is_stand_in(c))
                label_maps[key] = label_maps[key].with_undeclared(met)
            known = tuple(listed.get(sample.name, ()))
            facts = _as_stored(opened, sample, seen)
            # What was told of a sample on opening is told again on reading it.
            problems = tuple(dict.fromkeys((*known, *facts.problems)))
            facts = replace(facts, problems=problems)
            samples.append(facts)
    for key, source in opened.layer_sources.items():
        if source.makes_classes_in(key):
            label_maps[key] = with_made_classes(label_maps[key])
    kept = {key: label_maps[key] for key in opened.layer_sources if _stored(opened, key) == key}
    return DatasetFacts(format_of(opened), kept, tuple(samples), tuple(listed.get(None, ())))


def format_of(opened: OpenedDataset) -> str:
    """Name of the format of the masks, else of the images."""
    for source in (*opened.layer_sources.values(), opened.image_source):
        if source is not None:
            return source.format
    return ""


def _stored(opened: OpenedDataset, key: str) -> str:
    """Name of a layer in its file, unless another source has a layer of that name."""
    source = opened.layer_sources.get(key)
    stored = key if source is None else source.stored_key(key)
    return stored if opened.layer_sources.get(stored) is source else key


def _as_stored(opened: OpenedDataset, sample: Sample, seen: _Seen) -> SampleFacts:
    """With its layers under their names in the file, and with classes that are its own."""
    own = {}
    for key, ref in sample.masks.items():
        if isinstance(ref, ItemMask):
            label_map = ref.source.own_label_map(ref.item, key)
            if label_map is not None:
                met = (c for c in seen.undeclared.get(key, ()) if not is_stand_in(c))
                own[_stored(opened, key)] = label_map.with_undeclared(met)
    masks = {
        _stored(opened, key): _completed(opened, sample, key, mask)
        for key, mask in seen.facts.masks.items()
    }
    facts = replace(seen.facts, masks=masks, caption=sample.caption, label_maps=own)
    return replace(facts, moment=sample.moment, **_objects(sample, seen))


def _completed(opened: OpenedDataset, sample: Sample, key: str, mask: MaskFacts) -> MaskFacts:
    """With what is known of a mask without reading it."""
    ref = sample.masks[key]
    time = ref.source.mask_time(ref.item, key) if isinstance(ref, ItemMask) else None
    is_opacity = opened.dataset.label_maps[key].is_opacity
    return replace(mask, is_opacity=is_opacity, time=time)


def _objects(sample: Sample, seen: _Seen) -> dict[str, Any]:
    """What sources tell of a sample and its objects, with what decoding has found."""
    told: dict[str, object] = {}
    objects: list[ObjectFacts] = []
    for ref in sample.masks.values():
        if isinstance(ref, ItemMask):
            told |= ref.item.facts
            for listed in ref.item.objects:
                area, fault = seen.objects.get(listed.uid, (None, listed.fault))
                objects.append(ObjectFacts(listed.facts, area, fault))
    return {"objects": tuple(objects), "told": told}


def with_made_classes(label_map: LabelMap) -> LabelMap:
    """With the undeclared classes declared, in the order of their indices."""
    classes = sorted((*label_map.classes, *label_map.undeclared), key=lambda c: c.index)
    return replace(label_map, classes=tuple(classes), undeclared=())


def count_pixels(data: MaskData) -> MaskPixels:
    """Classes and instances of a decoded mask."""
    instances = areas = None
    if data.instances is not None:
        by_class = count_classes_of_instances(data.pixels, data.instances)
        areas = {number: sum(counts.values()) for number, counts in by_class.items()}
        instances = by_class if data.has_classes else {number: {} for number in by_class}
    if not data.has_classes:
        return MaskPixels({}, data.pixels.size, instances, areas or {})
    counts = {i: int(n) for i, n in enumerate(count_indices(data.pixels).tolist()) if n}
    strange = {c.index for c in data.undeclared if is_stand_in(c)} & counts.keys()
    n_unlabelled = sum(counts.pop(index) for index in strange)
    return MaskPixels(counts, n_unlabelled, instances, areas or {})


@dataclass(frozen=True)
class _Seen:
    """A sample that was looked at.

    Args:
        undeclared: classes met in it that no label map declares.
        objects: area, or fault, of its objects by uid.
    """

    facts: SampleFacts
    undeclared: Mapping[str, tuple[LabelClass, ...]] = field(default_factory=dict)
    objects: Mapping[str, tuple[int | None, Problem | None]] = field(default_factory=dict)


def _decoded(sample: Sample) -> _Seen:
    """Decode it, count, and let go of the pixels."""
    loaded = load_sample(sample)
    facts = SampleFacts(
        sample.name,
        sample.subsets,
        _image_size(sample, loaded),
        {key: _mask_facts(sample, loaded, key) for key in sample.masks},
        loaded.problems,
    )
    undeclared = {key: data.undeclared for key, data in loaded.masks.items()}
    return _with_objects(sample, loaded, _Seen(facts, undeclared))


def _with_objects(sample: Sample, loaded: LoadedSample, seen: _Seen) -> _Seen:
    """With areas and faults of objects; also where too few can be read to make a mask of them."""
    found: dict[str, tuple[int | None, Problem | None]] = {}
    faults: list[Problem] = []
    for key, ref in sample.masks.items():
        if not isinstance(ref, ItemMask) or not ref.item.objects:
            continue
        data = loaded.masks.get(key)
        objects = (data.objects or ()) if data else _readable_objects(ref)
        for each in objects:
            found[each.uid] = (None if each.fault else each.area, each.fault)
            if each.fault and data is None:
                faults.append(replace(each.fault, sample=sample.name))
    problems = tuple(dict.fromkeys((*seen.facts.problems, *faults)))
    return replace(seen, facts=replace(seen.facts, problems=problems), objects=found)


def _readable_objects(ref: ItemMask) -> tuple[MaskObject, ...]:
    try:
        return ref.source.read_objects(ref.item, ref.key)
    except DataError:
        return ()


def _image_size(sample: Sample, loaded: LoadedSample) -> Size | None:
    """Size of the picture; its header may tell it where the rest is damaged."""
    if loaded.image is not None or sample.image is None:
        return loaded.image.size if loaded.image else None
    try:
        return sample.image.size()
    except DataError:
        return None


def _mask_facts(sample: Sample, loaded: LoadedSample, key: str) -> MaskFacts:
    data = loaded.masks.get(key)
    if data is not None:
        return MaskFacts(Size.of(data.pixels), count_pixels(data))
    try:
        return MaskFacts(sample.masks[key].size())
    except DataError:
        return MaskFacts(None)


def _listed(sample: Sample) -> _Seen:
    """Read its headers."""
    problems: list[Problem] = []
    image = None
    if sample.image is not None:
        try:
            image = sample.image.size()
        except DataError as error:
            problems.append(error.problem(Scope.ITEM, sample=sample.name))
    masks = {}
    for key, ref in sample.masks.items():
        try:
            masks[key] = MaskFacts(ref.size())
        except DataError as error:
            problems.append(error.problem(Scope.ITEM, sample=sample.name))
            masks[key] = MaskFacts(None)
    problems += _size_problems(sample, image, masks)
    return _Seen(SampleFacts(sample.name, sample.subsets, image, masks, tuple(problems)))


def _size_problems(
    sample: Sample, image: Size | None, masks: Mapping[str, MaskFacts]
) -> Iterator[Problem]:
    """Masks of another size than the picture.

    Width and height exchanged are left to decoding, which alone tells a turned picture from another
    size.
    """
    for key, mask in masks.items():
        if image is None or mask.size in (None, image, Size(image.height, image.width)):
            continue
        yield Problem(
            Kind.MASK_IMAGE_SIZE_DIFFERS,
            Severity.WARNING,
            Scope.ITEM,
            sample.masks[key].where,
            f"the mask is {mask.size}",
            f"{image}, the size of the picture",
            sample.name,
        )


def _by_sample(problems: list[Problem]) -> dict[str | None, list[Problem]]:
    found: dict[str | None, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.sample, []).append(problem)
    return found
