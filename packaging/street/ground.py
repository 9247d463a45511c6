"""What one walks and drives on: road with markings, pavements, and hills behind the town."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from .classes import PAVEMENT, ROAD, Rgb
from .painter import HEIGHT, NOTHING, WIDTH, Painter, Thing, shade

ASPHALT: Rgb = (96, 96, 103)
STONE: Rgb = (176, 168, 158)
PAINT: Rgb = (232, 230, 222)
FARTHEST = 160.0
NEAREST = 1.3


@dataclass(frozen=True)
class Street:
    """Half the width of the road, and of everything between the houses, in meters.

    `crossing` is how far ahead a zebra crossing begins, if there is one.
    """

    road: float
    walls: float
    crossing: float | None


def paint_hills(painter: Painter, chance: random.Random) -> None:
    """Behind everything, down to the lower border; they belong to no class."""
    horizon = painter.camera.vanishing[1]
    start = chance.uniform(0, 6)
    ridge = [
        (float(x), horizon - 15 - 9 * math.sin(start + x / 61) - 4 * math.sin(start + x / 23))
        for x in range(0, WIDTH + 8, 8)
    ]
    color = painter.fade((72, 96, 92), 130)
    painter.flat([(0, HEIGHT), *ridge, (WIDTH, HEIGHT)], color, NOTHING)


def paint_ground(painter: Painter, street: Street, chance: random.Random) -> None:
    """Pavements, then the road between them with its markings."""
    for side in (-1, 1):
        inner, outer = side * street.road, side * (street.walls + 30)
        _strip(painter, (inner, outer), STONE, painter.new_thing(PAVEMENT))
        _paint_slabs(painter, inner, side * street.walls)
        _strip(painter, (inner, inner + side * 0.25), shade(STONE, 1.25))
    _paint_road(painter, street, chance)
    _paint_markings(painter, street)


def _strip(
    painter: Painter,
    across: tuple[float, float],
    color: Rgb,
    thing: Thing | None = None,
    *,
    alpha: int = 255,
) -> None:
    """Along the whole street; in pieces, so that it fades with the distance."""
    near = FARTHEST
    while near > NEAREST:
        far, near = near, max(near / 1.12, NEAREST)
        _patch(painter, across, (near, far), color, thing, alpha=alpha)


def _patch(
    painter: Painter,
    across: tuple[float, float],
    along: tuple[float, float],
    color: Rgb,
    thing: Thing | None = None,
    *,
    alpha: int = 255,
) -> None:
    """A rectangle of the ground."""
    (left, right), (near, far) = across, along
    corners = [(left, 0.0, near), (right, 0.0, near), (right, 0.0, far), (left, 0.0, far)]
    painter.shape(corners, color, thing, alpha=alpha)


def _paint_slabs(painter: Painter, inner: float, outer: float) -> None:
    joint = shade(STONE, 0.8)
    z = NEAREST
    while z < 30:
        _patch(painter, (inner, outer), (z, z + 0.04), joint)
        z += 1.0
    middle = (inner + outer) / 2
    _patch(painter, (middle - 0.02, middle + 0.02), (NEAREST, 30), joint)


def _paint_road(painter: Painter, street: Street, chance: random.Random) -> None:
    """The surface, tracks of wheels, repaired patches and a manhole."""
    _strip(painter, (-street.road, street.road), ASPHALT, painter.new_thing(ROAD))
    for side in (-1, 1):
        edges = (side * street.road, side * (street.road - 0.35))
        _strip(painter, edges, shade(ASPHALT, 0.72))
    for x in (-0.72, -0.28, 0.28, 0.72):
        track = (x * street.road - 0.2, x * street.road + 0.2)
        _strip(painter, track, shade(ASPHALT, 0.9), alpha=120)
    for _ in range(4):
        left, near = chance.uniform(-0.8, 0.4) * street.road, chance.uniform(4, 30)
        tone = shade(ASPHALT, chance.choice((0.86, 1.1)))
        size = chance.uniform(0.8, 2.0)
        _patch(painter, (left, left + size), (near, near + 2 * size), tone, alpha=170)
    manhole = (chance.uniform(-0.5, 0.5) * street.road, 0.0, chance.uniform(6, 12))
    painter.ball(manhole, 0.4, shade(ASPHALT, 0.6), squeeze=0.2)


def _paint_markings(painter: Painter, street: Street) -> None:
    for side in (-1, 1):
        edge = side * (street.road - 0.6)
        _patch(painter, (edge - 0.06, edge + 0.06), (NEAREST, FARTHEST), PAINT, alpha=200)
    z = 6.0
    while z < FARTHEST:
        _patch(painter, (-0.08, 0.08), (z, z + 3), PAINT, alpha=225)
        z += 7.0
    if street.crossing is not None:
        _paint_crossing(painter, street, street.crossing)


def _paint_crossing(painter: Painter, street: Street, near: float) -> None:
    _patch(painter, (-street.road, street.road), (near - 0.4, near + 4.4), ASPHALT)
    x = -street.road + 0.5
    while x + 0.5 < street.road:
        _patch(painter, (x, x + 0.5), (near, near + 4), PAINT, alpha=230)
        x += 1.0
    _patch(painter, (0.2, street.road - 0.4), (near - 1.6, near - 1.25), PAINT, alpha=230)
