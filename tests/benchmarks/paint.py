"""From a pointer move to the finished repaint, in the real window; prints JSON.

A brush of 100 px over an image with two filled uint8 layers, 1920x1080 view, at fit, 1:1 and 8x, on
small and large masks. The reference of the same run is Qt drawing the same three images once.

    python -m tests.benchmarks.paint [--sides 1024 16384] [--moves 300]
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
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import LoadedSample, Sample
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelClass, LabelMap, voc_color
from maskstudio.core.layer import MaskData
from maskstudio.render.palette import Look
from maskstudio.ui.appearance import Appearance
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.settings import Settings
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest

KEYS = ("ground_truth", "predictions")
WIDTH, HEIGHT, BRUSH = 1920, 1080, 100
MOVES_PER_STROKE = 30
CLASSES = tuple(
    LabelClass(i, "background" if i == 0 else f"class {i}", voc_color(i)) for i in range(12)
)


def squares(side: int, period: int) -> np.ndarray:
    """(side, side) uint8 classes in squares."""
    line = np.arange(side) // period
    return ((line[:, None] * 5 + line) % 12).astype(np.uint8)


def opened(side: int) -> OpenedDataset:
    """One sample in memory: an RGB image and two uint8 layers."""
    gray = squares(side, 97) * 20
    image = Image(np.repeat(gray[..., None], 3, axis=2))
    sample = Sample("large")
    label_map = LabelMap(CLASSES, background=0)
    dataset = Dataset([sample], dict.fromkeys(KEYS, label_map))
    masks = {KEYS[0]: MaskData(squares(side, 61)), KEYS[1]: MaskData(squares(side, 83))}
    dataset.open_document(LoadedSample(sample, image, masks))
    return OpenedDataset(OpenRequest((Path("memory"),)), dataset, None, {})


def sweep(step: int) -> tuple[float, float]:
    """Place of the pointer: to and fro over a square of 800 px in the middle of the view."""
    x, y = (abs(step * speed % 1600 - 800) - 400 for speed in (25, 7))
    return WIDTH / 2 + x, HEIGHT / 2 + y


class Stage:
    """The whole window, its canvas at a size, over the first sample of a data set."""

    def __init__(self, dataset: OpenedDataset, folder: Path) -> None:
        settings = Settings(folder / "settings.ini")
        self.window = MainWindow(settings, Appearance(application(), settings, theme="dark"))
        self.canvas, self.workbench = self.window.canvas, self.window.workbench
        self.window.show()
        self.workbench.take(dataset)
        while self.workbench.document is None:
            QApplication.processEvents()
        QApplication.processEvents()
        for _ in range(3):  # docks settle between
            frame = self.window.size() - self.canvas.size()
            self.window.resize(frame + QSize(WIDTH, HEIGHT))
            QApplication.processEvents()
        for key in KEYS:
            self.workbench.choices.set_look(key, Look(opacity=0.5))
        self.workbench.choices.change_options(size=BRUSH)
        while self.workbench.tasks.tasks:
            QApplication.processEvents()
        assert self.canvas.size() == QSize(WIDTH, HEIGHT)

    def zoom(self, name: str) -> None:
        if name == "fit":
            self.canvas.fit()
        else:
            self.canvas.zoom_to({"1:1": 1.0, "8x": 8.0}[name])
        QApplication.processEvents()

    def send(self, kind: QEvent.Type, x: float, y: float) -> None:
        button = Qt.MouseButton.LeftButton
        place = QPointF(x, y)
        event = QMouseEvent(
            kind, place, self.canvas.mapToGlobal(place), button, button, Qt.KeyboardModifier(0)
        )
        QApplication.sendEvent(self.canvas, event)

    def strokes(self, moves: int) -> list[tuple[float, float]]:
        """Milliseconds of each move of strokes that sweep the middle of the view, 25 px a move.

        Every stroke paints another class than the one before, so that every move changes pixels.
        Beside the time that passed stands the processor's time of the window's thread, which is
        what a machine with nothing else to do would take.
        """
        times: list[tuple[float, float]] = []
        for number in range(moves // MOVES_PER_STROKE):
            self.workbench.choices.set_class(1 + number % 11)
            places = [sweep(number * MOVES_PER_STROKE + i) for i in range(MOVES_PER_STROKE + 1)]
            self.send(QEvent.Type.MouseButtonPress, *places[0])
            QApplication.processEvents()
            for x, y in places[1:]:
                start, busy = time.perf_counter(), time.thread_time()
                self.send(QEvent.Type.MouseMove, x, y)
                QApplication.processEvents()
                passed, busy = time.perf_counter() - start, time.thread_time() - busy
                times.append((1000 * passed, 1000 * busy))
            self.send(QEvent.Type.MouseButtonRelease, *places[-1])
            QApplication.processEvents()
        return times

    def close(self) -> None:
        self.workbench.tasks.stop()
        self.workbench.close_dataset()
        self.window.close()


def application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def qt_reference() -> float:
    """Milliseconds of drawing one RGB32 and two Indexed8 images over the whole view."""
    target = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(0xFF808080)
    layer = QImage(WIDTH, HEIGHT, QImage.Format.Format_Indexed8)
    layer.setColorTable([0] + [0x80FF0000 + 20 * i for i in range(1, 256)])
    layer.fill(3)
    times = []
    for _ in range(20):
        start = time.perf_counter()
        painter = QPainter(target)
        whole = QRectF(0, 0, WIDTH, HEIGHT)
        for picture in (image, layer, layer):
            painter.drawImage(whole, picture)
        painter.end()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sides", type=int, nargs="+", default=[1024, 16384])
    parser.add_argument("--moves", type=int, default=300)
    options = parser.parse_args()
    app = QApplication([])
    figures: dict[str, object] = {"reference_qt_three_images_ms": qt_reference()}
    medians: dict[tuple[int, str], float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for side in options.sides:
            stage = Stage(opened(side), Path(folder))
            for name in ("fit", "1:1", "8x"):
                stage.zoom(name)
                passed, busy = zip(*stage.strokes(options.moves), strict=True)
                medians[side, name] = statistics.median(busy)
                figures[f"{side} {name}"] = {
                    "median_ms": statistics.median(passed),
                    "p95_ms": float(np.percentile(passed, 95)),
                    "median_processor_ms": statistics.median(busy),
                    "p95_processor_ms": float(np.percentile(busy, 95)),
                    "p95_to_reach_ms": 4.0,
                }
            stage.close()
    small, large = min(options.sides), max(options.sides)
    for name in ("1:1", "8x"):
        figures[f"{large} per {small} {name}"] = medians[large, name] / medians[small, name]
    print(json.dumps(figures, indent=1))
    app.quit()


if __name__ == "__main__":
    main()
