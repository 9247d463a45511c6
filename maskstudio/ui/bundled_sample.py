"""The bundled data set, as a copy of the user's own: painting leaves the bundled files alone."""

from __future__ import annotations

import shutil
from pathlib import Path

from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.resources import resource
from maskstudio.workflows.open_dataset import OpenRequest


def own_sample(folder: Path) -> OpenRequest:
    """What opens the sample in a folder; it is copied there whole when it is missing.

    Raises:
        OSError: it cannot be copied; nothing half is left at the folder then.
    """
    if not folder.exists():
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(resource("sample"), part, copy_function=shutil.copyfile)
        part.rename(folder)
    layers = (GROUND_TRUTH, folder / "ground_truth.zip"), (PREDICTIONS, folder / "predictions")
    return OpenRequest(images=folder / "images", layers=layers)
