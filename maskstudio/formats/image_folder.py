"""Pictures without masks: one file, or a folder of them with its folders."""

from __future__ import annotations

from pathlib import Path

from maskstudio.core.geometry import Size
from maskstudio.core.image import Image
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind

from . import pictures
from .base import Item, OpenOptions, Source, Sureness
from .picture_header import sniff
from .picture_listing import PictureFiles, has_picture

FORMAT = "image-folder"


def probe(path: Path) -> Sureness:
    """Whether a file is a picture, by its first bytes, or a folder holds files named like one."""
    if path.is_dir():
        return Sureness.POSSIBLE if has_picture(path, pictures.SUFFIXES) else Sureness.NO
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return Sureness.NO
    if sniff(head):
        return Sureness.CERTAIN
    return Sureness.BY_NAME if path.suffix.lower() in pictures.SUFFIXES else Sureness.NO


def open_source(path: Path, options: OpenOptions) -> ImageFolder:
    """List the pictures. Raises DataError (file_missing)."""
    return ImageFolder(path)


class ImageFolder(Source):
    """Pictures of a folder by relative path without ending; nothing is opened to list them."""

    format = FORMAT

    def __init__(self, path: Path) -> None:
        self.path = path
        self.label_maps = {}
        self._files = PictureFiles(path, pictures.SUFFIXES)
        self.problems = self._files.problems
        self.items = [Item(name, has_image=True) for name in self._files.paths]

    def image_size(self, item: Item) -> Size:
        with self._files.open(item.name) as file:
            return pictures.read_size(file, self.image_where(item))

    def read_image(self, item: Item) -> Image:
        return pictures.read_image(self.image_bytes(item), self.image_where(item))

    def image_bytes(self, item: Item) -> bytes:
        return self._files.read(item.name)

    def image_where(self, item: Item) -> str:
        return self._files.paths[item.name]

    def mask_size(self, item: Item, key: str) -> Size:
        raise _no_mask(item)

    def read_mask(self, item: Item, key: str) -> MaskData:
        raise _no_mask(item)

    def mask_where(self, item: Item, key: str) -> str:
        return self.image_where(item)


def _no_mask(item: Item) -> DataError:
    return DataError(Kind.FILE_MISSING, item.name, "a picture without masks")
