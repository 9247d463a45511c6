"""What is chosen when a data set is opened."""

from __future__ import annotations

import pytest

from maskstudio.core.labels import LabelMap
from maskstudio.render.palette import Style
from maskstudio.ui.choices import Choices, Pair
from maskstudio.ui.view_choices import View


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
    choices.set_partners({255: 1})
    kept = choices.as_json()
    choices.start(label_maps)
    assert (choices.ignored, choices.partners) == (frozenset(), {})
    choices.restore(kept)
    assert (choices.pair, choices.ignored) == (Pair("a", "b"), frozenset({11}))
    assert choices.partners == {255: 1}


def test_the_view_comes_back_and_is_the_overlay_where_nothing_can_be_compared() -> None:
    choices = Choices()
    choices.start({key: LabelMap() for key in ("ground_truth", "predictions")})
    choices.views.set_view(View.SWIPE)
    choices.views.set_divider(0.25)
    choices.views.show_class(3)
    kept = choices.as_json()
    choices.start({"ground_truth": LabelMap()})
    choices.restore(kept)
    assert choices.view is View.OVERLAY
    choices.start({key: LabelMap() for key in ("ground_truth", "predictions")})
    assert (choices.view, choices.views.divider) == (View.OVERLAY, 0.5)
    choices.restore(kept)
    assert (choices.view, choices.views.divider, choices.views.shown_class) == (View.SWIPE, 0.25, 3)


def test_the_divider_stays_where_it_can_be_taken_hold_of() -> None:
    choices = Choices()
    choices.views.set_divider(-1)
    assert choices.views.divider == 0.02


def test_other_layers_are_compared_in_all_classes() -> None:
    choices = Choices()
    choices.start({key: LabelMap() for key in ("ground_truth", "a", "b")})
    choices.views.show_class(3)
    choices.set_pair(Pair("a", "b"))
    assert choices.views.shown_class is None


@pytest.mark.parametrize("pair", [["a", "a"], ["a", "c"], ["a"], [["a"], {}], "ab", None])
def test_a_kept_pair_that_makes_no_sense_is_passed_over(pair: object) -> None:
    choices = Choices()
    choices.start({"a": LabelMap(), "b": LabelMap()})
    choices.restore({"pair": pair, "partners": [[1, []], 7, [1]]})
    assert (choices.pair, choices.partners) == (Pair("b", "a"), {})
