"""A workbench with everything the panels need, over a small data set in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QMainWindow

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample, load_sample
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.ui.actions import Actions
from maskstudio.ui.canvas.canvas import Canvas
from maskstudio.ui.commands.class_commands import ClassCommands
from maskstudio.ui.commands.source_commands import SourceCommands
from maskstudio.ui.commands.view_commands import ViewCommands
from maskstudio.ui.saver import Saver, SaveTarget
from maskstudio.ui.settings import Settings
from maskstudio.ui.tool_box import ToolBox
from maskstudio.ui.workbench import Workbench
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest
from tests.helpers.datasets import ImageInMemory, MaskInMemory

STREET = LabelMap(
    (
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(1, "Building", (128, 0, 0)),
        LabelClass(3, "Road", (128, 64, 128)),
        LabelClass(8, "Car", (64, 0, 128)),
        LabelClass(12, "Sign post with a long name", (192, 128, 128)),
    ),
    background=0,
)


class NoQuestions:
    """A user who is asked nothing."""

    def ask_target(self, key: str) -> SaveTarget | None:
        return None

    def ask_replace_changed(self, path: Path) -> bool:
        return False


def street_dataset(n_samples: int = 3, *, predictions_scale: int = 1) -> Dataset:
    """Samples of 40 x 30 pixels: road (3) below, building (1) above, a car (8) in both layers.

    Args:
        predictions_scale: how many times smaller the predictions are.
    """
    mask: NDArray[Any] = np.full((30, 40), 1, np.uint8)
    mask[15:] = 3
    mask[10:20, 10:20] = 8
    predictions = mask.copy()
    predictions[mask == 8] = 3
    predictions = predictions[::predictions_scale, ::predictions_scale]
    picture = np.repeat((mask * 20)[:, :, None], 3, axis=2)
    samples = [
        Sample(
            f"street_{i:03}",
            image=ImageInMemory(picture),
            masks={
                GROUND_TRUTH: MaskInMemory(mask),
                PREDICTIONS: MaskInMemory(np.ascontiguousarray(predictions)),
            },
        )
        for i in range(n_samples)
    ]
    return Dataset(samples, {GROUND_TRUTH: STREET, PREDICTIONS: STREET})


@dataclass
class Bench:
    """The parts of a window without its panels."""

    settings: Settings
    window: QMainWindow = field(default_factory=QMainWindow)

    def __post_init__(self) -> None:
        self.workbench = Workbench(self.settings)
        self.tools = ToolBox(self.workbench)
        self.canvas = Canvas(self.workbench, self.tools)
        self.window.setCentralWidget(self.canvas)
        self.actions = Actions(self.settings, self.window)
        self.commands = (
            ClassCommands(self.actions, self.workbench),
            ViewCommands(self.actions, self.workbench, self.canvas),
            SourceCommands(self.actions, self.workbench, self.tools, lambda tools: None),
        )
        self.saver = Saver(self.workbench, NoQuestions())

    def open(self, dataset: Dataset) -> None:
        """Open a data set, the first sample decoded at once."""
        name = dataset.samples[0].name
        dataset.open_document(load_sample(dataset.sample(name)))
        self.workbench.take(OpenedDataset(OpenRequest(), dataset, None, {}))
        self.actions.update_enabled()

    def close(self) -> None:
        """End every thread and let go of the window."""
        self.workbench.tasks.stop()
        self.workbench.close_dataset()
        self.window.close()
        self.window.deleteLater()


def bench_of(folder: Path) -> Iterator[Bench]:
    """A bench that is closed when the test ends."""
    bench = Bench(Settings(folder / "settings.ini"))
    yield bench
    bench.close()
