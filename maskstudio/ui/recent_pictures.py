"""A small picture of each recent item, in the cache folder: made while it was open, so that the
start page decodes nothing of it.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from .recent import PICTURE_SUFFIX, RecentItems, picture_path
from .thumbnails import Thumbnails
from .workbench import Workbench


class RecentPictures(QObject):
    """Keeps the thumbnail of the sample that is shown: the first one there is, then the last.

    A picture that cannot be written is no harm: the row goes without.
    """

    def __init__(self, workbench: Workbench, thumbnails: Thumbnails, recent: RecentItems) -> None:
        """Follow what is open."""
        super().__init__(workbench)
        self._workbench = workbench
        self._thumbnails = thumbnails
        self._recent = recent
        self._has_one = False
        workbench.opened_changed.connect(self._on_opened_changed)
        workbench.closing.connect(self._keep)
        thumbnails.changed.connect(self._on_changed)

    def _on_opened_changed(self) -> None:
        self._has_one = False

    def _on_changed(self, name: str) -> None:
        document = self._workbench.document
        if not self._has_one and document is not None and document.name == name:
            self._keep()

    def _keep(self) -> None:
        opened, document = self._workbench.opened, self._workbench.document
        made = self._thumbnails.get(document.name) if document is not None else None
        if opened is None or made is None or made.image is None:
            return
        cache = self._workbench.settings.cache_folder
        self._has_one = _write(picture_path(cache, opened.request), made.image)
        known = [picture_path(cache, item.request) for item in self._recent.items]
        _remove_others([*known, picture_path(cache, opened.request)])


def _write(path: Path, image: QImage) -> bool:
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        return image.save(str(path))
    return False


def _remove_others(kept: list[Path]) -> None:
    """Remove the pictures of items that have left the list."""
    with suppress(OSError):
        for path in set(kept[0].parent.glob(f"*{PICTURE_SUFFIX}")) - set(kept):
            path.unlink(missing_ok=True)
