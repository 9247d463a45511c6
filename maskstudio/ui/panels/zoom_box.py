"""The zoom at the right end of the options bar: shows it, offers steps, takes a typed one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QToolTip, QWidget

from maskstudio.render.viewport import MAX_ZOOM, MIN_ZOOM
from maskstudio.ui.canvas.canvas import Canvas
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import FOCUS_WIDTH
from maskstudio.ui.widgets.number_scale import NumberScale
from maskstudio.ui.widgets.painting import ring

PRESETS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_WIDTH = 116
_PERCENT = 100.0
_SCALE = NumberScale(MIN_ZOOM * _PERCENT, MAX_ZOOM * _PERCENT, unit="%")


class ZoomBox(QComboBox):
    """Follows the canvas; typing 150 shows it at 150 %."""

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._is_wrong = False
        self.setObjectName("zoom")
        self.setAccessibleName(self.tr("Zoom"))
        self.setToolTip(self.tr("Zoom\nA number of percent, or Fit"))
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # type: ignore[arg-type]
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(len(PRESETS) + 1)
        self.addItem(self.tr("Fit"), None)
        for zoom in PRESETS:
            self.addItem(percent(zoom), zoom)
        self._line.setObjectName("zoom_line")
        self._line.setAccessibleName(self.accessibleName())
        self._line.setToolTip(self.toolTip())
        self.view().setObjectName("zoom_list")
        self.view().setAccessibleName(self.accessibleName())
        self._line.setProperty("kind", "inline")
        self._line.textEdited.connect(self._judge)
        self._line.returnPressed.connect(self._take_typed)
        self._line.editingFinished.connect(self.show_zoom)
        self.activated.connect(self._take_preset)
        canvas.viewport_changed.connect(self.show_zoom)
        self.show_zoom()

    def show_zoom(self) -> None:
        """Show the zoom of the canvas, unless another one is being typed."""
        if self._line.hasFocus() and self._line.isModified():
            return
        viewport = self._canvas.viewport
        shown = "" if viewport is None or not self.isEnabled() else percent(viewport.zoom)
        if shown and self._canvas.is_fitted:
            shown = self.tr("Fit · {zoom}").format(zoom=shown)
        self._set_wrong(False)
        self.setCurrentIndex(-1)
        self._line.setText(shown)
        self._line.setCursorPosition(0)

    def changeEvent(self, event: QEvent) -> None:
        """Show no zoom while there is no picture."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.show_zoom()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, current_density().control)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._is_wrong:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ring(painter, QRectF(self.rect()), current_theme().error, width=FOCUS_WIDTH)

    @property
    def _line(self) -> QLineEdit:
        line = self.lineEdit()
        assert line is not None
        return line

    def _judge(self, text: str) -> None:
        """Say at once what can be typed here."""
        self._set_wrong(not _means_fit(text) and parse_zoom(text) is None)
        below = self.mapToGlobal(QPoint(0, self.height()))
        QToolTip.showText(below, f"{_SCALE.allowed} %" if self._is_wrong else "", self)

    def _set_wrong(self, wrong: bool) -> None:
        self._is_wrong = wrong
        self.update()

    def _take_typed(self) -> None:
        text = self._line.text()
        zoom = parse_zoom(text)
        self._line.setModified(False)
        if zoom is not None:
            self._canvas.zoom_to(zoom)
        elif _means_fit(text):
            self._canvas.fit()
        self._canvas.setFocus()
        self.show_zoom()

    def _take_preset(self, position: int) -> None:
        zoom = self.itemData(position)
        self._line.setModified(False)
        if zoom is None:
            self._canvas.fit()
        else:
            self._canvas.zoom_to(zoom)
        self._canvas.setFocus()
        self.show_zoom()


def percent(zoom: float) -> str:
    """A zoom as people read it."""
    return _SCALE.with_unit(zoom * _PERCENT)


def parse_zoom(text: str) -> float | None:
    """The zoom that was typed in percent, or None where it is none the canvas can show."""
    number = _SCALE.parse(text.replace("%", ""))
    return None if number is None else number / _PERCENT


def _means_fit(text: str) -> bool:
    return text.strip().casefold().startswith("fit")
