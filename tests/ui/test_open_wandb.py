"""Runs and artifacts of W&B in the window: layers over each other, captions in the list."""

from __future__ import annotations

from PySide6.QtWidgets import QListView

from maskstudio.core.labels import LabelMap
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.models.samples_model import Role
from maskstudio.workflows.open_dataset import OpenRequest
from tests.helpers.shared import shared
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]


def captions(window: MainWindow) -> list[str]:
    for view in window.findChildren(QListView):
        model = view.model()
        texts = [model.data(model.index(row, 0), Role.WORDS) for row in range(model.rowCount())]
        if any(texts):
            return [str(text) for text in texts]
    return []


def label_maps(window: MainWindow) -> dict[str, LabelMap]:
    dataset = window.workbench.dataset
    assert dataset is not None
    return dataset.label_maps


def test_steps_of_a_run_are_samples_with_captions_and_two_layers(windows: Windows) -> None:
    (run,) = shared("golden", "wandb", "run-two-layers").iterdir()
    window = windows.start(OpenRequest((run,)))
    assert set(label_maps(window)) == {"ground_truth", "predictions"}
    assert captions(window) == ["step 0", "step 1"]
    document = window.workbench.document
    assert document is not None
    assert [layer.key for layer in document.layers] == ["ground_truth", "predictions"]
    assert not any(layer.is_locked for layer in document.layers)


def test_an_artifact_opens_with_the_layer_that_was_split(windows: Windows) -> None:
    window = windows.start(OpenRequest((shared("golden", "wandb", "artifact-table"),)))
    found = label_maps(window)
    assert set(found) == {"ground_truth", "predictions", "predictions (2)"}
    assert found["predictions"].background is None
    assert found["predictions (2)"].name_of(255) == "void"
