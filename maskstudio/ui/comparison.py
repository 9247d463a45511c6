"""The parts of the comparison, put together for a window."""

from __future__ import annotations

from PySide6.QtCore import QObject

from .actions import Actions
from .canvas.canvas import Canvas
from .commands.figures_commands import FiguresCommands
from .commands.region_commands import RegionCommands
from .comparison_figures import ComparisonFigures
from .dialogs.questions import Questions
from .region_lister import RegionLister
from .region_walk import RegionWalk
from .workbench import Workbench


class Comparison(QObject):
    """Figures, regions and the walk through them, with their commands."""

    def __init__(
        self, actions: Actions, workbench: Workbench, canvas: Canvas, questions: Questions
    ) -> None:
        """Put them together; nothing is counted before somebody looks at it."""
        super().__init__(workbench)
        self.figures = ComparisonFigures(workbench, self)
        self.lister = RegionLister(workbench, self)
        self.walk = RegionWalk(workbench, self.lister.model)
        self.walk.shown.connect(canvas.show_found)
        RegionCommands(actions, workbench, self.lister, self.walk)
        FiguresCommands(actions, workbench, self.figures, self.lister, questions.ask_csv)
