"""Puts a street together from a number: the same number, the same street."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from . import light as lights
from .furniture import paint_bin, paint_lamp, paint_traffic_light, paint_tree
from .ground import Street, paint_ground, paint_hills
from .houses import paint_house, paint_skyline, row_of_houses
from .light import Light, develop, paint_sky
from .painter import Camera, Painter
from .traffic import paint_car, paint_pedestrian

N_SCENES = 12
_LIGHTS = (
    lights.NOON, lights.EVENING, lights.MORNING, lights.OVERCAST, lights.DUSK, lights.NOON,
    lights.MORNING, lights.EVENING, lights.NOON, lights.OVERCAST, lights.DUSK, lights.MORNING,
)  # fmt: skip
_AUTUMN = {1, 6, 9}

Paint = Callable[[], None]
Placed = tuple[float, Paint]
"""How far away a thing is, and how to paint it."""


@dataclass(frozen=True)
class Scene:
    """A picture with its exact masks: (H, W) class indices and instance ids, uint8."""

    picture: Image.Image
    classes: NDArray[np.uint8]
    instances: NDArray[np.uint8]


def draw_scene(number: int) -> Scene:
    """Scene 0 to 11."""
    chance = random.Random(f"street {number}")
    light = _LIGHTS[number]
    road = chance.uniform(3.8, 4.8)
    crossing = chance.uniform(9, 13) if number % 3 == 0 else None
    street = Street(road, road + chance.uniform(3.2, 4.2), crossing)
    camera = Camera((240 + chance.uniform(-45, 45), 172 + chance.uniform(-8, 8)))
    painter = Painter(camera, light.horizon, light.visibility)
    paint_sky(painter, light, chance)
    paint_hills(painter, chance)
    paint_ground(painter, street, chance)
    paint_skyline(painter, chance)
    things = [
        *_houses(painter, street, light, chance),
        *_roadside(painter, street, light, chance, is_autumn=number in _AUTUMN),
        *_cars(painter, street, light, chance),
        *_people(painter, street, chance),
    ]
    for _, paint in sorted(things, key=lambda placed: -placed[0]):
        paint()
    classes, instances = painter.masks()
    return Scene(develop(painter, light, number), classes, instances)


def _houses(
    painter: Painter, street: Street, light: Light, chance: random.Random
) -> Iterator[Placed]:
    for side in (-1, 1):
        for house in row_of_houses(side, street.walls, chance):
            yield house.far, partial(paint_house, painter, house, light, chance)


def _roadside(
    painter: Painter,
    street: Street,
    light: Light,
    chance: random.Random,
    *,
    is_autumn: bool,
) -> Iterator[Placed]:
    def tree(x: float, z: float) -> Placed:
        return z, lambda: paint_tree(painter, x, z, chance, is_autumn=is_autumn)

    def lamp(x: float, z: float) -> Placed:
        return z, lambda: paint_lamp(painter, x, z, light)

    kerb = street.road + 0.55
    for side in (-1, 1):
        z = chance.uniform(9, 15)
        while z < 75:
            if chance.random() < 0.75:
                yield tree(side * (kerb + 0.35), z)
            if chance.random() < 0.6:
                yield lamp(side * kerb, z + chance.uniform(2.5, 4))
            z += chance.uniform(8, 12)
    if street.crossing is not None:
        z = street.crossing
        yield z, lambda: paint_traffic_light(painter, kerb, z, chance)
    for _ in range(2):
        yield _bin(painter, chance.choice((-1, 1)) * (kerb + 0.9), chance.uniform(7, 16))


def _bin(painter: Painter, x: float, z: float) -> Placed:
    return z, lambda: paint_bin(painter, x, z)


def _cars(
    painter: Painter, street: Street, light: Light, chance: random.Random
) -> Iterator[Placed]:
    def car(x: float, z: float, *, is_coming: bool) -> Placed:
        return z, lambda: paint_car(painter, x, z, light, chance, is_coming=is_coming)

    for side in (-1, 1):
        z = chance.uniform(7, 18)
        while z < 60:
            if chance.random() < 0.55:
                yield car(side * (street.road - 1.05), z, is_coming=side < 0)
            z += chance.uniform(6, 9)
    yield car(-street.road * 0.3, chance.uniform(18, 45), is_coming=True)
    yield car(street.road * 0.32, chance.uniform(11, 26), is_coming=False)


def _people(painter: Painter, street: Street, chance: random.Random) -> Iterator[Placed]:
    def walker(x: float, z: float) -> Placed:
        return z, lambda: paint_pedestrian(painter, x, z, chance)

    for _ in range(chance.randint(5, 9)):
        x = chance.uniform(street.road + 0.9, street.walls - 0.5)
        yield walker(chance.choice((-1, 1)) * x, chance.uniform(5.5, 30))
    if street.crossing is not None:
        for _ in range(3):
            x = chance.uniform(-street.road, street.road) * 0.8
            yield walker(x, street.crossing + chance.uniform(0.5, 3.5))
