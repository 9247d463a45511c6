"""The window: the start page at once, and everything else around it as soon as that is seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QStatusBar, QWidget

from maskstudio.workflows.open_request import OpenRequest

from .actions import Actions
from .appearance import Appearance
from .commands.at_start import COMMANDS, OPEN_FILE, OPEN_FOLDER
from .pages.recent_row import RecentItem
from .pages.start_page import StartPage
from .recent import RecentDataset, RecentItems, picture_path
from .settings import WINDOW_GEOMETRY, WINDOW_STATE, Settings
from .theme.current import current_theme
from .theme.density import STATUS_BAR
from .widgets.search_field import SearchField

if TYPE_CHECKING:
    from maskstudio.workflows.open_dataset import OpenedDataset

MENUS = ("File", "Edit", "View", "Tools", "Labels", "Compare", "Help")


class Pages(QStackedWidget):
    """One page at a time; those that are not shown ask for no room."""

    def minimumSizeHint(self) -> QSize:
        """Room for the shown page alone."""
        page = self.currentWidget()
        return page.minimumSizeHint() if page else QSize()


class EmptyPage(QWidget):
    """The ground on which pictures lie."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it alone."""
        QPainter(self).fillRect(event.rect(), current_theme().canvas)


class MainWindow(QMainWindow):
    """One open data set in one window."""

    def __init__(
        self,
        settings: Settings,
        appearance: Appearance,
        *,
        is_furnished: bool = True,
        awaits: bool = False,
    ) -> None:
        """Build the window with nothing open.

        Args:
            is_furnished: False leaves it at what is painted first, the start page between bars
                that do nothing yet; `furnish` is to follow.
            awaits: a data set is about to come: an empty page stands in place of the start page.
        """
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("MaskStudio")
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.resize(1440, 900)
        self._settings = settings
        self._appearance = appearance
        self.actions_ = Actions(settings, self)
        self.recent = RecentItems(settings, self)
        self._build_pages()
        self._build_menu_bar()
        self._build_status_bar()
        if awaits:
            self.pages.setCurrentIndex(self.pages.addWidget(EmptyPage()))
        self._restore_geometry()
        appearance.follow(self)
        if is_furnished:
            self.furnish()
            self.furnishing.finish()

    # building

    def _build_pages(self) -> None:
        self.pages = Pages()
        self.start_page = StartPage()
        self.pages.addWidget(self.start_page)
        self.setCentralWidget(self.pages)
        self._show_recent()
        self._show_keys()

    def _build_menu_bar(self) -> None:
        bar = self.menuBar()
        for title in MENUS:
            bar.addMenu(title).setObjectName(f"menu{title}")
        words = self.tr("Search commands, classes, samples")
        self.search = SearchField(words, self.actions_.key_text(COMMANDS))
        bar.setCornerWidget(self.search)

    def _build_status_bar(self) -> None:
        """An empty one, which keeps the place of the other."""
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        bar.setFixedHeight(STATUS_BAR)
        self.setStatusBar(bar)

    def furnish(self) -> None:
        """Build and import all that a data set needs; the start page begins to act.

        What is hidden at first is made when it is shown; `furnishing.finish` makes it before.
        """
        from .furnishing import Furnishing

        self.setUpdatesEnabled(False)
        found = Furnishing(self, self._settings, self._appearance)
        self.setUpdatesEnabled(True)
        self.furnishing = found
        self.workbench, self.canvas, self.tools = found.workbench, found.canvas, found.tools
        self.questions, self.saver, self.files = found.questions, found.saver, found.files
        self.state_keeper = found.state_keeper
        self._connect()

    def _connect(self) -> None:
        workbench, page, files = self.workbench, self.start_page, self.files
        workbench.closing.connect(self._note_place)
        workbench.opened_changed.connect(self._on_opened_changed)
        workbench.bridge.history_changed.connect(self._update_title)
        page.open_folder_requested.connect(files.choose_folder)
        page.open_file_requested.connect(files.choose_file)
        page.sample_requested.connect(files.open_sample)
        page.path_dropped.connect(files.open_paths)
        page.keys_requested.connect(self.furnishing.show_keys)
        page.clear_requested.connect(self.recent.clear)
        page.recent_chosen.connect(self._open_recent)
        self.recent.changed.connect(self._on_recent_changed)
        self.actions_.keys_changed.connect(self._show_keys)
        self.search.follow(self.actions_[COMMANDS.id])

    # what is shown

    def open(self, request: OpenRequest, *, sample: str | None = None) -> None:
        """Open what the command line named."""
        self.files.open_request(request, sample=sample)

    def _note_place(self) -> None:
        """Note how far the work is, before the data set is let go."""
        if self.workbench.opened is not None:
            self._note_recent(self.workbench.opened)

    def _on_opened_changed(self) -> None:
        if self.workbench.opened is not None:
            self._note_recent(self.workbench.opened)
        else:
            self._show_recent()
        self._update_title()

    def _on_recent_changed(self) -> None:
        """While a data set is open nobody sees the list, and the first sample waits."""
        if self.workbench.opened is None:
            self._show_recent()

    def _note_recent(self, opened: OpenedDataset) -> None:
        if not opened.request.is_lasting:
            return
        n_samples, n_checked = len(opened.dataset.samples), len(opened.dataset.checked)
        self.recent.note(RecentDataset(opened.title, opened.request, n_checked, n_samples))

    def _update_title(self) -> None:
        opened = self.workbench.opened
        if opened is None:
            self.setWindowTitle("MaskStudio")
            return
        self.setWindowTitle(f"{opened.title}[*] - MaskStudio")
        self.setWindowModified(bool(opened.dataset.history.modified()))

    def _show_keys(self) -> None:
        key = self.actions_.key_text
        self.start_page.show_keys(open_folder=key(OPEN_FOLDER), open_file=key(OPEN_FILE))

    def _show_recent(self) -> None:
        self._recent_requests = {
            RecentItem(
                known.place,
                known.title,
                _shortened(known.place),
                f"{known.n_checked} of {known.n_samples} checked" if known.n_checked else "",
                thumbnail=picture_path(self._settings.cache_folder, known.request),
            ): known.request
            for known in self.recent.items
        }
        self.start_page.show_recent(list(self._recent_requests))

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
        self._settings.set(WINDOW_STATE, self.furnishing.frame_state)
        self._settings.sync()
        super().closeEvent(event)

    def _restore_geometry(self) -> None:
        geometry = self._settings.get(WINDOW_GEOMETRY)
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)


def _shortened(path: Path) -> str:
    """The path as people write it, with ~ for their home."""
    try:
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    except ValueError:
        return str(path)
