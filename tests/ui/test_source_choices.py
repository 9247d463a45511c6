from __future__ import annotations

from pytestqt.qtbot import QtBot

from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.ui.choices import Choices
from maskstudio.ui.source_choices import PaintSource, SourceChoices
from tests.ui.bench import STREET

KEYS = (GROUND_TRUTH, PREDICTIONS)


def test_each_layer_has_a_choice_of_its_own(qtbot: QtBot) -> None:
    sources = SourceChoices()
    with qtbot.waitSignal(sources.changed):
        sources.choose(GROUND_TRUTH, PaintSource(PREDICTIONS, 8))
    assert sources.of(GROUND_TRUTH) == PaintSource(PREDICTIONS, 8)
    assert sources.of(PREDICTIONS) is None


def test_the_last_choice_is_remembered_while_the_class_is_painted() -> None:
    sources = SourceChoices()
    sources.choose(GROUND_TRUTH, PaintSource(PREDICTIONS, 8))
    sources.choose(GROUND_TRUTH, None)
    assert sources.of(GROUND_TRUTH) is None
    assert sources.last_of(GROUND_TRUTH) == PaintSource(PREDICTIONS, 8)


def test_choosing_a_class_paints_that_class() -> None:
    choices = Choices()
    choices.start({GROUND_TRUTH: STREET, PREDICTIONS: STREET})
    choices.sources.choose(GROUND_TRUTH, PaintSource(PREDICTIONS))
    choices.set_class(choices.current_class or 0)
    assert choices.sources.of(GROUND_TRUTH) is None


def test_it_comes_back_with_the_data_set() -> None:
    choices, again = Choices(), Choices()
    for each in (choices, again):
        each.start({GROUND_TRUTH: STREET, PREDICTIONS: STREET})
    choices.sources.choose(GROUND_TRUTH, PaintSource(PREDICTIONS, 8))
    again.restore(choices.as_json())
    assert again.sources.of(GROUND_TRUTH) == PaintSource(PREDICTIONS, 8)


def test_what_makes_no_sense_is_left_out() -> None:
    sources = SourceChoices()
    good = {"layer": PREDICTIONS, "class": True, "used": True}
    kept = {
        GROUND_TRUTH: good,
        PREDICTIONS: {**good},
        "gone": good,
        "other": {"layer": "gone", "used": True},
        "x": 3,
    }
    sources.restore(kept, KEYS)
    assert sources.of(GROUND_TRUTH) == PaintSource(PREDICTIONS)
    assert all(sources.of(key) is None for key in (PREDICTIONS, "gone", "other", "x"))
