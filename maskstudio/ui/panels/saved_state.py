"""Whether the work is on disk, in a few words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from maskstudio.ui.saver import Saver
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import ICON_ROW, RADIUS_ITEM
from maskstudio.ui.theme.icons import Icon, paint_icon
from maskstudio.ui.widgets.painting import focus_ring, rounded
from maskstudio.ui.workbench import Workbench

_GAP = 6
_PADDING = 6
_DOT = 7
_HEIGHT = 22
_WIDEST = "Unsaved: 0000 samples"


@dataclass(frozen=True)
class _State:
    words: str = ""
    token: str = "text2"
    icon: Icon | None = None
    has_dot: bool = False


class SavedState(QAbstractButton):
    """Its `clicked` signal comes only after a failed save, which is explained in Problems."""

    def __init__(self, workbench: Workbench, saver: Saver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("saved_state")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._workbench = workbench
        self._saver = saver
        self._state = _State()
        saver.state_changed.connect(self.refresh)
        workbench.opened_changed.connect(self.refresh)
        workbench.bridge.history_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say what is true now."""
        self._state = self._ask()
        failed = self._state.icon is Icon.ERROR
        self.setText(self._state.words)
        self.setAccessibleName(self._state.words)
        self.setToolTip(self._state.words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if failed else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not failed)
        self.update()

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(_WIDEST)
        return QSize(words + ICON_ROW + _GAP + 2 * _PADDING, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        if self.underMouse():
            painter.fillPath(rounded(area, RADIUS_ITEM), theme.hover)
        content = area.adjusted(_PADDING, 0, -_PADDING, 0)
        middle = QPointF(content.left() + ICON_ROW / 2, content.center().y())
        if self._state.has_dot:
            painter.setBrush(theme.accent)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(middle, _DOT / 2, _DOT / 2)
        elif self._state.icon is not None:
            glyph = QRectF(0, 0, ICON_ROW, ICON_ROW)
            glyph.moveCenter(middle)
            paint_icon(painter, glyph, self._state.icon, theme.color(self._state.token))
        words = content.adjusted(ICON_ROW + _GAP, 0, 0, 0)
        painter.setPen(theme.color(self._state.token))
        shown = self.fontMetrics().elidedText(
            self._state.words, Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
        focus_ring(painter, self, area, radius=RADIUS_ITEM)

    def _ask(self) -> _State:
        dataset = self._workbench.dataset
        if dataset is None:
            return _State()
        if self._saver.is_saving:
            return _State("Saving…")
        if self._saver.failure is not None:
            return _State(self._saver.failure, "error", Icon.ERROR)
        targets = dataset.history.modified()
        if not targets:
            return _State("Saved", icon=Icon.SAVED)
        n_samples = len({target.sample for target in targets if target.sample})
        return _State(f"Unsaved: {_counted(n_samples)}", "text", has_dot=True)


def _counted(n_samples: int) -> str:
    if n_samples == 0:
        return "label map"
    return "1 sample" if n_samples == 1 else f"{n_samples} samples"
