"""Who moves in a street: cars and pedestrians."""

from __future__ import annotations

import math
import random

from .classes import CAR, PEDESTRIAN, Rgb
from .furniture import paint_shadow
from .light import Light
from .painter import Painter, Thing, World, mix, shade

PAINTS: tuple[Rgb, ...] = (
    (186, 44, 42), (36, 74, 138), (226, 228, 230), (52, 56, 62), (150, 156, 162), (214, 168, 60),
    (62, 112, 104), (120, 44, 60), (232, 224, 204),
)  # fmt: skip
CLOTHES: tuple[Rgb, ...] = (
    (174, 52, 56), (48, 78, 130), (226, 214, 190), (64, 68, 74), (206, 150, 62), (84, 126, 96),
    (132, 84, 128),
)  # fmt: skip
TROUSERS: tuple[Rgb, ...] = ((44, 52, 74), (60, 56, 54), (112, 100, 84), (34, 36, 42))
SKIN: tuple[Rgb, ...] = ((236, 196, 166), (206, 156, 120), (140, 96, 72), (96, 66, 52))
HALF_WIDTH = 0.9
BELT = 0.98
"""Where the windows of a car begin."""
PROFILE = ((0.0, 0.32), (-0.06, 0.62), (0.0, 0.98), (0.45, 1.44), (2.2, 1.48), (3.05, 1.0))
"""(ahead, up) of the side of a car from its tail to its windscreen; bonnet and front follow."""
ROOF = ((-0.66, 1.44, 0.46), (0.66, 1.44, 0.46), (0.64, 1.48, 2.2), (-0.64, 1.48, 2.2))
"""(across, up, ahead) of the corners of a car's roof."""
FRONT = ((4.1, 0.86), (4.2, 0.6), (4.15, 0.32))


def paint_car(
    painter: Painter, x: float, z: float, light: Light, chance: random.Random, *, is_coming: bool
) -> None:
    """A car at `x`, its nearer end at `z`; one sees the end and the side next to the camera."""
    thing = painter.new_thing(CAR)
    color = chance.choice(PAINTS)
    glass = mix((38, 46, 58), light.zenith, 0.3)
    for ahead in (0.0, 1.4, 2.8):
        paint_shadow(painter, (x, 0.0, z + ahead), 1.15, squeeze=0.16)
    _paint_side(painter, (x, z), shade(color, 0.8), glass, thing)
    _paint_end(painter, (x, z), color, glass, thing)
    _paint_lamps(painter, (x, z), light, is_coming=is_coming)


def _paint_side(
    painter: Painter, place: tuple[float, float], color: Rgb, glass: Rgb, thing: Thing
) -> None:
    x, z = place
    side = x - math.copysign(HALF_WIDTH, x)

    def at(ahead: float, up: float) -> World:
        """A place of the side; above the belt line it leans inwards."""
        return side + math.copysign(max(up - BELT, 0) * 0.5, x), up, z + ahead

    painter.shape([at(*spot) for spot in (*PROFILE, *FRONT)], color, thing)
    panes = (
        ((0.42, 1.0), (0.62, 1.36), (1.3, 1.38), (1.3, 1.0)),
        ((1.42, 1.0), (1.42, 1.38), (2.15, 1.38), (2.75, 1.0)),
    )
    for pane in panes:
        painter.shape([at(*spot) for spot in pane], glass)
    for ahead in (0.8, 3.35):
        _paint_wheel(painter, (side, z + ahead), thing)


def _paint_wheel(painter: Painter, place: tuple[float, float], thing: Thing) -> None:
    x, z = place
    for radius, color in ((0.34, (26, 26, 30)), (0.2, (150, 152, 156))):
        turns = [math.tau * step / 16 for step in range(16)]
        ring: list[World] = [
            (x, 0.34 + radius * math.sin(t), z + radius * math.cos(t)) for t in turns
        ]
        painter.shape(ring, color, thing)


