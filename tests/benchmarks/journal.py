"""What the recovery journal costs a stroke, in the real window; prints JSON.

Strokes of a 100 px brush with the journal and without it, in turn, in the same window. Beside the
time that passed stands the processor's time of the window's thread.

    python -m tests.benchmarks.journal [--side 4096] [--rounds 20]
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from maskstudio.workflows.journal import Journal
from tests.benchmarks.paint import MOVES_PER_STROKE, Stage, opened, sweep

STROKES = 5
"""In a row, before the other way has its turn."""


def stroke(stage: Stage, number: int) -> tuple[float, float]:
    """Milliseconds of one whole stroke, its release included: passed, and of the processor."""
    stage.workbench.choices.set_class(1 + number % 11)
    places = [sweep(number * MOVES_PER_STROKE + i) for i in range(MOVES_PER_STROKE + 1)]
    QApplication.processEvents()
    start, busy = time.perf_counter(), time.thread_time()
    stage.send(QEvent.Type.MouseButtonPress, *places[0])
    for place in places[1:]:
        stage.send(QEvent.Type.MouseMove, *place)
        QApplication.processEvents()
    stage.send(QEvent.Type.MouseButtonRelease, *places[-1])
    QApplication.processEvents()
    return 1000 * (time.perf_counter() - start), 1000 * (time.thread_time() - busy)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=4096)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    app = QApplication([])
    times: dict[str, list[tuple[float, float]]] = {"without": [], "with": []}
    with tempfile.TemporaryDirectory() as folder:
        dataset = opened(options.side)
        stage = Stage(dataset, Path(folder))
        stage.zoom("1:1")
        journal = stage.window.furnishing.recovery._journal
        assert isinstance(journal, Journal)
        number, largest = 0, 0
        for round_ in range(2 * options.rounds):
            name = ("without", "with")[round_ % 2]
            dataset.dataset.events.disconnect(journal._follow)
            if name == "with":
                dataset.dataset.events.connect(journal._follow)
            for _ in range(STROKES):
                times[name].append(stroke(stage, number))
                number += 1
            if name == "without":
                dataset.dataset.events.connect(journal._follow)
            assert journal.flush()
            if journal.path is not None:
                largest = max(largest, journal.path.stat().st_size)
        stage.close()
    figures: dict[str, object] = {
        "strokes_each": STROKES * options.rounds,
        "journal_bytes": largest,
        "to_reach": 1.1,
    }
    for place, kind in enumerate(("passed", "processor")):
        found = {name: [entry[place] for entry in kept] for name, kept in times.items()}
        for name, values in found.items():
            figures[f"{name} median_{kind}_ms"] = statistics.median(values)
            figures[f"{name} minimum_{kind}_ms"] = min(values)
        medians = {name: statistics.median(values) for name, values in found.items()}
        figures[f"ratio_{kind}"] = medians["with"] / medians["without"]
    print(json.dumps(figures, indent=1))
    app.quit()


if __name__ == "__main__":
    main()
