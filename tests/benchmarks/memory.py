"""Resident memory of the window with a large picture and two layers read from files; prints JSON.

An RGB JPEG and two uint8 index PNGs are opened in the real window, shown whole and at 1:1, and
painted on with 100 strokes. The reference are the bytes of the three decoded arrays.

    python -m tests.benchmarks.memory [--side 16384] [--strokes 100]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.history import resident_bytes

KEYS = ("ground_truth", "predictions")


def write_files(folder: Path, side: int) -> None:
    """A picture and two masks; in a process of their own, whose arrays are not counted."""
    import cv2
    import numpy as np

    from tests.benchmarks.history import smooth_mask

    random = np.random.default_rng(1)
    coarse = random.integers(0, 256, (side // 64, side // 64, 3), np.uint8)
    for name in ("images", *KEYS):
        (folder / name).mkdir()
    picture = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_LINEAR)
    cv2.imwrite(str(folder / "images" / "large.jpg"), picture)
    for seed, key in enumerate(KEYS):
        mask = smooth_mask(side, seed)
        cv2.imwrite(str(folder / key / "large.png"), mask, [cv2.IMWRITE_PNG_COMPRESSION, 1])


def measure(folder: Path, side: int, strokes: int) -> dict[str, object]:
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from maskstudio.workflows.open_dataset import OpenRequest, open_dataset
    from tests.benchmarks.paint import MOVES_PER_STROKE, Stage

    app = QApplication([])
    layers = tuple((key, folder / key) for key in KEYS)
    opened = open_dataset(OpenRequest(images=folder / "images", layers=layers))
    stage = Stage(opened, folder)
    loaded = resident_bytes()
    for name in ("fit", "1:1"):
        stage.zoom(name)
        stage.strokes(strokes // 2 * MOVES_PER_STROKE)
        QTest.qWait(500)
    after, raw = resident_bytes(), side * side * 5
    history = stage.workbench.dataset.history if stage.workbench.dataset else None
    figures: dict[str, object] = {
        "side": side,
        "strokes": len(history.edits) if history else 0,
        "raw_arrays_mb": raw / 1e6,
        "resident_loaded_mb": loaded / 1e6,
        "resident_after_strokes_mb": after / 1e6,
        "history_mb": history.size_bytes / 1e6 if history else 0,
        "ratio_to_raw_arrays": after / raw,
        "to_reach_ratio": 1.3,
    }
    stage.close()
    app.quit()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=16_384)
    parser.add_argument("--strokes", type=int, default=100)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write is not None:
        write_files(options.write, options.side)
        return
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        words = ["--write", folder, "--side", str(options.side)]
        subprocess.run([sys.executable, "-m", "tests.benchmarks.memory", *words], check=True)
        print(json.dumps(measure(Path(folder), options.side, options.strokes), indent=1))


if __name__ == "__main__":
    main()