def _paint_end(
    painter: Painter, place: tuple[float, float], color: Rgb, glass: Rgb, thing: Thing
) -> None:
    x, z = place

    def face(spots: tuple[tuple[float, float], ...], tone: Rgb, known: Thing | None) -> None:
        """A shape of the end, given by its right half: (across, up)."""
        right = [(x + across, up, z + max(up - BELT, 0)) for across, up in spots]
        left = [(x - across, up, z + max(up - BELT, 0)) for across, up in reversed(spots)]
        painter.shape([*right, *left], tone, known)

    for wheel in (-0.68, 0.68):
        _rectangle(painter, (x + wheel, z), (0.0, 0.5), 0.14, (24, 24, 28), thing)
    face(((0.84, 0.3), (0.9, 0.62), (0.88, 0.98)), color, thing)
    roof = [(x + across, up, z + ahead) for across, up, ahead in ROOF]
    painter.shape(roof, shade(color, 1.12), thing)
    face(((0.88, 0.96), (0.66, 1.44)), shade(color, 0.92), thing)
    face(((0.74, 1.0), (0.58, 1.38)), glass, None)
    face(((0.66, 1.18), (0.58, 1.38)), shade(glass, 1.25), None)
    face(((0.85, 0.3), (0.88, 0.46)), shade(color, 0.62), None)
    face(((0.88, 0.92), (0.88, 0.98)), shade(color, 1.2), None)
    face(((0.26, 0.5), (0.26, 0.64)), (236, 234, 226), None)


def _rectangle(
    painter: Painter,
    place: tuple[float, float],
    upward: tuple[float, float],
    half: float,
    color: Rgb,
    thing: Thing | None = None,
) -> None:
    (x, z), (low, high) = place, upward
    corners = [(x - half, low, z), (x - half, high, z), (x + half, high, z), (x + half, low, z)]
    painter.shape(corners, color, thing)


def _paint_lamps(
    painter: Painter, place: tuple[float, float], light: Light, *, is_coming: bool
) -> None:
    x, z = place
    color: Rgb = (255, 244, 212) if is_coming else (206, 34, 36)
    for across in (-0.7, 0.7):
        _rectangle(painter, (x + across, z), (0.68, 0.84), 0.14, color)
        if light.lit > 0:
            painter.ball((x + across, 0.76, z), 0.4, color, alpha=70)


def paint_pedestrian(painter: Painter, x: float, z: float, chance: random.Random) -> None:
    """Somebody walking, seen from the front or the back."""
    thing = painter.new_thing(PEDESTRIAN)
    tall = chance.uniform(0.9, 1.06)
    coat, trousers = chance.choice(CLOTHES), chance.choice(TROUSERS)
    skin, stride = chance.choice(SKIN), chance.uniform(0.06, 0.2)
    paint_shadow(painter, (x, 0.0, z), 0.34)

    def part(spots: tuple[tuple[float, float], ...], color: Rgb, known: Thing | None) -> None:
        painter.shape([(x + across, up * tall, z) for across, up in spots], color, known)

    for side in (-1, 1):
        foot = side * (0.04 + stride)
        leg = ((side * 0.02, 0.85), (side * 0.2, 0.85), (foot + side * 0.08, 0.0), (foot, 0.0))
        part(leg, shade(trousers, 1.0 if side < 0 else 0.8), thing)
        arm = ((side * 0.2, 1.42), (side * 0.3, 1.36), (side * 0.36, 0.82), (side * 0.26, 0.82))
        part(arm, shade(coat, 0.85), thing)
        painter.ball((x + side * 0.31, 0.8 * tall, z), 0.06, skin, thing)
    body = ((-0.23, 1.42), (-0.1, 1.5), (0.1, 1.5), (0.23, 1.42), (0.22, 0.78), (-0.22, 0.78))
    part(body, coat, thing)
    part(((-0.23, 1.42), (-0.1, 1.5), (-0.06, 0.78), (-0.22, 0.78)), shade(coat, 1.15), None)
    painter.ball((x, 1.62 * tall, z), 0.125, skin, thing, squeeze=1.2)
    hair = shade(chance.choice(TROUSERS), 0.9)
    painter.ball((x, 1.68 * tall, z), 0.125, hair, thing, squeeze=0.75)
