"""Draws the bundled sample: twelve street scenes, their ground truth and a model's predictions.

    python packaging/draw_sample.py [FOLDER]         default: resources/sample

The files are written with Pillow and zipfile alone, so that they can test the program's readers.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from street.classes import LABELS
from street.flawed import predict
from street.scene import N_SCENES, Scene, draw_scene

LABELMAP = "# label:color_rgb:parts:actions\n" + "".join(
    f"{name}:{red},{green},{blue}::\n" for name, (red, green, blue) in LABELS
)
COLORS = np.array([color for _, color in LABELS], np.uint8)


def main(folder: Path) -> None:
    """Write everything anew."""
    scenes = {f"street_{number + 1:02}": draw_scene(number) for number in range(N_SCENES)}
    write_images(folder / "images", scenes)
    write_ground_truth(folder / "ground_truth.zip", scenes)
    write_predictions(folder / "predictions", scenes)


def write_images(folder: Path, scenes: dict[str, Scene]) -> None:
    """One JPEG a scene."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, scene in scenes.items():
        scene.picture.save(folder / f"{name}.jpg", quality=71, optimize=True)


def write_ground_truth(target: Path, scenes: dict[str, Scene]) -> None:
    """A CVAT Segmentation Mask zip: RGB class masks, and instance masks in the VOC colors."""
    voc_colors = np.array([voc_color(number) for number in range(256)], np.uint8)
    with ZipFile(target, "w") as archive:
        _add(archive, "labelmap.txt", LABELMAP.encode())
        names = "".join(f"{name}\n" for name in scenes)
        _add(archive, "ImageSets/Segmentation/default.txt", names.encode())
        for name, scene in scenes.items():
            _add(archive, f"SegmentationClass/{name}.png", _png(COLORS[scene.classes]))
            _add(archive, f"SegmentationObject/{name}.png", _png(voc_colors[scene.instances]))


def write_predictions(folder: Path, scenes: dict[str, Scene]) -> None:
    """A folder of palette PNGs whose pixels are class indices, beside their label map."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "labelmap.txt").write_text(LABELMAP, encoding="utf-8", newline="\n")
    for number, (name, scene) in enumerate(scenes.items()):
        picture = Image.fromarray(predict(scene, number)).convert("P")
        picture.putpalette(COLORS.tobytes())
        picture.save(folder / f"{name}.png", optimize=True)


def voc_color(index: int) -> tuple[int, int, int]:
    """Color of an index in the Pascal VOC sequence: its bits, dealt out to red, green, blue."""
    red, green, blue = (
        sum((index >> 3 * step + channel & 1) << 7 - step for step in range(3))
        for channel in range(3)
    )
    return red, green, blue


def _png(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _add(archive: ZipFile, name: str, content: bytes) -> None:
    """With a fixed date, so that the same pixels give the same archive."""
    info = ZipInfo(name, date_time=(2020, 1, 1, 0, 0, 0))
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    archive.writestr(info, content)


if __name__ == "__main__":
    sample = Path(__file__).resolve().parents[1] / "resources" / "sample"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else sample)
