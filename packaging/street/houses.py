"""Buildings: facades along the street with windows, shops and roofs, and a skyline at its end."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .classes import BUILDING, Rgb
from .light import Light
from .painter import Painter, Thing, mix, shade

WALLS: tuple[Rgb, ...] = (
    (188, 108, 84), (214, 188, 150), (168, 132, 112), (202, 160, 120), (150, 156, 164),
    (224, 214, 196), (176, 92, 76), (142, 122, 116), (190, 178, 160), (212, 150, 108),
)  # fmt: skip
AWNINGS: tuple[Rgb, ...] = ((178, 58, 52), (44, 104, 88), (48, 76, 128), (206, 152, 60))
LAMP_LIGHT: Rgb = (255, 214, 138)
STOREY = 3.2


@dataclass(frozen=True)
class House:
    """A facade from `near` to `far`, at `x` beside the street; `side` is -1 left, 1 right."""

    side: int
    x: float
    near: float
    far: float
    storeys: int
    wall: Rgb

    @property
    def height(self) -> float:
        """From the ground to the cornice."""
        return self.storeys * STOREY + 1.0


def row_of_houses(side: int, x: float, chance: random.Random) -> list[House]:
    """Houses along one side, near to far."""
    houses = []
    near = chance.uniform(-6, 0)
    while near < 85:
        far = near + chance.uniform(8, 15)
        storeys = chance.choice((2, 3, 3, 4, 4, 5))
        wall = shade(chance.choice(WALLS), chance.uniform(0.85, 1.05))
        houses.append(House(side, x * side, near, far, storeys, wall))
        near = far if chance.random() < 0.8 else far + chance.uniform(2, 6)
    return houses


def paint_house(painter: Painter, house: House, light: Light, chance: random.Random) -> None:
    """End wall first, then the facade, and what is on it where it is near enough to be seen."""
    thing = painter.new_thing(BUILDING)
    sunny = 1.0 + 0.08 * light.sun if house.side < 0 else 1.0 - 0.2 * light.sun
    wall = shade(house.wall, sunny)
    _paint_end_wall(painter, house, shade(house.wall, 0.72), thing)
    near, far = max(house.near, 1.3), house.far
    _wall(painter, house, (near, far), (0, house.height), wall, thing)
    _wall(painter, house, (near, far), (house.height - 0.5, house.height), shade(wall, 1.15))
    _wall(painter, house, (near, far), (0, STOREY), shade(wall, 0.8))
    for step in range(6):
        _wall(painter, house, (near, far), (0, 2.2 - 0.35 * step), (20, 18, 26), alpha=14)
    if near < 60:
        _paint_windows(painter, house, light, chance)


def _paint_end_wall(painter: Painter, house: House, color: Rgb, thing: Thing) -> None:
    if house.near <= 1.3:
        return
    outer, top, z = house.x + house.side * 12, house.height, house.near
    corners = [(house.x, 0.0, z), (house.x, top, z), (outer, top, z), (outer, 0.0, z)]
    painter.shape(corners, color, thing)


def _wall(
    painter: Painter,
    house: House,
    along: tuple[float, float],
    upward: tuple[float, float],
    color: Rgb,
    thing: Thing | None = None,
    *,
    alpha: int = 255,
) -> None:
    """A rectangle of the facade."""
    (near, far), (low, high) = along, upward
    x = house.x
    corners = [(x, low, near), (x, high, near), (x, high, far), (x, low, far)]
    painter.shape(corners, color, thing, alpha=alpha)


def _paint_windows(painter: Painter, house: House, light: Light, chance: random.Random) -> None:
    n_bays = max(2, round((house.far - house.near) / 2.9))
    bay = (house.far - house.near) / n_bays
    glass = mix((54, 66, 84), light.zenith, 0.35)
    awning = chance.choice(AWNINGS)
    for number in range(n_bays):
        start = house.near + number * bay
        for storey in range(house.storeys):
            is_lit = chance.random() < light.lit
            color = LAMP_LIGHT if is_lit else shade(glass, chance.uniform(0.8, 1.2))
            if start > 1.3 and storey == 0:
                _paint_shop(painter, house, (start, bay), color, awning)
            elif start > 1.3:
                _paint_window(painter, house, (start, bay), storey * STOREY, color)


def _paint_window(
    painter: Painter, house: House, place: tuple[float, float], floor: float, color: Rgb
) -> None:
    start, bay = place
    frame = (start + bay * 0.24, start + bay * 0.76)
    pane = (start + bay * 0.29, start + bay * 0.71)
    middle = start + bay * 0.5
    _wall(painter, house, frame, (floor + 0.75, floor + 2.65), shade(house.wall, 1.3))
    _wall(painter, house, pane, (floor + 0.9, floor + 2.5), color)
    _wall(painter, house, pane, (floor + 1.8, floor + 2.5), shade(color, 1.18), alpha=150)
    bar = (middle - 0.05, middle + 0.05)
    _wall(painter, house, bar, (floor + 0.9, floor + 2.5), shade(house.wall, 1.3))
    _wall(painter, house, frame, (floor + 0.62, floor + 0.75), shade(house.wall, 0.7))


def _paint_shop(
    painter: Painter, house: House, place: tuple[float, float], color: Rgb, awning: Rgb
) -> None:
    start, bay = place
    front = (start + bay * 0.1, start + bay * 0.9)
    _wall(painter, house, front, (0.1, 2.6), shade(house.wall, 0.55))
    _wall(painter, house, (start + bay * 0.16, start + bay * 0.84), (0.6, 2.2), shade(color, 1.1))
    _wall(painter, house, (start + bay * 0.04, start + bay * 0.96), (2.35, 2.95), awning)


def paint_skyline(painter: Painter, chance: random.Random) -> None:
    """Houses across the end of the street."""
    x = -70.0
    while x < 70:
        width = chance.uniform(8, 16)
        z = chance.uniform(120, 150)
        top = chance.uniform(7, 19)
        wall = chance.choice(WALLS)
        thing = painter.new_thing(BUILDING)
        corners = [(x, 0.0, z), (x, top, z), (x + width, top, z), (x + width, 0.0, z)]
        painter.shape(corners, wall, thing)
        x += width
