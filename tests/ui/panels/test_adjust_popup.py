from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QPushButton

from maskstudio.core.image import Adjustment, Image, Window
from maskstudio.ui.panels.adjust_popup import AdjustPopup, window_words
from maskstudio.ui.widgets.number_field import NumberField
from tests.ui.bench import Bench
from tests.ui.helpers import child


@pytest.fixture
def popup(bench: Bench) -> AdjustPopup:
    return AdjustPopup(bench.workbench, bench.window)


def field(popup: AdjustPopup, name: str) -> NumberField:
    return child(popup, NumberField, name)


def test_percent_become_shares(bench: Bench, popup: AdjustPopup) -> None:
    field(popup, "brightness").setValue(-25)
    field(popup, "contrast").setValue(50)
    field(popup, "gamma").setValue(220)
    assert bench.workbench.choices.adjustment == Adjustment(-0.25, 0.5, 2.2)


def test_reset_shows_the_picture_as_it_is(bench: Bench, popup: AdjustPopup) -> None:
    reset = child(popup, QPushButton, "reset_adjustment")
    assert not reset.isEnabled()
    bench.workbench.choices.set_adjustment(Adjustment(0.5, 0.1, 3.0))
    assert field(popup, "gamma").number() == 3.0
    reset.click()
    assert bench.workbench.choices.adjustment == Adjustment()
    assert field(popup, "brightness").number() == 0


@pytest.mark.parametrize(
    ("window", "words"),
    [(Window(0, 255), ""), (Window(312, 4095), "Values 312 to 4095"),
     (Window(-0.25, 1.5), "Values -0.25 to 1.5")],
)  # fmt: skip
def test_the_values_of_deep_pictures_are_told(window: Window, words: str) -> None:
    assert window_words(Image(np.zeros((2, 2), np.float32), window)) == words
