"""What is chosen when a data set is opened."""

from __future__ import annotations

import pytest

from maskstudio.core.labels import LabelMap
from maskstudio.render.palette import Style
from maskstudio.ui.choices import Choices


@pytest.mark.parametrize(
    ("keys", "filled"),
    [
        (("predictions",), "predictions"),
        (("ground_truth", "predictions"), "ground_truth"),
        (("predictions", "ground_truth"), "ground_truth"),
        (("predictions", "gt"), "gt"),
        (("u2net", "u2netp"), "u2net"),
    ],
)
def test_one_layer_is_filled_and_the_others_are_outlined(
    keys: tuple[str, ...], filled: str
) -> None:
    choices = Choices()
    choices.start({key: LabelMap() for key in keys})
    styles = {key: choices.look(key).style for key in keys}
    assert styles == {key: Style.FILL if key == filled else Style.OUTLINE for key in keys}
