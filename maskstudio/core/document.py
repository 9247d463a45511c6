"""The open, editable sample: its picture and its mask layers."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .geometry import Rect, Size
from .image import Image
from .layer import ImageRef, MaskData, MaskLayer, MaskRef


class Moment(NamedTuple):
    """Where a sample stands in a film: samples of one context belong together, in time order.

    Args:
        timestamp: in milliseconds.
    """

    context: str
    timestamp: float


Ring = tuple[tuple[float, float], ...]
"""The corners (x, y) of a closed outline, in image coordinates."""


@dataclass(frozen=True)
class Sample:
    """One image with its masks as the data set lists it; nothing is decoded.

    Args:
        name: unique within the data set; may hold `/` and spaces.
        subsets: lists it stands in.
        image: where its picture lies, or None.
        masks: where its masks lie, by layer key; keys without a file are missing.
        caption: what its source says of it in words.
        moment: its place in a film, or None.
        polygons: outlines its source has beside the masks; shown, never edited.
    """

    name: str
    subsets: tuple[str, ...] = ()
    image: ImageRef | None = None
    masks: Mapping[str, MaskRef] = field(default_factory=dict)
    caption: str = ""
    moment: Moment | None = None
    polygons: tuple[Ring, ...] = ()


@dataclass(frozen=True)
class LoadedSample:
    """A decoded sample on its way from a worker to the window's thread."""

    sample: Sample
    image: Image | None
    masks: Mapping[str, MaskData]
    problems: tuple[Problem, ...] = ()

    @property
    def size(self) -> Size | None:
        """Size of the canvas: the picture's, without one the first mask's."""
        if self.image is not None:
            return self.image.size
        for data in self.masks.values():
            return Size.of(data.pixels)
        return None


def load_sample(sample: Sample) -> LoadedSample:
    """Decode a sample; slow, for any thread. Faults become problems, the rest is loaded."""
    with ThreadPoolExecutor(2, "maskstudio-decode") as pool:
        # Decoders let other threads run, so the picture and a mask take the time of the longer.
        picture = None if sample.image is None else pool.submit(sample.image.read)
        decoded = {key: pool.submit(ref.read) for key, ref in sample.masks.items()}
    problems: list[Problem] = []
    image = None
    if picture is not None:
        try:
            image = picture.result()
        except DataError as error:
            problems.append(error.problem(Scope.ITEM, sample=sample.name))
    masks: dict[str, MaskData] = {}
    for key, ref in sample.masks.items():
        try:
            masks[key] = decoded[key].result()
        except DataError as error:
            problems.append(error.problem(Scope.ITEM, sample=sample.name))
            continue
        problems.extend(replace(p, sample=sample.name) for p in masks[key].problems)
        if image is not None:
            problems.extend(size_problem(sample, ref.where, Size.of(masks[key].pixels), image))
    return LoadedSample(sample, image, masks, tuple(problems))


def size_problem(sample: Sample, where: str, mask_size: Size, image: Image) -> list[Problem]:
    """What there is to say about a mask of another size than its picture."""
    if mask_size == image.size:
        return []
    kind = Kind.MASK_IMAGE_SIZE_DIFFERS
    expected = f"{image.size}, the size of the picture"
    if image.turned and mask_size == Size(image.size.height, image.size.width):
        kind = Kind.MASK_ORIENTATION
        expected = f"{image.size}, the size of the picture as shown"
    found = f"the mask is {mask_size}"
    return [Problem(kind, Severity.WARNING, Scope.ITEM, where, found, expected, sample.name)]


class Document:
    """One sample in memory. Made and changed in one thread only; owned by its data set."""

    def __init__(self, loaded: LoadedSample, layers: list[MaskLayer], size: Size) -> None:
        """Take over what was decoded."""
        self.sample = loaded.sample
        self.image = loaded.image
        self.size = size
        self.problems = loaded.problems
        self.layers = layers

    @property
    def name(self) -> str:
        """Name of its sample."""
        return self.sample.name

    @property
    def rect(self) -> Rect:
        """All pixels of the canvas."""
        return Rect.of_size(self.size)

    def layer(self, key: str) -> MaskLayer:
        """The layer of a key.

        Raises:
            KeyError: there is none.
        """
        for layer in self.layers:
            if layer.key == key:
                return layer
        raise KeyError(key)
