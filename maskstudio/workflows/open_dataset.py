"""From paths to a data set: which sources there are, and which mask belongs to which picture.

Nothing is decoded. Masks and images are matched by name without extension, folders included; what
has no partner is listed as a problem and shown all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import GROUND_TRUTH, ImageRef, MaskRef
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity, UsageError
from maskstudio.formats import registry
from maskstudio.formats.base import Item, ItemImage, ItemMask, OpenOptions, Source
from maskstudio.formats.workspace import is_workspace, read_workspace

from .open_request import OpenRequest

__all__ = ["OpenRequest", "OpenedDataset", "new_label_map", "open_dataset"]

SINGLE_FILES = (registry.IMAGES, registry.INDEX_PNG)
"""Formats that also take one picture or one mask."""


@dataclass
class OpenedDataset:
    """A data set with the sources behind it.

    Args:
        layer_sources: where each layer was read from and is saved to; a new layer has none.
        items: the item of a source behind a sample, by layer key and sample name.
    """

    request: OpenRequest
    dataset: Dataset
    image_source: Source | None
    layer_sources: dict[str, Source]
    items: dict[str, dict[str, Item]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Name of what was opened, for the window and the list of recent ones."""
        request = self.request
        for path in (*request.paths, *(p for _, p in request.layers), request.images):
            if path is not None:
                return path.name
        return "untitled"

    def with_layer(self, path: Path) -> OpenRequest:
        """The request that opens the same with one more layer of masks over it."""
        key = _free_key(path.stem, self.dataset.keys)
        return replace(self.request, layers=(*self.request.layers, (key, path)))

    def move_layer(self, key: str, source: Source) -> None:
        """Let a layer live in another source from now on; the request opens it from there.

        A source that gives pictures too goes on being opened as it was.
        """
        before = self.layer_sources.get(key)
        self.layer_sources[key] = source
        if before is not None and any(item.has_image for item in before.items):
            return
        known = dict(self.request.layers) | {key: source.path}
        left = tuple(p for p in self.request.paths if before is None or p != before.path)
        self.request = replace(self.request, paths=left, layers=tuple(known.items()))

    def close(self) -> None:
        """Let go of every open file."""
        for source in (*self.layer_sources.values(), self.image_source):
            if source is not None:
                source.close()


def open_dataset(request: OpenRequest) -> OpenedDataset:
    """Open everything a request names.

    Raises:
        DataError: a source cannot be read at all, or a workspace does not hold together.
        UsageError: the request names a layer twice or nothing at all.
    """
    request, notes = _from_workspace(request)
    try:
        pictures, layers = _open_sources(request)
        if not pictures and not layers:
            raise UsageError("Nothing to open was named.")
    except UsageError as error:
        if request.workspace is None:
            raise
        found = str(error).removesuffix(".")
        raise DataError(Kind.CONFLICTING_FIELDS, request.workspace.name, found) from error
    problems = notes + [
        p for source in _unique([*pictures, *layers.values()]) for p in source.problems
    ]
    matcher = _Matcher(pictures, layers)
    samples = matcher.samples()
    label_maps = {key: source.label_maps[key] for key, source in layers.items()}
    if not layers:
        label_maps = {GROUND_TRUTH: new_label_map(request.label_map)}
    dataset = Dataset(
        samples,
        label_maps,
        problems=dict.fromkeys((*problems, *matcher.problems)),
        makes_classes=[key for key, source in layers.items() if source.makes_classes_in(key)],
        holds_objects=[key for key, source in layers.items() if source.has_objects],
    )
    return OpenedDataset(
        request, dataset, pictures[0] if pictures else None, layers, matcher.items_by_key
    )


def new_label_map(given: LabelMap | None = None) -> LabelMap:
    """The label map of a data set that has no masks yet: background alone, unless one is given."""
    if given is not None:
        return given
    return LabelMap((LabelClass(0, "background", (0, 0, 0)),), background=0)


def _from_workspace(request: OpenRequest) -> tuple[OpenRequest, list[Problem]]:
    """What a workspace file names, where the request is one; what the request adds wins."""
    if len(request.paths) != 1 or not is_workspace(request.paths[0]):
        return request, []
    path = request.paths[0]
    found, notes = read_workspace(path)
    named = {key for key, _ in request.layers}
    layers = tuple(layer for layer in found.layers if layer[0] not in named) + request.layers
    images = request.images or found.images
    downloads = request.downloads or found.downloads
    request = replace(request, paths=found.paths, images=images, layers=layers, workspace=path)
    request = replace(request, downloads=downloads)
    return request, notes


