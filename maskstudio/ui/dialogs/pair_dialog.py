"""Which two layers are compared, and which of them is the ground truth."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from maskstudio.ui.choices import Pair
from maskstudio.ui.theme.density import PADDING_LEFT, SPACING
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.widgets.buttons import link_button, primary_button
from maskstudio.ui.widgets.elided_label import ElidedLabel

_WIDTH = 380


class PairDialog(QDialog):
    """Two lists of layers; choosing on one side what the other has exchanges them."""

    def __init__(self, keys: Sequence[str], pair: Pair, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pair_dialog")
        self.setWindowTitle(self.tr("Compared Layers"))
        self.setMinimumWidth(_WIDTH)
        self._pair = pair
        self._prediction = _key_list(keys, "prediction", self.tr("Prediction"))
        self._truth = _key_list(keys, "ground_truth", self.tr("Ground truth"))
        self._exchange = link_button(self.tr("Exchange"), "exchange", Icon.SWAP)
        self._compare = primary_button(self.tr("Compare these layers"), "compare")
        self._prediction.currentTextChanged.connect(self._on_prediction_chosen)
        self._truth.currentTextChanged.connect(self._on_truth_chosen)
        self._exchange.clicked.connect(self._on_exchange)
        self._compare.clicked.connect(self.accept)
        self._lay_out()
        self._show()

    @property
    def pair(self) -> Pair:
        """What is chosen."""
        return self._pair

    def _lay_out(self) -> None:
        rows = QGridLayout()
        rows.setHorizontalSpacing(2 * SPACING)
        rows.setVerticalSpacing(SPACING)
        rows.setColumnStretch(1, 1)
        for row, box in enumerate((self._prediction, self._truth)):
            rows.addWidget(ElidedLabel(box.accessibleName(), color="text2"), row, 0)
            rows.addWidget(box, row, 1)
        cancel = link_button(self.tr("Cancel"), "cancel")
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(SPACING)
        foot.addWidget(self._exchange)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self._compare)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(PADDING_LEFT,) * 4)
        column.setSpacing(2 * SPACING)
        column.addLayout(rows)
        column.addLayout(foot)
        self._compare.setDefault(True)

    def _show(self) -> None:
        for box, key in zip((self._prediction, self._truth), self._pair, strict=True):
            with QSignalBlocker(box):
                box.setCurrentText(key)

    def _on_prediction_chosen(self, key: str) -> None:
        before, truth = self._pair
        self._pair = Pair(key, before if key == truth else truth)
        self._show()

    def _on_truth_chosen(self, key: str) -> None:
        prediction, before = self._pair
        self._pair = Pair(before if key == prediction else prediction, key)
        self._show()

    def _on_exchange(self) -> None:
        self._pair = Pair(self._pair.ground_truth, self._pair.prediction)
        self._show()


def _key_list(keys: Sequence[str], name: str, caption: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(caption)
    box.addItems(list(keys))
    return box
