"""Splitting a class: which of its connected regions become a new one, here or in every sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from maskstudio.core.labels import LabelClass
from maskstudio.ui.figures import count_text
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import PADDING_LEFT, SPACING
from maskstudio.ui.widgets.buttons import link_button, primary_button
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.judged_line import JudgedLine
from maskstudio.workflows.edit_label_map import name_fault
from maskstudio.workflows.split_class import (
    Choose,
    ClassRegion,
    chosen_regions,
    regions_below,
    regions_of,
)

from .draft_keeper import DraftKeeper

_SIZE = QSize(640, 460)
_LISTED = 500
"""Regions that are listed; smaller ones are reached by their size."""
_PICTURE = 280


class SplitDialog(QDialog):
    """Asks; the keeper does it.

    Signals:
        polygon_requested(LabelClass): the new class is to be drawn with the polygon tool.
    """

    polygon_requested = Signal(object)

    def __init__(self, keeper: DraftKeeper, index: int, sample: str, parent: QWidget) -> None:
        """Split a class of the label map as it is; the sample is open."""
        super().__init__(parent)
        self.setObjectName("split_dialog")
        self.resize(_SIZE)
        self._keeper = keeper
        self._index = index
        self._sample = sample
        label_map = keeper.dataset.label_maps[keeper.key]
        self._label_map = label_map
        self.setWindowTitle(self.tr("Split {name}").format(name=label_map.name_of(index)))
        pixels = keeper.dataset.document(sample).layer(keeper.key).pixels
        self._numbered, self._regions = regions_of(pixels, index)
        self._new_index = label_map.free_index()
        self._build()
        self._arrange()
        self._update()

    @property
    def new_class(self) -> LabelClass:
        """What the pixels become."""
        color = self._label_map.free_color(self._new_index)
        return LabelClass(self._new_index, self.name.text().strip(), color)

    @property
    def choice(self) -> Choose:
        """Which pixels these are."""
        if self.everywhere.isChecked():
            return regions_below(self._index, self.below.value())
        return chosen_regions(self._index, self._checked())

    @property
    def is_everywhere(self) -> bool:
        """Whether every sample is split."""
        return self.everywhere.isChecked()

    def _build(self) -> None:
        self.name = JudgedLine(self.tr("Name of the new class"), self._judge)
        self.name.setObjectName("split_name")
        self.name.setPlaceholderText(self.name.accessibleName())
        self.here = QRadioButton(
            self.tr("Regions of {sample} that are ticked").format(sample=self._sample)
        )
        self.everywhere = QRadioButton(self.tr("In every sample, regions with fewer pixels than"))
        self.everywhere.setObjectName("split_everywhere")
        self.here.setChecked(True)
        self.below = QSpinBox()
        self.below.setObjectName("split_below")
        self.below.setRange(1, 1 << 30)
        self.below.setValue(200)
        self.list = QListWidget()
        self.list.setObjectName("split_regions")
        self.list.setSpacing(3)
        self.list.setAccessibleName(self.here.text())
        for region in self._regions[:_LISTED]:
            item = QListWidgetItem(_words(region), self.list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
        self.picture = _Regions(self._numbered)
        self._hint = ElidedLabel(color="text3")
        self.polygon = link_button(self.tr("Draw a polygon instead"), "split_polygon")
        self.cancel = link_button(self.tr("Cancel"), "split_cancel")
        self.split = primary_button(self.tr("Split"), "split_now")
        self.split.setDefault(True)
        for signal in (self.name.textChanged, self.list.itemChanged, self.here.toggled,
                       self.below.valueChanged):  # fmt: skip
            signal.connect(self._update)
        self.polygon.clicked.connect(self._draw)
        self.cancel.clicked.connect(self.reject)
        self.split.clicked.connect(self.accept)

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(SPACING)
        grid.addWidget(self.name, 0, 0, 1, 2)
        grid.addWidget(self.here, 1, 0, 1, 2)
        grid.addWidget(self.list, 2, 0)
        grid.addWidget(self.picture, 2, 1, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.addWidget(self.everywhere)
        row.addWidget(self.below)
        row.addStretch(1)
        grid.addLayout(row, 3, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACING)
        foot.addWidget(self.polygon)
        foot.addWidget(self._hint, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.split)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(PADDING_LEFT,) * 4)
        column.setSpacing(SPACING)
        column.addLayout(grid, 1)
        column.addLayout(foot)

    def _judge(self, text: str) -> str:
        return name_fault(self._label_map, text.strip(), index=-1) if text else ""

    def _checked(self) -> list[int]:
        return [
            region.number
            for row, region in enumerate(self._regions[:_LISTED])
            if self.list.item(row).checkState() is Qt.CheckState.Checked
        ]

    def _update(self) -> None:
        here = self.here.isChecked()
        self.list.setEnabled(here)
        self.below.setEnabled(not here)
        numbers = self._checked()
        if not here:
            numbers = [r.number for r in self._regions if r.n_pixels < self.below.value()]
        self.picture.show_chosen(numbers)
        n_pixels = sum(self._regions[number - 1].n_pixels for number in numbers)
        is_named = bool(self.name.text().strip()) and not self.name.fault
        self.split.setEnabled(is_named and (bool(numbers) or not here))
        self.polygon.setEnabled(is_named)
        words = self.tr("{n} px of {sample}").format(n=count_text(n_pixels), sample=self._sample)
        self._hint.setText(self.name.fault or words)
        self._hint.set_color("error" if self.name.fault else "text3")

    def _draw(self) -> None:
        self.polygon_requested.emit(self.new_class)
        self.reject()


class _Regions(QWidget):
    """The regions of the class in the sample; chosen ones stand out."""

    def __init__(self, numbered: NDArray[np.int64]) -> None:
        super().__init__()
        height, width = numbered.shape
        step = max(1, -(-max(height, width) // (2 * _PICTURE)))
        self._small = numbered[::step, ::step]
        self._chosen = np.zeros(self._small.shape, np.bool_)
        rows, columns = self._small.shape[0], self._small.shape[1]
        scale = _PICTURE / max(rows, columns)
        self.setFixedSize(max(1, round(columns * scale)), max(1, round(rows * scale)))

    def show_chosen(self, numbers: list[int]) -> None:
        """Point these out."""
        self._chosen = np.isin(self._small, numbers)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        words: NDArray[np.uint32] = np.full(self._small.shape, theme.field.rgb(), np.uint32)
        words[self._small > 0] = theme.track.rgb()
        words[self._chosen] = theme.accent.rgb()
        height, width = words.shape[0], words.shape[1]
        image = QImage(words.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        QPainter(self).drawImage(QRectF(self.rect()), image)


def _words(region: ClassRegion) -> str:
    place = f"x {region.centre.x:.0f}  y {region.centre.y:.0f}"
    return f"{region.number}.  {count_text(region.n_pixels)} px   {place}"
