"""What every format offers: a source to read from, and writers.

A format is one module with these functions, looked up in `registry`:

    probe(path) -> Sureness
    open_source(path, options) -> Source
    write_new(target, content, options, progress) -> SaveReport     where it can write
    save_in_place(source, changes, progress) -> SaveReport        where it can save

The caller decides whether a bad sample stops the job: readers list faults of scope item and go on.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from maskstudio.core.arrays import IndexMask, InstanceMask
from maskstudio.core.document import Moment, Ring
from maskstudio.core.geometry import Size
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import GROUND_TRUTH, ImageRef, MaskData
from maskstudio.core.objects import MaskObject
from maskstudio.errors import DataError, Kind, Problem, ReadBackError

Progress = Callable[[int, int, str], None]
"""Called with (done, total, what); raises CancelledError to stop the work."""


def no_progress(done: int, total: int, what: str) -> None:
    """Ignore progress."""


class Sureness(IntEnum):
    """How sure a format is that a path is its own, judged without decoding pictures."""

    NO = 0
    BY_NAME = 1
    POSSIBLE = 2
    CERTAIN = 3


@dataclass(frozen=True)
class OpenOptions:
    """What the user said about a source beside its path.

    Args:
        key: name for the layer of formats that hold only one.
        label_map: used instead of one the source lacks (a folder of index PNGs) or overrides.
        downloads: folder of rasters that were fetched from the addresses a source names.
        is_named: the user gave the key; an only layer takes it also where it has a name of its own.
    """

    key: str = GROUND_TRUTH
    label_map: LabelMap | None = None
    downloads: Path | None = None
    is_named: bool = False


@dataclass(frozen=True)
class WriteOptions:
    """What the user said about a new target beside its path.

    Args:
        with_images: copy the pictures along.
        one_channel: gray masks where the format's own are colors.
        overwrite: a target that exists may be replaced.
        composite: one raster for all objects of a sample where the format's own is one for each.
        online: let a client send what it logs, instead of keeping it in the target alone.
    """

    with_images: bool = False
    one_channel: bool = False
    overwrite: bool = False
    composite: bool = False
    online: bool = False


@dataclass(frozen=True)
class ListedObject:
    """One object of an item as a source lists it; its pixels are not decoded.

    Args:
        uid: as of its `MaskObject`.
        facts: what `info --json` tells of it, by key: what names it in its file, its name, ...
        fault: why its pixels cannot be read, where that is known without decoding.
    """

    uid: str
    facts: Mapping[str, object]
    fault: Problem | None = None


@dataclass
class Item:
    """One image with its masks as a source lists it; nothing is decoded.

    Args:
        name: unique within the source; may hold `/` and spaces.
        subsets: lists it stands in, in order; empty where the format has none.
        keys: layers it has a file for.
        caption: what the source says of it in words.
        moment: its place in a film, or None.
        polygons: outlines beside the masks.
        objects: what its masks are flattened from, where they are made of objects.
        facts: what `info --json` tells beside, by key.
    """

    name: str
    subsets: tuple[str, ...] = ()
    has_image: bool = False
    keys: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    caption: str = ""
    moment: Moment | None = None
    polygons: tuple[Ring, ...] = ()
    objects: tuple[ListedObject, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


class Source(ABC):
    """Something opened for reading. Reading items is safe from several threads at once.

    One without pictures leaves their methods as they are.

    Attributes:
        has_objects: its masks are flattened from objects.
    """

    has_objects: bool = False
    format: str
    path: Path
    items: list[Item]
    label_maps: dict[str, LabelMap]
    problems: list[Problem]

    def image_size(self, item: Item) -> Size:
        """Width and height as shown, from the header alone. Raises DataError."""
        raise _no_picture(item)

    def read_image(self, item: Item) -> Image:
        """Decode the picture. Raises DataError."""
        raise _no_picture(item)

    def image_bytes(self, item: Item) -> bytes:
        """The picture's file as it is. Raises DataError."""
        raise _no_picture(item)

    def image_where(self, item: Item) -> str:
        """Path of the picture relative to the source, for messages and its suffix."""
        raise _no_picture(item)

    @abstractmethod
    def mask_size(self, item: Item, key: str) -> Size:
        """Width and height of a mask from its header alone. Raises DataError."""

    @abstractmethod
    def read_mask(self, item: Item, key: str) -> MaskData:
        """Decode a mask into arrays the caller owns. Raises DataError."""

    @abstractmethod
    def mask_where(self, item: Item, key: str) -> str:
        """Path of the mask relative to the source, for messages."""

    def makes_classes_in(self, key: str) -> bool:
        """Whether nothing names the classes of a layer.

        The `class_<n>` its masks report as undeclared are ordinary classes then; stand-ins for
        unknown colors are not.
        """
        return False

    def has_class_names(self, key: str) -> bool:
        """Whether somebody named the classes of a layer, so that they can be compared by name."""
        return not self.makes_classes_in(key)

    def stored_key(self, key: str) -> str:
        """Name of a layer in the file; several keys have one where its samples' classes differ."""
        return key

    def mask_time(self, item: Item, key: str) -> float | None:
        """Where in its own film a mask stands, in milliseconds; None in formats without films."""
        return None

    def own_label_map(self, item: Item, key: str) -> LabelMap | None:
        """Classes that an item brings itself, where they are not those of the whole layer."""
        return None

    def read_objects(self, item: Item, key: str) -> tuple[MaskObject, ...]:
        """The objects a mask is flattened from, those with a fault too; none in most formats."""
        return ()

    def companions(self) -> Collection[str]:
        """Files that belong to it beside `path`, relative to the folder of that, there or not.

        None where a whole folder or an archive was opened, or a file that stands alone.
        """
        return ()

    def matching_names(self, item: Item) -> tuple[str, ...]:
        """Names an image of this item may have, likeliest first."""
        return (item.name,)

    def close(self) -> None:
        """Let go of open files; the source reopens them when it is read again."""

    def has_changed_underneath(self, names: Collection[str] | None = None) -> bool:
        """Whether size or time of what was read differ from what is there now.

        Args:
            names: items that are to be written; None for all. Others count where they lie in one
                file with them.
        """
        return False


