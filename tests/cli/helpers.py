"""Running the command line inside the test, and small data sets for it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from click.testing import CliRunner
from numpy.typing import NDArray
from PIL import Image

from maskstudio.cli.main import maskstudio


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document it is."""
        return json.loads(self.stdout)


def run(*words: str | Path) -> Ran:
    """Run `maskstudio` with these words."""
    result = CliRunner().invoke(maskstudio, [str(word) for word in words], prog_name="maskstudio")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def write_masks(folder: Path, masks: Mapping[str, NDArray[Any]], labels: str = "") -> Path:
    """A folder of plain masks by name, with a `labelmap.txt` where there is text for one."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, pixels in masks.items():
        path = folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    if labels:
        (folder / "labelmap.txt").write_text(labels, encoding="utf-8")
    return folder


def write_cvat(
    folder: Path,
    masks: Mapping[str, NDArray[Any]],
    labels: str,
    *,
    instances: Mapping[str, NDArray[Any]] | None = None,
    lists: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """A folder in the shape of CVAT's Segmentation Mask."""
    for part, arrays in (("SegmentationClass", masks), ("SegmentationObject", instances or {})):
        write_masks(folder / part, arrays)
    (folder / "labelmap.txt").write_text(labels, encoding="utf-8")
    listed = folder / "ImageSets" / "Segmentation"
    listed.mkdir(parents=True)
    for subset, names in (lists or {"default": list(masks)}).items():
        (listed / f"{subset}.txt").write_text("".join(f"{n}\n" for n in names), encoding="utf-8")
    return folder


def write_picture(path: Path, width: int, height: int) -> Path:
    """A picture of gradients."""
    path.parent.mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[:height, :width]
    pixels = np.dstack([x * 5 % 256, y * 7 % 256, (x + y) % 256]).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def kinds(problems: Sequence[Mapping[str, Any]]) -> list[str]:
    """Kinds of JSON problems."""
    return [problem["kind"] for problem in problems]
