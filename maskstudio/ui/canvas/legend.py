"""The strip below the picture in the difference view: what the colors mean, and of which class."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from maskstudio.render.comparison import Difference, PairRules, swatch
from maskstudio.ui.dialogs.compared_class_popup import ComparedClassPopup
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import PADDING_LEFT, RADIUS_SMALL
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.class_button import ClassButton
from maskstudio.ui.widgets.painting import ring, rounded
from maskstudio.ui.workbench import Workbench

from .frame import image_over
from .pair_rules import pair_rules

LEGEND_HEIGHT = 28
_SWATCH = 14
_GAP = 6
_BETWEEN, _LEAST_BETWEEN = 20, 8
_CHOOSER_WIDTH, _LEAST_CHOOSER_WIDTH = 152, 108


@dataclass(frozen=True)
class LegendEntry:
    """A kind of difference, and what it is called here; None for words alone."""

    kind: Difference | None
    text: str


class Legend(QWidget):
    """Follows the compared pair; the canvas shows and places it.

    Signals:
        resized(): it needs another width.
    """

    resized = Signal()

    def __init__(self, workbench: Workbench, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setObjectName("legend")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._workbench = workbench
        self._entries: tuple[LegendEntry, ...] = ()
        self._chooser = ClassButton(
            self.tr("Class looked at"), nothing=self.tr("All classes"), parent=self
        )
        self._chooser.setObjectName("compared_class")
        popup = ComparedClassPopup(workbench, self)
        popup.class_chosen.connect(self._choose)
        self._chooser.set_popup(popup)
        choices = workbench.choices
        for signal in (
            workbench.compared.changed,
            workbench.compared.classes_changed,
            workbench.document_changed,
            choices.views.view_changed,
            choices.views.shown_class_changed,
            choices.shown_cell_changed,
            choices.ignored_changed,
        ):
            signal.connect(self.show_entries)
        self.hide()

    @property
    def entries(self) -> tuple[LegendEntry, ...]:
        """What it says, from left to right."""
        return self._entries

    def show_entries(self) -> None:
        """Say what holds now."""
        workbench = self._workbench
        if workbench.compared.keys is None or workbench.document is None:
            return
        self._entries = legend_entries(workbench)
        self._show_class()
        words = ", ".join(entry.text for entry in self._entries)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.resized.emit()
        self._place_chooser()
        self.update()

    def sizeHint(self) -> QSize:
        entries = sum(_BETWEEN + self._width(entry) for entry in self._entries)
        return QSize(_CHOOSER_WIDTH + entries + PADDING_LEFT, LEGEND_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_chooser()

    @property
    def _missing(self) -> int:
        """Pixels by which it is too narrow."""
        return max(0, self.sizeHint().width() - self.width())

    def _place_chooser(self) -> None:
        """It gives way where narrow room between the entries is not enough."""
        spared = (_BETWEEN - _LEAST_BETWEEN) * len(self._entries)
        width = _CHOOSER_WIDTH - max(0, self._missing - spared)
        width = max(_LEAST_CHOOSER_WIDTH, width)
        height = self._chooser.sizeHint().height()
        self._chooser.setGeometry(0, (self.height() - height) // 2, width, height)

    @property
    def _between(self) -> float:
        return max(_LEAST_BETWEEN, _BETWEEN - self._missing / max(1, len(self._entries)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and self.isVisible():
            self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.canvas)
        painter.setFont(font(Type.SMALL))
        left, between = float(self._chooser.width()), self._between
        for entry in self._entries:
            left += between
            if entry.kind is not None:
                square = QRectF(left, (LEGEND_HEIGHT - _SWATCH) / 2, _SWATCH, _SWATCH)
                self._paint_swatch(painter, square, entry.kind)
                left += _SWATCH + _GAP
            painter.setPen(theme.text)
            words = QRectF(left, 0, self.width() - left, LEGEND_HEIGHT)
            metrics = painter.fontMetrics()
            fitting = metrics.elidedText(
                entry.text, Qt.TextElideMode.ElideRight, max(0, int(words.width()))
            )
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, fitting)
            left += metrics.horizontalAdvance(entry.text)

    def _paint_swatch(self, painter: QPainter, square: QRectF, kind: Difference) -> None:
        """The very pixels of the picture, at the resolution of the screen."""
        side = round(_SWATCH * self.devicePixelRatioF())
        words = swatch(kind, side)
        painter.save()
        painter.setClipPath(rounded(square, RADIUS_SMALL))
        painter.drawImage(square, image_over(words))
        painter.restore()
        ring(painter, square, current_theme().swatch_edge, width=1, radius=RADIUS_SMALL)

    def _width(self, entry: LegendEntry) -> int:
        words = QFontMetrics(font(Type.SMALL)).horizontalAdvance(entry.text)
        return words + (0 if entry.kind is None else _SWATCH + _GAP) + 1

    def _show_class(self) -> None:
        compared, choices = self._workbench.compared, self._workbench.choices
        index = choices.views.shown_class
        if index is None or choices.shown_cell is not None:
            self._chooser.clear_class()
            return
        found = compared.class_of(index)
        rgb = found.color or (128, 128, 128)
        is_declared = compared.is_declared(index)
        self._chooser.set_class(index, found.name, rgb, hatched=not is_declared)

    def _choose(self, index: int | None) -> None:
        self._workbench.choices.set_shown_cell(None)
        self._workbench.choices.views.show_class(index)


def legend_entries(workbench: Workbench) -> tuple[LegendEntry, ...]:
    """The kinds that can occur, each in the words that fit what is looked at."""
    mismatch = size_mismatch(workbench)
    if mismatch:
        return (LegendEntry(None, mismatch),)
    choices, class_of = workbench.choices, workbench.compared.class_of
    rules = pair_rules(workbench)
    if rules.shown_cell is not None:
        true, predicted = (class_of(index).name for index in rules.shown_cell)
        kind = rules.kind_of(*rules.shown_cell)
        words = f"{true}, correct" if true == predicted else f"{true}, predicted as {predicted}"
        return (LegendEntry(kind, words),)
    entries = _of_all_classes(rules)
    if choices.views.shown_class is not None:
        entries = _of_one_class(class_of(choices.views.shown_class).name)
    if rules.ignored:
        entries.append(LegendEntry(Difference.NOT_COUNTED, "Not counted"))
    return tuple(entries)


def size_mismatch(workbench: Workbench) -> str:
    """Why the shown masks cannot be compared, in words; empty where they can."""
    keys, document = workbench.compared.keys, workbench.document
    if keys is None or document is None:
        return ""
    sizes = [document.layer(key).size for key in keys]
    if sizes[0] == sizes[1]:
        return ""
    each = " and ".join(f"{key} is {size}" for key, size in zip(keys, sizes, strict=True))
    return f"Not compared: {each}"


def _of_all_classes(rules: PairRules) -> list[LegendEntry]:
    entries = [LegendEntry(Difference.CORRECT, "Correct")]
    if rules.nothing or rules.ignored:
        entries.append(LegendEntry(Difference.MISSED, "Missed"))
    if rules.nothing:
        entries.append(LegendEntry(Difference.SPURIOUS, "Spurious"))
    return [*entries, LegendEntry(Difference.CONFUSED, "Confused")]


def _of_one_class(name: str) -> list[LegendEntry]:
    return [
        LegendEntry(Difference.CHOSEN_CORRECT, f"{name}, correct"),
        LegendEntry(Difference.MISSED, "Missed"),
        LegendEntry(Difference.SPURIOUS, "Spurious"),
        LegendEntry(Difference.OTHERS_CONFUSED, "Other classes confused"),
    ]
