"""One mask layer: eye, key and style; below them what it is, and its opacity."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QEnterEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from maskstudio.core.document import Document
from maskstudio.core.layer import MaskLayer
from maskstudio.core.object_layer import ObjectLayer
from maskstudio.render.palette import Style
from maskstudio.ui.texts import tr
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import LEAST_RIGHT_DOCK, PADDING_RIGHT, SPACING
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.theme.tokens import faded
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.buttons import ActionButton
from maskstudio.ui.widgets.painting import focus_ring
from maskstudio.ui.widgets.rows import EDGE_WIDTH
from maskstudio.ui.widgets.segmented import Choice, Segmented
from maskstudio.ui.workbench import Workbench

STYLES = (
    Choice(Style.FILL.value, "Fill", Icon.STYLE_FILL, "Fill  (C)"),
    Choice(Style.OUTLINE.value, "Outline", Icon.STYLE_OUTLINE, "Outline  (C)"),
    Choice(Style.BOTH.value, "Both", Icon.STYLE_BOTH, "Fill and outline  (C)"),
)
_ACTIVE_DARK, _ACTIVE_LIGHT = 0.55, 0.70
_LEFT = 38
_SLIDER, _SHORT_SLIDER, _PERCENT = 74, 50, 46
_FULL_WIDTH = 264
"""Below this width the slider gives way to the words beside it."""
_FIRST_LINE, _SECOND_LINE = 18, 44
_DOT = 6


class LayerRow(QWidget):
    """Shows the choices for one key and changes them.

    Signals:
        stepped(int): the layer below (1) or above (-1) is wanted.
    """

    stepped = Signal(int)

    def __init__(self, workbench: Workbench, key: str, parent: QWidget | None = None) -> None:
        """Show a layer."""
        super().__init__(parent)
        self.key = key
        self._workbench = workbench
        self._choices = workbench.choices
        self._is_unsaved = False
        self._detail = ""
        self._is_locked = False
        self.setObjectName(f"layer_{key}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._eye = QAction(self)
        self._eye.setObjectName(f"see_{key}")
        self._eye.triggered.connect(self._toggle_seen)
        self.eye = ActionButton(self._eye, parent=self)
        self.style_choice = Segmented(f"Style of {key}", STYLES, parent=self)
        self.style_choice.setObjectName(f"style_{key}")
        self.style_choice.set_icons_only(True)
        self.style_choice.choice_changed.connect(self._on_style_chosen)
        self.opacity = QSlider(Qt.Orientation.Horizontal, self)
        self.opacity.setObjectName(f"opacity_{key}")
        self.opacity.setAccessibleName(self.tr("Opacity of {key}").format(key=key))
        self.opacity.setRange(0, 100)
        self.opacity.setPageStep(10)
        self.opacity.valueChanged.connect(self._on_opacity_moved)
        self.refresh()

    # showing

    @property
    def is_active(self) -> bool:
        """Whether tools change this layer."""
        return self._choices.active_key == self.key

    @property
    def detail(self) -> str:
        """What stands below the key."""
        return self._detail

    def refresh(self) -> None:
        """Show the choices as they are now."""
        look = self._choices.look(self.key)
        self.style_choice.set_value(look.style.value)
        self.opacity.blockSignals(True)
        self.opacity.setValue(round(100 * look.opacity))
        self.opacity.blockSignals(False)
        self.opacity.setToolTip(
            self.tr("Opacity {n} %\nAlt+[ and Alt+]").format(n=round(100 * look.opacity))
        )
        self._eye.setIcon(icon(Icon.SEEN if look.is_visible else Icon.HIDDEN))
        words = self.tr("Hide {key}") if look.is_visible else self.tr("Show {key}")
        self._eye.setText(words.format(key=self.key))
        self._eye.setToolTip(self.tr("{text}  (V)").format(text=self._eye.text()))
        self._show_document()
        self._describe()
        self.update()

    def set_unsaved(self, is_unsaved: bool) -> None:
        """Show whether its file lacks changes."""
        if is_unsaved != self._is_unsaved:
            self._is_unsaved = is_unsaved
            self._describe()
            self.update()

    def _show_document(self) -> None:
        document = self._workbench.document
        layer = next((x for x in document.layers if x.key == self.key), None) if document else None
        self._is_locked = layer is not None and layer.is_locked
        self._detail, tip = layer_detail(layer, document) if layer and document else ("", "")
        dataset = self._workbench.dataset
        if dataset is not None and dataset.is_read_only:
            self._detail, tip = tr("Read-only: in use"), ""
        self.setToolTip("\n".join(filter(None, (self.key, tip or self._detail))))

    def _describe(self) -> None:
        states = {
            "active": self.is_active,
            "hidden": not self._choices.look(self.key).is_visible,
            "read-only": self._is_locked,
            "unsaved": self._is_unsaved,
        }
        said = [state for state, holds in states.items() if holds]
        self.setAccessibleName(", ".join((f"Layer {self.key}", *said)))
        self.setAccessibleDescription(self._detail)

    # changing

    def _toggle_seen(self) -> None:
        look = self._choices.look(self.key)
        self._choices.set_look(self.key, replace(look, is_visible=not look.is_visible))

    def _on_style_chosen(self, value: str) -> None:
        look = self._choices.look(self.key)
        self._choices.set_look(self.key, replace(look, style=Style(value)))

    def _on_opacity_moved(self, percent: int) -> None:
        look = self._choices.look(self.key)
        self._choices.set_look(self.key, replace(look, opacity=percent / 100))

    # events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._choices.set_active_key(self.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Up:
                self.stepped.emit(-1)
            case Qt.Key.Key_Down:
                self.stepped.emit(1)
            case Qt.Key.Key_Space:
                self._toggle_seen()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choices.set_active_key(self.key)
            case _:
                super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(current_density().right_docks, current_density().layer_row)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_RIGHT_DOCK, current_density().layer_row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        right = self.width() - PADDING_RIGHT
        eye, style = self.eye.sizeHint(), self.style_choice.sizeHint()
        self.eye.setGeometry(6, _FIRST_LINE - eye.height() // 2, eye.width(), eye.height())
        top = _FIRST_LINE - style.height() // 2 + 1
        self.style_choice.setGeometry(right - style.width(), top, style.width(), style.height())
        slider = max(_SHORT_SLIDER, _SLIDER - max(0, _FULL_WIDTH - self.width()))
        self.opacity.setGeometry(right - _PERCENT - slider, _SECOND_LINE - 10, slider, 20)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        self._paint_key(painter)
        self._paint_second_line(painter)
        focus_ring(painter, self, QRectF(self.rect()), radius=0)

    def _paint_ground(self, painter: QPainter) -> None:
        theme = current_theme()
        painter.fillRect(self.rect(), theme.panel)
        if self.is_active:
            strength = _ACTIVE_DARK if theme.is_dark else _ACTIVE_LIGHT
            painter.fillRect(self.rect(), faded(theme.select, strength))
            painter.fillRect(0, 0, EDGE_WIDTH, self.height(), theme.accent)
        elif self.underMouse():
            painter.fillRect(self.rect(), theme.hover)

    def _paint_key(self, painter: QPainter) -> None:
        theme = current_theme()
        chosen = font(Type.PANEL_TITLE if self.is_active else Type.BODY)
        room = self.style_choice.x() - _LEFT - SPACING - (_DOT + SPACING) * self._is_unsaved
        metrics = QFontMetricsF(chosen)
        shown = metrics.elidedText(self.key, Qt.TextElideMode.ElideRight, room)
        area = QRectF(_LEFT, 4, room, 2 * (_FIRST_LINE - 4))
        is_seen = self._choices.look(self.key).is_visible
        painter.setFont(chosen)
        painter.setPen(theme.text if is_seen else self._faint())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)
        if self._is_unsaved:
            left = _LEFT + metrics.horizontalAdvance(shown) + SPACING
            painter.setBrush(theme.accent)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(QRectF(left, _FIRST_LINE - _DOT / 2, _DOT, _DOT))

    def _paint_second_line(self, painter: QPainter) -> None:
        theme = current_theme()
        small = font(Type.CAPTION)
        room = self.opacity.x() - _LEFT - SPACING
        shown = QFontMetricsF(small).elidedText(self._detail, Qt.TextElideMode.ElideRight, room)
        line = QRectF(_LEFT, _SECOND_LINE - 10, room, 20)
        painter.setFont(small)
        painter.setPen(theme.warn if self._is_locked else self._faint())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
        percent = QRectF(self.opacity.geometry().right(), line.top(), _PERCENT, 20)
        painter.setFont(font(Type.SMALL))
        painter.setPen(theme.text2)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(percent, right, f"{self.opacity.value()} %")

    def _faint(self) -> QColor:
        return current_theme().text2 if self.is_active else current_theme().text3


def layer_detail(layer: MaskLayer, document: Document) -> tuple[str, str]:
    """What a layer is in a few words, and in a sentence where it is read-only."""
    width, height = layer.size
    size = f"{width} × {height}"
    if not layer.is_locked:
        if layer.is_new and not layer.changed_tiles:
            return f"{size}, no file yet", ""
        if isinstance(layer, ObjectLayer):
            return _objects_words(len(layer.objects)), size
        return f"{size}, {8 * layer.pixels.itemsize} bit", ""
    if layer.size == document.size:
        return "Read-only: not loaded", "Its file cannot be read: see Problems"
    canvas = f"{document.size.width} × {document.size.height}"
    sentence = f"Read-only: the mask is {size}, the picture {canvas}; it is shown stretched"
    return f"Read-only: {size}", sentence


def _objects_words(n_objects: int) -> str:
    return tr("1 object") if n_objects == 1 else tr("{n} objects").format(n=n_objects)
