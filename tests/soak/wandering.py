"""What a user does that is no stroke: samples, layers, labels, views, regions, history."""

from __future__ import annotations

import random
from dataclasses import replace

from PySide6.QtCore import Qt

from maskstudio.core.image import Adjustment
from maskstudio.core.labels import LabelClass
from maskstudio.errors import UsageError
from maskstudio.render.palette import Style
from maskstudio.ui.choices import Cell
from maskstudio.ui.class_deeds import ClassDeeds
from maskstudio.ui.view_choices import View

from .hand import NO_KEYS
from .stage import Stage

FEWEST_CLASSES, MOST_CLASSES = 4, 20


def undo(stage: Stage, dice: random.Random) -> None:
    """Undo, once or many times without a pause."""
    for _ in range(dice.choice((1, 1, 1, 2, 6))):
        stage.act("edit.undo")


def redo(stage: Stage, dice: random.Random) -> None:
    """Redo, once or many times without a pause."""
    for _ in range(dice.choice((1, 1, 1, 2, 6))):
        stage.act("edit.redo")


def jump(stage: Stage, dice: random.Random) -> None:
    """Click a state in the list of edits, not too far away."""
    history = stage.dataset.history
    low, high = max(0, history.position - 15), min(len(history.edits), history.position + 15)
    stage.workbench.go_to_history(dice.randint(low, high))


def step(stage: Stage, dice: random.Random) -> None:
    """The next sample or the one before."""
    stage.act(dice.choice(("sample.next", "sample.previous")))


def show(stage: Stage, dice: random.Random) -> None:
    """Any sample."""
    stage.workbench.show_sample(dice.choice(stage.dataset.samples).name)


def check(stage: Stage, dice: random.Random) -> None:
    """Mark the sample as checked."""
    stage.act("sample.check")


# layers


def activate(stage: Stage, dice: random.Random) -> None:
    """Another active layer."""
    stage.choices.set_active_key(dice.choice(stage.dataset.keys))


def look(stage: Stage, dice: random.Random) -> None:
    """Show a layer or the picture otherwise."""
    key = dice.choice(stage.dataset.keys)
    found = stage.choices.look(key)
    match dice.randrange(4):
        case 0:
            stage.choices.set_look(key, replace(found, is_visible=dice.random() < 0.8))
        case 1:
            stage.choices.set_look(key, replace(found, opacity=dice.random()))
        case 2:
            stage.choices.set_look(key, replace(found, style=dice.choice(list(Style))))
        case _:
            stage.choices.set_adjustment(Adjustment(gamma=dice.choice((0.5, 1.0, 2.0))))


# labels


def choose_class(stage: Stage, dice: random.Random) -> None:
    """Another class to paint with."""
    classes = stage.label_map.visible_classes
    if dice.random() < 0.3:
        stage.act(dice.choice(("class.next", "class.previous", "class.swap", "class.3")))
    elif classes:
        stage.choices.set_class(dice.choice(classes).index)


def edit_class(stage: Stage, dice: random.Random) -> None:
    """Add, rename, recolor, delete a class, or choose the background."""
    deeds, label_map = _deeds(stage), stage.label_map
    indices = [c.index for c in label_map.visible_classes]
    color = (dice.randrange(256), dice.randrange(256), dice.randrange(256))
    name = f"n{dice.randrange(10**6)}"
    try:
        if len(indices) < FEWEST_CLASSES or (len(indices) < MOST_CLASSES and dice.random() < 0.25):
            index = dice.choice((label_map.free_index(), dice.randrange(40)))
            deeds.add(LabelClass(index, name, color))
            return
        match dice.randrange(5):
            case 0:
                deeds.rename(dice.choice(indices), name)
            case 1:
                deeds.recolor(dice.choice(indices), color)
            case 2 | 3:
                deeds.delete(dice.choice(indices))
            case _:
                deeds.set_background(dice.choice((*indices, None)))
    except UsageError:
        pass  # refused, as it may be


def protect(stage: Stage, dice: random.Random) -> None:
    """Protect a class, or let it go; never nearly all of them."""
    indices = [c.index for c in stage.label_map.visible_classes]
    if len(stage.choices.protected(stage.choices.active_key)) > 2 or not indices:
        stage.choices.set_protected(stage.choices.active_key, ())
    else:
        _deeds(stage).toggle_protected(dice.choice(indices))


def hide(stage: Stage, dice: random.Random) -> None:
    """Hide a class, or all others."""
    indices = [c.index for c in stage.label_map.visible_classes]
    if indices and dice.random() < 0.3:
        _deeds(stage).toggle_solo(dice.choice(indices))
    elif indices:
        _deeds(stage).toggle_hidden(dice.choice(indices))


# views


def view(stage: Stage, dice: random.Random) -> None:
    """Lay the compared layers out otherwise."""
    choices = stage.choices
    match dice.randrange(8):
        case 0:
            choices.views.set_divider(dice.random())
        case 1:
            choices.views.set_of_dataset(dice.random() < 0.6)
        case 2:
            stage.act("compare.exchange")
        case 3:
            indices = [c.index for c in stage.label_map.visible_classes]
            choices.set_ignored(dice.sample(indices, min(len(indices), dice.randrange(2))))
        case 4 if choices.pair is not None:
            cell = Cell(dice.randrange(6), dice.randrange(6))
            choices.set_shown_cell(dice.choice((None, cell)))
        case _:
            stage.act(f"compare.{dice.choice(list(View)).value}")


def dock(stage: Stage, dice: random.Random) -> None:
    """See one of the panels below the picture, or none."""
    furnishing = stage.window.furnishing
    docks = (furnishing.comparison_dock, furnishing.history_dock, furnishing.problems_dock)
    for found in docks:
        found.hide()
    if dice.random() < 0.5:
        chosen = dice.choice(docks)
        chosen.show()
        chosen.raise_()


def zoom(stage: Stage, dice: random.Random) -> None:
    """Turn the wheel, drag with the middle button, or see all."""
    canvas = stage.window.canvas
    place = dice.randrange(canvas.width()), dice.randrange(canvas.height())
    match dice.randrange(5):
        case 0 | 1:
            keys = dice.choice((NO_KEYS, NO_KEYS, Qt.KeyboardModifier.ShiftModifier))
            stage.hand.wheel(place, dice.choice((-3, -1, 1, 3)), keys)
        case 2 | 3:
            middle = Qt.MouseButton.MiddleButton
            stage.hand.press(place, button=middle)
            for shift in range(0, 120, 30):
                stage.hand.move((place[0] + shift, place[1] + shift // 2), held=middle)
            stage.hand.release(place, button=middle)
        case _:
            stage.act("view.fit")


def region(stage: Stage, dice: random.Random) -> None:
    """Go from region to region and decide on one."""
    stage.act(dice.choice(("region.next", "region.next", "region.previous")))
    if dice.random() < 0.5:
        stage.settle()
        stage.act(dice.choice(("region.accept", "region.accept", "region.keep", "region.later")))


def _deeds(stage: Stage) -> ClassDeeds:
    found = stage.window.findChild(ClassDeeds)
    assert found is not None
    return found
