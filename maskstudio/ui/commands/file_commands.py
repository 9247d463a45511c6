"""Opening, saving and closing: the File menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from maskstudio.errors import DataError, Scope
from maskstudio.formats.workspace import SUFFIX
from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.bundled_sample import own_sample
from maskstudio.ui.dialogs.questions import Questions, Unsaved
from maskstudio.ui.exporter import Exporter
from maskstudio.ui.layer_deeds import LayerDeeds
from maskstudio.ui.saver import Saver
from maskstudio.ui.settings import SAVE_INSTANCES, state_folder
from maskstudio.ui.state_keeper import StateKeeper
from maskstudio.ui.texts import tr
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.workbench import Workbench
from maskstudio.workflows.open_dataset import OpenRequest
from maskstudio.workflows.suggest_layout import suggest_layout

from .at_start import OPEN_FILE, OPEN_FOLDER

MENU = "File"
SAMPLE = ActionSpec("file.sample", "Open the Sample", MENU, (), Icon.SAMPLE_DATA)
ADD_LAYER = ActionSpec(
    "file.add_layer", "Add Layer from File…", MENU, (), Icon.LAYERS, "Masks over the same images"
)
ADD_LAYER_FOLDER = ActionSpec(
    "file.add_layer_folder",
    "Add Layer from Folder…",
    MENU,
    (),
    Icon.OPEN_FOLDER,
    "Masks of a folder over the same images",
)
NEW_LAYER = ActionSpec(
    "file.new_layer",
    "New Layer…",
    MENU,
    (),
    Icon.ADD,
    "An empty mask over every image, with the classes of the active layer",
)
SAVE = ActionSpec("file.save", "Save", MENU, ("Ctrl+S",), Icon.SAVE)
SAVE_AS = ActionSpec("file.save_as", "Save Layer As…", MENU, ("Ctrl+Shift+S",), Icon.SAVE_AS)
EXPORT = ActionSpec(
    "file.export",
    "Export…",
    MENU,
    ("Ctrl+E",),
    Icon.EXPORT,
    "A copy of a layer in any format; what is open stays where it is",
)
NUMBER_REGIONS = ActionSpec(
    "file.number_regions",
    "Number Regions When Saving",
    MENU,
    tip="Each region painted without an instance id gets one in the instance mask of the zip",
    is_checkable=True,
)
SAVE_WORKSPACE = ActionSpec(
    "file.save_workspace",
    "Save Workspace As…",
    MENU,
    (),
    Icon.DATASET,
    "Sources, layers, choices and marks in one small file; no pixels",
)
CLOSE = ActionSpec("file.close", "Close Data Set", MENU, ("Ctrl+W",), Icon.CLOSE)
QUIT = ActionSpec("file.quit", "Quit", MENU, ("Ctrl+Q",))


class FileCommands:
    """Declares its actions; lives as long as the window."""

    def __init__(
        self,
        actions: Actions,
        workbench: Workbench,
        saver: Saver,
        questions: Questions,
        state_keeper: StateKeeper,
        window: QWidget,
    ) -> None:
        """Declare."""
        self._workbench = workbench
        self._saver = saver
        self._questions = questions
        self._state_keeper = state_keeper
        self._window = window

        self._exporter = exporter = Exporter(workbench)

        def is_open() -> bool:
            return workbench.opened is not None

        def is_writable() -> bool:
            return is_open() and not saver.is_saving and not exporter.is_exporting

        actions.add(OPEN_FOLDER, self.choose_folder)
        actions.add(OPEN_FILE, self.choose_file)
        actions.add(SAMPLE, self.open_sample)
        actions.add(ADD_LAYER, self.choose_layer, is_open)
        actions.add(ADD_LAYER_FOLDER, self.choose_layer_folder, is_open)
        actions.add(NEW_LAYER, self.new_layer, is_open)
        actions.add(SAVE, saver.save, is_writable)
        actions.add(SAVE_AS, self.save_as, is_writable)
        actions.add(EXPORT, self.export, is_writable)
        exporter.state_changed.connect(actions.update_enabled)
        settings = workbench.settings
        numbers = actions.add(
            NUMBER_REGIONS, lambda: settings.set(SAVE_INSTANCES, numbers.isChecked())
        )
        numbers.setChecked(settings.get(SAVE_INSTANCES))
        actions.add(SAVE_WORKSPACE, self.save_workspace, is_open)
        actions.add(CLOSE, self.close_dataset, is_open)
        actions.add(QUIT, window.close)

    def choose_folder(self) -> None:
        """Ask for a folder and open it."""
        folder = QFileDialog.getExistingDirectory(self._window, tr("Open Folder"))
        if folder:
            self.open_paths([Path(folder)])

    def choose_file(self) -> None:
        """Ask for files and open them."""
        names, _ = QFileDialog.getOpenFileNames(
            self._window,
            tr("Open File"),
            "",
            tr(
                "All files (*);;"
                "Data sets (*.zip *.ndjson *.jsonl *.json *.wandb *.maskstudio);;"
                "Pictures and masks (*.png *.jpg *.jpeg *.tif *.tiff *.bmp *.webp *.gif)"
            ),
        )
        if names:
            self.open_paths([Path(name) for name in names])

    def choose_layer(self) -> None:
        """Ask for masks to lay over the open images."""
        name, _ = QFileDialog.getOpenFileName(self._window, tr("Add Layer from File"))
        if name:
            self.add_layer(Path(name))

    def choose_layer_folder(self) -> None:
        """Ask for a folder of masks to lay over the open images."""
        folder = QFileDialog.getExistingDirectory(self._window, tr("Add Layer from Folder"))
        if folder:
            self.add_layer(Path(folder))

    def new_layer(self) -> None:
        """Ask for a key and add an empty layer."""
        dataset = self._workbench.dataset
        assert dataset is not None
        key = self._questions.ask_key(dataset.keys)
        if key is not None:
            LayerDeeds(self._workbench).add(key)

    def open_sample(self) -> None:
        """Open the user's own copy of the bundled data set."""
        try:
            self.open_request(own_sample(state_folder() / "sample"))
        except OSError:
            self._workbench.said.emit(
                tr("The sample cannot be copied to {folder}").format(folder=state_folder())
            )

    def open_paths(self, paths: list[Path]) -> None:
        """Open what was picked or dropped; a folder of images and masks is offered as such."""
        request = OpenRequest(paths=tuple(paths))
        if len(paths) == 1 and paths[0].is_dir():
            suggested = suggest_layout(paths[0])
            if suggested is not None and self._questions.ask_layout(paths[0], suggested):
                request = suggested
        self.open_request(request)

    def open_request(self, request: OpenRequest, *, sample: str | None = None) -> None:
        """Open, after unsaved work was dealt with."""
        self.settle_unsaved(partial(self._workbench.open, request, sample=sample))

    def add_layer(self, path: Path) -> None:
        """Open the same sources again with masks over them."""
        opened = self._workbench.opened
        if opened is None:
            return
        document = self._workbench.document
        request = opened.with_layer(path)
        self.open_request(request, sample=document.name if document else None)

    def save_as(self) -> None:
        """Write the active layer to a new target."""
        self._saver.save_as(self._workbench.choices.active_key)

    def export(self) -> None:
        """Ask what is copied and where, and write it beside the window."""
        from maskstudio.workflows.frozen_copy import frozen_copy  # start-up does without

        opened = self._workbench.opened
        assert opened is not None
        if opened.dataset.has_open_transaction:
            self._workbench.when_idle(self.export)
            return
        export = self._questions.ask_export(
            frozen_copy(opened),
            self._workbench.choices.active_key,
            self._workbench.tasks,
            numbers_all=self._workbench.settings.get(SAVE_INSTANCES),
        )
        if export is not None:
            self._exporter.start(export.plan, export.target, export.options)

    def save_workspace(self) -> None:
        """Ask for a name and write a workspace file."""
        opened = self._workbench.opened
        assert opened is not None
        stem = Path(opened.title).stem
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            tr("Save Workspace As"),
            stem + SUFFIX,
            tr("Workspaces (*{SUFFIX})").format(SUFFIX=SUFFIX),
        )
        if name:
            path = Path(name)
            if path.suffix.lower() != SUFFIX:
                path = path.with_name(path.name + SUFFIX)
            try:
                self._state_keeper.write_workspace(path)
            except DataError as error:
                opened.dataset.note_problems([error.problem(Scope.FILE)])
                self._workbench.said.emit(tr("Not saved: {error}").format(error=error))
            else:
                self._workbench.said.emit(tr("Saved {name}").format(name=path.name))

    def close_dataset(self) -> None:
        """Let go of the data set, after unsaved work was dealt with."""
        self.settle_unsaved(self._workbench.close_dataset)

    def settle_unsaved(self, then: Callable[[], object]) -> bool:
        """Go on at once where all is saved; else ask once. Returns whether `then` was called."""
        dataset = self._workbench.dataset
        if dataset is not None and dataset.has_open_transaction:
            self._workbench.when_idle(partial(self.settle_unsaved, then))
            return False
        if self._saver.is_saving:
            # What it writes may have been undone since, so only its end tells what is unsaved.
            self._saver.when_done(partial(self.settle_unsaved, then))
            return False
        if self._exporter.is_exporting:
            self._exporter.when_done(partial(self.settle_unsaved, then))
            return False
        opened = self._workbench.opened
        is_handed_back = opened is not None and not opened.request.is_lasting
        if dataset is None or is_handed_back or not dataset.history.modified():
            then()
            return True
        answer = self._questions.ask_unsaved(len(dataset.modified_samples()))
        if answer is Unsaved.SAVE:
            self._saver.save(then=then)
        elif answer is Unsaved.DISCARD:
            then()
            return True
        return False
