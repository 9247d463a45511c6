"""A layer that no file holds yet belongs to the workspace it was added to."""

from __future__ import annotations

from maskstudio.core.labels import LabelClass
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.ui.layer_deeds import LayerDeeds
from maskstudio.ui.main_window import MainWindow
from maskstudio.workflows.open_dataset import OpenRequest
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]


def keys(window: MainWindow) -> tuple[str, ...]:
    dataset = window.workbench.dataset
    assert dataset is not None
    return dataset.keys


def test_it_is_there_when_the_workspace_is_opened_again(windows: Windows) -> None:
    path = windows.folder / "work.maskstudio"
    window = windows.start(windows.request)
    window.state_keeper.write_workspace(path)
    LayerDeeds(window.workbench).add("draft")
    dataset = window.workbench.dataset
    assert dataset is not None
    wider = dataset.label_maps["draft"].with_class(LabelClass(99, "kite", (1, 2, 3)))
    dataset.change_label_map("Add class", "draft", wider)
    windows.end(window)
    again = windows.start(OpenRequest(paths=(path,)))
    assert keys(again) == (GROUND_TRUTH, PREDICTIONS, "draft")
    dataset, document = again.workbench.dataset, again.workbench.document
    assert dataset is not None
    assert document is not None
    assert dataset.label_maps["draft"].name_of(99) == "kite"
    assert dataset.label_maps["draft"].background == 0
    assert not document.layer("draft").pixels.any()
    assert not dataset.history.modified()
    assert again.workbench.choices.active_key == "draft"


def test_without_a_workspace_the_files_alone_are_opened(windows: Windows) -> None:
    window = windows.start(windows.request)
    LayerDeeds(window.workbench).add("draft")
    windows.end(window)
    assert keys(windows.start(windows.request)) == (GROUND_TRUTH, PREDICTIONS)
