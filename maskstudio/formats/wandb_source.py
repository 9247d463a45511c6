"""What runs and artifacts have in common once their JSON is read: pictures, masks and classes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from maskstudio.core.geometry import Size
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelMap, is_generated
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from . import pictures
from .base import Item, OpenOptions, Source, unique_names
from .index_pixels import MadeClasses, equal_channel, index_warning, present_indices
from .wandb_files import WandbFiles
from .wandb_layers import Layer, label_map_of, split_layers
from .wandb_values import Entry, Names


class WandbSource(Source):
    """Logged images; a child tells where they are listed.

    Attributes:
        files: the files of the opened folder.
        entries: the images as they were logged, by the names of their items.
    """

    def __init__(self, path: Path, options: OpenOptions) -> None:
        """List the images. Raises DataError of scope file."""
        self.path = path
        self._options = options
        self.files = WandbFiles(path if path.is_dir() else path.parent)
        self.reload()

    @abstractmethod
    def list_entries(self) -> list[Entry]:
        """Read the JSON; problems of the whole go into `problems`. Raises DataError."""

    def reload(self) -> None:
        """Read everything that lists the images anew. Raises DataError."""
        self.problems = []
        entries = self.list_entries()
        layers, by_entry = split_layers(
            entries, self._options.key if self._options.is_named else None
        )
        names = unique_names([entry.name for entry in entries])
        self._layers = {layer.key: layer for layer in layers}
        self.problems += [_split(layer) for layer in layers if layer.is_split_off]
        self.label_maps = {layer.key: self._label_map(layer) for layer in layers}
        self._made = {key: MadeClasses() for key in self._layers}
        self.entries = dict(zip(names, entries, strict=True))
        self.items = [
            _item(name, entry, tuple(found))
            for name, entry, found in zip(names, entries, by_entry, strict=True)
        ]

    def image_size(self, item: Item) -> Size:
        with self.files.open(self.image_where(item)) as file:
            return pictures.read_size(file, self.image_where(item))

    def read_image(self, item: Item) -> Image:
        return pictures.read_image(self.image_bytes(item), self.image_where(item))

    def image_bytes(self, item: Item) -> bytes:
        return self.files.read(self.image_where(item))

    def image_where(self, item: Item) -> str:
        return self.entries[item.name].image

    def mask_size(self, item: Item, key: str) -> Size:
        where = self.mask_where(item, key)
        with self.files.open(where) as file:
            return pictures.read_stored_size(file, where)

    def read_mask(self, item: Item, key: str) -> MaskData:
        where = self.mask_where(item, key)
        raw = pictures.read_raw_mask(self.files.read(where), where)
        pixels = raw.pixels if raw.pixels.ndim == 2 else equal_channel(raw.pixels)
        if pixels is None:
            found = "the three channels of the mask differ"
            raise DataError(Kind.IMAGE_CORRUPT, where, found, "class ids, in one channel")
        declared = self.label_maps[key].declared
        unnamed = [index for index in present_indices(pixels) if index not in declared]
        problems = []
        if unnamed and not self.makes_classes_in(key):
            problems.append(index_warning(pixels, unnamed, where, item.name))
        made = self._made[key].meet(unnamed, None)
        return MaskData(pixels, undeclared=tuple(made), problems=tuple(problems))

    def mask_where(self, item: Item, key: str) -> str:
        return self.entries[item.name].masks[self.stored_key(key)]

    def makes_classes_in(self, key: str) -> bool:
        return not self.label_maps[key].classes

    def has_class_names(self, key: str) -> bool:
        # Where the user names no class upstream writes `class_0` and so on.
        return not all(map(is_generated, self.label_maps[key]))

    def stored_key(self, key: str) -> str:
        return self._layers[key].stored

    def own_label_map(self, item: Item, key: str) -> LabelMap | None:
        layer, whole = self._layers[key], self.label_maps[key]
        own = self.entries[item.name].names.get(layer.stored)
        if not own or (key == layer.stored and len(own) == len(layer.names)):
            return None
        return replace(whole, classes=tuple(c for c in whole if c.index in own))

    def companions(self) -> Collection[str]:
        if self.path.is_dir():
            return ()
        entries = self.entries.values()
        found = {p for e in entries for p in (e.image, e.classes, *e.masks.values())}
        return found - {"", self.path.name}

    def has_changed_underneath(self, names: Collection[str] | None = None) -> bool:
        if names is None:
            return self.files.have_changed()
        paths = {p for name in names if name in self.entries for p in self._paths_of(name)}
        return self.files.have_changed(paths)

    def _paths_of(self, name: str) -> list[str]:
        """Files that a save of this item replaces."""
        return list(self.entries[name].masks.values())

    def names_in(self, key: str) -> Names:
        """Class names of a layer as its files have them."""
        return self._layers[key].names

    def _label_map(self, layer: Layer) -> LabelMap:
        """The given label map where it says the same and more: colors are stored nowhere."""
        given = self._options.label_map
        if given is not None:
            told = {c.index: c.name for c in given}
            if all(told.get(number) == name for number, name in layer.names.items()):
                return given
        return label_map_of(layer.names) if layer.names else LabelMap(background=0)


def _split(layer: Layer) -> Problem:
    found = (
        f"some samples have other names for the same classes in `{layer.stored}`; they are the"
        f" layer `{layer.key}`"
    )
    return Problem(Kind.CLASS_UNMATCHED, Severity.INFO, Scope.FILE, layer.stored, found)


def _item(name: str, entry: Entry, keys: tuple[str, ...]) -> Item:
    problems = [replace(p, sample=name) for p in entry.problems]
    return Item(
        name,
        has_image=bool(entry.image),
        keys=keys,
        problems=problems,
        caption=entry.caption,
    )
