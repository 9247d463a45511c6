"""The right side of the label map's window: what will change, what is wrong, what a target says."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from maskstudio.errors import Severity
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import PADDING_LEFT, PADDING_RIGHT, SPACING
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.empty_note import EmptyNote
from maskstudio.ui.workbench import Workbench
from maskstudio.workflows.draft_edits import REACHES_PIXELS, EditKind, reach_of

from .before_after import BeforeAfter
from .changes_list import ChangesList
from .draft_keeper import DraftKeeper
from .edit_words import words_of
from .findings_list import FindingsList
from .layer_checks import lint_lines, target_lines, targets
from .other_layers import OtherLayers

_LINT_DELAY_MS = 120
_PICTURED = REACHES_PIXELS | {EditKind.COLOR, EditKind.BACKGROUND, EditKind.VOID}


class Consequences(QWidget):
    """Signals:
    classes_chosen(keys): the user wants to see these classes.
    """

    classes_chosen = Signal(list)

    def __init__(self, workbench: Workbench, keeper: DraftKeeper) -> None:
        super().__init__()
        self._workbench = workbench
        self._keeper = keeper
        self.tabs = QTabBar()
        self.tabs.setObjectName("consequence_tabs")
        self.tabs.setExpanding(False)
        for title in (self.tr("What will change"), self.tr("Checks"), self.tr("Target")):
            self.tabs.addTab(title)
        self.list = ChangesList()
        self.others = OtherLayers()
        self.pictures = BeforeAfter(workbench, keeper)
        self.note = EmptyNote("no_edits")
        self.checks = FindingsList(
            "lint_findings", self.tr("Checks"), self.tr("Nothing is wrong with this label map.")
        )
        self.target = QComboBox()
        self.target.setObjectName("check_target")
        self.target.setAccessibleName(self.tr("Check against"))
        self.told = FindingsList(
            "target_findings", self.tr("Target"), self.tr("It takes every class as it is.")
        )
        self._lint_timer = QTimer(self, singleShot=True, interval=_LINT_DELAY_MS)
        self._lint_timer.timeout.connect(self._check)
        self._arrange()
        self._connect()
        self._fill_targets()
        self.refresh()

    # showing

    def refresh(self) -> None:
        """Show the draft as it is now."""
        keeper = self._keeper
        edits, opened = keeper.edits, self._workbench.opened
        source = None if opened is None else opened.layer_sources.get(keeper.key)
        words = [
            words_of(e, keeper.draft, keeper.census, key=keeper.key,
                     format_name=source.format if source else "")
            for e in edits
        ]  # fmt: skip
        self.list.show_edits(edits, words)
        self.others.show_layers(keeper)
        self.list.setVisible(bool(edits))
        self.note.setVisible(not edits)
        count = f"  {len(edits)}" if edits else ""
        self.tabs.setTabText(0, f"{self.tr('What will change')}{count}")
        self._show_samples()
        self._lint_timer.start()

    def _show_samples(self) -> None:
        """Those the chosen edit changes, or all that anything changes."""
        census, chosen = self._keeper.census, self.list.edit_shown
        edits = [chosen] if chosen is not None else list(self._keeper.edits)
        names: set[str] = set()
        for edit in edits:
            if census is not None and edit.kind in _PICTURED:
                names.update(reach_of(edit, census).samples)
        ordered = [s.name for s in self._keeper.dataset.samples if s.name in names]
        self.pictures.show_samples(ordered)

    def _check(self) -> None:
        lines = lint_lines(self._keeper)
        self.checks.show_lines(lines)
        n_bad = sum(line.severity is not Severity.INFO for line in lines)
        count = f"  {n_bad}" if n_bad else ""
        self.tabs.setTabText(1, f"{self.tr('Checks')}{count}")
        self._check_target()

    def _check_target(self) -> None:
        self.told.show_lines(target_lines(self._keeper, str(self.target.currentData())))

    # building

    def _fill_targets(self) -> None:
        opened, keeper = self._workbench.opened, self._keeper
        source = None if opened is None else opened.layer_sources.get(keeper.key)
        for name, title in targets():
            self.target.addItem(title, name)
        place = self.target.findData(source.format) if source is not None else -1
        self.target.setCurrentIndex(max(0, place))

    def _arrange(self) -> None:
        changes = QWidget()
        column = QVBoxLayout(changes)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.note)
        column.addWidget(self.list)
        column.addWidget(self.others)
        column.addWidget(self.pictures, 1)
        column.addStretch(0)
        self.note.say(
            self.tr(
                "Nothing is changed yet. Type into the table, drag rows, or choose classes and "
                "merge or remove them; what follows from it stands here before it is done."
            )
        )
        target = QWidget()
        column = QVBoxLayout(target)
        column.setContentsMargins(0, SPACING, 0, 0)
        column.setSpacing(SPACING)
        row = QHBoxLayout()
        row.setContentsMargins(PADDING_LEFT, 0, PADDING_RIGHT, 0)
        row.setSpacing(SPACING)
        row.addWidget(ElidedLabel(self.target.accessibleName(), color="text2"))
        row.addWidget(self.target, 1)
        column.addLayout(row)
        column.addWidget(self.told, 1)
        self._pages = QStackedWidget()
        for page in (changes, self.checks, target):
            self._pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.tabs)
        whole.addWidget(self._pages, 1)

    def _connect(self) -> None:
        keeper = self._keeper
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self.list.take_back_requested.connect(keeper.take_back)
        self.list.chosen.connect(self._on_edit_chosen)
        self.others.chosen_changed.connect(keeper.choose_other)
        self.checks.chosen.connect(self.classes_chosen)
        self.target.currentIndexChanged.connect(self._check_target)
        keeper.changed.connect(self.refresh)
        keeper.counted.connect(self.refresh)
        keeper.applied.connect(self.pictures.read_again)
        self._workbench.bridge.history_changed.connect(self.pictures.read_again)
        self._workbench.document_changed.connect(self._show_samples)

    def _on_edit_chosen(self, edit: object) -> None:
        self._show_samples()
        if edit is not None:
            self.classes_chosen.emit(list(edit.keys))  # type: ignore[attr-defined]

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), current_theme().panel)