def _open_sources(request: OpenRequest) -> tuple[list[Source], dict[str, Source]]:
    pictures: list[Source] = []
    layers: dict[str, Source] = {}
    if request.images is not None:
        pictures.append(registry.open_source(request.images, OpenOptions(), as_masks=False))
    for key, path in request.layers:
        options = OpenOptions(key, request.label_map, request.downloads, is_named=True)
        source = registry.open_source(path, options, as_masks=True)
        if key not in source.label_maps:
            raise UsageError(
                f"{path} has no layer {key}; choose one of {', '.join(source.label_maps)}."
            )
        _add_layer(layers, key, source)
    for path in request.paths:
        key = GROUND_TRUTH if GROUND_TRUTH not in layers else _free_key(path.stem, layers)
        options = OpenOptions(key, request.label_map, request.downloads)
        source = registry.open_source(path, options, as_masks=request.as_masks or None)
        _add_source(pictures, layers, source)
    for source in request.sources:
        _add_source(pictures, layers, source)
    return pictures, layers


def _add_source(pictures: list[Source], layers: dict[str, Source], source: Source) -> None:
    if not source.label_maps:
        pictures.append(source)
    for key in source.label_maps:
        _add_layer(layers, key, source)


def _add_layer(layers: dict[str, Source], key: str, source: Source) -> None:
    if key in layers:
        raise UsageError(f"The layer {key} is named twice.")
    layers[key] = source


def _free_key(stem: str, taken: Iterable[str]) -> str:
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem} {number}", number + 1
    return key


def _unique(sources: Iterable[Source]) -> list[Source]:
    return list({id(source): source for source in sources}.values())


class _Matcher:
    """Pairs items of several sources into samples."""

    def __init__(self, pictures: list[Source], layers: dict[str, Source]) -> None:
        self.problems: list[Problem] = []
        self.items_by_key: dict[str, dict[str, Item]] = {key: {} for key in layers}
        self._samples: dict[str, Sample] = {}
        self._has_pictures = bool(pictures)
        self._single = pictures[0] if len(pictures) == 1 and _is_one_file(pictures[0]) else None
        for source in pictures:
            for item in source.items:
                self._add_picture(source, item)
        for key, source in layers.items():
            for item, name in self._partners(source):
                self._add_mask(key, source, item, name)
        if pictures:
            for key in layers:
                self._list_missing(key)

    def samples(self) -> list[Sample]:
        return list(self._samples.values())

    def _add_picture(self, source: Source, item: Item) -> None:
        name = item.name
        if name in self._samples:
            name = _free_key(name, self._samples)
        image = ItemImage(source, item) if item.has_image else None
        self._samples[name] = _sample_of(name, item, image, {})
        self.problems.extend(replace(p, sample=name) for p in item.problems)

    def _add_mask(self, key: str, source: Source, item: Item, name: str) -> None:
        known = self._samples.get(name)
        if known is None and self._has_pictures:
            where = source.mask_where(item, key) if key in item.keys else item.name
            self._say_unmatched(where, "no image of this name", name)
        image = known.image if known else None
        if image is None and item.has_image:
            image = ItemImage(source, item)
        masks = dict(known.masks) if known else {}
        if key in item.keys:
            masks[key] = ItemMask(source, item, key)
        if known is None:
            self._samples[name] = _sample_of(name, item, image, masks)
        else:
            marked = known if known.moment is not None else item
            self._samples[name] = replace(
                known,
                subsets=known.subsets or item.subsets,
                image=image,
                masks=masks,
                moment=marked.moment,
                polygons=marked.polygons,
            )
        self.items_by_key[key][name] = item
        self.problems.extend(replace(p, sample=name) for p in item.problems)

    def _partners(self, source: Source) -> list[tuple[Item, str]]:
        """Every item with the name of its sample, each name once: `a` goes before `a_mask`."""
        if self._single is not None and _is_one_file(source):
            return [(source.items[0], self._single.items[0].name)]
        free = self._samples.keys() - {item.name for item in source.items}
        found = []
        for item in source.items:
            name = next((n for n in source.matching_names(item) if n in free), item.name)
            free.discard(name)
            found.append((item, name))
        return found

    def _list_missing(self, key: str) -> None:
        for name, sample in self._samples.items():
            if name not in self.items_by_key[key] and sample.image is not None:
                self._say_unmatched(sample.image.where, f"no mask of this name in {key}", name)

    def _say_unmatched(self, where: str, found: str, sample: str) -> None:
        self.problems.append(
            Problem(
                Kind.SAMPLE_UNMATCHED, Severity.WARNING, Scope.ITEM, where, found, sample=sample
            )
        )


def _sample_of(name: str, item: Item, image: ImageRef | None, masks: dict[str, MaskRef]) -> Sample:
    """A sample with all that an item says of it."""
    return Sample(
        name,
        item.subsets,
        image,
        masks,
        caption=item.caption,
        moment=item.moment,
        polygons=item.polygons,
    )


def _is_one_file(source: Source) -> bool:
    """Whether one picture or mask was named; two such belong together, whatever their names."""
    return source.format in SINGLE_FILES and len(source.items) == 1 and source.path.is_file()
