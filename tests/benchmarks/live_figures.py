"""Figures after a stroke on a large mask against counting the sample anew; prints JSON.

A round brush of 100 px paints on a 16k mask with 150 classes. The time is that from the commit of
the stroke to new figures of the sample and of the data set, without the commit itself.

    python -m tests.benchmarks.live_figures [--side 16384] [--strokes 60]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import LoadedSample, Sample
from maskstudio.core.events import EditCommitted, Event
from maskstudio.core.geometry import Rect
from maskstudio.core.labels import LabelClass, LabelMap, voc_color
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS, MaskData
from maskstudio.metrics.confusion import confusion_matrix
from maskstudio.metrics.scores import scores_of
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.settings import Settings
from maskstudio.ui.workbench import Workbench
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest
from tests.helpers.datasets import MaskInMemory

N_CLASSES, BRUSH = 150, 100


def cells(side: int, cell: int, seed: int) -> NDArray[np.uint8]:
    """(side, side) squares of random classes."""
    random = np.random.default_rng(seed)
    n = side // cell + 1
    classes = random.integers(0, N_CLASSES, (n, n)).astype(np.uint8)
    return np.ascontiguousarray(np.kron(classes, np.ones((cell, cell), np.uint8))[:side, :side])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=16384)
    parser.add_argument("--strokes", type=int, default=60)
    options = parser.parse_args()
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        workbench = Workbench(Settings(Path(folder) / "settings.ini"))
        print(json.dumps(measured(app, workbench, options.side, options.strokes), indent=1))
        workbench.tasks.stop()
        workbench.close_dataset()


def measured(app: QApplication, workbench: Workbench, side: int, strokes: int) -> dict[str, object]:
    truth, prediction = cells(side, 53, 1), cells(side, 47, 2)
    classes = tuple(LabelClass(i, f"class {i}", voc_color(i)) for i in range(N_CLASSES))
    refs = {GROUND_TRUTH: MaskInMemory(truth), PREDICTIONS: MaskInMemory(prediction)}
    sample = Sample("large", masks=refs)
    dataset = Dataset([sample], dict.fromkeys(refs, LabelMap(classes)))
    masks = {GROUND_TRUTH: MaskData(truth), PREDICTIONS: MaskData(prediction)}
    dataset.open_document(LoadedSample(sample, None, masks))
    figures = ComparisonFigures(workbench)
    workbench.take(OpenedDataset(OpenRequest(), dataset, None, {}))
    while figures.scores("large") is None:
        app.processEvents()
    figures.total_scores()
    started: list[float] = []

    def note_start(event: Event) -> None:
        if isinstance(event, EditCommitted):
            started.append(time.perf_counter())

    workbench.bridge.follow(None)
    dataset.events.connect(note_start)  # before the window, which does the work
    workbench.bridge.follow(dataset)
    ends = []
    yy, xx = np.ogrid[:BRUSH, :BRUSH]
    disc = (xx - BRUSH / 2 + 0.5) ** 2 + (yy - BRUSH / 2 + 0.5) ** 2 <= (BRUSH / 2) ** 2
    random = np.random.default_rng(3)
    for index in range(strokes):
        x, y = random.integers(0, side - 2 * BRUSH, 2).tolist()
        stroke = dataset.begin("large", GROUND_TRUTH, label="Brush")
        for step in range(0, BRUSH, 10):
            rect = Rect(x + step, y, x + step + BRUSH, y + BRUSH)
            stroke.paint(rect, disc, index % N_CLASSES)
        stroke.commit()
        figures.scores("large")
        figures.total_scores()
        ends.append(time.perf_counter())
    times = sorted(1000 * (end - start) for start, end in zip(started, ends, strict=True))
    start = time.perf_counter()
    anew = confusion_matrix(prediction, dataset.document("large").layer(GROUND_TRUTH).pixels)
    scores = scores_of(anew)
    anew_ms = 1000 * (time.perf_counter() - start)
    assert figures.confusion("large") == anew
    assert figures.scores("large") == scores
    return {
        "reference_count_anew_ms": anew_ms,
        "update_median_ms": statistics.median(times),
        "update_p95_ms": times[int(0.95 * len(times))],
        "n_pairs": len(anew.pairs),
    }


if __name__ == "__main__":
    main()
