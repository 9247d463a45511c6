"""Below the table of classes: how outlines and instances agree, once somebody asks."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLayout

from maskstudio.metrics.panoptic import mean_panoptic, panoptic_scores
from maskstudio.ui.compared_pair import ComparedPair
from maskstudio.ui.models.class_figures_model import percent_text
from maskstudio.ui.widgets.buttons import link_button
from maskstudio.ui.widgets.foot import Foot
from maskstudio.workflows.more_figures import MoreFigures


class MoreFiguresFoot(Foot):
    """Offers the action while nothing is known; it takes as long as a look at every outline."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self.left.setObjectName("more_figures")
        self._button = link_button(self.tr("More figures"), "measure_more")
        self._button.setToolTip(action.toolTip())
        self._button.clicked.connect(action.trigger)
        row = self.layout()
        assert isinstance(row, QLayout)
        row.addWidget(self._button)

    def show_figures(
        self, found: MoreFigures | None, compared: ComparedPair, *, is_measuring: bool
    ) -> None:
        """Show what is known."""
        self._button.setVisible(found is None and not is_measuring)
        if found is None:
            words = self.tr("measuring outlines …") if is_measuring else ""
            self.left.setText(words)
            self.left.setToolTip("")
            return
        self.left.setText(summary(found))
        tip = self.tr(
            "How well outlines agree: IoU and F1 of boundaries; HD95 and ASSD, how far apart they"
            " are at most for 95 % of them, and on average; PQ, SQ and RQ of instances"
        )
        lines = (summary(found), tip, *class_lines(found, compared))
        self.left.setToolTip("\n".join(lines))


def summary(found: MoreFigures) -> str:
    """The total in one line."""
    outlines = found.boundary.scores()
    parts = [
        f"boundary IoU {percent_text(outlines.boundary_iou)}",
        f"boundary F {percent_text(outlines.boundary_f)}",
        f"HD95 {_length_text(outlines.hd95_px)}",
        f"ASSD {_length_text(outlines.assd_px)}",
    ]
    if found.panoptic.n_samples:
        segments = mean_panoptic(found.panoptic.per_class().values())
        figures = {"PQ": segments.pq, "SQ": segments.sq, "RQ": segments.rq}
        parts += [f"{name} {percent_text(value)}" for name, value in figures.items()]
    return " · ".join(parts)


def class_lines(found: MoreFigures, compared: ComparedPair) -> list[str]:
    """Each class in one line."""
    segments = found.panoptic.per_class()
    lines = []
    for index, outlines in found.boundary.per_class().items():
        iou, f = percent_text(outlines.boundary_iou), percent_text(outlines.boundary_f)
        line = f"{compared.class_of(index).name}: boundary IoU {iou}, F {f}"
        if index in segments:
            line += f", PQ {percent_text(panoptic_scores(segments[index]).pq)}"
        lines.append(line)
    return lines


def _length_text(length: float | None) -> str:
    return "–" if length is None else f"{length:.1f} px"
