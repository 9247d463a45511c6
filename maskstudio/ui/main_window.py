"""The window: puts canvas, panels and commands together, and keeps where they stand."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QStackedWidget

from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest

from .actions import Actions, ActionSpec
from .appearance import Appearance
from .canvas.canvas import Canvas
from .commands.appearance_commands import add_appearance_commands
from .commands.class_commands import ClassCommands
from .commands.compare_commands import CompareCommands
from .commands.edit_commands import EditCommands
from .commands.file_commands import OPEN_FILE, OPEN_FOLDER, FileCommands
from .commands.sample_commands import add_sample_commands
from .commands.source_commands import SourceCommands
from .commands.view_commands import ViewCommands
from .comparison import Comparison
from .dialogs.command_palette import COMMANDS, CommandPalette
from .dialogs.keys_dialog import KEYS_COMMAND, add_keys_command
from .dialogs.questions import Questions
from .pages.error_page import ErrorPage
from .pages.error_words import problem_of
from .pages.recent_row import RecentItem
from .pages.start_page import StartPage
from .panels.comparison_panel import ComparisonPanel
from .panels.history_panel import HistoryPanel
from .panels.labels_panel import LabelsPanel
from .panels.layers_panel import LayersPanel
from .panels.options_bar import OptionsBar
from .panels.problems_panel import ProblemsPanel
from .panels.samples_panel import SamplesPanel
from .panels.status_bar import StatusBar
from .panels.tool_strip import ToolStrip
from .recent import RecentDataset, RecentItems
from .saver import Saver
from .settings import WINDOW_GEOMETRY, WINDOW_STATE, Settings
from .state_keeper import StateKeeper
from .theme.current import current_density
from .theme.density import BOTTOM_DOCK
from .theme.icons import Icon
from .tool_box import ToolBox
from .tool_keeper import ToolKeeper
from .widgets.dock_title import DockTitle
from .widgets.search_field import SearchField
from .workbench import Workbench

MENUS = ("File", "Edit", "View", "Tools", "Labels", "Compare", "Help")
SEPARATED_BEFORE = {
    "file.add_layer",
    "file.save",
    "file.close",
    "edit.copy_previous",
    "view.fit",
    "view.toggle_layer",
    "view.full_screen",
    "look.system",
    "look.automatic",
    "brush.larger",
    "class.swap",
    "compare.pair",
    "region.next",
    "compare.copy_figures",
}
FULL_SCREEN = ActionSpec("view.full_screen", "Full Screen", "View", ("F11",), Icon.FULL_SCREEN)
DEFAULT_LAYOUT = ActionSpec(
    "view.default_layout", "Default Layout", "View", (), Icon.DEFAULT_LAYOUT
)
STATE_VERSION = 2

Panel: TypeAlias = (
    SamplesPanel | LayersPanel | LabelsPanel | ComparisonPanel | ProblemsPanel | HistoryPanel
)


class Pages(QStackedWidget):
    """One page at a time; those that are not shown ask for no room."""

    def minimumSizeHint(self) -> QSize:
        """Room for the shown page alone."""
        page = self.currentWidget()
        return page.minimumSizeHint() if page else QSize()


class MainWindow(QMainWindow):
    """One open data set in one window."""

    def __init__(self, settings: Settings, appearance: Appearance) -> None:
        """Build the window with nothing open."""
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("MaskStudio")
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.resize(1440, 900)
        self._settings = settings
        self._appearance = appearance
        self.workbench = Workbench(settings, self)
        self.actions_ = Actions(settings, self)
        self.questions = Questions(self)
        self.saver = Saver(self.workbench, self.questions)
        self.recent = RecentItems(settings, self)
        self.tools = ToolBox(self.workbench)
        ToolKeeper(self.workbench, self.tools)
        self.canvas = Canvas(self.workbench, self.tools)
        self.state_keeper = StateKeeper(self.workbench, self.canvas)
        self._build_pages()
        self._build_commands()
        self._build_bars()
        self._build_docks()
        self._build_menus()
        self._connect()
        self._default_state = self.saveState(STATE_VERSION)
        self._frame_state: QByteArray = self._default_state
        self._restore_place()
        self._hide_frame()
        self._update_actions()
        appearance.follow(self)

    # building

    def _build_pages(self) -> None:
        self._pages = Pages()
        self._start = StartPage()
        self._error = ErrorPage(self.workbench)
        for page in (self._start, self.canvas, self._error):
            self._pages.addWidget(page)
        self.setCentralWidget(self._pages)

    def _build_commands(self) -> None:
        actions, workbench = self.actions_, self.workbench
        self.files = FileCommands(
            actions, workbench, self.saver, self.questions, self.state_keeper, self
        )
        self._edit_commands = EditCommands(actions, workbench, self.tools)
        SourceCommands(actions, workbench, self.tools, self.questions.ask_copy)
        add_sample_commands(actions, workbench)
        self._view_commands = ViewCommands(actions, workbench, self.canvas)
        actions.add(FULL_SCREEN, self._toggle_full_screen)
        actions.add(DEFAULT_LAYOUT, self.restore_default_layout)
        add_appearance_commands(actions, self._appearance, self)
        self._class_commands = ClassCommands(actions, workbench)
        CompareCommands(actions, workbench, self.questions.ask_pair, self)
        self.comparison = Comparison(actions, workbench, self.canvas, self.questions)
        self._palette = CommandPalette(actions, workbench, self)
        add_keys_command(actions, self)

    def _build_bars(self) -> None:
        self._options = OptionsBar(self.workbench, self.tools, self.actions_, self.canvas)
        self._options.setMovable(False)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self._options)
        self._strip = ToolStrip(self.actions_, self.tools, self)
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self._strip)
        self._status = StatusBar(
            self.workbench, self.saver, self.tools, self.canvas, self.comparison.figures
        )
        self.setStatusBar(self._status)

    def _build_docks(self) -> None:
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        self.setCorner(Qt.Corner.BottomLeftCorner, left)
        self.setCorner(Qt.Corner.BottomRightCorner, bottom)
        workbench = self.workbench
        samples = SamplesPanel(workbench, self.comparison.figures)
        self.state_keeper.add_part("filter", samples)
        workbench.opened_changed.connect(self.state_keeper.restore_parts)
        self.samples_dock = self._dock("samples", "Samples", samples, left)
        self.layers_dock = self._dock("layers", "Layers", LayersPanel(workbench), right)
        labels = LabelsPanel(workbench)
        labels.left.connect(self.canvas.setFocus)
        self.labels_dock = self._dock("labels", "Labels", labels, right)
        for action in labels.title_actions:
            self._title(self.labels_dock).add_button(action)
        parts = self.comparison
        comparison = ComparisonPanel(
            workbench, parts.figures, parts.lister, parts.walk, self.actions_
        )
        self.comparison_dock = self._dock("comparison", "Comparison", comparison, bottom)
        self._title(self.comparison_dock).add_widgets(*comparison.title_widgets)
        self.problems_dock = self._dock("problems", "Problems", ProblemsPanel(workbench), bottom)
        self.history_dock = self._dock("history", "History", HistoryPanel(workbench), bottom)
        self._docks = (
            self.samples_dock,
            self.layers_dock,
            self.labels_dock,
            self.comparison_dock,
            self.problems_dock,
            self.history_dock,
        )
        self.tabifyDockWidget(self.comparison_dock, self.problems_dock)
        self.tabifyDockWidget(self.problems_dock, self.history_dock)
        for dock in (self.comparison_dock, self.problems_dock, self.history_dock):
            dock.hide()
        density = current_density()
        self.resizeDocks([self.samples_dock], [density.samples_dock], Qt.Orientation.Horizontal)
        self.resizeDocks([self.labels_dock], [density.right_docks], Qt.Orientation.Horizontal)
        self.resizeDocks([self.layers_dock, self.labels_dock], [160, 600], Qt.Orientation.Vertical)
        self.resizeDocks([self.comparison_dock], [BOTTOM_DOCK], Qt.Orientation.Vertical)

    def _dock(self, name: str, title: str, panel: Panel, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"{name}Dock")
        bar = DockTitle(title, dock)
        dock.setTitleBarWidget(bar)
        panel.count_changed.connect(bar.set_count)
        dock.setWidget(panel)
        self.addDockWidget(area, dock)
        return dock

    @staticmethod
    def _title(dock: QDockWidget) -> DockTitle:
        bar = dock.titleBarWidget()
        assert isinstance(bar, DockTitle)
        return bar

    def _build_menus(self) -> None:
        bar = self.menuBar()
        for title in MENUS:
            menu = bar.addMenu(title)
            menu.setObjectName(f"menu{title}")
            for action in self.actions_.of_menu(title):
                if action.objectName() in SEPARATED_BEFORE:
                    menu.addSeparator()
                menu.addAction(action)
        view = bar.findChild(QMenu, "menuView")
        assert view is not None
        view.addSeparator()
        for dock in self._docks:
            view.addAction(dock.toggleViewAction())
        labels = bar.findChild(QMenu, "menuLabels")
        assert labels is not None
        by_number = labels.addMenu("Class by Number")
        by_number.setObjectName("menuClassByNumber")
        by_number.addActions(self.actions_.of_menu(""))
        words = self.tr("Search commands, classes, samples")
        self._search = SearchField(words, self.actions_[COMMANDS.id])
        self._palette.set_field(self._search)
        bar.setCornerWidget(self._search)

    def _connect(self) -> None:
        workbench, update = self.workbench, self._update_actions
        for signal in (
            workbench.opened_changed,
            workbench.document_changed,
            workbench.bridge.history_changed,
            workbench.bridge.label_map_changed,
            workbench.choices.class_changed,
            workbench.choices.layer_changed,
            self.saver.state_changed,
        ):
            signal.connect(update)
        self._tool_is_busy = False
        self.tools.overlay_changed.connect(self._on_overlay_changed)
        workbench.closing.connect(self._keep_place)
        workbench.opened_changed.connect(self._on_opened_changed)
        workbench.document_changed.connect(self._show_page)
        workbench.bridge.history_changed.connect(self._update_title)
        self.tools.empty_class_needed.connect(self._ask_empty, Qt.ConnectionType.QueuedConnection)
        workbench.open_failed.connect(self._on_open_failed)
        self._status.comparison_requested.connect(lambda: self._show_dock(self.comparison_dock))
        self._status.problems_requested.connect(lambda: self._show_dock(self.problems_dock))
        self._status.history_requested.connect(lambda: self._show_dock(self.history_dock))
        self._start.open_folder_requested.connect(self.files.choose_folder)
        self._start.open_file_requested.connect(self.files.choose_file)
        self._start.sample_requested.connect(self.files.open_sample)
        self._start.path_dropped.connect(self.files.open_paths)
        self._start.keys_requested.connect(self.actions_[KEYS_COMMAND.id].trigger)
        self._start.clear_requested.connect(self.recent.clear)
        self._start.recent_chosen.connect(self._open_recent)
        self.recent.changed.connect(self._show_recent)
        self._error.open_requested.connect(self.files.choose_file)
        self._error.back_requested.connect(self._show_page)
        self._show_recent()
        for spec in (OPEN_FOLDER, OPEN_FILE):
            self.actions_[spec.id].changed.connect(self._show_keys)
        self._show_keys()

    # what is shown

    def open(self, request: OpenRequest, *, sample: str | None = None) -> None:
        """Open what the command line named."""
        self.files.open_request(request, sample=sample)

    def restore_default_layout(self) -> None:
        """Put docks and tool bars back where they stood at first."""
        self._frame_state = self._default_state
        if self.workbench.opened is not None:
            self.restoreState(self._default_state, STATE_VERSION)

    def _keep_place(self) -> None:
        """Note where docks stand and how far the work is, before the data set is let go."""
        if self.workbench.opened is not None:
            self._note_recent(self.workbench.opened)
        self._frame_state = self.saveState(STATE_VERSION)

    def _hide_frame(self) -> None:
        """Leave the start page alone; docks and bars come back with a data set."""
        for dock in self._docks:
            dock.hide()
        self._options.hide()
        self._strip.hide()

    def _on_opened_changed(self) -> None:
        opened = self.workbench.opened
        if opened is not None:
            self.restoreState(self._frame_state, STATE_VERSION)
            self._note_recent(opened)
        else:
            self._hide_frame()
        self._show_page()
        self._update_title()

    def _note_recent(self, opened: OpenedDataset) -> None:
        n_samples, n_checked = len(opened.dataset.samples), len(opened.dataset.checked)
        self.recent.note(RecentDataset(opened.title, opened.request, n_checked, n_samples))

    def _show_page(self) -> None:
        document, opened = self.workbench.document, self.workbench.opened
        if opened is None:
            self._pages.setCurrentWidget(self._start)
        elif document is not None and problem_of(document) is not None:
            self._pages.setCurrentWidget(self._error)
        else:
            self._pages.setCurrentWidget(self.canvas)
            self.canvas.setFocus()

    def _on_open_failed(self, request: OpenRequest, error: Exception) -> None:
        self._error.show_failure(request, error)
        self._pages.setCurrentWidget(self._error)

    def _update_title(self) -> None:
        opened = self.workbench.opened
        if opened is None:
            self.setWindowTitle("MaskStudio")
            return
        self.setWindowTitle(f"{opened.title}[*] - MaskStudio")
        self.setWindowModified(bool(opened.dataset.history.modified()))

    def _update_actions(self) -> None:
        self.actions_.update_enabled()

    def _on_overlay_changed(self) -> None:
        """It changes with every move; for actions only whether a gesture is under way counts."""
        if self.tools.active.is_busy != self._tool_is_busy:
            self._tool_is_busy = self.tools.active.is_busy
            self._update_actions()

    def _show_dock(self, dock: QDockWidget) -> None:
        dock.setVisible(not dock.isVisible() or dock.visibleRegion().isEmpty())
        if dock.isVisible():
            dock.raise_()

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _ask_empty(self) -> None:
        """Ask which class means nothing; the press that needed it has painted nothing."""
        index = self.questions.ask_empty_class(self.workbench.active_label_map)
        if index is not None:
            self.tools.set_background(index)

    def _show_keys(self) -> None:
        folder, file = (
            self.actions_[spec.id].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            for spec in (OPEN_FOLDER, OPEN_FILE)
        )
        self._start.show_keys(open_folder=folder, open_file=file)

    def _show_recent(self) -> None:
        self._recent_requests = {
            RecentItem(
                known.place,
                known.title,
                _shortened(known.place),
                f"{known.n_checked} of {known.n_samples} checked" if known.n_checked else "",
            ): known.request
            for known in self.recent.items
        }
        self._start.show_recent(list(self._recent_requests))

    def _open_recent(self, item: RecentItem) -> None:
        self.files.open_request(self._recent_requests[item])

    # events of Qt

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files.open_paths(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask once about unsaved work, keep where things stand, let the threads end."""
        if not self.files.settle_unsaved(self.close):  # within this event `close` does nothing
            event.ignore()
            return
        self.workbench.tasks.stop()
        self.workbench.close_dataset()
        self._settings.set(WINDOW_GEOMETRY, self.saveGeometry())
        self._settings.set(WINDOW_STATE, self._frame_state)
        self._settings.sync()
        super().closeEvent(event)

    def _restore_place(self) -> None:
        geometry = self._settings.get(WINDOW_GEOMETRY)
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
        state = self._settings.get(WINDOW_STATE)
        if not state.isEmpty():
            self._frame_state = state


def _shortened(path: Path) -> str:
    """The path as people write it, with ~ for their home."""
    try:
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    except ValueError:
        return str(path)
