"""Regions of disagreement of one pair against one confusion count of it; prints JSON.

python -m tests.benchmarks.regions [--side 8192] [--repeats 3] [--specks 5000]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from maskstudio.metrics.confusion import confusion_matrix
from maskstudio.metrics.regions import find_regions

N_CLASSES = 20
CELL = 96


def ground_truth(side: int) -> NDArray[np.uint8]:
    """(side, side) cells of random classes with wavy borders."""
    random = np.random.default_rng(1)
    cells = random.integers(0, N_CLASSES, (side // CELL + 3, side // CELL + 3)).astype(np.uint8)
    line = np.arange(side)
    shift = (20 * np.sin(line / 37)).astype(int) + 24
    rows = (line[:, None] + shift[None, :]) // CELL
    columns = (line[None, :] + shift[:, None]) // CELL
    truth: NDArray[np.uint8] = cells[rows, columns]
    return truth


def prediction(truth: NDArray[np.uint8], n_specks: int) -> NDArray[np.uint8]:
    """The truth moved by 3 pixels, with round specks of other classes."""
    random = np.random.default_rng(2)
    moved = np.roll(truth, (3, 3), (0, 1))
    side = len(truth)
    for x, y, radius, index in random.integers(0, (side, side, 24, N_CLASSES), (n_specks, 4)):
        moved[max(0, y - radius) : y + radius, max(0, x - radius) : x + radius] = index
    return moved


def best_of(repeats: int, work: Callable[[], object]) -> float:
    """Milliseconds of the quickest run."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=8192)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--specks", type=int, default=5_000)
    options = parser.parse_args()
    truth = ground_truth(options.side)
    predicted = prediction(truth, options.specks)
    same = {index: index for index in range(N_CLASSES)}
    count_ms = best_of(options.repeats, lambda: confusion_matrix(predicted, truth))
    regions_ms = best_of(options.repeats, lambda: find_regions(predicted, truth, same, same))
    figures = {
        "reference_confusion_ms": count_ms,
        "regions_ms": regions_ms,
        "ratio": regions_ms / count_ms,
        "n_regions": len(find_regions(predicted, truth, same, same)),
        "wrong_share": float((predicted != truth).mean()),
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
