"""Open, read and save a zip of color masks 2048x1024; prints JSON.

Each figure stands beside a reference that takes turns with it: the same zip read with `zipfile` and
decoded with the faster of Pillow and OpenCV on the same cores, and a copy of the file beside it. A
save is on the disk when it ends, so the fair reference is a copy of which that is true too; the
ratio to a copy that is only in memory is given as well. Medians; CPU seconds of all threads tell
what a busy machine added.

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
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

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
    return in_turns({"": work}, repeat)[""].median


class Times(NamedTuple):
    """Seconds by the clock and of all processors, of several runs."""

    wall: list[float]
    cpu: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.wall)

    def described(self) -> dict[str, float]:
        return {
            "median_s": self.median,
            "least_s": min(self.wall),
            "cpu_s": statistics.median(self.cpu),
        }


def in_turns(works: Mapping[str, Callable[[], object]], repeat: int) -> dict[str, Times]:
    """Run each of the works once, then each again: noise meets all of them."""
    times = {name: Times([], []) for name in works}
    for _ in range(repeat):
        for name, work in works.items():
            cpu, start = time.process_time(), time.perf_counter()
            work()
            times[name].wall.append(time.perf_counter() - start)
            times[name].cpu.append(time.process_time() - cpu)
    return times


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


class Saving:
    """A zip with one mask open, on which a stroke can be painted and saved again and again."""

    def __init__(self, path: Path, strokes: int = 0) -> None:
        self._opened = open_dataset(OpenRequest(paths=(path,)))
        self._dataset = self._opened.dataset
        self._name = self._dataset.samples[len(self._dataset.samples) // 2].name
        self._dataset.open_document(load_sample(self._dataset.sample(self._name)))
        self._strokes = strokes

    def paint(self) -> None:
        self._strokes += 1
        transaction = self._dataset.begin(self._name, "ground_truth", label="Brush")
        where, tip = Rect(10, 10, 110, 110), np.ones((100, 100), np.bool_)
        transaction.paint(where, tip, 2 + self._strokes % 5)
        transaction.commit()

    def save(self) -> None:
        job = prepare_save(self._opened, "ground_truth")
        finish_save(self._opened, job, run_save(job, no_progress))

    def close(self) -> None:
        self._opened.close()


def first_save(path: Path, strokes: int) -> float:
    """Seconds of the first save after opening, of a class that does not lie there yet."""
    saving = Saving(path, strokes)
    saving.paint()
    start = time.perf_counter()
    saving.save()
    seconds = time.perf_counter() - start
    saving.close()
    return seconds


def copy_file(path: Path, *, durable: bool) -> None:
    """What `cp` does, and where asked for what makes the copy survive a power cut."""
    target = path.with_suffix(".copy")
    shutil.copy(path, target)
    if durable:
        with target.open("rb") as file:
            os.fsync(file.fileno())
    target.unlink()


def measure(path: Path, repeat: int) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        data = archive.read("SegmentationClass/frame_0000.png")
        count = sum(name.endswith(".png") for name in archive.namelist())
    decoders: dict[str, Callable[[bytes], object]] = {"Pillow": with_pillow, "OpenCV": with_opencv}
    decoding = in_turns({n: partial(d, data) for n, d in decoders.items()}, 9)
    best = min(decoding, key=lambda name: decoding[name].median)
    one = decoding[best].median
    opening = in_turns({"open": partial(open_first, path)}, max(repeat, 5))
    plain = partial(read_plainly, path, decoders[best])
    reading = in_turns({"plain": plain, "ours": partial(read_all, path)}, repeat)
    firsts = [first_save(path, i) for i in range(max(repeat, 5))]
    saving = Saving(path, len(firsts))
    works: dict[str, Callable[[], object]] = {
        "paint": saving.paint,
        "save": saving.save,
        "durable copy": partial(copy_file, path, durable=True),
        "plain copy": partial(copy_file, path, durable=False),
    }
    copying = in_turns(works, max(repeat, 9))
    saving.close()
    durable, quick = copying["durable copy"].median, copying["plain copy"].median
    return {
        "masks": count,
        "decoder": best,
        "open_per_decoded_mask": opening["open"].median / one,
        "read_all_per_plain_read": reading["ours"].median / reading["plain"].median,
        "read_all_target": 1.3,
        "save_per_durable_copy": copying["save"].median / durable,
        "first_save_per_durable_copy": statistics.median(firsts) / durable,
        "save_per_plain_copy": copying["save"].median / quick,
        "save_target": 1.5,
        "decode_one_s": one,
        "first_save_s": statistics.median(firsts),
        **{n: t.described() for n, t in (opening | reading | copying).items() if n != "paint"},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--masks", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "masks.zip"
        write_zip(path, options.masks)
        print(json.dumps(measure(path, options.repeat), indent=1))


if __name__ == "__main__":
    main()
