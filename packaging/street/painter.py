"""A pinhole camera, and a canvas that paints picture, classes and instances together.

World coordinates are meters: x to the right of the camera, y up from the ground, z ahead.
Everything is drawn at three times the size: the picture is averaged down, the masks take the
middle pixel of each 3 x 3, so that they hold what lies at the pixel's center.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from .classes import BACKGROUND, Rgb

WIDTH, HEIGHT = 480, 320
SCALE = 3

World = tuple[float, float, float]
Spot = tuple[float, float]


@dataclass(frozen=True)
class Camera:
    """Looks along the street; `vanishing` is where its lines meet, in pixels."""

    vanishing: Spot
    focal: float = 420.0
    height: float = 1.7
    nearest: float = 1.2

    def project(self, place: World) -> Spot:
        """Pixel of a place; what lies behind the camera is drawn as if just before it."""
        x, y, z = place
        scale = self.focal / max(z, self.nearest)
        return self.vanishing[0] + x * scale, self.vanishing[1] + (self.height - y) * scale


@dataclass(frozen=True)
class Thing:
    """What a shape is in the masks: its class index and instance id."""

    class_index: int
    instance: int


NOTHING = Thing(BACKGROUND, 0)
"""For shapes that belong to no class."""


class Painter:
    """Three canvases of one scene; shapes without a thing are painted on the picture alone."""

    def __init__(self, camera: Camera, haze: Rgb, visibility: float) -> None:
        """Start black; far shapes fade into `haze`, by two thirds at `visibility` meters."""
        self.camera = camera
        self._haze = haze
        self._visibility = visibility
        self._n_things = 0
        size = (WIDTH * SCALE, HEIGHT * SCALE)
        self.picture = Image.new("RGB", size)
        self._classes = Image.new("L", size)
        self._instances = Image.new("L", size)

    def new_thing(self, class_index: int) -> Thing:
        """The next instance of a class."""
        self._n_things += 1
        return Thing(class_index, self._n_things)

    def shape(
        self, places: Sequence[World], color: Rgb, thing: Thing | None = None, *, alpha: int = 255
    ) -> None:
        """A flat polygon in the world, faded by the distance of its nearest corner."""
        faded = self.fade(color, min(z for _, _, z in places))
        self.flat([self.camera.project(place) for place in places], faded, thing, alpha=alpha)

    def flat(
        self, spots: Sequence[Spot], color: Rgb, thing: Thing | None = None, *, alpha: int = 255
    ) -> None:
        """A polygon in pixels."""
        points = [(x * SCALE, y * SCALE) for x, y in spots]
        ImageDraw.Draw(self.picture, "RGBA").polygon(points, fill=(*color, alpha))
        if thing is not None:
            ImageDraw.Draw(self._classes).polygon(points, fill=thing.class_index)
            ImageDraw.Draw(self._instances).polygon(points, fill=thing.instance)

    def ball(
        self,
        center: World,
        radius: float,
        color: Rgb,
        thing: Thing | None = None,
        *,
        alpha: int = 255,
        squeeze: float = 1.0,
    ) -> None:
        """A round thing, `squeeze` times as high as wide."""
        x, y = self.camera.project(center)
        radius *= self.camera.focal / max(center[2], self.camera.nearest)
        turns = [math.tau * step / 20 for step in range(20)]
        spots = [(x + radius * math.cos(t), y + radius * squeeze * math.sin(t)) for t in turns]
        self.flat(spots, self.fade(color, center[2]), thing, alpha=alpha)

    def fade(self, color: Rgb, distance: float) -> Rgb:
        """A color seen through so many meters of air."""
        return mix(self._haze, color, math.exp(-max(distance, 0.0) / self._visibility))

    def masks(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """(H, W) class indices and instance ids; ids of what is seen, without gaps."""
        middle = slice(SCALE // 2, None, SCALE)
        classes = np.asarray(self._classes)[middle, middle].copy()
        found, ids = np.unique(np.asarray(self._instances)[middle, middle], return_inverse=True)
        first = 0 if found[0] == 0 else 1
        return classes, (ids.reshape(classes.shape) + first).astype(np.uint8)


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """The color that lies `share` of the way from the first to the second."""
    share = min(max(share, 0.0), 1.0)
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def shade(color: Rgb, factor: float) -> Rgb:
    """Darker below 1, lighter above."""
    return mix((0, 0, 0), color, factor) if factor <= 1 else mix(color, (255, 255, 255), factor - 1)
