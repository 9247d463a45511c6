"""Compare pairs of index PNGs 2048x1024, and follow a stroke on a 16k mask; prints JSON.

Each figure stands beside a reference measured in the same run: decoding the same files with the
faster of Pillow and OpenCV on the same cores, the confusion matrix of scikit-learn where it is
installed, else of numpy, and counting the whole 16k pair anew.

    python -m tests.benchmarks.compare [--pairs 500] [--repeat 3] [--side 16384]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from maskstudio.metrics.confusion import confusion_change, confusion_matrix
from maskstudio.metrics.scores import scores_of
from maskstudio.workflows.compare import compare
from maskstudio.workflows.comparer import Comparer
from maskstudio.workflows.open_dataset import OpenRequest, open_dataset
from maskstudio.workflows.sample_pairs import choose_side
from tests.benchmarks.zip_of_color_masks import (
    CLASSES,
    DISTINCT,
    measured,
    street,
    with_pillow,
)

TILE = 256
STROKE = 100
MANY_CLASSES = 150


def with_opencv(data: bytes) -> object:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)


def predicted(truth: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    """The same classes with rounded outlines and some blocks of another class."""
    random = np.random.default_rng(seed)
    smooth: NDArray[np.uint8] = np.array(cv2.medianBlur(truth, 9), np.uint8)
    for _ in range(8):
        x, y = int(random.integers(0, 1900)), int(random.integers(0, 900))
        smooth[y : y + 90, x : x + 120] = random.integers(0, CLASSES)
    return smooth


def write_masks(folder: Path, count: int) -> tuple[Path, Path]:
    """Index PNGs of predictions and of ground truth."""
    sides = folder / "prediction", folder / "ground_truth"
    for side in sides:
        side.mkdir()
        names = "".join(f"class {i}:{i},{i},{i}::\n" for i in range(CLASSES))
        (side / "labelmap.txt").write_text(names, encoding="utf-8")
    for seed in range(min(DISTINCT, count)):
        truth = street(seed)
        for side, mask in zip(sides, (predicted(truth, seed), truth), strict=True):
            file = BytesIO()
            Image.fromarray(mask).save(file, "PNG")
            for i in range(seed, count, DISTINCT):
                (side / f"frame_{i:04}.png").write_bytes(file.getvalue())
    return sides


def compare_all(prediction: Path, truth: Path) -> None:
    """What `maskstudio compare` does before it prints."""
    sides = [
        open_dataset(OpenRequest(layers=(("ground_truth", path),))) for path in (prediction, truth)
    ]
    found = compare(
        Comparer(
            choose_side(sides[0], None, is_prediction=True),
            choose_side(sides[1], None, is_prediction=False),
        )
    )
    assert found.scores.mean_iou is not None
    for side in sides:
        side.close()


def decode_all(paths: list[Path], decode: Callable[[bytes], object]) -> None:
    """The same files decoded with a thread for each core."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(lambda path: decode(path.read_bytes()), paths):
            pass


def in_turns(
    one: Callable[[], object], other: Callable[[], object], repeat: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Best seconds of both by the clock and of the processor; both meet the same disturbances."""
    rounds = [(timed(one), timed(other)) for _ in range(repeat)]
    ones, others = zip(*rounds, strict=True)
    return best(ones), best(others)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def best(seconds: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return min(clock for clock, _ in seconds), min(processor for _, processor in seconds)


def naive_confusion(prediction: NDArray[np.uint8], truth: NDArray[np.uint8]) -> object:
    """What anybody would write."""
    codes = truth.astype(np.int64) * CLASSES + prediction
    return np.bincount(codes.ravel(), minlength=CLASSES**2).reshape(CLASSES, CLASSES)


def other_library() -> tuple[str, Callable[[NDArray[np.uint8], NDArray[np.uint8]], object]]:
    """scikit-learn's confusion matrix where it is installed, else numpy's."""
    try:
        theirs = import_module("sklearn.metrics").confusion_matrix
    except ImportError:
        return "numpy", naive_confusion
    return "scikit-learn", lambda prediction, truth: theirs(truth.ravel(), prediction.ravel())


def many_classes(side: int) -> NDArray[np.uint8]:
    """(side, side) 150 classes in patches with ragged outlines."""
    random = np.random.default_rng(7)
    coarse = random.integers(0, MANY_CLASSES, (side // 128, side // 128)).astype(np.uint8)
    mask = np.repeat(np.repeat(coarse, 128, axis=0), 128, axis=1)
    shift = np.arange(side) % 37
    ragged: NDArray[np.uint8] = np.roll(mask, 5, axis=1)
    ragged[shift > 18] = mask[shift > 18]
    return ragged


def stroke_seconds(side: int, repeat: int) -> dict[str, float]:
    """Figures of sample and data set after a stroke that touches four tiles, and counted anew."""
    truth = many_classes(side)
    prediction = np.roll(truth, 3, axis=0)
    total = confusion_matrix(prediction, truth)
    seconds = []
    for i in range(10 * repeat):
        top = left = TILE * (i % (side // TILE - 1)) + TILE - STROKE // 2
        parts = [
            np.s_[y : y + TILE, x : x + TILE]
            for y in (top // TILE * TILE, top // TILE * TILE + TILE)
            for x in (left // TILE * TILE, left // TILE * TILE + TILE)
        ]
        before = [truth[part].copy() for part in parts]
        truth[top : top + STROKE, left : left + STROKE] = i % MANY_CLASSES
        start = time.perf_counter()
        for part, old in zip(parts, before, strict=True):
            total += confusion_change(old, truth[part], prediction[part], of_prediction=False)
        scores_of(total)
        scores_of(total, {0})
        seconds.append(time.perf_counter() - start)
    anew = measured(lambda: scores_of(confusion_matrix(prediction, truth)), 1)
    assert total == confusion_matrix(prediction, truth)
    return {
        "figures_after_a_stroke_ms": statistics.median(seconds) * 1e3,
        "reference_counted_anew_ms": anew * 1e3,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--side", type=int, default=16_384)
    options = parser.parse_args()
    library, theirs = other_library()
    with tempfile.TemporaryDirectory() as folder:
        prediction, truth = write_masks(Path(folder), options.pairs)
        paths = [path for side in (prediction, truth) for path in side.glob("*.png")]
        data = paths[0].read_bytes()
        decode = min((with_pillow, with_opencv), key=lambda d: measured(lambda: d(data), 5))
        plain, compared = in_turns(
            lambda: decode_all(paths, decode),
            lambda: compare_all(prediction, truth),
            options.repeat,
        )
    pair = predicted(street(0), 0), street(0)
    other = measured(lambda: theirs(*pair), options.repeat)
    ours = measured(lambda: confusion_matrix(*pair), options.repeat)
    figures = {
        "pairs": options.pairs,
        "decoder": decode.__name__,
        "compare_s": compared[0],
        "compare_per_decoding": compared[0] / plain[0],
        "compare_per_decoding_in_processor_time": compared[1] / plain[1],
        "confusion_of_a_pair_s": ours,
        **stroke_seconds(options.side, options.repeat),
        "reference_decoding_s": plain[0],
        "reference_confusion_by": library,
        "reference_confusion_of_a_pair_s": other,
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
