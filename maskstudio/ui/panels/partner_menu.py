"""The menu of a compared class: what it is the same as, where names do not say it."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from maskstudio.ui.workbench import Workbench


class PartnerMenu(QMenu):
    """Matches classes of the prediction with classes of the ground truth by hand."""

    def __init__(self, workbench: Workbench, index: int, parent: QWidget) -> None:
        """Offer what can be done with a class.

        Args:
            index: joint index of the class.
        """
        super().__init__(parent)
        self.setObjectName("partner_menu")
        self._workbench = workbench
        choices, compared = workbench.choices, workbench.compared
        name = compared.class_of(index).name
        words = f"Count {name}" if index in choices.ignored else f"Ignore {name}"
        ignore = self.addAction(words.replace("&", "&&"))
        ignore.setObjectName("ignore_class")
        ignore.triggered.connect(lambda: choices.set_ignored(choices.ignored ^ {index}))
        predicted = compared.predicted_indices_of(index)
        if predicted and compared.truth_index_of(index) is None:
            self._offer_partners(name, predicted)
        by_hand = [i for i in predicted if i in choices.partners]
        if by_hand:
            apart = self.addAction(self.tr("Match by Name Again"))
            apart.setObjectName("match_by_name")
            apart.triggered.connect(
                lambda: choices.set_partners(
                    {p: t for p, t in choices.partners.items() if p not in by_hand}
                )
            )

    def _offer_partners(self, name: str, predicted: tuple[int, ...]) -> None:
        """One entry for each class of the ground truth."""
        keys, dataset = self._workbench.compared.keys, self._workbench.dataset
        assert keys is not None
        assert dataset is not None
        menu = self.addMenu(f"{name} of {keys.prediction} Is".replace("&", "&&"))
        menu.setObjectName("partners")
        for label_class in dataset.label_maps[keys.ground_truth].visible_classes:
            words = f"{label_class.index}  {label_class.name}".replace("&", "&&")
            action = menu.addAction(words)
            action.setObjectName(f"partner_{label_class.index}")
            action.setData(dict.fromkeys(predicted, label_class.index))
            action.triggered.connect(self._on_partner_chosen)

    def _on_partner_chosen(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        choices = self._workbench.choices
        choices.set_partners({**choices.partners, **action.data()})
