"""What stands in the window while nothing is open: ways to begin, and what was open before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QIcon,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from maskstudio.resources import resource
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.buttons import link_button
from maskstudio.ui.widgets.elided_label import ElidedLabel

from .deed_row import DeedRow
from .drop_zone import DropZone
from .recent_list import RecentList
from .recent_row import RecentItem

_WIDTH = 1040
_MARGIN = 24
_SIGN = 44
_PURPOSE = "View and correct segmentation masks, and see where predictions go wrong."


class StartPage(QWidget):
    """Asks what to open. It opens nothing itself and keeps nothing.

    Signals:
        open_folder_requested(), open_file_requested(), sample_requested(): one of the deeds.
        path_dropped(list[Path]): local files or folders were dropped on the page.
        recent_chosen(RecentItem): a recent thing is to be opened again.
        clear_requested(): the recent things are to be forgotten.
        keys_requested(): the list of keys is to be shown.
    """

    open_folder_requested = Signal()
    open_file_requested = Signal()
    sample_requested = Signal()
    path_dropped = Signal(list)
    recent_chosen = Signal(object)
    clear_requested = Signal()
    keys_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start_page")
        self.setAccessibleName(self.tr("Start"))
        self.setAcceptDrops(True)
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._choose_fonts()

    def show_recent(self, items: Sequence[RecentItem]) -> None:
        """Replace the list of recent things, newest first; six are shown."""
        self._recent.show_items(items)

    def show_keys(self, *, open_folder: str, open_file: str) -> None:
        """Write the keys of the deeds beside them, as the system spells them."""
        self._open_folder.set_key(open_folder)
        self._open_file.set_key(open_file)

    def _make_widgets(self) -> None:
        self._sign = QLabel()
        sign = QIcon(str(resource("icons", "maskstudio.svg")))
        self._sign.setPixmap(sign.pixmap(QSize(_SIGN, _SIGN), self.devicePixelRatio()))
        self._name = ElidedLabel("MaskStudio")
        self._purpose = ElidedLabel(_PURPOSE, color="text2")
        self._open_folder = DeedRow(
            "open_folder", Icon.OPEN_FOLDER, "Open folder", "Pictures with masks, paired by name",
            primary=True,
        )  # fmt: skip
        self._open_file = DeedRow(
            "open_file", Icon.OPEN_FILE, "Open file", "A picture, a mask, a zip, NDJSON or JSON",
            primary=False,
        )  # fmt: skip
        self._try_sample = DeedRow(
            "try_sample", Icon.SAMPLE_DATA, "Try the sample",
            "Twelve street scenes with a model's predictions", primary=False,
        )  # fmt: skip
        self._drop_zone = DropZone()
        self._recent = RecentList()
        self._keys = link_button(self.tr("Keys"), "show_keys", Icon.KEYS)

    def _lay_out(self) -> None:
        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        grid = QGridLayout(column)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(24)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 7)
        grid.addLayout(self._head(), 0, 0, 1, 2)
        grid.addLayout(self._deeds(), 1, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._recent, 1, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._keys, 2, 0, Qt.AlignmentFlag.AlignLeft)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(column, 1000)
        across.addStretch(1)
        page = QVBoxLayout(self)
        page.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        page.addStretch(4)
        page.addLayout(across)
        page.addStretch(5)

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._purpose)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self._sign)
        head.addLayout(words, 1)
        return head

    def _deeds(self) -> QVBoxLayout:
        deeds = QVBoxLayout()
        deeds.setSpacing(8)
        for row in (self._open_folder, self._open_file, self._try_sample):
            deeds.addWidget(row)
        deeds.addSpacing(8)
        deeds.addWidget(self._drop_zone)
        return deeds

    def _connect(self) -> None:
        self._open_folder.clicked.connect(self.open_folder_requested)
        self._open_file.clicked.connect(self.open_file_requested)
        self._try_sample.clicked.connect(self.sample_requested)
        self._recent.chosen.connect(self.recent_chosen)
        self._recent.clear_requested.connect(self.clear_requested)
        self._keys.clicked.connect(self.keys_requested)

    def _choose_fonts(self) -> None:
        self._name.setFont(font(Type.TITLE))

    # ---- drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _local_paths(event):
            self._drop_zone.set_target(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_zone.set_target(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_zone.set_target(False)
        event.acceptProposedAction()
        self.path_dropped.emit(_local_paths(event))

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(QRectF(self.rect()), current_theme().canvas)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._choose_fonts()


def _local_paths(event: QDropEvent) -> list[Path]:
    """Files and folders of this computer that are being dragged."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
