"""Shows files in the system's file manager."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from maskstudio.core.document import Sample
from maskstudio.formats.base import ItemImage, ItemMask


def folder_of(sample: Sample) -> Path | None:
    """The folder that holds the picture of a sample or, without one, a mask; None in memory."""
    for ref in (sample.image, *sample.masks.values()):
        if isinstance(ref, ItemImage | ItemMask):
            source = ref.source.path
            file = source / ref.where if source.is_dir() else source
            return file.parent if file.parent.is_dir() else source
    return None


def show_folder(folder: Path) -> None:
    """Open a folder in the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
