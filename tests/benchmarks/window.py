"""Start of the program, and opening in a running window, until something is on the screen.

Whole processes are started; each says when its window was painted. Prints JSON. References of the
same run: a bare PySide6 window started the same way, and decoding the first image and mask alone.

    python -m tests.benchmarks.window [--masks 1000] [--repeat 7]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

CHILD = "tests.benchmarks.window_process"
WIDTH, HEIGHT, DISTINCT = 2048, 1024, 20
LIMIT_S = 60


def write_images(folder: Path, count: int) -> None:
    """JPEG pictures with the noise and detail of a photograph, some 800 KB each."""
    import cv2
    import numpy as np

    folder.mkdir()
    for seed in range(DISTINCT):
        random = np.random.default_rng(seed)
        coarse = random.integers(0, 256, (HEIGHT // 32, WIDTH // 32, 3), np.uint8)
        picture = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        noise = random.normal(0, 9, picture.shape)
        data = cv2.imencode(".jpg", np.clip(picture + noise, 0, 255).astype(np.uint8))[1].tobytes()
        for i in range(seed, count, DISTINCT):
            (folder / f"frame_{i:04}.jpg").write_bytes(data)


def stamps(home: Path, *arguments: str) -> dict[str, float]:
    """Seconds from the start of a process to each thing it says of itself."""
    environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ
    environment |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")}
    # As after an installation: modules are compiled already, by the first run of all.
    environment |= {"PYTHONPYCACHEPREFIX": str(home / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", CHILD, *arguments],
        env=environment,
        check=True,
        timeout=LIMIT_S,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    said: dict[str, float] = json.loads(done.stdout)
    return {name: at if name.endswith("_s") else at - start for name, at in said.items()}


def in_turns(home: Path, runs: dict[str, list[str]], repeat: int) -> dict[str, float]:
    """Medians of what several kinds of process say; they take turns, so that noise meets all."""
    found: dict[str, list[float]] = {}
    for _ in range(repeat):
        for name, arguments in runs.items():
            for what, seconds in stamps(home, *arguments).items():
                found.setdefault(f"{name} {what}", []).append(seconds)
    return {name: statistics.median(values) for name, values in found.items()}


def decode_seconds(zipped: Path, image: Path, repeat: int) -> dict[str, float]:
    """Seconds to read and decode the first mask, and its image, each with the faster decoder."""
    import cv2
    import numpy as np
    from PIL import Image

    def pillow(data: bytes) -> object:
        return np.asarray(Image.open(BytesIO(data)))

    def opencv(data: bytes) -> object:
        return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)

    with zipfile.ZipFile(zipped) as archive:
        mask = archive.read("SegmentationClass/frame_0000.png")
    found = {}
    for name, data in (("mask", mask), ("image", image.read_bytes())):
        medians = []
        for decode in (pillow, opencv):
            times = []
            for _ in range(repeat):
                start = time.perf_counter()
                decode(data)
                times.append(time.perf_counter() - start)
            medians.append(statistics.median(times))
        found[name] = min(medians)
    return found


def measure(folder: Path, masks: int, repeat: int) -> dict[str, Any]:
    from tests.benchmarks.zip_of_color_masks import write_zip

    home, zipped, images = folder / "home", folder / "masks.zip", folder / "images"
    home.mkdir()
    write_zip(zipped, masks)
    write_images(images, masks)
    layers = ["--images", str(images), "--layer", f"ground_truth={zipped}"]
    decoded = decode_seconds(zipped, images / "frame_0000.jpg", max(repeat, 5))
    runs = {
        "bare": ["bare"],
        "empty": ["start"],
        "with images": ["start", *layers],
        "opening masks": ["open", str(zipped)],
        "opening with images": ["open", *layers],
    }
    in_turns(home, runs, 1)
    found = in_turns(home, runs, repeat)
    bare = found["bare visible"]
    both = decoded["mask"] + decoded["image"]
    return {
        "masks": masks,
        "seconds": found | {f"reference decode {name}": s for name, s in decoded.items()},
        "start_to_visible_per_bare": found["empty visible"] / bare,
        "start_to_visible_target": 3.0,
        "start_to_ready_per_bare": found["empty ready"] / bare,
        "start_to_painted_cpu_per_bare": found["with images cpu_s"] / found["bare cpu_s"],
        "start_to_painted_per_bare": found["with images painted"] / bare,
        "start_to_painted_target": 5.0,
        "open_masks_per_decode": found["opening masks opened_s"] / decoded["mask"],
        "open_with_images_per_decode": found["opening with images opened_s"] / both,
        "open_target": 3.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--masks", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), options.masks, options.repeat), indent=1))


if __name__ == "__main__":
    main()
