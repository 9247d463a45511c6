"""The list of samples with most pixels of what is chosen; a click goes there."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from maskstudio.ui.figures import count_text
from maskstudio.ui.models.worst_samples_model import PIXELS_ROLE, WorstSamplesModel
from maskstudio.ui.theme.current import current_density, current_theme
from maskstudio.ui.theme.density import PADDING_LEFT, PADDING_RIGHT, SPACING
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.row_list import RowList
from maskstudio.ui.widgets.rows import is_chosen, paint_row_ground
from maskstudio.ui.workbench import Workbench

AnyIndex = QModelIndex | QPersistentModelIndex


class WorstSamples(RowList):
    """The row of the shown sample is the chosen one."""

    def __init__(self, workbench: Workbench, model: WorstSamplesModel) -> None:
        super().__init__("worst_samples", "Samples with most of these pixels")
        self._workbench = workbench
        self._model = model
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.clicked.connect(self._go_to)
        self.activated.connect(self._go_to)
        model.modelReset.connect(self._show_current)
        workbench.document_changed.connect(self._show_current)

    def _go_to(self, index: QModelIndex) -> None:
        self._workbench.show_sample(self._model.name_at(index.row()))

    def _show_current(self) -> None:
        row = self._model.row_of(self._workbench.loader.wanted)
        self.setCurrentIndex(self._model.index(row) if row >= 0 else QModelIndex())


class _Delegate(QStyledItemDelegate):
    """Name at the left, pixels at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(120, current_density().row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        theme = current_theme()
        area = QRectF(option.rect).adjusted(PADDING_LEFT, 0, -PADDING_RIGHT, 0)
        painter.save()
        paint_row_ground(painter, option.rect, option.state)
        painter.setFont(font(Type.SMALL))
        painter.setPen(theme.text if is_chosen(option) else theme.text2)
        words = f"{count_text(index.data(PIXELS_ROLE))} px"
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | middle, words)
        width = painter.fontMetrics().horizontalAdvance(words)
        area.setRight(area.right() - width - SPACING)
        painter.setPen(theme.text)
        name = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideMiddle, int(area.width())
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | middle, name)
        painter.restore()
