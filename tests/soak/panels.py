"""Figures that panels show, against a fresh count."""

from __future__ import annotations

import numpy as np

from maskstudio.core.edits import Target
from maskstudio.ui.panels.comparison_panel import ComparisonPanel
from maskstudio.ui.panels.labels_panel import LabelsPanel

from .stage import Stage

TOLERANCE = 1e-9


def check_panels(stage: Stage) -> None:
    """Compare every shown figure; a complaint for each that is wrong."""
    stage.settle()
    dock = stage.window.furnishing.comparison_dock
    was_hidden = dock.isHidden()
    dock.show()
    dock.raise_()
    stage.turn()
    stage.wait_for(lambda: _counts_are_there(stage), "figures of the panels")
    stage.beat.pause()
    _check_labels(stage)
    if stage.workbench.compared.keys is not None:
        _check_comparison(stage)
    if was_hidden:
        dock.hide()
        stage.turn()


def _labels_panel(stage: Stage) -> LabelsPanel:
    found = stage.window.findChild(LabelsPanel)
    assert found is not None
    return found


def _counts_are_there(stage: Stage) -> bool:
    counts = stage.window.furnishing.comparison.figures.counts
    is_of_dataset = stage.choices.views.is_of_dataset
    keys = stage.workbench.compared.keys
    names = [s.name for s in stage.dataset.samples] if is_of_dataset else [stage.document.name]
    is_counted = keys is None or not counts._pairs(
        [n for n in names if n not in counts.confusions and n not in counts.faults]
    )
    return is_counted and _labels_panel(stage).counts.is_known


def _check_labels(stage: Stage) -> None:
    model = _labels_panel(stage).model
    pixels = stage.twin.memory(Target(stage.document.name, stage.choices.active_key)).pixels
    for number in range(model.rowCount()):
        row = model.row(number)
        share = int((pixels == row.index).sum()) / pixels.size
        if row.share is None or abs(row.share - share) > TOLERANCE:
            stage.complain(f"labels panel: {row.name} has share {row.share}, not {share}")


def _check_comparison(stage: Stage) -> None:
    figures, compared = stage.window.furnishing.comparison.figures, stage.workbench.compared
    keys = compared.keys
    assert keys is not None
    maps = stage.dataset.label_maps
    predicted = _table(compared.of_prediction(maps[keys.prediction].by_index))
    true = _table(compared.of_ground_truth(maps[keys.ground_truth].by_index))
    pairs = {}
    for name, confusion in figures.counts.confusions.items():
        sides = [stage.twin.memory(Target(name, key)).pixels for key in keys]
        found = np.stack([confusion.ground_truth, confusion.prediction, confusion.counts], axis=1)
        fresh, counts = np.unique(sides[1] << 32 | sides[0], return_counts=True)
        wanted = np.stack([fresh >> 32, fresh & 0xFFFFFFFF, counts], axis=1)
        if not np.array_equal(found, wanted):
            stage.complain(f"comparison: {name} was counted otherwise than numpy does")
        pairs[name] = (predicted[sides[0]].ravel(), true[sides[1]].ravel())
    panel = stage.window.findChild(ComparisonPanel)
    assert panel is not None
    panel.refresh()
    shown = list(pairs) if panel.is_of_dataset else [stage.document.name]
    if pairs.keys() >= set(shown):  # else a note stands in place of the table
        _check_classes(stage, panel, [pairs[name] for name in shown])


def _check_classes(
    stage: Stage, panel: ComparisonPanel, pairs: list[tuple[np.ndarray, np.ndarray]]
) -> None:
    ignored = stage.choices.ignored
    prediction = np.concatenate([p for p, _ in pairs]) if pairs else np.zeros(0, np.int64)
    truth = np.concatenate([t for _, t in pairs]) if pairs else np.zeros(0, np.int64)
    kept = ~np.isin(truth, sorted(ignored))
    prediction, truth = prediction[kept], truth[kept]
    wanted = set(np.unique([*np.unique(prediction), *np.unique(truth)]).tolist()) - ignored
    rows = {row.index: row for row in panel.classes.rows if not row.is_ignored}
    if set(rows) != wanted:
        stage.complain(f"comparison: classes {sorted(rows)} are shown, not {sorted(wanted)}")
    for index in rows.keys() & wanted:
        both = int(((prediction == index) & (truth == index)).sum())
        any_ = int(((prediction == index) | (truth == index)).sum())
        found = rows[index].scores
        if found.iou is None or abs(found.iou - both / any_) > TOLERANCE:
            stage.complain(f"comparison: class {index} has IoU {found.iou}, not {both / any_}")
        if found.support != int((truth == index).sum()):
            stage.complain(f"comparison: class {index} has support {found.support}")


def _table(joint: dict[int, int]) -> np.ndarray:
    table = np.full(1 << 16, -1, np.int64)
    table[list(joint)] = list(joint.values())
    return table
