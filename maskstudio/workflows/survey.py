"""What is known of every mask of a layer before it is judged or converted, without its pixels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample, load_sample
from maskstudio.core.geometry import Size
from maskstudio.core.labels import (
    BACKGROUND_NAME,
    LabelClass,
    LabelMap,
    generated_class,
    next_free_color,
)
from maskstudio.core.layer import MaskData
from maskstudio.core.objects import covered_pixels
from maskstudio.errors import DataError, Problem, Scope, UsageError
from maskstudio.formats.base import Progress, no_progress
from maskstudio.formats.parallel import ordered_map
from maskstudio.metrics.histogram import count_indices

from .edit_label_map import rename_class


@dataclass(frozen=True)
class SurveyedMask:
    """A mask of a sample as it decodes.

    Args:
        indices: class indices that occur, ascending; stand-ins are among them.
        undeclared: classes met in it that the label map does not declare.
        highest_instance: 0 without instances.
        is_readable: False where decoding failed; nothing else is known then.
        n_objects: that it is flattened from.
        n_covered: pixels of theirs that lie under later ones.
    """

    indices: tuple[int, ...] = ()
    undeclared: tuple[LabelClass, ...] = ()
    highest_instance: int = 0
    has_classes: bool = True
    is_readable: bool = True
    n_objects: int = 0
    n_covered: int = 0

    @property
    def stand_ins(self) -> tuple[LabelClass, ...]:
        """Classes that stand for undeclared colors, or for no class at all."""
        return tuple(c for c in self.undeclared if is_stand_in(c))

    @property
    def undeclared_indices(self) -> tuple[LabelClass, ...]:
        """Classes of indices that are stored as such, and that no label map declares."""
        return tuple(c for c in self.undeclared if not is_stand_in(c))


@dataclass(frozen=True)
class SurveyedSample:
    """A sample with what its mask of one layer holds; `mask` is None where it has no file."""

    sample: Sample
    mask: SurveyedMask | None
    problems: tuple[Problem, ...] = ()


def survey(
    dataset: Dataset, key: str, *, images: bool, progress: Progress = no_progress
) -> list[SurveyedSample]:
    """Decode every mask of a layer, one after the other.

    Args:
        images: decode the pictures too, for what is wrong with them and with their sizes.

    Raises:
        CancelledError: `progress` asked to stop.
    """
    look: Callable[[Sample], SurveyedSample] = _everything(key) if images else _mask_alone(key)
    surveyed = []
    with closing(ordered_map(look, dataset.samples)) as looks:
        for done, found in enumerate(looks):
            progress(done, len(dataset.samples), found.sample.name)
            surveyed.append(found)
    return surveyed


def is_stand_in(label_class: LabelClass) -> bool:
    """Whether an undeclared class stands for a color, or for no class: its index is no data."""
    return label_class.name != generated_class(label_class.index).name


def choose_layer(layers: Collection[str], key: str | None) -> str:
    """The key of the layer that is meant.

    Args:
        layers: keys of all layers.

    Raises:
        UsageError: there is none of that key, none at all, or several and no key.
    """
    if not layers:
        raise UsageError("There is no mask layer in it.")
    if key is None and len(layers) == 1:
        return next(iter(layers))
    names = ", ".join(layers)
    if key is None:
        raise UsageError(f"There are several layers; choose one with --layer: {names}.")
    if key not in layers:
        raise UsageError(f"There is no layer {key}; choose one of: {names}.")
    return key


def label_map_with_met(
    label_map: LabelMap, met: Iterable[SurveyedMask], *, makes_classes: bool
) -> LabelMap:
    """The label map with a class for every undeclared index that occurs; no index moves.

    Args:
        makes_classes: nothing names the classes; the background then gets its name.
    """
    found = {c.index: c for mask in met for c in mask.undeclared_indices}
    background = label_map.background if makes_classes else None
    if background is not None and not label_map.is_declared(background):
        found.setdefault(background, generated_class(background))
    classes = _declared((found[index] for index in sorted(found)), label_map)
    unmet = tuple(c for c in label_map.undeclared if c.index not in found)
    label_map = replace(label_map, classes=(*label_map.classes, *classes), undeclared=unmet)
    if background is not None:
        label_map = rename_class(label_map, background, BACKGROUND_NAME).label_map
    return label_map


def _declared(met: Iterable[LabelClass], label_map: LabelMap) -> list[LabelClass]:
    """The same classes, each with a name and a color of its own; in one pass, for they are many."""
    names = {c.name for c in label_map}
    met = list(met)
    given = {c.index for c in met}
    others = (c for c in (*label_map, *label_map.undeclared) if c.index not in given)
    colors = {c.color for c in others if c.color is not None}
    classes = []
    for label_class in met:
        color, name = label_class.color, label_class.name
        if color is None or color in colors:
            color = next_free_color(label_class.index, colors)
        while name in names:
            name += "_"
        names.add(name)
        colors.add(color)
        classes.append(replace(label_class, name=name, color=color))
    return classes


def _mask_alone(key: str) -> Callable[[Sample], SurveyedSample]:
    def look(sample: Sample) -> SurveyedSample:
        ref = sample.masks.get(key)
        if ref is None:
            return SurveyedSample(sample, None)
        try:
            data = ref.read()
        except DataError as error:
            fault = error.problem(Scope.ITEM, sample=sample.name)
            return SurveyedSample(sample, SurveyedMask(is_readable=False), (fault,))
        return SurveyedSample(sample, _surveyed(data), data.problems)

    return look


def _everything(key: str) -> Callable[[Sample], SurveyedSample]:
    def look(sample: Sample) -> SurveyedSample:
        loaded = load_sample(sample)
        mask = None
        if key in sample.masks:
            data = loaded.masks.get(key)
            mask = _surveyed(data) if data else SurveyedMask(is_readable=False)
        return SurveyedSample(sample, mask, loaded.problems)

    return look


def _surveyed(data: MaskData) -> SurveyedMask:
    highest = 0 if data.instances is None else int(data.instances.max(initial=0))
    indices = np.flatnonzero(count_indices(data.pixels)).tolist()
    objects = data.objects or ()
    return SurveyedMask(
        tuple(indices),
        data.undeclared,
        highest,
        data.has_classes,
        n_objects=len(objects),
        n_covered=covered_pixels(objects, Size.of(data.pixels)) if objects else 0,
    )
