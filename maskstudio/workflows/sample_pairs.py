"""Which mask of a prediction belongs to which of the ground truth, by the names of samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from maskstudio.core.document import Sample
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS, MaskData
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity, UsageError

from .class_alignment import SideClasses
from .open_dataset import OpenedDataset


@dataclass(frozen=True)
class Side:
    """One layer of something opened, as one side of a comparison."""

    opened: OpenedDataset
    key: str

    @property
    def samples(self) -> list[Sample]:
        """Samples that have a mask in this layer."""
        return [s for s in self.opened.dataset.samples if self.key in s.masks]

    @property
    def title(self) -> str:
        """Name of the source."""
        return self.opened.layer_sources[self.key].path.name

    @property
    def classes(self) -> SideClasses:
        """Its classes, and whether it names them itself."""
        source = self.opened.layer_sources[self.key]
        return SideClasses(
            self.opened.dataset.label_maps[self.key],
            f"{self.title} ({self.key})",
            has_names=source.has_class_names(self.key),
        )

    def where(self, inner: str) -> str:
        """A place inside the source, with the source's own name before it."""
        return f"{self.title}/{inner}"

    def where_of(self, sample: Sample) -> str:
        """Path of a sample's mask, likewise."""
        return self.where(sample.masks[self.key].where)

    def read(self, sample: Sample) -> MaskData:
        """Decode a mask; its problems say which source they are in. Raises DataError, likewise."""
        try:
            data = sample.masks[self.key].read()
        except DataError as error:
            where = self.where(error.where)
            raise DataError(error.kind, where, error.found, error.expected) from error
        told = tuple(replace(p, where=self.where(p.where)) for p in data.problems)
        return replace(data, problems=told)

    def names_of(self, sample: Sample) -> tuple[str, ...]:
        """Names under which a partner of the sample may stand, likeliest first."""
        item = self.opened.items[self.key].get(sample.name)
        others = self.opened.layer_sources[self.key].matching_names(item) if item else ()
        return (sample.name, *others)


@dataclass(frozen=True)
class SamplePair:
    """Two masks of one picture, each as a sample of its own side."""

    prediction: Sample
    ground_truth: Sample

    @property
    def name(self) -> str:
        """Name of the sample in the ground truth."""
        return self.ground_truth.name


@dataclass(frozen=True)
class Pairing:
    """Pairs in the order of the ground truth; names without a partner, with a problem for each."""

    pairs: tuple[SamplePair, ...]
    unmatched_prediction: tuple[str, ...]
    unmatched_ground_truth: tuple[str, ...]
    problems: tuple[Problem, ...]


def choose_side(opened: OpenedDataset, key: str | None, *, is_prediction: bool) -> Side:
    """The layer of a source that is meant.

    Args:
        key: or None for `predictions` and `ground_truth` where there are both, else for the only
            one.

    Raises:
        UsageError: there is none of that key, none at all, or several and no key; names them.
    """
    keys = tuple(opened.layer_sources)
    option = "--prediction-key" if is_prediction else "--truth-key"
    where = opened.title
    if not keys:
        raise UsageError(f"There is no mask layer in {where}.")
    if key is not None and key not in keys:
        raise UsageError(f"There is no layer {key} in {where}; choose one of: {', '.join(keys)}.")
    if key is None and {PREDICTIONS, GROUND_TRUTH} <= set(keys):
        key = PREDICTIONS if is_prediction else GROUND_TRUTH
    if key is None and len(keys) > 1:
        listed = ", ".join(keys)
        raise UsageError(f"{where} has several layers; choose one with {option}: {listed}.")
    return Side(opened, key or keys[0])


def pair_samples(prediction: Side, ground_truth: Side) -> Pairing:
    """Pair samples of the same name; endings such as `_mask` count only where names differ."""
    predicted, true = prediction.samples, ground_truth.samples
    partners = _partners(prediction, ground_truth)
    found = {sample.name for sample in partners.values()}
    pairs = tuple(SamplePair(partners[s.name], s) for s in true if s.name in partners)
    lone_predicted = [s for s in predicted if s.name not in found]
    lone_true = [s for s in true if s.name not in partners]
    problems = [_unmatched(s, prediction, "ground truth") for s in lone_predicted]
    problems += [_unmatched(s, ground_truth, "prediction") for s in lone_true]
    return Pairing(pairs, _names(lone_predicted), _names(lone_true), tuple(problems))


def _partners(prediction: Side, ground_truth: Side) -> dict[str, Sample]:
    """Sample of the prediction by name of its partner in the ground truth."""
    names = {sample.name for sample in ground_truth.samples}
    aliases = {name: name for name in names}
    for sample in ground_truth.samples:
        for alias in ground_truth.names_of(sample):
            aliases.setdefault(alias, sample.name)
    partners = {s.name: s for s in prediction.samples if s.name in names}
    for sample in prediction.samples:
        if sample.name in names:
            continue
        for alias in prediction.names_of(sample):
            if alias in aliases and aliases[alias] not in partners:
                partners[aliases[alias]] = sample
                break
    return partners


def _names(samples: Sequence[Sample]) -> tuple[str, ...]:
    return tuple(sample.name for sample in samples)


def _unmatched(sample: Sample, side: Side, other: str) -> Problem:
    found = f"there is no {other} of this name"
    return Problem(
        Kind.SAMPLE_UNMATCHED,
        Severity.ERROR,
        Scope.ITEM,
        side.where_of(sample),
        found,
        sample=sample.name,
    )
