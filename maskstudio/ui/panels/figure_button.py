"""The mean IoU of the shown sample in the status bar; a click opens the comparison."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton

from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.models.class_figures_model import percent_text
from maskstudio.ui.theme.density import ICON_BAR, SPACING
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.workbench import Workbench

_HEIGHT = 22


class FigureButton(QToolButton):
    """Of a fixed width, so that nothing jumps; hidden where nothing is compared."""

    def __init__(self, workbench: Workbench, figures: ComparisonFigures) -> None:
        super().__init__()
        self.setObjectName("comparison")
        self.setAutoRaise(True)
        self.setIcon(icon(Icon.COMPARISON))
        self.setIconSize(QSize(ICON_BAR, ICON_BAR))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(_HEIGHT)
        self._workbench = workbench
        self._figures = figures
        figures.samples_changed.connect(self._show_figure)
        figures.changed.connect(self._show_figure)
        workbench.document_changed.connect(self._show_figure)
        workbench.compared.changed.connect(self._show_figure)
        self._show_figure()

    def sizeHint(self) -> QSize:
        room = self.fontMetrics().horizontalAdvance("mIoU 100.0")
        return QSize(room + ICON_BAR + 2 * SPACING, _HEIGHT)

    def _show_figure(self) -> None:
        document = self._workbench.document
        self.setVisible(self._workbench.compared.keys is not None)
        scores = self._figures.scores(document.name) if document is not None else None
        words = percent_text(scores.mean_iou if scores is not None else None)
        self.setText(self.tr("mIoU {words}").format(words=words))
        self.setToolTip(self.tr("Comparison\nMean IoU of this sample: {words}").format(words=words))
        self.setAccessibleName(
            self.tr("Comparison, mean IoU of this sample: {words}").format(words=words)
        )
