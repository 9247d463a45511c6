"""What a user does with tools; each stroke is compared with what plain numpy expects of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt

from maskstudio.core.edits import Target
from maskstudio.core.geometry import Point
from maskstudio.core.transaction import Over
from maskstudio.raster.brush import Tip
from maskstudio.tools.base import PickFrom, Reads, ShapeInWork
from maskstudio.ui.commands.source_commands import SourceCommands
from maskstudio.ui.source_choices import PaintSource

from .hand import NO_KEYS, Place
from .painted import Expected, Flags, coverable, inside_polygon, near_path, region_at
from .stage import Stage
from .twin import Held

CONTROL = Qt.KeyboardModifier.ControlModifier
RIM = 1.0
"""Pixels around the rim of a shape that are not judged."""


@dataclass
class Before:
    """The active layer as a gesture finds it."""

    target: Target
    held: Held
    position: int
    erases: bool

    @classmethod
    def of(cls, stage: Stage, *, erases: bool) -> Before:
        """Now."""
        target = Target(stage.document.name, stage.choices.active_key)
        position = stage.dataset.history.n_steps
        return cls(target, stage.twin.memory(target), position, erases)


def brush(stage: Stage, dice: random.Random) -> None:
    """A stroke with the brush, now and then with Ctrl."""
    keys = CONTROL if dice.random() < 0.1 else NO_KEYS
    _stroke(stage, dice, "brush", keys)


def erase(stage: Stage, dice: random.Random) -> None:
    """A stroke with the eraser."""
    _stroke(stage, dice, "eraser", NO_KEYS)


def escape(stage: Stage, dice: random.Random) -> None:
    """A stroke that is taken back before the button goes up."""
    stage.window.tools.choose(dice.choice(("brush", "eraser")))
    before = Before.of(stage, erases=False)
    places = _places(stage, dice)
    stage.hand.press(places[0])
    for place in places[1:]:
        stage.hand.move(place)
    stage.hand.key(Qt.Key.Key_Escape)
    stage.hand.release(places[-1])
    stage.beat.pause()
    found = stage.twin.memory(before.target)
    if not all(np.array_equal(a, b) for a, b in zip(found, before.held, strict=True)):
        stage.complain(f"Escape left a trace in {before.target}")
    if stage.dataset.history.n_steps != before.position and not _asked(stage):
        stage.complain("Escape left an edit in the history")


def polygon(stage: Stage, dice: random.Random) -> None:
    """A polygon that is finished with Enter, with a click on its first corner, or not yet."""
    stage.settle()
    stage.window.tools.choose("polygon")
    stage.hand.key(Qt.Key.Key_Escape)
    erases = dice.random() < 0.1
    keys = CONTROL if erases else NO_KEYS
    for _ in range(dice.randint(3, 9)):
        stage.hand.click(_place(stage, dice), keys)
    if dice.random() < 0.2:
        stage.hand.key(Qt.Key.Key_Backspace)
    shape = stage.window.tools.active.overlay
    vertices = shape.vertices if isinstance(shape, ShapeInWork) else ()
    if len(vertices) < 3 or dice.random() < 0.1:
        return
    before = Before.of(stage, erases=erases)
    stage.beat.pause()
    inside, rim = inside_polygon(before.held.pixels.shape, vertices)
    expected = _expected(stage, before, inside | rim, inside & ~rim, at=vertices[0])
    stage.beat.begin("polygon")
    stage.hand.key(Qt.Key.Key_Return)
    stage.settle()
    _judge(stage, before, expected, "a polygon")


def fill(stage: Stage, dice: random.Random) -> None:
    """A click with the paint bucket."""
    stage.settle()
    stage.window.tools.choose("fill")
    erases = dice.random() < 0.1
    place = _place(stage, dice)
    before = Before.of(stage, erases=erases)
    stage.beat.pause()
    point = stage.hand.image_point(place, place)
    x, y = int(np.floor(point.x)), int(np.floor(point.y))
    height, width = before.held.pixels.shape
    alike = np.zeros((height, width), np.bool_)
    if 0 <= x < width and 0 <= y < height:
        alike = _alike(stage, before, x, y)
    expected = _expected(stage, before, alike, alike, at=point)
    stage.beat.begin("fill")
    stage.hand.click(place, CONTROL if erases else NO_KEYS)
    stage.settle()
    _judge(stage, before, expected, "a fill")


def pick(stage: Stage, dice: random.Random) -> None:
    """Pick a class."""
    stage.window.tools.choose("pick_class")
    stage.hand.click(_place(stage, dice))


def copy_previous(stage: Stage, dice: random.Random) -> None:
    """Copy the mask of the sample before."""
    stage.settle()
    before = Before.of(stage, erases=False)
    if not stage.act("edit.copy_previous"):
        return
    stage.settle()
    stage.beat.pause()
    dataset = stage.dataset
    here = dataset.position_of(before.target.sample)
    source = stage.twin.memory(Target(dataset.samples[here - 1].name, before.target.key)).pixels
    found = stage.twin.memory(before.target)
    wanted = source if source.shape == found.pixels.shape else before.held.pixels
    free = ~np.isin(before.held.pixels, sorted(stage.choices.protected(before.target.key)))
    every = np.ones_like(free)
    fault = Expected(before.held, every, every, free, wanted).fault(found)
    if fault:
        stage.complain(f"after copying the previous mask of {before.target} {fault}")


def copy_layer(stage: Stage, dice: random.Random) -> None:
    """Copy all of another layer, or one class of it."""
    stage.settle()
    source = _choose_source(stage, dice)
    if source is None:
        return
    before = Before.of(stage, erases=False)
    every = np.ones(before.held.pixels.shape, np.bool_)
    free = ~np.isin(before.held.pixels, sorted(stage.choices.protected(before.target.key)))
    wanted = _wanted(stage, before)
    stage.act("paint.source")
    before.position = stage.dataset.history.n_steps
    commands = stage.workbench.findChild(SourceCommands)
    assert commands is not None
    commands.copy(source)
    stage.settle()
    stage.beat.pause()
    if stage.dataset.history.n_steps != before.position:
        fault = Expected(before.held, every, every, free, wanted).fault(
            stage.twin.memory(before.target)
        )
        if fault:
            stage.complain(f"after copying {source} into {before.target} {fault}")


def toggle_source(stage: Stage, dice: random.Random) -> None:
    """Paint with another layer, or with the class again."""
    if dice.random() < 0.5:
        stage.act("paint.source")
    else:
        _choose_source(stage, dice)


def options(stage: Stage, dice: random.Random) -> None:
    """Other options of the tools."""
    stage.choices.change_options(
        size=dice.choice((1, 2, 5, 9, 24, 60, 200)),
        tip=dice.choice(list(Tip)),
        over=dice.choice((Over.EVERYTHING, Over.EVERYTHING, *Over)),
        whole_picture=dice.random() < 0.3,
        tolerance=dice.choice((0, 12, 60)),
        reads=dice.choice(list(Reads)),
        pick_from=dice.choice(list(PickFrom)),
    )


# steps


def _stroke(stage: Stage, dice: random.Random, tool: str, keys: Qt.KeyboardModifier) -> None:
    stage.window.tools.choose(tool)
    before = Before.of(stage, erases=tool == "eraser" or keys == CONTROL)
    places, viewport = _places(stage, dice), stage.window.canvas.viewport
    stage.beat.pause()
    path = [stage.hand.image_point(place, places[0]) for place in places]
    size, square = stage.choices.options.size, stage.choices.options.tip is Tip.SQUARE
    shape = before.held.pixels.shape
    may, must = (near_path(shape, path, size / 2 + rim, square=square) for rim in (RIM, -RIM))
    expected = _expected(stage, before, may, must, at=path[0])
    stage.beat.begin(tool)
    stage.hand.press(places[0], keys)
    began = stage.window.tools.active.is_busy
    for place in places[1:]:
        stage.hand.move(place, keys)
    stage.hand.release(places[-1], keys)
    stage.beat.pause()
    if began and stage.window.canvas.viewport == viewport:  # else the places are other ones
        _judge(stage, before, expected, f"a stroke with the {tool}")


def _expected(stage: Stage, before: Before, may: Flags, must: Flags, *, at: Point) -> Expected:
    protected = stage.choices.protected(before.target.key)
    over = stage.choices.options.over
    allowed = coverable(before.held.pixels, stage.label_map, over, protected, at)
    return Expected(before.held, may, must, allowed, _wanted(stage, before))


def _wanted(stage: Stage, before: Before) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """The class each pixel would get; -1 where there is none."""
    shape = before.held.pixels.shape
    tools = stage.window.tools
    if before.erases:
        background = stage.label_map.background
        return np.full(shape, -1 if background is None else background, np.int64)
    source = tools.source.chosen
    if source is None:
        current = tools.current_class
        return np.full(shape, -1 if current is None else current, np.int64)
    other = stage.twin.memory(Target(before.target.sample, source.key)).pixels
    if other.shape != shape:
        return np.full(shape, -1, np.int64)
    targets = stage.workbench.compared.translated(source.key, before.target.key)
    table = np.full(1 << 16, -1, np.int64)
    for index, target in targets.items():
        if source.only in (None, index):
            table[index] = target
    return table[other]


def _alike(stage: Stage, before: Before, x: int, y: int) -> Flags:
    options, pixels = stage.choices.options, before.held.pixels
    if options.reads is Reads.MASK:
        alike = pixels == pixels[y, x]
    else:
        image = stage.document.image
        assert image is not None
        wide = image.pixels.astype(np.int64)
        far = abs(wide - wide[y, x]) > options.tolerance
        alike = ~(far.any(axis=2) if far.ndim == 3 else far)
    return alike if options.whole_picture else region_at(alike, x, y)


def _judge(stage: Stage, before: Before, expected: Expected, what: str) -> None:
    stage.beat.pause()
    history = stage.dataset.history
    if history.n_steps == before.position or _asked(stage):
        return
    fault = expected.fault(stage.twin.memory(before.target))
    if fault:
        place = f"{before.target}, {stage.document.name} is shown now"
        stage.complain(f"after {what} on {place}: {fault}")


def _asked(stage: Stage) -> bool:
    """Whether the last edit is an answer to the question which class means nothing."""
    edit = stage.dataset.history.undo_edit
    return edit is not None and not edit.samples


def _choose_source(stage: Stage, dice: random.Random) -> PaintSource | None:
    others = stage.window.tools.source.others
    if not others:
        return None
    key = dice.choice(others)
    classes = stage.window.tools.source.classes(key)
    only = dice.choice(classes).index if classes and dice.random() < 0.5 else None
    source = PaintSource(key, only)
    stage.choices.sources.choose(stage.choices.active_key, source)
    return source


def _place(stage: Stage, dice: random.Random) -> Place:
    """Anywhere on the canvas, most often on the picture."""
    canvas = stage.window.canvas
    viewport = canvas.viewport
    width, height = canvas.width(), canvas.height()
    if viewport is None or dice.random() < 0.15:
        return dice.randrange(width), dice.randrange(height)
    size = stage.document.size
    x, y = viewport.to_view(Point(dice.uniform(0, size.width), dice.uniform(0, size.height)))
    return min(width - 1, max(0, round(x))), min(height - 1, max(0, round(y)))


def _places(stage: Stage, dice: random.Random) -> Sequence[Place]:
    places = [_place(stage, dice)]
    canvas = stage.window.canvas
    for _ in range(dice.randint(0, 6)):
        x, y = places[-1]
        if dice.random() < 0.3:
            places.append(_place(stage, dice))
        else:
            x, y = x + dice.randint(-40, 40), y + dice.randint(-40, 40)
            places.append((min(canvas.width() - 1, max(0, x)), min(canvas.height() - 1, max(0, y))))
    return places
