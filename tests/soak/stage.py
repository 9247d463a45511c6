"""The real window over the made-up data set, with a user who answers every question at once."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Document
from maskstudio.core.edits import Target
from maskstudio.core.labels import LabelMap
from maskstudio.formats import registry
from maskstudio.ui import sample_loader, tool_box
from maskstudio.ui.appearance import Appearance
from maskstudio.ui.choices import Choices
from maskstudio.ui.commands import edit_commands, source_commands
from maskstudio.ui.dialogs.questions import Unsaved
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.saver import SaveTarget
from maskstudio.ui.settings import Settings
from maskstudio.ui.workbench import Workbench
from maskstudio.workflows.open_request import OpenRequest

from .hand import Hand
from .twin import Twin
from .watch import Heartbeat

PATIENCE_S = 30.0
CACHE_BYTES = 1 << 21
"""So little that samples are put aside and decoded again all the time."""

LARGE = 60_000
"""Pixels from which a change is a long one here; several samples have more."""


class Stage:
    """Starts and ends windows, opens and closes the data set, and waits.

    Attributes:
        complaints: what was found wrong, oldest first.
        answers: the dice for what dialogs would have asked.
    """

    def __init__(self, app: QApplication, folder: Path, request: OpenRequest) -> None:
        self.app = app
        self.folder = folder
        self.request = request
        self.complaints: list[str] = []
        self.answers = random.Random(0)
        self.beat = Heartbeat()
        self.n_opened = 0
        _make_everything_small()
        self.start()

    # parts of the window

    @property
    def workbench(self) -> Workbench:
        """Of the window that is shown."""
        return self.window.workbench

    @property
    def choices(self) -> Choices:
        """What the user chose."""
        return self.workbench.choices

    @property
    def dataset(self) -> Dataset:
        """The open data set."""
        dataset = self.workbench.dataset
        assert dataset is not None
        return dataset

    @property
    def document(self) -> Document:
        """The shown sample."""
        document = self.workbench.document
        assert document is not None
        return document

    @property
    def label_map(self) -> LabelMap:
        """Of the active layer."""
        return self.workbench.active_label_map

    def complain(self, words: str) -> None:
        """Note a fault."""
        self.complaints.append(words)

    def act(self, action_id: str) -> bool:
        """Trigger a command where it can be chosen."""
        action = self.window.actions_[action_id]
        if action.isEnabled():
            action.trigger()
            self.turn()
            return True
        return False

    # starting and ending

    def start(self) -> None:
        """Show a window and open the data set."""
        settings = Settings(self.folder / "settings.ini")
        self.window = MainWindow(settings, Appearance(self.app, settings, theme="dark"))
        self.window.resize(QSize(1280, 800))
        self.window.show()
        self._answer_questions()
        self.window.saver.saved.connect(self.take_numbers)
        self.hand = Hand(self.window.canvas, self.turn)
        self.open()

    def open(self) -> None:
        """Open the data set; the twin takes over what is there."""
        self.window.open(self.request)
        self.wait_for(lambda: self.workbench.document is not None, "a first sample")
        self.settle()
        self.n_opened += 1
        self.twin = Twin(self.dataset, self.complain)

    def take_numbers(self) -> None:
        """A save gave ids to regions of instance masks that had none, also in closed samples."""
        opened = self.workbench.opened
        for key, source in opened.layer_sources.items() if opened is not None else ():
            if source.format == registry.CVAT:
                for sample in self.dataset.samples:
                    self.twin.take_numbers(Target(sample.name, key))

    def close_dataset(self) -> None:
        """Let go of the data set, as File > Close does."""
        assert self.workbench.opened is not None
        self.request = self.workbench.opened.request
        self.twin.leave()
        self.window.files.close_dataset()
        self.wait_for(lambda: self.workbench.dataset is None, "the data set to close")

    def end(self) -> None:
        """Close the window."""
        if self.workbench.opened is not None:
            self.request = self.workbench.opened.request
        self.twin.leave()
        self.window.close()
        if self.window.isVisible():
            self.complain("the window does not close")
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()

    # waiting

    def turn(self) -> None:
        """Let the event loop turn."""
        self.app.processEvents()

    def settle(self) -> None:
        """Wait until nothing is under way."""
        self.wait_for(lambda: not self._is_busy(), "the work under way to end")

    def wait_for(self, is_there: Callable[[], bool], what: str) -> None:
        """Turn until something holds; a complaint where it does not come."""
        end = time.monotonic() + PATIENCE_S
        while not is_there():
            self.turn()
            if time.monotonic() > end:
                self.complain(f"waited in vain for {what}")
                return
            time.sleep(0.0005)

    def _is_busy(self) -> bool:
        workbench = self.workbench
        dataset = workbench.dataset
        return (
            bool(workbench.tasks.tasks)
            or workbench.loader.is_decoding
            or workbench._history_goal is not None
            or workbench._step_after_show is not None
            or self.window.saver.is_saving
            or (dataset is not None and dataset.has_open_transaction and not self._is_drawing())
        )

    def _is_drawing(self) -> bool:
        return self.window.tools.active.is_busy

    # answers

    def _answer_questions(self) -> None:
        questions, dice = self.window.questions, self.answers
        questions.ask_unsaved = lambda n_samples: Unsaved.DISCARD  # type: ignore[method-assign]
        questions.ask_replace_changed = self._replace  # type: ignore[method-assign]
        questions.ask_target = self._target  # type: ignore[method-assign]
        questions.ask_empty_class = (  # type: ignore[method-assign]
            lambda label_map: dice.choice([c.index for c in label_map.visible_classes] or [None])
        )

    def _replace(self, path: Path) -> bool:
        self.complain(f"{path.name} counts as changed by another program")
        return True

    def _target(self, key: str) -> SaveTarget:
        if self.answers.random() < 0.5:
            return SaveTarget(registry.CVAT, self.folder / f"{key}.zip")
        return SaveTarget(registry.INDEX_PNG, self.folder / f"{key} masks")


def _make_everything_small() -> None:
    """Let a small data set go the ways of a large one."""
    sample_loader.CACHE_LIMIT_BYTES = CACHE_BYTES
    for module in (tool_box, edit_commands, source_commands):
        module.LARGE = LARGE  # type: ignore[attr-defined]
