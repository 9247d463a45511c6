"""The window that edits a label map: the classes at the left, what follows from it at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from maskstudio.core.labels import LabelClass
from maskstudio.core.transaction import Over
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import ICON_BAR, PADDING_LEFT, PADDING_RIGHT, SPACING
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.widgets.buttons import ActionButton, link_button, primary_button
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.foot import Foot
from maskstudio.ui.widgets.progress_row import ProgressRow
from maskstudio.ui.widgets.rule import Rule
from maskstudio.ui.workbench import Workbench
from maskstudio.ui.workers import Task
from maskstudio.workflows.edit_label_map import add_class

from .classes_model import ClassesModel
from .classes_table import ClassesTable
from .consequences import Consequences
from .deeds import Deeds
from .draft_keeper import DraftKeeper

_WIDTH, _HEIGHT = 1240, 760
_SEARCH = 220
_SPLIT = (56, 44)


class LabelMapWindow(QDialog):
    """Over the main window, which stays live; changes nothing before Apply."""

    def __init__(self, workbench: Workbench, key: str, parent: QWidget | None = None) -> None:
        """Edit the label map of a layer of the open data set."""
        super().__init__(parent)
        assert workbench.dataset is not None
        self.setObjectName("label_map_window")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workbench = workbench
        self.keeper = DraftKeeper(workbench, workbench.dataset, key, self)
        self.setWindowTitle(self.tr("Label Map of {key}").format(key=key))
        self.model = ClassesModel(self.keeper, self)
        self.table = ClassesTable(self.model, self.keeper)
        self.consequences = Consequences(workbench, self.keeper)
        self.deeds = Deeds(workbench, self.keeper, self.table, self)
        self._build()
        self._arrange()
        self._connect()
        self._place_beside(parent)
        self._update()
        self.table.setFocus()

    # building

    def _build(self) -> None:
        self.search = QLineEdit()
        self.search.setObjectName("find_draft_class")
        self.search.setAccessibleName(self.tr("Find class"))
        self.search.setPlaceholderText(self.tr("Find class"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(_SEARCH)
        self.search.addAction(icon(Icon.FIND, "text3"), QLineEdit.ActionPosition.LeadingPosition)
        self._summary = ElidedLabel(color="text2")
        self._summary.setObjectName("map_summary")
        self._summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._foot = Foot()
        self._foot.setObjectName("map_foot")
        self._sign = QLabel()
        self._sign.setPixmap(icon(Icon.UNDO).pixmap(ICON_BAR, ICON_BAR))
        self._words = ElidedLabel(color="text2")
        self._words.setObjectName("map_words")
        self._progress = ProgressRow()
        giving = self._progress.sizePolicy()
        giving.setRetainSizeWhenHidden(False)
        self._progress.setSizePolicy(giving)
        self._count = link_button(self.tr("Count pixels"), "count_pixels")
        self._discard = link_button(self.tr("Discard edits"), "discard_edits")
        self.apply = primary_button(self.tr("Apply"), "apply_edits")
        for button in (self._count, self._discard, self.apply):
            button.setAutoDefault(False)

    def _arrange(self) -> None:
        deeds = self.deeds
        bar = QHBoxLayout()
        bar.setContentsMargins(PADDING_LEFT, SPACING, PADDING_RIGHT + 4, SPACING)
        bar.setSpacing(4)
        bar.addWidget(self.search)
        bar.addSpacing(SPACING)
        for action in (deeds.add, deeds.merge, deeds.split, deeds.remove):
            bar.addWidget(ActionButton(action, with_words=True))
        bar.addSpacing(4)
        bar.addWidget(Rule())
        bar.addSpacing(4)
        for action in (deeds.palette, deeds.load, deeds.write):
            bar.addWidget(ActionButton(action, with_words=True))
        bar.addWidget(ActionButton(deeds.more))
        bar.addWidget(self._summary, 1)
        left = _Side()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self._foot)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self.consequences)
        for place, share in enumerate(_SPLIT):
            split.setStretchFactor(place, share)
        split.setSizes([10 * share for share in _SPLIT])
        foot = QHBoxLayout()
        foot.setContentsMargins(PADDING_LEFT, SPACING + 2, PADDING_LEFT, SPACING + 2)
        foot.setSpacing(SPACING)
        foot.addWidget(self._sign)
        foot.addWidget(self._words, 1)
        foot.addWidget(self._progress)
        for button in (self._count, self._discard, self.apply):
            foot.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(bar)
        whole.addWidget(_Line())
        whole.addWidget(split, 1)
        whole.addWidget(_Line())
        whole.addLayout(foot)

    def _connect(self) -> None:
        keeper = self.keeper
        self.search.textChanged.connect(self.model.set_filter)
        self.apply.clicked.connect(keeper.apply)
        self._discard.clicked.connect(keeper.discard)
        self._discard.clicked.connect(self.table.setFocus)
        self._count.clicked.connect(lambda: keeper.count(keeper.key))
        self._progress.cancel_requested.connect(self._cancel)
        self.consequences.classes_chosen.connect(self.table.choose)
        self.deeds.polygon_requested.connect(self._draw)
        self.deeds.pick_requested.connect(self._pick)
        self.consequences.pictures.color_picked.connect(self.deeds.recolor)
        keeper.changed.connect(self._on_changed)
        keeper.counted.connect(self._update)
        keeper.busy_changed.connect(self._update)
        keeper.refused.connect(self._refuse)
        keeper.failed.connect(self._on_failed)
        keeper.applied.connect(self._on_applied)
        self._workbench.opened_changed.connect(self.close)
        for keys, deed in (
            ("Ctrl+Z", keeper.undo),
            ("Ctrl+Shift+Z", keeper.redo),
            ("Ctrl+Y", keeper.redo),
            ("Ctrl+Return", keeper.apply),
            ("Ctrl+F", self._find),
            ("/", self._find),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(deed)

    def _place_beside(self, parent: QWidget | None) -> None:
        room = self.screen().availableSize()
        width, height = min(_WIDTH, room.width() - 40), min(_HEIGHT, room.height() - 60)
        if parent is not None and parent.width() > 1800:
            width, height = min(1600, room.width() - 40), min(1000, room.height() - 60)
        self.resize(width, height)

    # showing

    def _on_changed(self) -> None:
        self._said = ""
        self._update()

    _said = ""
    _said_color = "text2"

    def _refuse(self, words: str) -> None:
        self._said, self._said_color = words, "warn"
        self._update()

    def _on_failed(self, reason: str) -> None:
        words = self.tr("Nothing was changed: {reason}").format(reason=reason)
        self._said, self._said_color = words, "error"
        self._workbench.said.emit(words)
        self._update()

    def _on_applied(self, label: str) -> None:
        words = self.tr("Done: {label}. Ctrl+Z takes it back").format(label=label)
        self._said, self._said_color = words, "text2"
        self._workbench.said.emit(self.tr("Done: {label}").format(label=label))
        self._update()

    def _update(self) -> None:
        keeper, n = self.keeper, len(self.keeper.edits)
        is_busy = keeper.applying is not None
        words = self.tr("Apply {n} edits") if n != 1 else self.tr("Apply one edit")
        self.apply.setText(words.format(n=n) if n else self.tr("Apply"))
        hindrance = keeper.hindrance()
        self.apply.setEnabled(not hindrance and not is_busy)
        self.apply.setToolTip(hindrance or self.tr("One step of undo over all samples"))
        self._discard.setEnabled(bool(n) and not is_busy)
        if self.table.isEnabled() is is_busy:
            self.table.setEnabled(not is_busy)
            if not is_busy:  # else the search has the focus, where Ctrl+Z is about its text
                self.table.setFocus()
        is_uncounted = keeper.census is None and not keeper.counting
        self._count.setVisible(is_uncounted)
        self._show_words(hindrance if n else "")
        self._show_summary()
        self._follow_task()

    def _show_words(self, hindrance: str) -> None:
        promise = self.tr("One step in the history; nothing is written to disk before you save.")
        text, color = promise, "text2"
        if self._said:
            text, color = self._said, self._said_color
        elif hindrance:
            text, color = f"{hindrance}.", "warn"
        self._words.setText(text)
        self._words.set_color(color)
        self._sign.setVisible(not self._said and not hindrance)

    def _show_summary(self) -> None:
        opened, draft = self._workbench.opened, self.keeper.draft
        if opened is None:
            return
        n = len(draft.result.visible_classes)
        words = self.tr("{title} · {n} classes · {key}")
        self._summary.setText(words.format(title=opened.title, n=n, key=self.keeper.key))
        free = sorted(e.key for e in draft.entries if e.is_gone and not draft.listed(e.key))
        said = self.tr("Indices never move by themselves.")
        if free:
            listed = ", ".join(map(str, free[:6])) + (" …" if len(free) > 6 else "")
            words = self.tr("{n} stay free.") if len(free) > 1 else self.tr("{n} stays free.")
            said = f"{said} {words.format(n=listed)}"
        self._foot.left.setText(said)
        census = self.keeper.census
        n_unread = len(census.problems) if census is not None else 0
        unread = self.tr("{n} masks could not be read").format(n=n_unread) if n_unread else ""
        void = draft.result.void
        totals = self.keeper.totals
        if not unread and void is not None and totals:
            share = totals.get(void, 0) / max(1, sum(totals.values()))
            unread = self.tr("{share} % void").format(share=f"{100 * share:.1f}")
        self._foot.right.setText(unread)

    # work under way

    _followed: Task | None = None

    def _follow_task(self) -> None:
        """Show how far the work is that the window waits for."""
        keeper = self.keeper
        task = keeper.applying or next(iter(keeper.counting.values()), None)
        if task is self._followed:
            return
        self._followed = task
        if task is None:
            self._progress.finish()
        else:
            task.progressed.connect(self._on_progressed)
            self._progress.show_progress(task.label, task.done, task.total)

    def _on_progressed(self, done: int, total: int) -> None:
        task = self._followed
        if task is not None and task is self.sender():
            self._progress.show_progress(task.label, done, total)

    def _cancel(self) -> None:
        if self._followed is not None:
            self._followed.cancel()

    # events

    def _pick(self, key: int) -> None:
        self.consequences.tabs.setCurrentIndex(0)
        self.consequences.pictures.pick_color(key)

    def _draw(self, new: LabelClass) -> None:
        """Add the class, choose it, and let the polygon tool paint over one class alone."""
        keeper, choices = self.keeper, self._workbench.choices
        dataset = keeper.dataset
        change = add_class(dataset.label_maps[keeper.key], new)
        dataset.change_label_map(change.label, keeper.key, change.label_map)
        choices.set_active_key(keeper.key)
        choices.set_class(new.index)
        choices.change_options(over=Over.ONE_CLASS)
        words = self.tr("Draw {name} with the polygon tool (P); it paints over the class where "
                        "it begins alone")  # fmt: skip
        self._workbench.said.emit(words.format(name=new.name))
        self.close()

    def _find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the search, then the window; Enter confirms nothing by itself."""
        if event.key() == Qt.Key.Key_Escape and self.consequences.pictures.is_picking:
            self.consequences.pictures.stop_picking()
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The draft goes with the window; nothing of the data has changed."""
        self.keeper.stop()
        self.consequences.pictures.stop()
        super().closeEvent(event)


class _Side(QWidget):
    """The ground of the table."""

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), current_theme().panel)


class _Line(QWidget):
    """A line over the whole width."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), current_theme().line)
