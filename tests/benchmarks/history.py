"""Bytes and time of strokes in the history, and memory of a large document; prints JSON.

    python tests/benchmarks/history.py [--side 16384] [--mask MASK.png]

Strokes of a round tip of 100 px, some 300 px long each, over masks of two kinds: smooth regions
made here, and, where there is one, a mask from a file (default: the CamVid mosaic of the shared
folder), whose many small regions are a hard case. The model alone is measured, without a window.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import LoadedSample, Sample
from maskstudio.core.geometry import Point
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS, MaskData
from maskstudio.raster.brush import Tip, stroke_segment

REPOSITORY = Path(__file__).resolve().parents[2]
MOSAIC = Path("data", "large", "masks", "camvid_mosaic_5760x4320.png")
DIAMETER = 100
LENGTH = 300
N_MOVES = 10
N_CLASSES = 12
CLASSES = tuple(LabelClass(i, f"class {i}", None) for i in range(N_CLASSES))

Mask = NDArray[np.uint8]


def smooth_mask(side: int, seed: int) -> Mask:
    """Regions of some 100 px with wavy borders, of all classes; a square tile, repeated."""
    tile = 2048
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft2(rng.standard_normal((tile, tile)))
    frequency = np.hypot(np.fft.fftfreq(tile)[:, None], np.fft.rfftfreq(tile)[None, :])
    field = np.fft.irfft2(spectrum / (frequency + 0.004) ** 2.5, (tile, tile))
    edges = np.quantile(field, np.linspace(0, 1, 3 * N_CLASSES + 1)[1:-1])
    mask = (np.digitize(field, edges) % N_CLASSES).astype(np.uint8)
    return np.tile(mask, (-(-side // tile), -(-side // tile)))[:side, :side].copy()


def dataset_of(image: NDArray[np.uint8] | None, masks: dict[str, Mask]) -> Dataset:
    sample = Sample("a")
    dataset = Dataset([sample], dict.fromkeys(masks, LabelMap(CLASSES, background=0)))
    loaded = {key: MaskData(mask) for key, mask in masks.items()}
    dataset.open_document(LoadedSample(sample, Image(image) if image is not None else None, loaded))
    return dataset


@dataclass
class Times:
    """What single deeds took, in ms."""

    stamps: list[float]
    commits: list[float]
    tiles: list[float]


def paint_strokes(dataset: Dataset, n_strokes: int, seed: int) -> Times:
    """Strokes along gentle bows at random places of the first layer, with random classes."""
    rng = np.random.default_rng(seed)
    layer = dataset.document("a").layer(GROUND_TRUTH)
    times = Times([], [], [])
    for _ in range(n_strokes):
        stroke = dataset.begin("a", GROUND_TRUTH, label="Brush")
        index = int(rng.integers(N_CLASSES))
        at = Point(rng.uniform(0, layer.size.width), rng.uniform(0, layer.size.height))
        heading = rng.uniform(0, 2 * np.pi)
        bow = rng.uniform(-0.15, 0.15)
        for _ in range(N_MOVES):
            heading += bow
            step = LENGTH / N_MOVES
            to = Point(at.x + step * np.cos(heading), at.y + step * np.sin(heading))
            for rect, shape in stroke_segment(at, to, DIAMETER, Tip.ROUND):
                times.stamps.append(timed(stroke.paint, rect, shape, index))
            at = to
        times.commits.append(timed(stroke.commit))
        edit = dataset.history.undo_edit
        n_tiles = len(getattr(edit, "tiles", ())) or 1
        times.tiles.append(times.commits[-1] / n_tiles)
    return times


def timed(action: Callable[..., object], *arguments: object) -> float:
    start = time.perf_counter()
    action(*arguments)
    return (time.perf_counter() - start) * 1000


def summary(times: list[float]) -> dict[str, float]:
    return {
        "median_ms": round(statistics.median(times), 4),
        "p95_ms": round(float(np.percentile(times, 95)), 4),
    }


def history_of_strokes(mask: Mask, n_strokes: int) -> dict[str, Any]:
    """Bytes of so many strokes, as counted and as allocated."""
    dataset = dataset_of(None, {GROUND_TRUTH: mask})
    paint_strokes(dataset, 1, seed=1)
    tracemalloc.start()
    paint_strokes(dataset, n_strokes, seed=2)
    allocated = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    history = dataset.history
    return {
        "n_strokes": n_strokes,
        "n_tiles": sum(len(getattr(edit, "tiles", ())) for edit in history.edits),
        "counted_mb": round(history.size_bytes / 1e6, 2),
        "allocated_mb": round(allocated / 1e6, 2),
        "to_reach_mb": 20 * n_strokes / 1000,
    }


def large_document(side: int) -> dict[str, Any]:
    """Resident memory of one image and two layers after 100 strokes, and time of a stroke."""
    image = np.random.default_rng(3).integers(0, 256, (side, side, 3), np.uint8)
    masks = {GROUND_TRUTH: smooth_mask(side, 4), PREDICTIONS: smooth_mask(side, 5)}
    raw = image.nbytes + sum(mask.nbytes for mask in masks.values())
    dataset = dataset_of(image, masks)
    loaded = resident_bytes()
    times = paint_strokes(dataset, 100, seed=6)
    after = resident_bytes()
    return {
        "side": side,
        "raw_arrays_mb": round(raw / 1e6, 1),
        "resident_loaded_mb": round(loaded / 1e6, 1),
        "resident_after_100_strokes_mb": round(after / 1e6, 1),
        "ratio_to_raw_arrays": round(after / raw, 3),
        "to_reach_ratio": 1.3,
        "stamp": summary(times.stamps),
        "commit": summary(times.commits),
        "commit_per_tile": summary(times.tiles),
    }


def small_document(side: int = 1024) -> dict[str, Any]:
    """The same strokes on a small mask, to compare times with."""
    dataset = dataset_of(None, {GROUND_TRUTH: smooth_mask(side, 4)})
    times = paint_strokes(dataset, 100, seed=6)
    return {
        "side": side,
        "stamp": summary(times.stamps),
        "commit": summary(times.commits),
        "commit_per_tile": summary(times.tiles),
    }


def resident_bytes() -> int:
    """Memory of this process now; its peak where the system does not say."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def default_mask() -> Path:
    root = os.environ.get("MASKSTUDIO_SHARED") or REPOSITORY.parent / "shared"
    return Path(root) / MOSAIC


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=16_384)
    parser.add_argument("--strokes", type=int, default=1000)
    parser.add_argument("--mask", type=Path, default=default_mask())
    options = parser.parse_args()
    result: dict[str, Any] = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "large_document": large_document(options.side),
        "small_document": small_document(),
        "history": {"smooth 4096": history_of_strokes(smooth_mask(4096, 7), options.strokes)},
    }
    if options.mask.exists():
        with PillowImage.open(options.mask) as picture:
            mask = np.array(picture, np.uint8)
        result["history"][options.mask.name] = history_of_strokes(mask, options.strokes)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
