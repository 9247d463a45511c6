"""Where the compared layers disagree: regions one by one, or the samples with most of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from maskstudio.ui.actions import Actions
from maskstudio.ui.figures import count_text
from maskstudio.ui.models.regions_model import Order
from maskstudio.ui.models.worst_samples_model import WorstSamplesModel
from maskstudio.ui.region_lister import RegionLister
from maskstudio.ui.region_scan import MIN_AREA
from maskstudio.ui.region_walk import RegionWalk
from maskstudio.ui.theme.density import PADDING_LEFT, PADDING_RIGHT
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.widgets.buttons import ActionButton
from maskstudio.ui.widgets.empty_note import EmptyNote
from maskstudio.ui.widgets.section_title import SectionTitle
from maskstudio.ui.widgets.segmented import Choice, Segmented
from maskstudio.ui.workbench import Workbench

from .regions_list import RegionsList
from .worst_samples import WorstSamples

REGIONS, SAMPLES = "regions", "samples"
LISTS = [Choice(REGIONS, "Regions", Icon.REGIONS), Choice(SAMPLES, "Samples", Icon.SAMPLES)]
ORDERS = {
    Order.SIZE: "Largest First",
    Order.CLASS: "By Class",
    Order.SAMPLE: "By Sample",
}
DEEDS = ("region.previous", "region.next", "region.accept", "region.keep", "region.later")


class DisagreementsColumn(QWidget):
    """Follows the list; says in words what is listed and why there is nothing.

    Signals:
        figures_wanted(): samples are listed, for which all samples must be counted.
    """

    figures_wanted = Signal()

    def __init__(
        self,
        workbench: Workbench,
        lister: RegionLister,
        walk: RegionWalk,
        samples: WorstSamplesModel,
        actions: Actions,
    ) -> None:
        super().__init__()
        self.setObjectName("disagreements")
        self._workbench = workbench
        self._lister = lister
        self._samples = samples
        self._chooser = Segmented("What is listed", LISTS)
        self._chooser.set_icons_only(True)
        self._chooser.choice_changed.connect(self._on_list_chosen)
        self.title = SectionTitle(self.tr("Disagreements"), self._chooser, self._order_button())
        self.regions = RegionsList(workbench, lister.model, walk)
        self.samples = WorstSamples(workbench, samples)
        self._note = EmptyNote("disagreements_deed")
        self._note.button.clicked.connect(self._act)
        self._deeds = [ActionButton(actions[name], parent=self) for name in DEEDS]
        self._lay_out()
        lister.changed.connect(self.refresh)
        samples.modelReset.connect(self.refresh)
        self.refresh()

    @property
    def lists_samples(self) -> bool:
        """Whether samples are listed, and not regions."""
        return self._chooser.value() == SAMPLES

    def show_samples(self) -> None:
        """List samples."""
        self._chooser.set_value(SAMPLES)
        self._on_list_chosen()

    def _order_button(self) -> QToolButton:
        action = QAction(icon(Icon.SORT), self.tr("Order"), self)
        action.setObjectName("region_order")
        action.setToolTip(self.tr("Order\nHow regions are listed"))
        menu = QMenu(self)
        menu.setObjectName("region_order_menu")
        group = QActionGroup(menu)
        for order, words in ORDERS.items():
            entry = menu.addAction(words)
            entry.setObjectName(f"order_{order}")
            entry.setCheckable(True)
            entry.setChecked(order is Order.SIZE)
            entry.setData(order)
            group.addAction(entry)
        menu.addSeparator()
        smaller = menu.addAction(
            self.tr("Show Smaller than {MIN_AREA} px").format(MIN_AREA=MIN_AREA)
        )
        smaller.setObjectName("show_smaller")
        smaller.setCheckable(True)
        smaller.toggled.connect(self._show_smaller)
        self._smaller = smaller
        group.triggered.connect(self._on_order_chosen)
        button = ActionButton(action, parent=self)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._order_menu = menu
        return button

    def _lay_out(self) -> None:
        deeds = QHBoxLayout()
        deeds.setContentsMargins(PADDING_LEFT, 2, PADDING_RIGHT, 4)
        deeds.setSpacing(4)
        for button in self._deeds[:2]:
            deeds.addWidget(button)
        deeds.addStretch(1)
        for button in self._deeds[2:]:
            deeds.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)  # first: a stack of nobody shows its page as a window
        for widget in (self.regions, self.samples, self._note):
            self._stack.addWidget(widget)
        column.addLayout(deeds)

    # what is listed

    def refresh(self) -> None:
        """Say what is listed."""
        lists_samples = self.lists_samples
        n_rows = self._samples.rowCount() if lists_samples else self._lister.model.rowCount()
        self.title.words.setText(self._words())
        for button in self._deeds:
            button.setVisible(not lists_samples)
        if n_rows:
            self._stack.setCurrentWidget(self.samples if lists_samples else self.regions)
            return
        self._say_why_empty()
        self._stack.setCurrentWidget(self._note)

    def _words(self) -> str:
        if self._workbench.compared.keys is None:
            return ""
        which = self._which()
        if self.lists_samples:
            return f"samples with most pixels of {which}" if which else "samples with most pixels"
        model = self._lister.model
        counted = f"{count_text(model.n_open)} open"
        n_done = model.rowCount() - model.n_open
        if n_done:
            counted += f", {count_text(n_done)} done"
        return " · ".join(filter(None, (counted, which)))

    def _which(self) -> str:
        compared, choices = self._workbench.compared, self._workbench.choices
        if choices.shown_cell is not None:
            truth, prediction = (compared.class_of(index).name for index in choices.shown_cell)
            return f"{truth} → {prediction}" if truth != prediction else f"{truth}, correct"
        index = choices.views.shown_class
        return f"with {compared.class_of(index).name}" if index is not None else ""

    def _say_why_empty(self) -> None:
        lister = self._lister
        if self.lists_samples:
            self._note.say(self.tr("No sample that was counted has pixels of this."))
        elif lister.is_searching:
            self._note.say(self.tr("Looking for disagreements …"))
        elif not lister.is_complete:
            self._note.say(
                self.tr("Not every sample was looked at."), self.tr("Look at all of them")
            )
        elif lister.scan.min_area > 1:
            where = "" if lister.is_of_dataset else " in this sample"
            least = lister.scan.min_area
            self._note.say(
                self.tr("No disagreements of {least} px or more{where}.").format(
                    least=least, where=where
                ),
                self.tr("Show smaller"),
            )
        else:
            self._note.say(self.tr("No disagreements."))

    def _act(self) -> None:
        if self._lister.is_complete:
            self._smaller.setChecked(True)
        else:
            self._lister.want()

    def _show_smaller(self, smaller: bool) -> None:
        self._lister.search_again(min_area=1 if smaller else MIN_AREA)

    def _on_order_chosen(self, action: QAction) -> None:
        self._lister.model.set_order(Order(action.data()))

    def _on_list_chosen(self) -> None:
        if self.lists_samples:
            self.figures_wanted.emit()
        self.refresh()
