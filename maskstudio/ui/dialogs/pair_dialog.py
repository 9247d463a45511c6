"""Which two layers are compared, and which of them is the ground truth."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QDialog, QWidget

from maskstudio.ui.choices import Pair
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.widgets.buttons import link_button, primary_button

from .frame import captioned, choice_list, lay_out

_WIDTH = 380


class PairDialog(QDialog):
    """Two lists of layers; choosing on one side what the other has exchanges them."""

    def __init__(self, keys: Sequence[str], pair: Pair, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pair_dialog")
        self.setWindowTitle(self.tr("Compared Layers"))
        self.setMinimumWidth(_WIDTH)
        self._pair = pair
        self._prediction = choice_list(keys, "prediction", self.tr("Prediction"))
        self._truth = choice_list(keys, "ground_truth", self.tr("Ground truth"))
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
        lists, cancel = captioned(self._prediction, self._truth), self.tr("Cancel")
        away = link_button(cancel, "cancel")
        lay_out(self, lists, away=away, deed=self._compare, beside=self._exchange)

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
