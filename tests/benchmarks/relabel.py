"""Count the classes of a zip of color masks 2048x1024, and merge two of them; prints JSON.

Counting stands beside decoding the same masks on the same cores; merging beside decoding and
encoding, with OpenCV, the masks that hold the class that goes. Medians, taking turns.

    python -m tests.benchmarks.relabel [--masks 300] [--repeat 3]
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.workflows.class_census import take_census
from maskstudio.workflows.class_use import masks_to_search
from maskstudio.workflows.open_dataset import OpenedDataset, open_dataset
from maskstudio.workflows.opening import masks_request
from maskstudio.workflows.relabel import merge_classes
from maskstudio.workflows.relabel_source import foresee, write_relabeled
from tests.benchmarks.zip_of_color_masks import in_turns, read_plainly, with_opencv, write_zip

GONE, KEPT = 11, 10


def count(opened: OpenedDataset) -> None:
    take_census(masks_to_search(opened.dataset, GROUND_TRUTH))


def merge(opened: OpenedDataset, target: Path) -> None:
    relabeling = merge_classes(opened.dataset.label_maps[GROUND_TRUTH], [GONE, KEPT], KEPT)
    foreseen = foresee(opened, GROUND_TRUTH, relabeling)
    write_relabeled(opened, GROUND_TRUTH, foreseen, target, overwrite=True)


def decode_and_encode(path: Path, names: list[str]) -> None:
    """Each of these masks decoded, and encoded in OpenCV's fastest form for masks."""

    def work(name: str) -> None:
        rgb = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_COLOR)
        assert rgb is not None
        cv2.imencode(".png", rgb, [cv2.IMWRITE_PNG_COMPRESSION, 1])

    with zipfile.ZipFile(path) as archive, ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(work, names):
            pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--masks", type=int, default=300)
    parser.add_argument("--repeat", type=int, default=3)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, target = Path(folder) / "masks.zip", Path(folder) / "merged.zip"
        write_zip(path, words.masks)
        with closing(open_dataset(masks_request(path))) as opened:
            print(json.dumps(figures(opened, path, target, words.repeat), indent=1))


def figures(opened: OpenedDataset, path: Path, target: Path, repeat: int) -> dict[str, object]:
    relabeling = merge_classes(opened.dataset.label_maps[GROUND_TRUTH], [GONE, KEPT], KEPT)
    foreseen = foresee(opened, GROUND_TRUTH, relabeling)
    changed = [f"SegmentationClass/{name}.png" for name in foreseen.by_sample]
    times = in_turns(
        {
            "decode": lambda: read_plainly(path, with_opencv),
            "count": lambda: count(opened),
            "decode_and_encode": lambda: decode_and_encode(path, changed),
            "write_merged": lambda: write_relabeled(
                opened, GROUND_TRUTH, foreseen, target, overwrite=True
            ),
            "foresee_and_write": lambda: merge(opened, target),
        },
        repeat,
    )
    return {
        "masks": len(opened.dataset.samples),
        "masks_that_change": len(changed),
        "count": {
            "ratio": times["count"].median / times["decode"].median,
            "to_reach": 1.25,
            **times["count"].described(),
            "reference": times["decode"].described(),
        },
        "merge": {
            "ratio": times["write_merged"].median / times["decode_and_encode"].median,
            "to_reach": 1.3,
            **times["write_merged"].described(),
            "with_preview": times["foresee_and_write"].described(),
            "reference": times["decode_and_encode"].described(),
        },
    }


if __name__ == "__main__":
    main()
