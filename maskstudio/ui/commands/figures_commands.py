"""Taking figures of the comparison elsewhere: copied as TSV, or written as CSV."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from maskstudio.core.dataset import Dataset
from maskstudio.errors import DataError
from maskstudio.formats.atomic import write_file
from maskstudio.metrics.confusion import Confusion
from maskstudio.metrics.scores import Scores
from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.region_lister import RegionLister
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.workbench import Workbench

if TYPE_CHECKING:
    from maskstudio.workflows.compare import Comparison

MENU = "Compare"
COPY_FIGURES = ActionSpec(
    "compare.copy_figures", "Copy Figures", MENU, (), Icon.COPY, "Per class, for a spreadsheet"
)
COPY_MATRIX = ActionSpec(
    "compare.copy_matrix", "Copy Confusion Matrix", MENU, (), Icon.MATRIX, "Pixels, not percent"
)
EXPORT = ActionSpec(
    "compare.export_csv",
    "Export Figures as CSV…",
    MENU,
    (),
    Icon.EXPORT,
    "The total, each class and each sample, in full precision",
)
MORE = ActionSpec(
    "compare.more_figures",
    "More Figures",
    MENU,
    (),
    Icon.RULER,
    "How well outlines and instances agree; measured beside the window",
)
FIGURES = ("iou", "precision", "recall", "dice", "support")

AskFile = Callable[[str], Path | None]
"""Asks where to write; gets a name to begin with."""


class FiguresCommands(QObject):
    """Declares its actions; lives as long as the window. They are about what the panel shows."""

    def __init__(
        self,
        actions: Actions,
        workbench: Workbench,
        figures: ComparisonFigures,
        lister: RegionLister,
        ask_file: AskFile,
    ) -> None:
        """Declare."""
        super().__init__(workbench)
        self._workbench = workbench
        self._figures = figures
        self._lister = lister
        self._ask_file = ask_file
        actions.add(COPY_FIGURES, self._copy_figures, self._has_figures)
        actions.add(COPY_MATRIX, self._copy_matrix, self._has_figures)
        actions.add(EXPORT, self._export, self._has_figures)
        actions.add(MORE, self._measure_more, self._can_measure)
        figures.more.changed.connect(actions.update_enabled)
        figures.samples_changed.connect(actions.update_enabled)
        figures.changed.connect(actions.update_enabled)

    def _has_figures(self) -> bool:
        return self._workbench.compared.keys is not None and self._shown() is not None

    def _shown(self) -> tuple[Confusion, Scores] | None:
        """What the panel shows: of all samples, or of the shown one."""
        if self._lister.is_of_dataset:
            return self._figures.total(), self._figures.total_scores()
        document = self._workbench.document
        confusion = self._figures.confusion(document.name) if document is not None else None
        scores = self._figures.scores(document.name) if document is not None else None
        return None if confusion is None or scores is None else (confusion, scores)

    @property
    def _scope(self) -> str | None:
        """The shown sample, or None for all of them."""
        document = self._workbench.document
        return None if self._lister.is_of_dataset or document is None else document.name

    def _can_measure(self) -> bool:
        more = self._figures.more
        return self._has_figures() and not more.is_measuring and more.of(self._scope) is None

    def _measure_more(self) -> None:
        self._figures.more.measure(self._scope)

    def _copy_figures(self) -> None:
        shown = self._shown()
        assert shown is not None
        class_of = self._workbench.compared.class_of
        rows: list[list[object]] = [["index", "name", *FIGURES]]
        for scores in shown[1].per_class:
            values = (getattr(scores, figure) for figure in FIGURES)
            row = ("" if value is None else value for value in values)
            rows.append([scores.index, class_of(scores.index).name, *row])
        self._copy(rows)

    def _copy_matrix(self) -> None:
        shown = self._shown()
        assert shown is not None
        confusion = shown[0]
        names = [self._workbench.compared.class_of(index).name for index in confusion.classes]
        rows: list[list[object]] = [["ground truth \\ prediction", *names]]
        for name, counts in zip(names, confusion.matrix.tolist(), strict=True):
            rows.append([name, *counts])
        self._copy(rows)

    def _copy(self, rows: list[list[object]]) -> None:
        lines = ("\t".join(str(value).replace("\t", " ") for value in row) for row in rows)
        QGuiApplication.clipboard().setText("\n".join(lines) + "\n")
        self._workbench.said.emit(self.tr("Copied {n} rows").format(n=len(rows) - 1))

    def _export(self) -> None:
        opened = self._workbench.opened
        assert opened is not None
        path = self._ask_file(f"{Path(opened.title).stem}_figures.csv")
        if path is None:
            return
        from maskstudio.workflows.compare_csv import comparison_csv  # start-up does without

        content = comparison_csv(self.comparison(opened.dataset)).encode()
        self._workbench.tasks.start(
            f"Writing {path.name}",
            lambda _: write_file(path, content),
            done=partial(self._say_written, path),
            failed=self._say_failed,
        )

    def comparison(self, dataset: Dataset) -> Comparison:
        """All figures that are known, as the command line gives them."""
        from maskstudio.workflows.compare import Comparison, SampleScores

        figures, ignored = self._figures, self._workbench.choices.ignored
        total = figures.total()
        samples = []
        for sample in dataset.samples:
            scores = figures.scores(sample.name)
            if scores is not None:
                samples.append(SampleScores(sample.name, scores))
        more = figures.more.of(None)
        has_segments = more is not None and more.panoptic.n_samples
        return Comparison(
            classes=self._workbench.compared.alignment.classes(total.classes),
            ignored=ignored,
            confusion=total,
            scores=figures.total_scores(),
            samples=tuple(samples),
            boundary=more.boundary if more is not None else None,
            panoptic=more.panoptic if more is not None and has_segments else None,
        )

    def _say_written(self, path: Path, _result: object) -> None:
        n_missing = len(self._figures.counts.missing())
        left = f"; {n_missing} samples were not counted yet" if n_missing else ""
        self._workbench.said.emit(self.tr("Wrote {name}{left}").format(name=path.name, left=left))

    def _say_failed(self, error: Exception) -> None:
        words = str(error) if isinstance(error, DataError) else f"not written: {error}"
        self._workbench.said.emit(words)
