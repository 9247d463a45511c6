"""Which formats there are, and which of them a path has: the one door to all readers and writers.

Formats are imported when they are first asked.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from maskstudio.errors import DataError, Kind, UsageError

from .atomic import not_writable
from .base import (
    Changes,
    Content,
    OpenOptions,
    Progress,
    SaveReport,
    Source,
    Sureness,
    WriteOptions,
)

CVAT = "cvat-segmentation-mask"
CLEARML = "clearml-frames"
INDEX_PNG = "index-png"
LABELBOX = "labelbox-ndjson"
LABELBOX_EXPORT = "labelbox-export"
WANDB_ARTIFACT = "wandb-artifact"
WANDB_RUN = "wandb-run"
IMAGES = "image-folder"

__all__ = [
    "CLEARML",
    "CVAT",
    "IMAGES",
    "INDEX_PNG",
    "LABELBOX",
    "LABELBOX_EXPORT",
    "Traits",
    "WriteOptions",
    "open_source",
    "probe",
]
__all__ += ["save_in_place", "saves_in_place", "traits", "writable_formats", "write_new"]


@dataclass(frozen=True)
class Traits:
    """What a new target of a format is, and what it has room for.

    Args:
        title: what people call it; empty for its name.
        suffix: ending of the file with its dot; empty for a folder.
        needs_images: no mask without a picture; they are copied along also when nobody asked.
        has_layers: several layers of one image; `Content.others` then holds all but the first.
        has_one_channel: gray masks can be asked for where its own are colors.
        has_objects: objects that overlap stay each by itself; elsewhere they are flattened.
        has_composite: one raster for all objects of a sample can be asked for.
    """

    title: str = ""
    suffix: str = ""
    has_images: bool = False
    needs_images: bool = False
    has_instances: bool = False
    has_subsets: bool = False
    has_layers: bool = False
    has_one_channel: bool = False
    has_objects: bool = False
    has_composite: bool = False


@dataclass(frozen=True)
class _Format:
    """A row of the table: where a format lives and what it can do.

    Args:
        reader: the module that probes and opens, where writing is not in it.
        takes_folders: False where only a single file can be of the format.
    """

    module: str
    reader: str = ""
    takes_folders: bool = True
    can_write: bool = False
    saves_in_place: bool = False
    traits: Traits = Traits()


# Where two formats are equally sure the earlier one is meant: the more special first.
_FORMATS = {
    CVAT: _Format(
        "cvat_segmentation_mask",
        "cvat_reader",
        can_write=True,
        saves_in_place=True,
        traits=Traits(
            "CVAT Segmentation Mask",
            ".zip",
            has_images=True,
            has_instances=True,
            has_subsets=True,
            has_one_channel=True,
        ),
    ),
    CLEARML: _Format(
        "clearml_frames",
        "clearml_reader",
        can_write=True,
        saves_in_place=True,
        traits=Traits("ClearML frames", has_images=True, has_layers=True),
    ),
    WANDB_RUN: _Format(
        "wandb_run",
        can_write=True,
        traits=Traits("W&B run", has_images=True, needs_images=True, has_layers=True),
    ),
    WANDB_ARTIFACT: _Format(
        "wandb_artifact",
        "wandb_artifact_reader",
        can_write=True,
        saves_in_place=True,
        traits=Traits("W&B artifact folder", has_images=True, needs_images=True, has_layers=True),
    ),
    LABELBOX: _Format(
        "labelbox_ndjson",
        "labelbox_reader",
        takes_folders=False,
        can_write=True,
        saves_in_place=True,
        traits=Traits(
            "Labelbox NDJSON",
            ".ndjson",
            has_instances=True,
            has_objects=True,
            has_composite=True,
        ),
    ),
    LABELBOX_EXPORT: _Format("labelbox_export", takes_folders=False),
    INDEX_PNG: _Format(
        "index_png",
        "index_reader",
        can_write=True,
        saves_in_place=True,
        traits=Traits("Folder of class-index PNGs"),
    ),
    IMAGES: _Format("image_folder"),
}


def probe(path: Path) -> str:
    """Name of the format a path has, by its content; its ending counts where that says nothing.

    Raises:
        DataError: file_missing, format_unknown.
    """
    _require_file_or_folder(path)
    best, name, is_folder = Sureness.NO, "", path.is_dir()
    for candidate, row in _FORMATS.items():
        if is_folder and not row.takes_folders:
            continue
        sureness: Sureness = _reader(candidate).probe(path)
        if sureness > best:
            best, name = sureness, candidate
        if best == Sureness.CERTAIN:
            break
    if best == Sureness.NO:
        found = "no picture is in the folder" if path.is_dir() else "no known format"
        raise DataError(Kind.FORMAT_UNKNOWN, str(path), found, "images, masks or a data set")
    return name


def open_source(path: Path, options: OpenOptions, *, as_masks: bool | None) -> Source:
    """Open a path in the format it has.

    Args:
        as_masks: what plain pictures, a file or a folder, are: masks, images, or (None) masks
            where a `labelmap.txt` or palettes in all of them say so.

    Raises:
        DataError: of scope file: nothing can be loaded.
    """
    source: Source = _reader(_format_of(path, as_masks)).open_source(path, options)
    return source


def writable_formats() -> tuple[str, ...]:
    """Formats that a new target can have."""
    return tuple(name for name, row in _FORMATS.items() if row.can_write)


def traits(name: str) -> Traits:
    """What a new target of a format that can be written is, and what it has room for."""
    found = _FORMATS[name].traits
    return found if found.title else replace(found, title=name)


def saves_in_place(name: str) -> bool:
    """Whether what was read in this format can go back to where it was read from."""
    return name in _FORMATS and _FORMATS[name].saves_in_place


def save_in_place(source: Source, changes: Changes, progress: Progress) -> SaveReport:
    """Write what changed back into an opened source.

    Raises:
        DataError: something cannot be held or written; nothing was changed.
        CancelledError: nothing was changed.
    """
    assert saves_in_place(source.format), source.format
    report: SaveReport = _module(source.format).save_in_place(source, changes, progress)
    return report


def write_new(
    name: str, target: Path, content: Content, options: WriteOptions, progress: Progress
) -> SaveReport:
    """Write everything to a new target.

    Raises:
        DataError: the target exists, or cannot hold or take it; nothing is left behind.
        CancelledError: nothing is left behind.
        UsageError: the format is not one that can be written.
    """
    if name not in writable_formats():
        raise UsageError(
            f"{name} cannot be written; choose one of {', '.join(writable_formats())}."
        )
    try:
        report: SaveReport = _module(name).write_new(target, content, options, progress)
    except OSError as error:  # of a look at the target, such as at a name that is too long
        raise not_writable(target, error) from error
    return report


def _require_file_or_folder(path: Path) -> None:
    """Refuse what cannot be opened: reading a pipe or a device may never end. Raises DataError."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        found = "there is no such file or folder"
        raise DataError(Kind.FILE_MISSING, str(path), found) from error
    except OSError as error:
        found = f"it cannot be opened ({error.strerror})"
        raise DataError(Kind.FILE_MISSING, str(path), found) from error
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        found = "this is neither a file nor a folder"
        raise DataError(Kind.FORMAT_UNKNOWN, str(path), found, "images, masks or a data set")


def _format_of(path: Path, as_masks: bool | None) -> str:
    try:
        name = probe(path)
    except DataError as error:
        if error.kind != Kind.FORMAT_UNKNOWN or as_masks is None or not path.is_dir():
            raise
        name = IMAGES
    if as_masks is None or name not in (IMAGES, INDEX_PNG):
        return name
    return INDEX_PNG if as_masks else IMAGES


def _module(name: str) -> Any:
    """The module of a format; it has the functions that `base` names."""
    return import_module(f".{_FORMATS[name].module}", __package__)


def _reader(name: str) -> Any:
    """The module of a format that probes and opens; nobody waits there for what writes."""
    row = _FORMATS[name]
    return import_module(f".{row.reader or row.module}", __package__)


def get_ready() -> None:
    """Import every format and what decodes pictures, so that what is opened need not wait."""
    for name in _FORMATS:
        _module(name)
    pictures = import_module(".pictures", __package__)
    pictures.load_decoders()
