"""A folder that has a folder of images and folders of masks beside it is offered as such."""

from __future__ import annotations

from pathlib import Path

from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS

from .open_dataset import OpenRequest

IMAGE_FOLDERS = ("images", "image", "imgs", "img", "jpegimages", "leftimg8bit", "rgb")
MASK_FOLDERS = (
    "ground_truth",
    "gt",
    "masks",
    "mask",
    "segmentationclass",
    "segmentationclasspng",
    "annotations",
    "labels",
)
LISTS = ("ImageSets", "frames.json")
"""What lists the samples of a CVAT folder, and of ClearML frames."""

PREDICTION_FOLDERS = ("predictions", "prediction", "preds", "pred")
_MASK_SUFFIXES = (".png", ".tif", ".tiff")


def suggest_layout(folder: Path) -> OpenRequest | None:
    """What the folders inside a folder are by their names; None where it is no such layout.

    One folder of images and at least one folder with mask files are needed. Lists say better what
    a folder holds, so one that has them is never split up.
    """
    if any((folder / name).exists() for name in LISTS):
        return None
    inside = {child.name.lower(): child for child in sorted(folder.iterdir()) if child.is_dir()}
    images = next((inside[name] for name in IMAGE_FOLDERS if name in inside), None)
    if images is None:
        return None
    layers: list[tuple[str, Path]] = []
    truth = next((inside[name] for name in MASK_FOLDERS if name in inside), None)
    if truth is not None and _has_masks(truth):
        layers.append((GROUND_TRUTH, truth))
    for name in PREDICTION_FOLDERS:
        if name in inside:
            layers.extend(_prediction_layers(inside[name]))
    return OpenRequest(images=images, layers=tuple(layers)) if layers else None


def _prediction_layers(folder: Path) -> list[tuple[str, Path]]:
    """One layer for masks that lie in the folder, else one for each model's folder in it."""
    if any(child.suffix.lower() in _MASK_SUFFIXES for child in folder.iterdir()):
        return [(PREDICTIONS, folder)]
    models = [child for child in sorted(folder.iterdir()) if child.is_dir() and _has_masks(child)]
    if len(models) == 1:
        return [(PREDICTIONS, models[0])]
    return [(f"{PREDICTIONS} {model.name}", model) for model in models]


def _has_masks(folder: Path) -> bool:
    return any(path.suffix.lower() in _MASK_SUFFIXES for path in folder.rglob("*"))
