"""The bar below the picture that goes through the moments of a film."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.ui.theme.density import PADDING_LEFT, PADDING_RIGHT, SPACING, STATUS_BAR
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.timeline import Timeline, clock_words
from maskstudio.ui.workbench import Workbench


class TimelineBar(QWidget):
    """There while the shown sample is one of several moments of a film."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        """Follow what is shown."""
        super().__init__(parent)
        self.setObjectName("timelineBar")
        self.setAutoFillBackground(True)
        self.setFixedHeight(STATUS_BAR)
        self._workbench = workbench
        self._film = _Film()
        self.line = Timeline()
        self.line.setAccessibleName(self.tr("Moments of the film"))
        self.words = ElidedLabel(color="text2", ground="window")
        self.words.setObjectName("timelineWords")
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING_LEFT - SPACING, 0, PADDING_RIGHT, 0)
        row.setSpacing(SPACING)
        row.addWidget(self.line, 1)
        row.addWidget(self.words)
        self.line.chosen.connect(self._on_chosen)
        workbench.document_changed.connect(self._follow)
        workbench.opened_changed.connect(self._follow)
        self._follow()

    def place_below(self, window: QMainWindow) -> None:
        """Stand below what the middle of the window holds."""
        middle = window.takeCentralWidget()
        assert middle is not None
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(middle, 1)
        column.addWidget(self)
        window.setCentralWidget(whole)

    def _follow(self) -> None:
        """Show the film of the shown sample."""
        dataset, document = self._workbench.dataset, self._workbench.document
        sample = document.sample if dataset is not None and document is not None else None
        if dataset is None or sample is None or sample.moment is None:
            self._film = _Film()
            self.hide()
            return
        if not self._film.has(dataset, sample):
            self._film = _Film(dataset, sample)
        self.setVisible(len(self._film.times) > 1)
        if len(self._film.times) > 1:
            self.line.set_times(self._film.times, self._film.times.index(sample.moment.timestamp))
            self._show_words()

    def _on_chosen(self, position: int) -> None:
        document = self._workbench.document
        name = self._film.sample_at(position, like=document.name if document else "")
        self._workbench.show_sample(name)
        self._show_words()

    def _show_words(self) -> None:
        position, times = self.line.current, self._film.times
        words = self.tr("{time}   {number} of {total}")
        longest = words.format(
            time=clock_words(max(times, key=abs)), number=len(times), total=len(times)
        )
        self.words.setFixedWidth(self.words.fontMetrics().horizontalAdvance(longest) + SPACING)
        self.words.setText(
            words.format(time=clock_words(times[position]), number=position + 1, total=len(times))
        )


class _Film:
    """The samples of one context by their times.

    Attributes:
        times: each once, ascending.
    """

    def __init__(self, dataset: Dataset | None = None, shown: Sample | None = None) -> None:
        self._dataset = dataset
        self._context = shown.moment.context if shown and shown.moment else None
        self._names: dict[float, list[str]] = {}
        for sample in dataset.samples if dataset else ():
            if sample.moment is not None and sample.moment.context == self._context:
                self._names.setdefault(sample.moment.timestamp, []).append(sample.name)
        self.times = sorted(self._names)

    def has(self, dataset: Dataset, sample: Sample) -> bool:
        """Whether this is the film of a sample."""
        context = sample.moment.context if sample.moment else None
        return self._dataset is dataset and self._context == context

    def sample_at(self, position: int, *, like: str) -> str:
        """Name of a sample at a time; of several cameras the one of another sample."""
        names = self._names[self.times[position]]
        camera = like.rpartition("/")[2]
        return next((name for name in names if name.rpartition("/")[2] == camera), names[0])
