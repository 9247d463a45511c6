"""What `maskstudio compare` shows people: the figures of the total, and of each class."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from maskstudio.core.labels import LabelClass
from maskstudio.metrics.scores import ClassScores
from maskstudio.workflows.compare import Comparison
from maskstudio.workflows.compare_figures import figures_of

from .words import counted, printable


def print_comparison(comparison: Comparison) -> None:
    """Print to standard output."""
    console = Console(highlight=False)
    scores = comparison.scores
    samples = counted(len(comparison.samples), "sample")
    console.print(Text(f"{samples}, {counted(scores.n_pixels, 'pixel')} compared"))
    figures = Table.grid(padding=(0, 2))
    for name, value in figures_of(comparison).items():
        figures.add_row(Text(name.replace("_", " ")), figure_text(value))
    console.print(figures)
    if scores.per_class:
        console.print(_class_table(comparison))


def figure_text(value: float | None) -> Text:
    """A share in four places, or a dash where there is none."""
    return Text("–" if value is None else f"{value:.4f}")


def _class_table(comparison: Comparison) -> Table:
    """Classes that occur, worst first."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("index", justify="right")
    table.add_column("class")
    for name in ("IoU", "Dice", "precision", "recall", "support"):
        table.add_column(name, justify="right")
    known = {c.index: c for c in comparison.classes}
    for scores in sorted(comparison.scores.per_class, key=lambda s: (s.iou or 0, s.index)):
        table.add_row(*_row(scores, known[scores.index]))
    return table


def _row(scores: ClassScores, label_class: LabelClass) -> list[Text]:
    figures = (scores.iou, scores.dice, scores.precision, scores.recall)
    return [
        Text(str(scores.index)),
        Text(printable(label_class.name), overflow="fold"),
        *(figure_text(value) for value in figures),
        Text(str(scores.support)),
    ]
