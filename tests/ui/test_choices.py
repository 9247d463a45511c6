"""What is chosen when a data set is opened."""

from __future__ import annotations

import pytest

from maskstudio.core.labels import LabelMap
from maskstudio.render.palette import Style
from maskstudio.ui.choices import Choices, Pair


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


@pytest.mark.parametrize(
    ("keys", "pair"),
    [
        (("ground_truth", "predictions"), Pair("predictions", "ground_truth")),
        (("predictions", "gt"), Pair("predictions", "gt")),
        (("u2net", "u2netp"), Pair("u2netp", "u2net")),
        (("ground_truth", "a", "predictions"), Pair("predictions", "ground_truth")),
        (("ground_truth",), None),
    ],
)
def test_predictions_are_compared_with_ground_truth_where_they_are_there(
    keys: tuple[str, ...], pair: Pair | None
) -> None:
    choices = Choices()
    choices.start({key: LabelMap() for key in keys})
    assert choices.pair == pair


def test_the_pair_and_ignored_classes_come_back() -> None:
    choices = Choices()
    label_maps = {key: LabelMap() for key in ("ground_truth", "a", "b")}
    choices.start(label_maps)
    choices.set_pair(Pair("a", "b"))
    choices.set_ignored({11})
    kept = choices.as_json()
    choices.start(label_maps)
    assert choices.ignored == frozenset()
    choices.restore(kept)
    assert (choices.pair, choices.ignored) == (Pair("a", "b"), frozenset({11}))
