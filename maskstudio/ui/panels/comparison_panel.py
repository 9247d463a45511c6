"""The comparison: figures of each class, the confusion matrix, and where the layers disagree."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QMenu,
    QSplitter,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from maskstudio.metrics.scores import Scores
from maskstudio.ui.actions import Actions
from maskstudio.ui.choices import Cell
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.models.class_figures_model import ClassFiguresModel, percent_text
from maskstudio.ui.models.matrix_cells import matrix_cells
from maskstudio.ui.models.worst_samples_model import WorstSamplesModel
from maskstudio.ui.region_lister import RegionLister
from maskstudio.ui.region_walk import RegionWalk
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.widgets.buttons import ActionButton, link_button
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.empty_note import EmptyNote
from maskstudio.ui.widgets.section_title import SectionTitle
from maskstudio.ui.widgets.segmented import Choice, Segmented
from maskstudio.ui.workbench import Workbench

from .class_figures_table import ClassFiguresTable
from .confusion_view import ConfusionView
from .disagreements_column import DisagreementsColumn
from .more_figures_foot import MoreFiguresFoot
from .partner_menu import PartnerMenu

SAMPLE, DATASET = "sample", "dataset"
MENU_ACTIONS = ("compare.copy_figures", "compare.copy_matrix", "compare.export_csv", "compare.pair")
UPDATE_DELAY_MS = 40
SUMMARY = {
    "mean IoU": "mean_iou",
    "accuracy": "pixel_accuracy",
    "mean Dice": "mean_dice",
    "class accuracy": "mean_class_accuracy",
    "weighted IoU": "frequency_weighted_iou",
    "kappa": "cohen_kappa",
}


class ComparisonPanel(QWidget):
    """Counts all samples once it is seen, unless it is asked for the shown one alone.

    Signals:
        count_changed(str): nothing is counted in the title of the dock.
    """

    count_changed = Signal(str)

    def __init__(
        self,
        workbench: Workbench,
        figures: ComparisonFigures,
        lister: RegionLister,
        walk: RegionWalk,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("comparison_panel")
        self._workbench = workbench
        self._figures = figures
        self._lister = lister
        self.classes = ClassFiguresModel(workbench.compared, self)
        self.table = ClassFiguresTable(self.classes)
        self.matrix = ConfusionView()
        self._samples = WorstSamplesModel(figures, self)
        self.disagreements = DisagreementsColumn(workbench, lister, walk, self._samples, actions)
        self._scope = Segmented(
            "What is counted", [Choice(SAMPLE, "This sample"), Choice(DATASET, "All samples")]
        )
        self._scope.setObjectName("comparison_scope")
        self._scope.set_value(DATASET)
        self._progress = ElidedLabel(color="text3")
        self._count_all = link_button(self.tr("Count all"), "count_all_samples")
        self._note = EmptyNote("comparison_deed")
        self._timer = QTimer(self, singleShot=True, interval=UPDATE_DELAY_MS)
        self._timer.timeout.connect(self.refresh)
        self._lay_out(actions)
        self._connect()
        self.refresh()

    @property
    def is_of_dataset(self) -> bool:
        """Whether all samples are counted together, or the shown one alone."""
        return self._workbench.choices.views.is_of_dataset

    # building

    def _lay_out(self, actions: Actions) -> None:
        self._pair_words = ElidedLabel(color="text3")
        self.title_widgets: tuple[QWidget, ...] = (
            self._pair_words,
            self._progress,
            self._count_all,
            self._scope,
            self._menu_button(actions),
        )
        """What stands in the title of the dock: it is about everything in the panel."""
        self._class_title = SectionTitle(self.tr("Per class"))
        self._class_title.words.setObjectName("class_figures_summary")
        self._matrix_title = SectionTitle(self.tr("Confusion"))
        self._matrix_title.words.setText(self.tr("% of ground truth per row"))
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._columns.setObjectName("comparison_columns")
        self._columns.setChildrenCollapsible(False)
        self._columns.setHandleWidth(1)
        self._more = MoreFiguresFoot(actions["compare.more_figures"])
        self._columns.addWidget(_Column(self._class_title, self.table, self._more))
        self._columns.addWidget(_Column(self._matrix_title, self.matrix))
        self._columns.addWidget(self.disagreements)
        self._columns.setSizes([580, 660, 600])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._pages = QStackedLayout()
        column.addLayout(self._pages, 1)  # first: a stack of nobody shows its page as a window
        self._pages.addWidget(self._columns)
        self._pages.addWidget(self._note)

    def _menu_button(self, actions: Actions) -> QToolButton:
        action = QAction(icon(Icon.MORE), self.tr("More"), self)
        action.setObjectName("comparison_more")
        action.setToolTip(self.tr("More\nCopy, export, other layers"))
        menu = QMenu(self)
        menu.setObjectName("comparison_menu")
        for name in MENU_ACTIONS:
            menu.addAction(actions[name])
        button = ActionButton(action, parent=self)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _connect(self) -> None:
        workbench, figures = self._workbench, self._figures
        for signal in (
            figures.samples_changed,
            figures.changed,
            figures.derived,
            figures.more.changed,
            figures.counts.progressed,
            workbench.document_changed,
            workbench.opened_changed,
            workbench.compared.changed,
            workbench.choices.shown_cell_changed,
            workbench.choices.views.shown_class_changed,
        ):
            signal.connect(self._refresh_later)
        workbench.compared.changed.connect(self._want)
        self._scope.choice_changed.connect(self._on_scope_chosen)
        workbench.choices.views.scope_changed.connect(self._on_scope_changed)
        self._count_all.clicked.connect(self._want)
        self.disagreements.figures_wanted.connect(self._want_all_figures)
        self.table.class_toggled.connect(self._toggle_ignored)
        self.table.menu_requested.connect(self._show_class_menu)
        self.table.class_chosen.connect(self._show_class)
        self.matrix.cell_chosen.connect(self._show_cell)

    # what is counted

    def _want(self) -> None:
        """Ask for what is shown; somebody looks at it."""
        if not self.isVisible() or self._workbench.compared.keys is None:
            return
        if self.is_of_dataset:
            self._figures.counts.start()
        self._lister.want()

    def _want_all_figures(self) -> None:
        self._figures.counts.start()
        self._refresh_later()

    def _on_scope_chosen(self, value: str) -> None:
        self._workbench.choices.views.set_of_dataset(value == DATASET)

    def _on_scope_changed(self) -> None:
        self._want()
        self.refresh()

    # what is shown

    def _refresh_later(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def refresh(self) -> None:
        """Show figures as they are now."""
        if self._workbench.compared.keys is None:
            self._say_no_pair()
            return
        self._pages.setCurrentWidget(self._columns)
        if not self.isVisible() or self._figures.is_behind:
            return
        prediction, truth = self._workbench.compared.keys
        self._pair_words.setText(
            self.tr("{prediction} against {truth}").format(prediction=prediction, truth=truth)
        )
        self._show_scope()
        document = self._workbench.document
        name = document.name if document is not None else ""
        choices, figures = self._workbench.choices, self._figures
        confusion = figures.total() if self.is_of_dataset else figures.confusion(name)
        scores = figures.total_scores() if self.is_of_dataset else figures.scores(name)
        if confusion is None:
            self._say_no_figures(name)
            return
        self.classes.show_figures(confusion, scores, choices.ignored)
        self.table.choose(choices.views.shown_class)
        cells = matrix_cells(confusion, scores, choices.ignored, self._workbench.compared)
        self.matrix.show_cells(cells)
        self.matrix.choose(choices.shown_cell)
        self.matrix.mark_class(choices.views.shown_class)
        self._class_title.words.setText(_summary(scores))
        more = figures.more.of(None if self.is_of_dataset else name)
        is_measuring = figures.more.is_measuring
        self._more.show_figures(more, self._workbench.compared, is_measuring=is_measuring)
        left_out = f" · the worst {len(cells.columns)} classes" if cells.n_left_out else ""
        self._matrix_title.words.setText(
            self.tr("% of ground truth per row{left_out}").format(left_out=left_out)
        )
        if self.disagreements.lists_samples:
            shown = choices.views.shown_class
            self._samples.show_samples(choices.shown_cell, shown, choices.ignored)
        self.disagreements.refresh()

    def _show_scope(self) -> None:
        dataset = self._workbench.dataset
        n_samples = len(dataset.samples) if dataset is not None else 0
        self._scope.set_value(DATASET if self.is_of_dataset else SAMPLE)
        self._scope.segment(DATASET).setText(
            self.tr("All {n_samples} samples").format(n_samples=n_samples)
        )
        n_counted, n_missing = len(list(self._figures.names)), len(self._figures.counts.missing())
        is_short = self.is_of_dataset and n_missing > 0
        is_running = self._figures.counts.is_running
        words = "counting …" if is_running else f"{n_counted} of {n_samples} counted"
        n_apart = n_samples - n_counted - n_missing
        if not is_short:
            words = f"{n_apart} not compared" if self.is_of_dataset and n_apart else ""
        problems = self._workbench.compared.alignment.problems
        alone = f"{len(problems)} classes without partner" if problems else ""
        self._progress.setText(" · ".join(filter(None, (alone, words))))
        tips = [*(problem.message for problem in problems)]
        tips += [self._why_apart()] if n_apart else []
        self._progress.setToolTip("\n".join(tips))
        self._count_all.setVisible(is_short and not is_running)

    def _why_apart(self) -> str:
        n_faults = len(self._figures.counts.faults)
        lines = ["A sample is compared when both layers have a mask of it, in one size."]
        if n_faults:
            lines.append(f"{n_faults} cannot be compared: see Problems.")
        return "\n".join(lines)

    def _say_no_pair(self) -> None:
        self._pair_words.setText("")
        self._progress.setText("")
        self._count_all.hide()
        if self._workbench.dataset is None:
            self._note.say(self.tr("Two layers are compared here once something is open."))
        else:
            self._note.say(
                self.tr(
                    "There is one layer. Add a second one with File, Add Layer, to compare them."
                )
            )
        self._pages.setCurrentWidget(self._note)

    def _say_no_figures(self, name: str) -> None:
        fault = self._figures.counts.faults.get(name)
        self._note.say(
            fault.message if fault else self.tr("This sample has a mask in one layer only.")
        )
        self._pages.setCurrentWidget(self._note)

    # choosing

    def _toggle_ignored(self, index: int) -> None:
        choices = self._workbench.choices
        choices.set_ignored(choices.ignored ^ {index})

    def _show_class_menu(self, index: int, place: QPoint) -> None:
        menu = PartnerMenu(self._workbench, index, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _show_class(self, index: int | None) -> None:
        choices = self._workbench.choices
        choices.set_shown_cell(None)
        choices.views.show_class(index)

    def _show_cell(self, cell: Cell | None) -> None:
        """Point the pixels out, and list the samples that have most of them."""
        self._workbench.choices.set_shown_cell(cell)
        if cell is not None and self.is_of_dataset:
            self.disagreements.show_samples()

    # events of Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._want()
        self._refresh_later()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), current_theme().panel)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._refresh_later()


class _Column(QWidget):
    """A title over its content, and a foot where there is one."""

    def __init__(self, title: QWidget, content: QWidget, foot: QWidget | None = None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(title)
        column.addWidget(content, 1)
        if foot is not None:
            column.addWidget(foot)


def _summary(scores: Scores | None) -> str:
    if scores is None:
        return ""
    return " · ".join(
        f"{name} {percent_text(getattr(scores, figure))}" for name, figure in SUMMARY.items()
    )
