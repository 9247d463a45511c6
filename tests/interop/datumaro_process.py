"""Reads and writes data sets with the datumaro package, in its own environment, as a process.

    python -m tests.interop.datumaro_process import ZIP_OR_DIR     prints JSON
    python -m tests.interop.datumaro_process export DIR            writes what `EXPORTED` holds

Nothing of MaskStudio is imported here: this is the other side.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import datumaro
import numpy as np
from datumaro.plugins.data_formats.voc.format import make_voc_categories
from numpy.typing import NDArray

from tests.interop.exported import COLORS, EXPORTED, ExportedSample

FORMAT = "voc_segmentation"
NOTHING = 65_535
"""Index of pixels that no annotation covers, where no class is named background."""


def main(verb: str, path: str) -> None:
    """Run one verb."""
    if verb == "import":
        json.dump(describe(Path(path)), sys.stdout)
    elif verb == "export":
        export(Path(path))
    else:
        raise SystemExit(f"unknown verb {verb!r}")


def describe(path: Path) -> dict[str, Any]:
    """What datumaro understands of a data set.

    `digest` is the SHA-256 of the class indices, row by row, as little-endian 16-bit numbers.
    """
    with tempfile.TemporaryDirectory() as folder:
        if path.is_file():
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder)
            path = Path(folder)
        dataset = datumaro.Dataset.import_from(str(path), FORMAT)
        categories = dataset.categories()
        names = [label.name for label in categories[datumaro.AnnotationType.label]]
        colors = categories[datumaro.AnnotationType.mask].colormap
        background = names.index("background") if "background" in names else NOTHING
        return {
            "labels": [
                {"name": name, "color": [int(part) for part in colors[index]]}
                for index, name in enumerate(names)
            ],
            "samples": [_describe_sample(item, background) for item in dataset],
        }


def _describe_sample(item: Any, background: int) -> dict[str, Any]:
    masks = [(a, np.asarray(a.image, dtype=bool)) for a in item.annotations]
    described: dict[str, Any] = {"name": item.id, "subset": item.subset}
    if not masks:
        return described
    indices: NDArray[np.uint16] = np.full(masks[0][1].shape, background, dtype="<u2")
    instances = {}
    for annotation, pixels in masks:
        indices[pixels] = annotation.label
        if annotation.group:
            instances[str(annotation.group)] = {
                "area": int(pixels.sum()),
                "class": int(annotation.label),
            }
    values, counts = np.unique(indices, return_counts=True)
    return described | {
        "width": indices.shape[1],
        "height": indices.shape[0],
        "histogram": {str(v): int(c) for v, c in zip(values, counts, strict=True)},
        "digest": hashlib.sha256(indices.tobytes()).hexdigest(),
        "instances": instances,
    }


def export(folder: Path) -> None:
    """Write the drawn samples as datumaro writes them."""
    label_map = OrderedDict((name, [color, [], []]) for name, color in COLORS.items())
    dataset = datumaro.Dataset.from_iterable(
        [_to_item(sample, list(COLORS)) for sample in EXPORTED],
        categories=make_voc_categories(label_map),
        media_type=datumaro.Image,
    )
    dataset.export(str(folder), FORMAT, label_map=label_map, save_media=True)


def _to_item(sample: ExportedSample, names: list[str]) -> Any:
    picture: NDArray[np.uint8] = np.full((*sample.instances.shape, 3), 90, np.uint8)
    masks = [
        datumaro.Mask(
            image=sample.instances == instance,
            label=names.index(name),
            id=instance,
            group=instance,
        )
        for instance, name in sample.classes.items()
    ]
    return datumaro.DatasetItem(
        id=sample.name,
        subset=sample.subset,
        media=datumaro.Image.from_numpy(data=picture),
        annotations=masks,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
