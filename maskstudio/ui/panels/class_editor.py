"""Adds a class, or gives one another color: fields that refuse at once what cannot be."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QColorDialog, QGridLayout, QHBoxLayout, QPushButton, QWidget

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import UsageError
from maskstudio.ui.class_deeds import ClassDeeds
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import PADDING_LEFT, PADDING_RIGHT, SPACING, SWATCH
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.buttons import link_button, primary_button
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.judged_line import JudgedLine
from maskstudio.ui.widgets.painting import focus_ring
from maskstudio.ui.widgets.swatch import paint_swatch
from maskstudio.workflows.edit_label_map import color_fault, index_fault, name_fault

_HEX = re.compile(r"#?([0-9a-fA-F]{6})")
_RGB = re.compile(r"(\d{1,3})[ ,;]+(\d{1,3})[ ,;]+(\d{1,3})")
_INDEX_WIDTH, _COLOR_WIDTH = 58, 84


class ClassEditor(QWidget):
    """Stands above the list while it is open. Enter does it, Escape closes.

    Signals:
        closed(): it is done; the list may have the focus.
    """

    closed = Signal()

    def __init__(self, deeds: ClassDeeds, parent: QWidget) -> None:
        """Make it closed."""
        super().__init__(parent)
        self.setObjectName("classEditor")
        self._deeds = deeds
        self._recolored: int | None = None
        self._color_is_chosen = False
        self._swatch = _SwatchButton()
        self._swatch.clicked.connect(self._choose_color)
        self._index = JudgedLine("Class index", self._judge_index)
        self._name = JudgedLine("Class name", self._judge_name)
        self._color = JudgedLine("Class color", self._judge_color)
        self._hint = ElidedLabel()
        self._deed = primary_button(self.tr("Add class"), "confirmClass")
        self._cancel = link_button(self.tr("Close"), "closeClassEditor")
        self._arrange()
        for field, name in (
            (self._index, "classIndex"),
            (self._name, "newClassName"),
            (self._color, "classColor"),
        ):
            field.setObjectName(name)
            field.textChanged.connect(self._update)
            field.returnPressed.connect(self._confirm)
        self._index.textEdited.connect(self._on_index_edited)
        self._color.textEdited.connect(self._on_color_edited)
        self._deed.clicked.connect(self._confirm)
        self._cancel.clicked.connect(self.close_editor)
        self.hide()

    # opening

    def open_to_add(self) -> None:
        """Ask for a new class: the next free index and its color stand there already."""
        self._recolored = None
        self._deed.setText(self.tr("Add class"))
        self._name.setPlaceholderText(self.tr("Name of the new class"))
        for field in (self._index, self._name):
            field.setEnabled(True)
        self._start_anew()
        self.show()
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_to_recolor(self, class_index: int) -> None:
        """Ask for another color of a class."""
        self._recolored = class_index
        self._deed.setText(self.tr("Change color"))
        for field in (self._index, self._name):
            field.setEnabled(False)
        self._index.setText(str(class_index))
        self._name.setText(self._label_map.name_of(class_index))
        self._set_color(self._label_map.color_of(class_index))
        self.show()
        self._color.setFocus(Qt.FocusReason.OtherFocusReason)
        self._color.selectAll()
        self._update()

    def close_editor(self) -> None:
        """Forget what was typed."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def refresh(self) -> None:
        """Judge again: the label map is another one now."""
        if self._recolored is not None and not self._label_map.is_declared(self._recolored):
            self.close_editor()
        for field in (self._index, self._name, self._color):
            field.judge_again()
        self._update()

    def _start_anew(self) -> None:
        self._color_is_chosen = False
        index = self._label_map.free_index()
        self._name.clear()
        self._index.setText(str(index))
        self._set_color(self._label_map.free_color(index))
        self._update()

    # judging

    @property
    def _label_map(self) -> LabelMap:
        return self._deeds.label_map

    def _judge_index(self, text: str) -> str:
        if self._recolored is not None:
            return ""
        if not text.isascii() or not text.isdecimal():
            return "an index is a whole number"
        return index_fault(self._label_map, int(text))

    def _judge_name(self, text: str) -> str:
        if self._recolored is not None or not text:
            return ""
        return name_fault(self._label_map, text, index=self._class_index)

    def _judge_color(self, text: str) -> str:
        color = parse_color(text)
        if color is None:
            return "a color is #rrggbb or r, g, b"
        return color_fault(self._label_map, color, index=self._class_index)

    @property
    def _class_index(self) -> int:
        text = self._index.text()
        return int(text) if text.isascii() and text.isdecimal() else -1

    def _update(self) -> None:
        """Show the color, the first reason against it all, and whether it can be done."""
        self._swatch.set_color(parse_color(self._color.text()))
        fault = self._name.fault or self._index.fault or self._color.fault
        self._hint.set_color("error" if fault else "text3")
        self._hint.setText(fault or "Enter confirms, Esc closes")
        self._deed.setEnabled(not fault and bool(self._name.text()))

    def _on_index_edited(self) -> None:
        if not self._color_is_chosen and not self._index.fault:
            self._set_color(self._label_map.free_color(self._class_index))
        self._name.judge_again()
        self._update()

    def _on_color_edited(self) -> None:
        self._color_is_chosen = True

    # doing

    def _confirm(self) -> None:
        color = parse_color(self._color.text())
        if not self._name.text() and self._recolored is None:
            self.close_editor()
        elif self._deed.isEnabled() and color is not None:
            self._do(color)

    def _do(self, color: Rgb) -> None:
        try:
            if self._recolored is not None:
                self._deeds.recolor(self._recolored, color)
                self.close_editor()
            else:
                self._deeds.add(LabelClass(self._class_index, self._name.text(), color))
                self._start_anew()
                self._name.setFocus(Qt.FocusReason.OtherFocusReason)
        except UsageError as error:
            self._hint.set_color("error")
            self._hint.setText(str(error))

    def _choose_color(self) -> None:
        dialog = QColorDialog(QColor(*(parse_color(self._color.text()) or (0, 0, 0))), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(self._take_color)
        dialog.open()

    def _take_color(self, color: QColor) -> None:
        self._color_is_chosen = True
        self._set_color((color.red(), color.green(), color.blue()))
        self._color.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_color(self, color: Rgb) -> None:
        self._color.setText("#{:02x}{:02x}{:02x}".format(*color))

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_editor()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.panel)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme.line)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._hint.setFont(font(Type.SMALL))

    def _arrange(self) -> None:
        self._hint.setFont(font(Type.SMALL))
        self._index.setFixedWidth(_INDEX_WIDTH)
        self._index.setMaxLength(5)
        self._color.setFixedWidth(_COLOR_WIDTH)
        grid = QGridLayout(self)
        grid.setContentsMargins(PADDING_LEFT - 4, 0, PADDING_RIGHT, SPACING)
        grid.setSpacing(SPACING)
        first, second = QHBoxLayout(), QHBoxLayout()
        for widget in (self._swatch, self._index, self._name):
            first.addWidget(widget)
        second.addWidget(self._color)
        second.addStretch(1)
        second.addWidget(self._cancel)
        second.addWidget(self._deed)
        grid.addLayout(first, 0, 0)
        grid.addLayout(second, 1, 0)
        grid.addWidget(self._hint, 2, 0)


class _SwatchButton(QPushButton):
    """The color that is typed; a click opens the system's colors."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pickColor")
        self.setAccessibleName(self.tr("Choose a color"))
        self.setToolTip(self.tr("Choose a color"))
        self._rgb: Rgb | None = None

    def set_color(self, rgb: Rgb | None) -> None:
        """Show a color, or none."""
        self._rgb = rgb
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SWATCH + 8, current_density().control)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        square = QRectF(0, 0, SWATCH + 4, SWATCH + 4)
        square.moveCenter(QRectF(self.rect()).center())
        theme = current_theme()
        if self._rgb is not None:
            paint_swatch(painter, square, self._rgb, theme)
        focus_ring(painter, self, QRectF(self.rect()))


def parse_color(text: str) -> Rgb | None:
    """A color as people type it, `#800000` or `128, 0, 0`, or None where it is no color."""
    text = text.strip()
    if found := _HEX.fullmatch(text):
        number = int(found[1], 16)
        return number >> 16, number >> 8 & 255, number & 255
    if found := _RGB.fullmatch(text):
        red, green, blue = (int(part) for part in found.groups())
        return (red, green, blue) if max(red, green, blue) < 256 else None
    return None
