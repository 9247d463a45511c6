"""What a middling model would have made of a scene: the errors that people look for.

Borders wander, small things are missed, thin ones break, neighbors are confused, blobs appear.
"""

from __future__ import annotations

import math
import random

import numpy as np
from numpy.typing import NDArray

from .classes import BACKGROUND, BUILDING, CAR, PAVEMENT, PEDESTRIAN, POLE, ROAD, SKY, TREE
from .scene import Scene

Mask = NDArray[np.uint8]

_CONFUSED = {
    BUILDING: (SKY, TREE, PAVEMENT),
    TREE: (BUILDING,),
    PAVEMENT: (ROAD, BUILDING),
    ROAD: (PAVEMENT, CAR),
    CAR: (ROAD, BUILDING),
    SKY: (BUILDING,),
    PEDESTRIAN: (POLE,),
}
"""What each class is taken for."""


def predict(scene: Scene, number: int) -> Mask:
    """(H, W) class indices, mostly right; the same number, the same errors."""
    chance = random.Random(f"model {number}")
    found = scene.classes.copy()
    for instance in range(1, int(scene.instances.max()) + 1):
        _misjudge(found, scene, scene.instances == instance, chance)
    found[found == BACKGROUND] = PAVEMENT
    for _ in range(chance.randint(7, 11)):
        _confuse_a_blob(found, chance)
    return _with_wandering_borders(found, chance)


def _misjudge(found: Mask, scene: Scene, pixels: NDArray[np.bool_], chance: random.Random) -> None:
    """Miss, break or confuse one thing, sometimes."""
    true_class = int(scene.classes[pixels][0])
    area = int(pixels.sum())
    draw = chance.random()
    if true_class in (PEDESTRIAN, POLE) and draw < (0.45 if area < 250 else 0.12):
        found[pixels] = _surroundings(scene.classes, pixels)
    elif true_class == POLE:
        rows = np.flatnonzero(pixels.any(axis=1))
        gap = slice(rows[0] + len(rows) // 3, rows[0] + len(rows) * 2 // 3)
        found[gap][pixels[gap]] = _surroundings(scene.classes, pixels)
    elif true_class == CAR and (draw < 0.15 or area < 60):
        found[pixels] = ROAD


def _surroundings(classes: Mask, pixels: NDArray[np.bool_]) -> int:
    """The commonest class right beside a thing."""
    beside = (np.roll(pixels, 3, axis=1) | np.roll(pixels, -3, axis=1)) & ~pixels
    return int(np.bincount(classes[beside], minlength=1).argmax()) if beside.any() else BUILDING


def _confuse_a_blob(found: Mask, chance: random.Random) -> None:
    """A round patch of one class is taken for another."""
    height, width = found.shape
    x, y = chance.randrange(width), chance.randrange(height)
    seen = int(found[y, x])
    if seen not in _CONFUSED:
        return
    rows, columns = np.mgrid[:height, :width]
    across, down = chance.uniform(6, 30), chance.uniform(5, 18)
    blob = ((columns - x) / across) ** 2 + ((rows - y) / down) ** 2 < 1
    found[blob & (found == seen)] = chance.choice(_CONFUSED[seen])


def _with_wandering_borders(mask: Mask, chance: random.Random) -> Mask:
    """Every pixel looks a few pixels aside, by an offset that changes slowly over the mask."""
    height, width = mask.shape
    rows, columns = np.mgrid[:height, :width]
    shifts = [np.zeros(mask.shape), np.zeros(mask.shape)]
    for shift in shifts:
        for length in (150.0, 60.0, 23.0, 11.0):
            turn, start = chance.uniform(0, math.tau), chance.uniform(0, math.tau)
            along = columns * math.cos(turn) + rows * math.sin(turn)
            shift += (0.6 + length / 130) * _wave(along / length + start)
    y = np.clip(rows + np.rint(shifts[0]).astype(int), 0, height - 1)
    x = np.clip(columns + np.rint(shifts[1]).astype(int), 0, width - 1)
    moved: Mask = mask[y, x]
    return moved


def _wave(position: NDArray[np.float64]) -> NDArray[np.float64]:
    """Up and down between -1 and 1, like a sine, but of exact arithmetic on every machine."""
    part = position - np.floor(position)
    ramp = np.abs(2 * part - 1)
    smooth: NDArray[np.float64] = 2 * ramp * ramp * (3 - 2 * ramp) - 1
    return smooth
