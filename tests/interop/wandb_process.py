"""Logs with the real wandb client, in its own environment, as a process and offline.

    python -m tests.interop.wandb_process image DIR     a masked image by itself
    python -m tests.interop.wandb_process table DIR     one in a table, and the table as an artifact
    python -m tests.interop.wandb_process read DIR      prints the images of an artifact as JSON

The first two are the cases of the page on `ImageMask`. Nothing of MaskStudio is imported: this is
the other side.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import wandb
from PIL import Image

NAMES = {0: "person", 1: "tree", 2: "car", 3: "road"}


def main(verb: str, folder: Path) -> None:
    """Run one verb; the run lies below `folder/wandb`, the artifact in `folder/artifact`."""
    if verb == "read":
        json.dump(read(Folder(folder)), sys.stdout)
        return
    settings = wandb.Settings(silent=True, console="off", x_disable_stats=True, x_disable_meta=True)
    run = wandb.init(mode="offline", dir=str(folder), settings=settings)
    if verb == "image":
        run.log({"img_with_masks": masked_image()})
    elif verb == "table":
        class_set = wandb.Classes([{"name": name, "id": index} for index, name in NAMES.items()])
        table = wandb.Table(columns=["image"])
        table.add_data(masked_image(classes=class_set))
        copy_artifact(table, folder / "artifact")
        run.log({"random_field": table})
    else:
        raise SystemExit(f"unknown verb {verb!r}")
    run.finish()


def masked_image(**others: Any) -> Any:
    """A picture with quarters as predictions, and smaller quarters as ground truth."""
    pixels = np.random.default_rng(7).integers(0, 256, (100, 100, 3), np.uint8)
    masks = {"predictions": quarters(100), "ground_truth": quarters(50)}
    layers = {key: {"mask_data": mask, "class_labels": NAMES} for key, mask in masks.items()}
    return wandb.Image(pixels, masks=layers, **others)


def quarters(side: int) -> Any:
    """(100, 100) with 0 to 3 in the quarters of the square at the top left."""
    mask = np.zeros((100, 100), np.uint8)
    half = side // 2
    mask[half:side, :half] = 1
    mask[:half, half:side] = 2
    mask[half:side, half:side] = 3
    return mask


class Folder:
    """As much of an artifact as the client needs to read objects, on the files of a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get_entry(self, path: str) -> Any:
        """An entry that was downloaded already."""
        return SimpleNamespace(download=lambda: str(self.path / path))

    def get(self, path: str) -> Any:
        """The classes in a file."""
        return wandb.Classes.from_json(json.loads((self.path / path).read_bytes()), None)


def read(folder: Folder) -> dict[str, Any]:
    """What the client understands: classes, size and pixels of masks by the name of the image."""
    found = {}
    for path in sorted(folder.path.rglob("*.image-file.json")):
        image = wandb.Image.from_json(json.loads(path.read_bytes()), folder)
        masks = {}
        for key, mask in (image._masks or {}).items():
            with Image.open(mask._path) as picture:
                masks[key] = np.asarray(picture).tolist()
        name = path.relative_to(folder.path).as_posix().removesuffix(".image-file.json")
        classes = {entry["id"]: entry["name"] for entry in image._classes._class_set}
        size = [image._width, image._height]
        found[name] = {"classes": classes, "masks": masks, "size": size}
    return found


def copy_artifact(table: Any, target: Path) -> None:
    """What the client would upload, at the places it has in the artifact."""
    artifact = wandb.Artifact("masks", "dataset")
    artifact.add(table, "random_field")
    for path, entry in artifact.manifest.entries.items():
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(entry.local_path, place)


if __name__ == "__main__":
    for name in ("WANDB_CONFIG_DIR", "WANDB_CACHE_DIR", "WANDB_DATA_DIR", "WANDB_ARTIFACT_DIR"):
        os.environ[name] = str(Path(sys.argv[2]) / "home")
    main(sys.argv[1], Path(sys.argv[2]))
