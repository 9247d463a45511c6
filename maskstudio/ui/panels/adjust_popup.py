"""Brightness, contrast and gamma of the shown picture. They change no pixel."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from maskstudio.core.image import FULL_8_BIT, Adjustment, Image
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import PADDING_LEFT, RADIUS_CARD, SPACING
from maskstudio.ui.widgets.buttons import link_button
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.number_field import NumberField
from maskstudio.ui.widgets.number_scale import NumberScale
from maskstudio.ui.widgets.painting import box
from maskstudio.ui.workbench import Workbench

_WIDTH = 248
_PERCENT = 100.0
_SHIFT = NumberScale(-100, 100, unit="%")
_GAMMA = NumberScale(0.1, 10.0, decimals=2, curve=3.0)


class AdjustPopup(QFrame):
    """Follows `choices.adjustment`; opened by the levels button."""

    def __init__(self, workbench: Workbench, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("adjust_popup")
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setFixedWidth(_WIDTH)
        self._workbench = workbench
        self._brightness = NumberField(self.tr("Brightness"), _SHIFT)
        self._contrast = NumberField(self.tr("Contrast"), _SHIFT)
        self._gamma = NumberField(self.tr("Gamma"), _GAMMA)
        self._window = ElidedLabel(color="text3")
        self._window.setObjectName("window_of_values")
        self._reset = link_button(self.tr("Reset"), "reset_adjustment")
        self._reset.clicked.connect(self._neutral)
        for name, field in self._fields.items():
            field.setObjectName(name)
            field.value_changed.connect(self._change)
        self._lay_out()
        workbench.choices.looks_changed.connect(self._show)
        workbench.document_changed.connect(self._show)
        self._show()

    @property
    def _fields(self) -> dict[str, NumberField]:
        return {
            "brightness": self._brightness,
            "contrast": self._contrast,
            "gamma": self._gamma,
        }

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box(painter, QRectF(self.rect()), fill=theme.panel, edge=theme.track, radius=RADIUS_CARD)

    def showEvent(self, event: QShowEvent) -> None:
        self._brightness.setFocus(Qt.FocusReason.PopupFocusReason)
        super().showEvent(event)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING_LEFT, PADDING_LEFT, PADDING_LEFT, SPACING)
        column.setSpacing(SPACING)
        for field in self._fields.values():
            column.addWidget(field)
        foot = QHBoxLayout()
        foot.addWidget(self._window, 1)
        foot.addWidget(self._reset)
        column.addLayout(foot)

    def _show(self) -> None:
        adjustment = self._workbench.choices.adjustment
        self._brightness.set_number(adjustment.brightness * _PERCENT)
        self._contrast.set_number(adjustment.contrast * _PERCENT)
        self._gamma.set_number(adjustment.gamma)
        self._reset.setEnabled(adjustment != Adjustment())
        document = self._workbench.document
        self._window.setText(window_words(document.image if document else None))

    def _change(self) -> None:
        choices = self._workbench.choices
        choices.set_adjustment(
            replace(
                choices.adjustment,
                brightness=self._brightness.number() / _PERCENT,
                contrast=self._contrast.number() / _PERCENT,
                gamma=self._gamma.number(),
            )
        )

    def _neutral(self) -> None:
        self._workbench.choices.set_adjustment(Adjustment())


def window_words(image: Image | None) -> str:
    """Which values are shown as black and white; nothing for pictures of 8 bit."""
    if image is None or image.window == FULL_8_BIT:
        return ""
    low, high = (f"{value:.6g}" for value in image.window)
    return f"Values {low} to {high}"
