"""All that surrounds and replaces the start page: canvas, panels, bars, commands; put together."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QByteArray, QObject, Qt
from PySide6.QtWidgets import QDockWidget, QMenu, QWidget

from maskstudio.workflows.open_request import OpenRequest

from .actions import ActionSpec
from .appearance import Appearance
from .canvas.canvas import Canvas
from .commands.appearance_commands import add_appearance_commands
from .commands.class_commands import ClassCommands
from .commands.compare_commands import CompareCommands
from .commands.edit_commands import EditCommands
from .commands.file_commands import FileCommands
from .commands.label_map_commands import LABEL_MAP, LabelMapCommands
from .commands.sample_commands import add_sample_commands
from .commands.source_commands import SourceCommands
from .commands.view_commands import ViewCommands
from .commands.void_command import add_void_command
from .comparison import Comparison
from .dialogs.command_palette import CommandPalette
from .dialogs.keys_dialog import KEYS_COMMAND, add_keys_command
from .dialogs.questions import Questions
from .objects.flatten_command import FlattenCommand
from .objects.object_commands import ObjectCommands
from .objects.object_deeds import ObjectDeeds
from .one_writer import OneWriter
from .pages.error_page import ErrorPage
from .pages.error_words import problem_of
from .panels.labels_panel import LabelsPanel
from .panels.layers_panel import LayersPanel
from .panels.options_bar import OptionsBar
from .panels.recovery_bar import RecoveryBar
from .panels.samples_panel import SamplesPanel
from .panels.status_bar import StatusBar
from .panels.timeline_bar import TimelineBar
from .panels.tool_strip import ToolStrip
from .panels.writer_bar import WriterBar
from .recent_pictures import RecentPictures
from .recovery import Recovery
from .saver import Saver
from .settings import WINDOW_STATE, Settings
from .state_keeper import StateKeeper
from .theme.current import current_density
from .theme.density import BOTTOM_DOCK
from .theme.icons import Icon
from .tool_box import ToolBox
from .tool_keeper import ToolKeeper
from .void_default import VoidDefault
from .widgets.dock_title import DockTitle
from .widgets.late import Late
from .workbench import Workbench

if TYPE_CHECKING:
    from .main_window import MainWindow
    from .objects.objects_panel import ObjectsPanel
    from .panels.comparison_panel import ComparisonPanel
    from .panels.history_panel import HistoryPanel
    from .panels.problems_panel import ProblemsPanel

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
    "class.label_map",
    "object.new",
    "compare.pair",
    "region.next",
    "compare.copy_figures",
}
FULL_SCREEN = ActionSpec("view.full_screen", "Full Screen", "View", ("F11",), Icon.FULL_SCREEN)
DEFAULT_LAYOUT = ActionSpec(
    "view.default_layout", "Default Layout", "View", (), Icon.DEFAULT_LAYOUT
)
STATE_VERSION = 3

Panel: TypeAlias = (
    "SamplesPanel | LayersPanel | LabelsPanel | ObjectsPanel"
    " | ComparisonPanel | ProblemsPanel | HistoryPanel"
)


class Furnishing(QObject):
    """Owned by the window; the docks and bars show while a data set is open."""

    def __init__(self, window: MainWindow, settings: Settings, appearance: Appearance) -> None:
        """Put everything into the window, with nothing open."""
        super().__init__(window)
        self._window = window
        self._late: list[Late] = []
        self._actions = window.actions_
        self.workbench = Workbench(settings, window)
        self.questions = Questions(window)
        self.saver = Saver(self.workbench, self.questions)
        self.tools = ToolBox(self.workbench)
        ToolKeeper(self.workbench, self.tools)
        VoidDefault(self.workbench)
        self.canvas = Canvas(self.workbench, self.tools)
        self.state_keeper = StateKeeper(self.workbench, self.canvas)
        self.writer = OneWriter(self.workbench)
        self.saver.may_write = self.writer.may_write
        self.saver.saved.connect(self.writer.follow_files)
        self.recovery = Recovery(self.workbench)
        self._error = ErrorPage(self.workbench)
        for page in (self.canvas, self._error):
            window.pages.addWidget(page)
        self._build_commands(appearance)
        self._build_bars()
        self._build_docks()
        self._fill_menus()
        self._connect()
        self.frame_state = settings.get(WINDOW_STATE)
        self._place_frame()
        self._hide_frame()
        self._actions.update_enabled()

    # building

    def _build_commands(self, appearance: Appearance) -> None:
        actions, workbench = self._actions, self.workbench
        self.files = FileCommands(
            actions, workbench, self.saver, self.questions, self.state_keeper, self._window
        )
        self._edit_commands = EditCommands(actions, workbench, self.tools)
        SourceCommands(actions, workbench, self.tools, self.questions.ask_copy)
        add_sample_commands(actions, workbench)
        self._view_commands = ViewCommands(actions, workbench, self.canvas)
        actions.add(FULL_SCREEN, self._toggle_full_screen)
        actions.add(DEFAULT_LAYOUT, self.restore_default_layout)
        add_appearance_commands(actions, appearance, self._window)
        self._class_commands = ClassCommands(actions, workbench)
        self._object_deeds = ObjectDeeds(workbench, self.tools.objects)
        ObjectCommands(actions, workbench, self.tools.objects, self._object_deeds, self._window)
        self._flatten = FlattenCommand(
            actions, workbench, self.tools.objects, self.questions.ask_flatten
        )
        self._label_map_commands = LabelMapCommands(actions, workbench, self._window)
        add_void_command(actions, workbench)
        CompareCommands(actions, workbench, self.questions.ask_pair, self._window)
        self.comparison = Comparison(actions, workbench, self.canvas, self.questions)
        self._palette = CommandPalette(actions, workbench, self._window)
        add_keys_command(actions, self._window)

    def _build_bars(self) -> None:
        self._options = OptionsBar(self.workbench, self.tools, self._actions, self.canvas)
        self._options.setMovable(False)
        self._strip = ToolStrip(self._actions, self.tools, self._window)
        self._status = StatusBar(
            self.workbench, self.saver, self.tools, self.canvas, self.comparison.figures
        )
        self._window.setStatusBar(self._status)
        TimelineBar(self.workbench).place_below(self._window)
        RecoveryBar(
            self.workbench,
            self.recovery,
            self.questions.ask_discard_recovered,
            self.files.open_request,
        ).place_above(self._window)
        WriterBar(self.writer, self.files.settle_unsaved).place_above(self._window)

    def _build_docks(self) -> None:
        window, workbench = self._window, self.workbench
        area = Qt.DockWidgetArea
        window.setCorner(Qt.Corner.BottomLeftCorner, area.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, area.BottomDockWidgetArea)
        samples = SamplesPanel(workbench, self.comparison.figures)
        RecentPictures(workbench, samples.thumbnails, self._window.recent)
        self.state_keeper.add_part("filter", samples)
        workbench.opened_changed.connect(self.state_keeper.restore_parts)
        self.samples_dock = self._dock("samples", "Samples", samples)
        self.samples_dock.dockLocationChanged.connect(samples.follow_dock)
        self.layers_dock = self._dock("layers", "Layers", LayersPanel(workbench))
        self.objects_dock = self._late_dock("objects", "Objects", self._make_objects)
        for action_id in ("object.solo", "object.new"):
            self._title(self.objects_dock).add_button(self._actions[action_id])
        labels = LabelsPanel(workbench)
        labels.left.connect(self.canvas.setFocus)
        self.labels_dock = self._dock("labels", "Labels", labels)
        labels.add_beside_filter(self._actions[LABEL_MAP.id])
        for action in labels.title_actions:
            self._title(self.labels_dock).add_button(action)
        self.comparison_dock = self._late_dock("comparison", "Comparison", self._make_comparison)
        self.problems_dock = self._late_dock("problems", "Problems", self._make_problems)
        self.history_dock = self._late_dock("history", "History", self._make_history)
        self._docks = (
            self.samples_dock,
            self.layers_dock,
            self.objects_dock,
            self.labels_dock,
            self.comparison_dock,
            self.problems_dock,
            self.history_dock,
        )

    def _dock(self, name: str, title: str, panel: Panel) -> QDockWidget:
        dock = self._empty_dock(name, title)
        panel.count_changed.connect(self._title(dock).set_count)
        dock.setWidget(panel)
        return dock

    def _late_dock(self, name: str, title: str, make: Callable[[], Panel]) -> QDockWidget:
        """A dock that is hidden at first; its panel is made when it is shown, or by `finish`."""
        dock = self._empty_dock(name, title)

        def make_and_follow() -> QWidget:
            panel = make()
            panel.count_changed.connect(self._title(dock).set_count)
            return panel

        late = Late(make_and_follow)
        self._late.append(late)
        dock.setWidget(late)
        return dock

    def _empty_dock(self, name: str, title: str) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(f"{name}Dock")
        dock.setTitleBarWidget(DockTitle(title, dock))
        return dock

    def _make_objects(self) -> Panel:
        from .objects.objects_panel import ObjectsPanel

        choice = self.tools.objects
        panel = ObjectsPanel(self.workbench, choice, self._object_deeds, self._actions)
        panel.list.left.connect(self.canvas.setFocus)
        return panel

    def _make_comparison(self) -> Panel:
        from .panels.comparison_panel import ComparisonPanel

        parts = self.comparison
        panel = ComparisonPanel(
            self.workbench, parts.figures, parts.lister, parts.walk, self._actions
        )
        self._title(self.comparison_dock).add_widgets(*panel.title_widgets)
        return panel

    def _make_problems(self) -> Panel:
        from .panels.problems_panel import ProblemsPanel

        return ProblemsPanel(self.workbench)

    def _make_history(self) -> Panel:
        from .panels.history_panel import HistoryPanel

        return HistoryPanel(self.workbench)

    def finish(self) -> None:
        """Make what nobody has seen yet, and look for work that an earlier window left."""
        for late in self._late:
            late.fill()
        self.recovery.tell_overdue()
        if self.workbench.opened is None:
            self.recovery.look_elsewhere([known.request for known in self._window.recent.items])

    @staticmethod
    def _title(dock: QDockWidget) -> DockTitle:
        bar = dock.titleBarWidget()
        assert isinstance(bar, DockTitle)
        return bar

    def _fill_menus(self) -> None:
        bar = self._window.menuBar()
        for menu in bar.findChildren(QMenu):
            for action in self._actions.of_menu(menu.title()):
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
        by_number = labels.addMenu(self.tr("Class by Number"))
        by_number.setObjectName("menuClassByNumber")
        by_number.addActions(self._actions.of_menu(""))
        self._palette.set_field(self._window.search)

    def _connect(self) -> None:
        workbench, update = self.workbench, self._actions.update_enabled
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
        workbench.closing.connect(self._keep_frame)
        workbench.opened_changed.connect(self._on_opened_changed)
        workbench.document_changed.connect(self._show_page)
        self.tools.empty_class_needed.connect(self._ask_empty, Qt.ConnectionType.QueuedConnection)
        workbench.open_failed.connect(self._on_open_failed)
        self._status.comparison_requested.connect(lambda: self._show_dock(self.comparison_dock))
        self._status.problems_requested.connect(lambda: self._show_dock(self.problems_dock))
        self._status.history_requested.connect(lambda: self._show_dock(self.history_dock))
        self._error.open_requested.connect(self.files.choose_file)
        self._error.back_requested.connect(self._show_page)

    # what is shown

    def show_keys(self) -> None:
        """Let the user read and change the keys."""
        self._actions[KEYS_COMMAND.id].trigger()

    def restore_default_layout(self) -> None:
        """Put docks and tool bars back where they stood at first."""
        self.frame_state = QByteArray()
        if self.workbench.opened is not None:
            self._show_default_frame()
            self._show_objects()

    def _keep_frame(self) -> None:
        """Note where docks stand, before the data set is let go."""
        self.frame_state = self._window.saveState(STATE_VERSION)

    def _show_default_frame(self) -> None:
        self._place_frame()
        shown = (self.samples_dock, self.layers_dock, self.labels_dock)
        for part in (self._options, self._strip, *shown):
            part.show()
        for dock in set(self._docks).difference(shown):
            dock.hide()
        density, resize = current_density(), self._window.resizeDocks
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        resize([self.samples_dock], [density.samples_dock], across)
        resize([self.labels_dock], [density.right_docks], across)
        resize([self.layers_dock, self.objects_dock, self.labels_dock], [160, 250, 350], down)
        resize([self.comparison_dock], [BOTTOM_DOCK], down)

    def _place_frame(self) -> None:
        """Put docks and tool bars into the areas they have at first."""
        window, area = self._window, Qt.DockWidgetArea
        window.addToolBar(Qt.ToolBarArea.TopToolBarArea, self._options)
        window.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self._strip)
        areas = (
            (area.LeftDockWidgetArea, (self.samples_dock,)),
            (area.RightDockWidgetArea, self._docks[1:4]),
            (area.BottomDockWidgetArea, self._docks[4:]),
        )
        for place, docks in areas:
            for dock in docks:
                dock.setFloating(False)
                window.addDockWidget(place, dock)
        for below, above in pairwise(self._docks[4:]):
            window.tabifyDockWidget(below, above)

    def _hide_frame(self) -> None:
        """Leave the start page alone; docks and bars come back with a data set."""
        for dock in self._docks:
            dock.hide()
        self._options.hide()
        self._strip.hide()

    def _on_opened_changed(self) -> None:
        self._show_page()
        if self.workbench.opened is None:
            self._hide_frame()
            return
        if not self._window.restoreState(self.frame_state, STATE_VERSION):
            self._show_default_frame()
        self._show_objects()

    def _show_objects(self) -> None:
        """The list of objects stands where there are any."""
        dataset = self.workbench.dataset
        self.objects_dock.setVisible(dataset is not None and dataset.has_objects)

    def _show_page(self) -> None:
        document, opened = self.workbench.document, self.workbench.opened
        pages = self._window.pages
        if opened is None:
            pages.setCurrentWidget(self._window.start_page)
        elif document is not None and problem_of(document) is not None:
            pages.setCurrentWidget(self._error)
        else:
            pages.setCurrentWidget(self.canvas)
            self.canvas.setFocus()

    def _on_open_failed(self, request: OpenRequest, error: Exception) -> None:
        self._error.show_failure(request, error)
        self._window.pages.setCurrentWidget(self._error)

    def _on_overlay_changed(self) -> None:
        """It changes with every move; for actions only whether a gesture is under way counts."""
        if self.tools.active.is_busy != self._tool_is_busy:
            self._tool_is_busy = self.tools.active.is_busy
            self._actions.update_enabled()

    def _show_dock(self, dock: QDockWidget) -> None:
        dock.setVisible(not dock.isVisible() or dock.visibleRegion().isEmpty())
        if dock.isVisible():
            dock.raise_()

    def _toggle_full_screen(self) -> None:
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _ask_empty(self) -> None:
        """Ask which class means nothing; the press that needed it has painted nothing."""
        index = self.questions.ask_empty_class(self.workbench.active_label_map)
        if index is not None:
            self.tools.set_background(index)
