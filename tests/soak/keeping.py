"""Saving, opening again, bulk relabeling, new layers, and the way through the whole history."""

from __future__ import annotations

import random

import numpy as np

from maskstudio.core.edits import Target
from maskstudio.core.labels import LabelMap
from maskstudio.errors import UsageError
from maskstudio.ui.layer_deeds import LayerDeeds
from maskstudio.workflows.bulk_relabel import make_edit, masks_of
from maskstudio.workflows.relabel import (
    Relabeling,
    change_index,
    compact_indices,
    delete_classes,
    merge_classes,
)

from .made_data import read_masks
from .stage import Stage

NEW_LAYER = "second_truth"


def save(stage: Stage, dice: random.Random) -> None:
    """Save; now and then in the middle of other work, and without waiting for its end."""
    stage.answers.seed(dice.random())
    if dice.random() < 0.2:
        stage.act("file.save")
        return
    stage.settle()
    if stage.act("file.save"):
        stage.settle()
        check_saved(stage)


def reopen(stage: Stage, dice: random.Random) -> None:
    """Save, close the data set and open it again: nothing is different."""
    _save_all(stage, dice)
    held = dict(stage.twin.now)
    stage.close_dataset()
    stage.open()
    stage.beat.pause()
    stage.twin.check_state(held, "after closing and opening")


def restart(stage: Stage, dice: random.Random) -> None:
    """The same with another window."""
    _save_all(stage, dice)
    held = dict(stage.twin.now)
    stage.end()
    stage.start()
    stage.beat.pause()
    stage.twin.check_state(held, "after a restart")


def walk(stage: Stage, dice: random.Random) -> None:
    """Undo everything: the first bytes. Redo everything: the last ones."""
    stage.settle()
    _drop_shape(stage)
    history = stage.dataset.history
    goal, last = len(history.edits), None
    if history.position == goal:
        last = dict(stage.twin.now)
    _go_to(stage, 0)
    stage.twin.check_state(stage.twin.first, "after undoing everything")
    _go_to(stage, goal)
    if last is not None:
        stage.twin.check_state(last, "after redoing everything")


def relabel(stage: Stage, dice: random.Random) -> None:
    """Merge, delete or renumber classes over the whole data set, as one edit."""
    stage.settle()
    _drop_shape(stage)
    dataset, key = stage.dataset, stage.choices.active_key
    try:
        relabeling = _relabeling(dataset.label_maps[key], dice)
    except UsageError:
        return
    stage.beat.pause()
    names = [sample.name for sample in dataset.samples]
    before = {n: stage.twin.memory(Target(n, key)).pixels for n in names}
    masks = masks_of(dataset, key, names)
    edit = make_edit(relabeling, masks, dataset, key, stage.folder / "edits")
    stage.beat.begin("relabel")
    dataset.make(edit)
    stage.turn()
    stage.beat.pause()
    table = np.arange(1 << 16)
    for old, new in relabeling.changes.items():
        table[old] = new
    for name in names:
        if not np.array_equal(stage.twin.memory(Target(name, key)).pixels, table[before[name]]):
            stage.complain(f"{relabeling.label!r} gave other classes in {name}")


def add_layer(stage: Stage, dice: random.Random) -> None:
    """One more layer, empty; once for each data set."""
    if NEW_LAYER not in stage.dataset.keys:
        stage.settle()
        LayerDeeds(stage.workbench).add(NEW_LAYER)
        stage.twin.meet_layer(NEW_LAYER)


def check_saved(stage: Stage) -> None:
    """What lies on disk is what is in memory."""
    stage.beat.pause()
    saver, opened = stage.window.saver, stage.workbench.opened
    assert opened is not None
    if saver.failure is not None:
        stage.complain(saver.failure)
        return
    if stage.dataset.history.modified():
        stage.complain(f"modified after a save: {sorted(stage.dataset.history.modified())}")
    for key, source in opened.layer_sources.items():
        for name, pixels in read_masks(source.path).items():
            if not np.array_equal(pixels, stage.twin.now[Target(name, key)].pixels):
                stage.complain(f"the file of {key} holds other classes of {name}")


def _save_all(stage: Stage, dice: random.Random) -> None:
    stage.settle()
    _drop_shape(stage)
    stage.answers.seed(dice.random())
    stage.act("file.save")
    stage.settle()
    check_saved(stage)


def _go_to(stage: Stage, position: int) -> None:
    stage.workbench.go_to_history(position)
    stage.settle()
    stage.beat.pause()
    if stage.dataset.history.position != position:
        stage.complain(f"the history stands at {stage.dataset.history.position}, not {position}")


def _drop_shape(stage: Stage) -> None:
    stage.window.tools.active.cancel()


def _relabeling(label_map: LabelMap, dice: random.Random) -> Relabeling:
    indices = [c.index for c in label_map.visible_classes]
    if len(indices) < 5:
        raise UsageError("too few classes")
    chosen = dice.sample(indices, 2)
    match dice.randrange(4):
        case 0:
            return merge_classes(label_map, chosen, chosen[0])
        case 1:
            return delete_classes(label_map, chosen[:1], chosen[1])
        case 2:
            return change_index(label_map, chosen[0], dice.choice((*indices, *range(40), 300)))
        case _:
            return compact_indices(label_map)