def _no_picture(item: Item) -> DataError:
    return DataError(Kind.FILE_MISSING, item.name, "there is no picture of it here")


@dataclass(frozen=True)
class ItemImage:
    """The picture of an item, as the model sees it."""

    source: Source
    item: Item

    @property
    def where(self) -> str:
        """Path relative to the source."""
        return self.source.image_where(self.item)

    @property
    def suffix(self) -> str:
        """Ending of the file's name with its dot."""
        return Path(self.where).suffix

    def size(self) -> Size:
        """Width and height as shown."""
        return self.source.image_size(self.item)

    def read(self) -> Image:
        """Decode it."""
        return self.source.read_image(self.item)

    def stored_bytes(self) -> bytes:
        """The file as it is."""
        return self.source.image_bytes(self.item)


@dataclass(frozen=True)
class ItemMask:
    """One mask of an item, as the model sees it."""

    source: Source
    item: Item
    key: str

    @property
    def where(self) -> str:
        """Path relative to the source."""
        return self.source.mask_where(self.item, self.key)

    def size(self) -> Size:
        """Width and height."""
        return self.source.mask_size(self.item, self.key)

    def read(self) -> MaskData:
        """Decode it."""
        return self.source.read_mask(self.item, self.key)


@dataclass(frozen=True)
class WriteItem:
    """One item to be written.

    Args:
        read: gives the pixels when they are needed, or None for an item without a mask; called
            once, in any thread. Raises DataError.
        image: the picture, where it is to be copied along.
        is_required: a fault of it stops the whole instead of leaving it out.
        caption: what its source says of it in words.
        moment: its place in a film, or None.
    """

    name: str
    subsets: tuple[str, ...]
    read: Callable[[], MaskData | None]
    image: ImageRef | None = None
    is_required: bool = False
    caption: str = ""
    moment: Moment | None = None


@dataclass(frozen=True)
class Content:
    """Everything that goes into a new target: one layer and, where there is room, others over it.

    Args:
        key: name of the layer, in formats that name theirs.
        others: further layers of the same samples; only for formats with `Traits.has_layers`.
    """

    label_map: LabelMap
    items: Sequence[WriteItem]
    key: str = GROUND_TRUTH
    others: tuple[Content, ...] = ()


@dataclass(frozen=True)
class ChangedMask:
    """A mask that was edited, in arrays nobody writes to any more; `MaskData` tells the rest."""

    pixels: IndexMask
    instances: InstanceMask | None = None
    has_classes: bool = True
    objects: tuple[MaskObject, ...] | None = None


@dataclass(frozen=True)
class Changes:
    """What a save in place writes into one source.

    Args:
        masks: edited masks by item name; a name the source does not list becomes a new item. It may
            make each mask when it is asked for, so take it once and let it go.
        label_map: the map as it is now; `Source.label_maps[key]` is the one that was read.
    """

    key: str
    label_map: LabelMap
    masks: Mapping[str, ChangedMask]


@dataclass(frozen=True)
class SaveReport:
    """What a save did beside what it was asked for.

    Args:
        problems: warnings, and the items that could not be written.
        recolored: items whose masks were rewritten because a class in them changed its color.
    """

    problems: tuple[Problem, ...] = ()
    recolored: tuple[str, ...] = ()


@contextmanager
def reading_back() -> Iterator[None]:
    """Reading what was just saved: a fault of that is no failed save.

    Raises:
        ReadBackError: the file is whole in its place, but cannot be read again.
    """
    try:
        yield
    except DataError as error:
        raise ReadBackError(error) from error


def unique_names(names: Iterator[str] | Sequence[str]) -> list[str]:
    """The same names with ` (2)`, ` (3)` behind those that were there before."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result
