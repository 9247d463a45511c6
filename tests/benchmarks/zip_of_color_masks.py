"""Open, read and save a zip of color masks 2048x1024; prints JSON.

Each figure stands beside a reference measured in the same run: the same zip read with `zipfile` and
decoded with the faster of Pillow and OpenCV on the same cores, and a copy of the file.

    python -m tests.benchmarks.zip_of_color_masks [--masks 1000] [--repeat 3]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from maskstudio.core.document import load_sample
from maskstudio.core.geometry import Rect
from maskstudio.core.labels import voc_color
from maskstudio.formats.base import no_progress
from maskstudio.formats.parallel import ordered_map
from maskstudio.workflows.open_dataset import OpenRequest, open_dataset
from maskstudio.workflows.save_dataset import finish_save, prepare_save, run_save

WIDTH, HEIGHT, CLASSES = 2048, 1024, 12
DISTINCT = 20


def street(seed: int) -> np.ndarray:
    """(H, W) uint8 classes in ragged shapes like those of a street scene, some 40 KB as PNG."""
    random = np.random.default_rng(seed)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[HEIGHT // 2 :] = 1
    for _ in range(60):
        x, y = random.integers(0, WIDTH), random.integers(0, HEIGHT)
        axes = tuple(int(v) for v in random.integers(8, 200, 2))
        index = int(random.integers(0, CLASSES))
        if random.random() < 0.5:
            cv2.ellipse(
                mask, (int(x), int(y)), axes, float(random.integers(180)), 0, 360, index, -1
            )
        else:
            cv2.rectangle(mask, (int(x), int(y)), (int(x) + axes[0], int(y) + axes[1]), index, -1)
    shift = [
        cv2.GaussianBlur(random.normal(0, 40, mask.shape).astype(np.float32), (0, 0), 4)
        for _ in range(2)
    ]
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    ragged: np.ndarray = cv2.remap(mask, columns + shift[0], rows + shift[1], cv2.INTER_NEAREST)
    return ragged


def write_zip(path: Path, count: int) -> None:
    """Color masks as CVAT exports them: RGB PNGs, deflated again by the zip."""
    colors = np.array([voc_color(i) for i in range(CLASSES)], np.uint8)
    encoded = []
    for seed in range(DISTINCT):
        file = BytesIO()
        Image.fromarray(colors[street(seed)]).save(file, "PNG")
        encoded.append(file.getvalue())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        lines = [
            f"{'background' if i == 0 else f'class {i}'}:{','.join(map(str, c))}::"
            for i, c in enumerate(colors)
        ]
        archive.writestr("labelmap.txt", "\n".join(lines) + "\n")
        names = [f"frame_{i:04}" for i in range(count)]
        archive.writestr("ImageSets/Segmentation/default.txt", "\n".join(names) + "\n")
        for i, name in enumerate(names):
            archive.writestr(f"SegmentationClass/{name}.png", encoded[i % DISTINCT])


def measured(work: Callable[[], object], repeat: int) -> float:
    """Median seconds."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def read_plainly(path: Path, decode: Callable[[bytes], object]) -> None:
    """What anybody would write: zipfile, a decoder, a thread for each core."""
    with zipfile.ZipFile(path) as archive, ThreadPoolExecutor(os.cpu_count()) as pool:
        names = [n for n in archive.namelist() if n.endswith(".png")]
        for _ in pool.map(lambda name: decode(archive.read(name)), names):
            pass


def with_pillow(data: bytes) -> object:
    return np.asarray(Image.open(BytesIO(data)))


def with_opencv(data: bytes) -> object:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def read_all(path: Path) -> None:
    """Every mask as class indices, as the program does it."""
    opened = open_dataset(OpenRequest(paths=(path,)))
    for _ in ordered_map(lambda s: s.masks["ground_truth"].read(), opened.dataset.samples):
        pass
    opened.close()


def open_first(path: Path) -> None:
    opened = open_dataset(OpenRequest(paths=(path,)))
    opened.dataset.open_document(load_sample(opened.dataset.samples[0]))
    opened.close()


def save_seconds(path: Path, repeat: int) -> float:
    """One stroke on one mask, saved in place."""
    opened = open_dataset(OpenRequest(paths=(path,)))
    dataset = opened.dataset
    name = dataset.samples[len(dataset.samples) // 2].name
    dataset.open_document(load_sample(dataset.sample(name)))
    times = []
    for i in range(repeat):
        transaction = dataset.begin(name, "ground_truth", label="Brush")
        transaction.paint(Rect(10, 10, 110, 110), np.ones((100, 100), np.bool_), 2 + i % 5)
        transaction.commit()
        start = time.perf_counter()
        job = prepare_save(opened, "ground_truth")
        finish_save(opened, job, run_save(job, no_progress))
        times.append(time.perf_counter() - start)
    opened.close()
    return statistics.median(times)


def copy_durably(path: Path) -> None:
    """A copy that is on disk afterwards, as a saved file is."""
    target = path.with_suffix(".copy")
    shutil.copyfile(path, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())
    target.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--masks", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "masks.zip"
        write_zip(path, options.masks)
        with zipfile.ZipFile(path) as archive:
            data = archive.read("SegmentationClass/frame_0000.png")
        decode = min((with_pillow, with_opencv), key=lambda d: measured(lambda: d(data), 5))
        one = measured(lambda: decode(data), 5)
        plain = measured(lambda: read_plainly(path, decode), options.repeat)
        copy = measured(lambda: copy_durably(path), options.repeat)
        opened = measured(lambda: open_first(path), options.repeat)
        everything = measured(lambda: read_all(path), options.repeat)
        saved = save_seconds(path, options.repeat)
    figures = {
        "masks": options.masks,
        "decoder": decode.__name__,
        "open_and_first_mask_s": opened,
        "open_per_decoded_mask": opened / one,
        "read_all_s": everything,
        "read_all_per_plain_read": everything / plain,
        "save_after_one_stroke_s": saved,
        "save_per_copy": saved / copy,
        "reference_decode_one_s": one,
        "reference_plain_read_s": plain,
        "reference_copy_s": copy,
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
