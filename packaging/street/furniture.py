"""What stands along a street: trees, lamp posts, traffic lights and bins."""

from __future__ import annotations

import math
import random

from .classes import POLE, TREE, Rgb
from .light import Light
from .painter import NOTHING, Painter, Thing, World, mix, shade

LEAVES: tuple[Rgb, ...] = ((74, 122, 56), (92, 138, 62), (62, 108, 64), (110, 140, 58))
AUTUMN: tuple[Rgb, ...] = ((196, 130, 52), (178, 96, 46), (150, 138, 58))
BARK: Rgb = (92, 72, 58)
STEEL: Rgb = (70, 76, 82)


def paint_shadow(painter: Painter, place: World, radius: float, *, squeeze: float = 0.28) -> None:
    """Soft dark ground below a thing; shadows are no class."""
    for share in (1.3, 1.0, 0.7):
        painter.ball(place, radius * share, (22, 20, 30), alpha=42, squeeze=squeeze)


def paint_tree(
    painter: Painter, x: float, z: float, chance: random.Random, *, is_autumn: bool
) -> None:
    """A trunk and a crown of leaf clusters, lit from the upper left."""
    thing = painter.new_thing(TREE)
    height = chance.uniform(4.6, 7.0)
    crown = chance.uniform(1.4, 2.1)
    paint_shadow(painter, (x, 0, z), crown * 0.8, squeeze=0.2)
    _post(painter, (x, z), (0.0, height - crown), 0.17, BARK, thing)
    _post(painter, (x - 0.07, z), (0.0, height - crown), 0.05, shade(BARK, 1.3))
    leaf = chance.choice(AUTUMN if is_autumn else LEAVES)
    clusters = [_cluster(chance) for _ in range(70)]
    # The dark inside first, the light tips last.
    for dx, dy in sorted(clusters, key=lambda spot: spot[1] - spot[0]):
        center = (x + dx * crown, height + dy * crown * 0.9, z)
        light = 0.92 + 0.34 * (dy - dx) / 2 + chance.uniform(-0.12, 0.12)
        painter.ball(center, crown * chance.uniform(0.16, 0.3), shade(leaf, light), thing)


def _cluster(chance: random.Random) -> tuple[float, float]:
    """A spot of the unit disc."""
    turn, reach = chance.uniform(0, math.tau), math.sqrt(chance.random())
    return reach * math.cos(turn), reach * math.sin(turn)


def _post(
    painter: Painter,
    place: tuple[float, float],
    upward: tuple[float, float],
    half: float,
    color: Rgb,
    thing: Thing | None = None,
) -> None:
    """An upright rectangle that faces the camera."""
    (x, z), (low, high) = place, upward
    corners = [(x - half, low, z), (x - half, high, z), (x + half, high, z), (x + half, low, z)]
    painter.shape(corners, color, thing)


def paint_lamp(painter: Painter, x: float, z: float, light: Light) -> None:
    """A lamp post whose arm reaches over the road."""
    thing = painter.new_thing(POLE)
    inward = -1.0 if x > 0 else 1.0
    _post(painter, (x, z), (0, 6.2), 0.09, STEEL, thing)
    _post(painter, (x, z), (0, 0.9), 0.14, STEEL, thing)
    _post(painter, (x - 0.04, z), (0, 6.2), 0.02, shade(STEEL, 1.4))
    tip = x + inward * 1.5
    arm = [(x, 6.05, z), (x, 6.2, z), (tip, 6.55, z), (tip, 6.4, z)]
    painter.shape(arm, STEEL, thing)
    head = [
        (tip, 6.35, z),
        (tip, 6.6, z),
        (tip + inward * 0.6, 6.6, z),
        (tip + inward * 0.6, 6.4, z),
    ]
    painter.shape(head, shade(STEEL, 0.8), thing)
    if light.lit > 0:
        for radius, alpha in ((1.1, 28), (0.6, 60), (0.25, 235)):
            center = (tip + inward * 0.3, 6.35, z)
            painter.ball(center, radius, (255, 226, 160), alpha=alpha)


def paint_traffic_light(painter: Painter, x: float, z: float, chance: random.Random) -> None:
    """A post with three lamps, one of them on."""
    thing = painter.new_thing(POLE)
    _post(painter, (x, z), (0, 2.5), 0.08, STEEL, thing)
    _post(painter, (x, z), (2.4, 3.5), 0.2, (38, 40, 44), thing)
    burning = chance.randrange(3)
    lamps: tuple[Rgb, ...] = ((236, 66, 52), (246, 184, 54), (70, 212, 120))
    for number, lamp in enumerate(lamps):
        color = lamp if number == burning else mix((38, 40, 44), lamp, 0.25)
        painter.ball((x, 3.3 - 0.34 * number, z), 0.12, color)


def paint_bin(painter: Painter, x: float, z: float) -> None:
    """Belongs to no class: background."""
    paint_shadow(painter, (x, 0, z), 0.4)
    _post(painter, (x, z), (0, 1.0), 0.28, (58, 92, 78), NOTHING)
    _post(painter, (x - 0.2, z), (0, 1.0), 0.06, (84, 120, 104))
    _post(painter, (x, z), (0.95, 1.1), 0.33, (40, 62, 56), NOTHING)
