"""What there is to say of a data set, its samples, masks and objects; `describe` finds it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from maskstudio.core.document import Moment
from maskstudio.core.geometry import Size
from maskstudio.core.labels import LabelMap
from maskstudio.errors import Problem


@dataclass(frozen=True)
class MaskPixels:
    """What the pixels of a mask say.

    Args:
        histogram: pixels by class index; classes without one are missing.
        n_unlabelled: pixels that have no class: of colors that no label declares, and all of an
            instance mask without class mask.
        instances: pixels by instance id and class index, or None where the file has none; an
            instance without a class has no class index in its counts.
        areas: pixels by instance id.
    """

    histogram: Mapping[int, int]
    n_unlabelled: int = 0
    instances: Mapping[int, Mapping[int, int]] | None = None
    areas: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class MaskFacts:
    """One mask of a sample; its size is None where the header cannot be read.

    Args:
        is_opacity: its values are opacities, not class indices.
        time: where in its own film it stands, in milliseconds, or None.
    """

    size: Size | None
    pixels: MaskPixels | None = None
    is_opacity: bool = False
    time: float | None = None


@dataclass(frozen=True)
class ObjectFacts:
    """One object of a mask that is made of objects.

    Args:
        told: what its source tells of it, by key.
        area: its pixels, those under other objects too; None without decoding, or in error.
        fault: why its pixels cannot be read.
    """

    told: Mapping[str, object]
    area: int | None = None
    fault: Problem | None = None


@dataclass(frozen=True)
class SampleFacts:
    """One sample, as a source lists it and, where asked for, as it decodes.

    Args:
        masks: by the name of their layer in the file.
        label_maps: classes of layers that are the sample's own, and not those of all samples.
        subsets: lists it stands in.
        image: size as shown, or None without a picture.
        objects: in the order of the file, where its mask is made of objects.
        told: what its source tells beside, by key.
    """

    name: str
    subsets: tuple[str, ...]
    image: Size | None
    masks: Mapping[str, MaskFacts]
    problems: tuple[Problem, ...] = ()
    caption: str = ""
    label_maps: Mapping[str, LabelMap] = field(default_factory=dict)
    moment: Moment | None = None
    objects: tuple[ObjectFacts, ...] = ()
    told: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class DatasetFacts:
    """Everything there is to say about what was opened.

    Args:
        format: name of the format of the masks, else of the images; None where nothing tells it.
        label_maps: with the undeclared indices that were met; stand-ins for colors are left out.
        problems: those of no sample.
    """

    format: str | None
    label_maps: Mapping[str, LabelMap]
    samples: tuple[SampleFacts, ...]
    problems: tuple[Problem, ...]

    def all_problems(self) -> Iterator[Problem]:
        """Those of the whole first, then of each sample."""
        yield from self.problems
        for sample in self.samples:
            yield from sample.problems
