"""Times of day and weather: the sky, and the finish of a picture."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from .classes import SKY, Rgb
from .painter import HEIGHT, SCALE, WIDTH, Painter, mix


@dataclass(frozen=True)
class Light:
    """Colors of a time of day; `lit` is the share of windows with a lamp on."""

    zenith: Rgb
    horizon: Rgb
    cloud: Rgb
    tint: Rgb
    sun: float
    visibility: float
    lit: float = 0.0


MORNING = Light((92, 152, 214), (236, 226, 206), (255, 250, 240), (255, 246, 228), 0.75, 150.0)
NOON = Light((70, 136, 212), (206, 226, 240), (255, 255, 255), (255, 253, 246), 1.0, 210.0)
EVENING = Light(
    (94, 112, 170), (250, 190, 130), (255, 214, 178), (255, 222, 186), 0.7, 130.0, lit=0.2
)
OVERCAST = Light((158, 170, 184), (214, 218, 222), (232, 235, 238), (232, 238, 246), 0.15, 90.0)
DUSK = Light((44, 58, 108), (214, 142, 128), (150, 118, 148), (196, 190, 226), 0.1, 110.0, lit=0.55)


def paint_sky(painter: Painter, light: Light, chance: random.Random) -> None:
    """A gradient from zenith to horizon with a glow and soft clouds."""
    sky = painter.new_thing(SKY)
    painter.flat([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], light.horizon, sky)
    horizon = painter.camera.vanishing[1]
    for row in range(int(horizon) + 1):
        color = mix(light.zenith, light.horizon, (row / horizon) ** 1.3)
        painter.flat([(0, row), (WIDTH, row), (WIDTH, row + 1), (0, row + 1)], color)
    _paint_glow(painter, light)
    _paint_clouds(painter, light, chance)


def _paint_glow(painter: Painter, light: Light) -> None:
    x, y = painter.camera.vanishing[0] * SCALE, painter.camera.vanishing[1] * SCALE
    veil = Image.new("L", painter.picture.size)
    radius = 130 * SCALE
    box = (x - radius, y - radius * 0.7, x + radius, y + radius * 0.7)
    ImageDraw.Draw(veil).ellipse(box, fill=130)
    _lay_over(painter, mix(light.horizon, (255, 255, 255), 0.45), veil, blur=45)


def _paint_clouds(painter: Painter, light: Light, chance: random.Random) -> None:
    veil = Image.new("L", painter.picture.size)
    draw = ImageDraw.Draw(veil)
    for _ in range(7):
        x = chance.uniform(-0.1, 1.1) * WIDTH * SCALE
        y = chance.uniform(0.02, 0.3) * HEIGHT * SCALE
        for _ in range(9):
            width = chance.uniform(8, 38) * SCALE
            left = x + chance.uniform(-45, 45) * SCALE
            top = y + chance.uniform(-4, 4) * SCALE
            draw.ellipse((left - width, top - width / 5, left + width, top + width / 5), fill=170)
    _lay_over(painter, light.cloud, veil, blur=5)


def _lay_over(painter: Painter, color: Rgb, veil: Image.Image, *, blur: float) -> None:
    """Blurring at a third of the size looks the same and is many times faster."""
    small = veil.reduce(SCALE).filter(ImageFilter.GaussianBlur(blur))
    painter.picture.paste(color, None, small.resize(painter.picture.size))


def develop(painter: Painter, light: Light, seed: int) -> Image.Image:
    """The finished picture: averaged down, tinted, a darker rim and a little grain."""
    pixels = np.asarray(painter.picture.reduce(SCALE), np.float64)
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    rim = 1.0 - 0.16 * np.clip(x**2 + y**2 - 0.6, 0, None)
    tinted = pixels * (np.array(light.tint) / 255.0) * rim[..., None]
    return Image.fromarray(np.clip(tinted + _grain(seed), 0, 255).astype(np.uint8))


def _grain(seed: int) -> NDArray[np.float64]:
    """Sensor noise, the same in all channels, softened a little so that JPEG stays small."""
    noise = np.random.RandomState(seed).randn(HEIGHT, WIDTH, 1) * 2.2
    return (noise + np.roll(noise, 1, axis=1) + np.roll(noise, 1, axis=0)) / 2.0
