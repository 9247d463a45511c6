"""A small made-up data set on disk, and its pixels as another library reads them.

Two layers over the same pictures: a CVAT zip with instances and a folder of index PNGs, one of them
of 16 bits. Sizes differ; some reach over several tiles; each layer lacks one sample.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from maskstudio.core.labels import voc_color
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.workflows.open_request import OpenRequest

Pixels = NDArray[np.int64]

SIZES = {
    "a": (64, 48),
    "b": (300, 260),
    "c": (200, 150),
    "d": (33, 91),
    "e": (520, 300),
    "f": (256, 256),
    "g": (257, 129),
    "h": (96, 96),
}
"""Width and height of each sample."""

SIXTEEN_BIT, HIGH = "c", 300
NO_TRUTH, NO_PREDICTION = "h", "g"
NAMES = ("background", "road", "car", "tree", "pole", "sky")
COLORS = ((0, 0, 0), (134, 82, 150), (50, 108, 226), (98, 174, 74), (244, 204, 76), (104, 186, 232))


def write_dataset(folder: Path) -> OpenRequest:
    """Write it below a folder; the same bytes each time."""
    dice = np.random.default_rng(6)
    (folder / "images").mkdir(parents=True)
    (folder / PREDICTIONS).mkdir()
    truth: dict[str, NDArray[np.uint8]] = {}
    for name, (width, height) in SIZES.items():
        noise = dice.integers(0, 255, (8, 8, 3), np.uint8)
        picture = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
        Image.fromarray(picture).save(folder / "images" / f"{name}.png")
        if name != NO_TRUTH:
            truth[name] = _shapes(dice, width, height)
        if name != NO_PREDICTION:
            _write_index(folder / PREDICTIONS / f"{name}.png", _shapes(dice, width, height), name)
    (folder / PREDICTIONS / "labelmap.txt").write_text(_labelmap((*NAMES, *_fillers(), "high")))
    _write_cvat(folder / "ground_truth.zip", truth)
    layers = ((GROUND_TRUTH, folder / "ground_truth.zip"), (PREDICTIONS, folder / PREDICTIONS))
    return OpenRequest(images=folder / "images", layers=layers)


def read_masks(path: Path) -> dict[str, Pixels]:
    """Class indices of every mask of a zip or a folder, read with Pillow alone."""
    if path.is_dir():
        files = {f.relative_to(path).with_suffix("").as_posix(): f for f in path.rglob("*.png")}
        return {name: np.asarray(Image.open(file)).astype(np.int64) for name, file in files.items()}
    found = {}
    with zipfile.ZipFile(path) as archive:
        colors = _colors_of(archive.read("labelmap.txt").decode())
        for entry in archive.namelist():
            if entry.startswith("SegmentationClass/"):
                rgb = np.asarray(Image.open(BytesIO(archive.read(entry))).convert("RGB"))
                name = entry.removeprefix("SegmentationClass/").removesuffix(".png")
                found[name] = _indices(rgb, colors)
    return found


def _shapes(dice: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """Some ellipses and boxes over each other."""
    mask = np.zeros((height, width), np.uint8)
    for _ in range(9):
        x, y = int(dice.integers(width)), int(dice.integers(height))
        wide, high = int(dice.integers(3, width)), int(dice.integers(3, height))
        index = int(dice.integers(len(NAMES)))
        if dice.random() < 0.5:
            cv2.ellipse(mask, (x, y), (wide // 3, high // 3), 20, 0, 360, index, -1)
        else:
            mask[y : y + high // 2, x : x + wide // 2] = index
    return mask


def _write_index(file: Path, mask: NDArray[np.uint8], name: str) -> None:
    if name == SIXTEEN_BIT:
        wide = mask.astype(np.uint16)
        wide[10:40, 20:90] = HIGH
        Image.fromarray(wide).save(file)
    else:
        Image.fromarray(mask).save(file)


def _fillers() -> list[str]:
    return [f"_dummy{index}" for index in range(len(NAMES), HIGH)]


def _labelmap(names: tuple[str, ...]) -> str:
    lines = ["# label:color_rgb:parts:actions"]
    taken = set(COLORS)
    fresh = (c for c in (voc_color(index) for index in range(1, 1000)) if c not in taken)
    for index, name in enumerate(names):
        red, green, blue = COLORS[index] if index < len(COLORS) else next(fresh)
        lines.append(f"{name}:{red},{green},{blue}::")
    return "\n".join(lines) + "\n"


def _write_cvat(file: Path, masks: dict[str, NDArray[np.uint8]]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("labelmap.txt", _labelmap(NAMES))
        archive.writestr("ImageSets/Segmentation/default.txt", "\n".join(masks) + "\n")
        for name, mask in masks.items():
            archive.writestr(f"SegmentationClass/{name}.png", _png(np.array(COLORS)[mask]))
            archive.writestr(f"SegmentationObject/{name}.png", _png(_colored_instances(mask)))


def _colored_instances(mask: NDArray[np.uint8]) -> NDArray[np.int64]:
    """One instance for each class and quarter of the picture; none on the background."""
    height, width = mask.shape
    rows, columns = np.mgrid[:height, :width]
    quarter = (rows * 2 // height) * 2 + columns * 2 // width
    ids = np.where(mask == 0, 0, mask.astype(np.int64) * 4 + quarter)
    return np.array([voc_color(index) for index in range(64)])[ids]


def _png(colors: NDArray[np.int64]) -> bytes:
    file = BytesIO()
    Image.fromarray(colors.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def _colors_of(text: str) -> list[int]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    rgb = [[int(part) for part in line.split(":")[1].split(",")] for line in lines]
    return [red << 16 | green << 8 | blue for red, green, blue in rgb]


def _indices(rgb: NDArray[np.uint8], colors: list[int]) -> Pixels:
    """-1 where a color is no class's."""
    table = np.full(1 << 24, -1, np.int64)
    table[colors[::-1]] = np.arange(len(colors))[::-1]
    wide = rgb.astype(np.int64)
    found: Pixels = table[wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]]
    return found
