"""A void class in the window: hatched, jumped to, left out of figures, kept with the data set."""

from __future__ import annotations

import numpy as np

from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.render.palette import Palette
from maskstudio.ui.figures import count_text
from maskstudio.ui.models.labels_model import Role
from maskstudio.ui.panels.labels_panel import LabelsPanel
from tests.ui.helpers import child
from tests.ui.window_helpers import WAIT_MS, Windows, windows  # noqa: F401

SKY = 7


def test_it_is_hatched_and_said_and_leaves_the_figures(windows: Windows) -> None:  # noqa: F811
    window = windows.start(windows.request)
    panel = child(window, LabelsPanel)
    panel.deeds.set_void(SKY)
    label_map = window.workbench.active_label_map
    assert label_map.void == SKY
    assert Palette(label_map).is_hatched[SKY]
    assert not Palette(label_map).is_hatched[1]
    row = panel.model.index(panel.model.row_of(SKY)).data(Role.ROW)
    assert row.is_void
    assert window.workbench.choices.ignored == {SKY}
    window.workbench.choices.set_ignored([])
    panel.deeds.rename(1, "Street")
    assert window.workbench.choices.ignored == set()
    window.workbench.undo()
    window.workbench.choices.set_ignored([2, SKY])
    panel.deeds.set_void(None)
    assert window.workbench.choices.ignored == {2}


def test_the_next_sample_that_holds_it_is_shown(windows: Windows) -> None:  # noqa: F811
    window = windows.start(windows.request)
    assert not window.actions_["class.next_void"].isEnabled()
    dataset = window.workbench.dataset
    assert dataset is not None
    child(window, LabelsPanel).deeds.set_void(0)
    assert window.workbench.active_label_map.void is None  # it is the background
    child(window, LabelsPanel).deeds.set_void(SKY)
    said: list[str] = []
    window.workbench.said.connect(said.append)
    window.actions_["class.next_void"].trigger()
    windows.qtbot.waitUntil(lambda: window.workbench.loader.wanted == "street_02", timeout=WAIT_MS)
    windows.wait(window)
    document = window.workbench.document
    assert document is not None
    n_pixels = int(np.count_nonzero(document.layer(GROUND_TRUTH).pixels == SKY))
    assert said[-1] == f"{count_text(n_pixels)} pixels of Sky in street_02"


def test_it_comes_back_with_the_data_set(windows: Windows) -> None:  # noqa: F811
    window = windows.start(windows.request)
    child(window, LabelsPanel).deeds.set_void(SKY)
    windows.end(window)
    again = windows.start(windows.request)
    assert again.workbench.active_label_map.void == SKY
    assert again.workbench.choices.ignored == {SKY}
