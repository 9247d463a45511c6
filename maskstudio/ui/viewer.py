"""The window on arrays of a Python program: opens it, waits for it, hands back the masks."""

from __future__ import annotations

from PySide6.QtCore import QEventLoop, Qt

from maskstudio.core.arrays import IndexMask
from maskstudio.formats.memory import MemorySource
from maskstudio.workflows.mask_snapshot import snapshot
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset

from .appearance import Appearance
from .application import make_application
from .main_window import MainWindow
from .settings import Settings


class Viewer:
    """One window; keep it as long as the window is to stay."""

    def __init__(self, source: MemorySource) -> None:
        """Open the window."""
        app = make_application()
        settings = Settings()
        self._opened: OpenedDataset = open_dataset(OpenRequest(sources=(source,)))
        self._masks: list[dict[str, IndexMask]] | None = None
        self.window = MainWindow(settings, Appearance(app, settings))
        self.window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.window.workbench.closing.connect(self._keep)
        self.window.show()
        self.window.workbench.take(self._opened)

    @property
    def is_open(self) -> bool:
        """Whether the window still shows these samples."""
        return self._masks is None

    def masks(self) -> list[dict[str, IndexMask]]:
        """Masks of each sample by layer key, as they are now or were when they were closed.

        A layer that no array was given for, and nothing was painted in, is left out.
        """
        if self._masks is not None:
            return self._masks
        dataset = self._opened.dataset
        found = []
        for sample in dataset.samples:
            layers = {key: snapshot(dataset, sample, key) for key in dataset.keys}
            found.append({k: s.read().pixels.copy() for k, s in layers.items() if not s.is_empty})
        return found

    def wait(self) -> None:
        """Stay until the window is closed."""
        loop = QEventLoop()
        self.window.workbench.closing.connect(loop.quit)
        if self.is_open:
            loop.exec()

    def close(self) -> None:
        """Close the window; one that shows something else by now is the user's own."""
        if self.is_open:
            self.window.close()

    def _keep(self) -> None:
        if self.window.workbench.opened is self._opened:
            self._masks = self.masks()
