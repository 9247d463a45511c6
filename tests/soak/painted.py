"""What a gesture may and must have painted, in plain numpy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from maskstudio.core.geometry import Point
from maskstudio.core.labels import LabelMap
from maskstudio.core.transaction import Over

from .twin import Held

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Expected:
    """What a layer has to hold after a gesture.

    Args:
        before: what it held.
        may, must: (H, W) pixels the shape can and pixels it does reach; they differ at its rim.
        allowed: (H, W) pixels that may be covered.
        wanted: (H, W) class of each painted pixel, -1 where none is to be had.
    """

    before: Held
    may: Flags
    must: Flags
    allowed: Flags
    wanted: NDArray[np.int64]

    def fault(self, after: Held) -> str:
        """What is wrong, in words; empty where nothing is."""
        was, now = self.before.pixels, after.pixels
        if was.shape != now.shape:
            return f"the mask is {now.shape}, not {was.shape}"
        changed = was != now
        if (changed & ~self.allowed).any():
            return f"{(changed & ~self.allowed).sum()} protected pixels changed"
        if (changed & ~self.may).any():
            return f"{(changed & ~self.may).sum()} pixels outside the shape changed"
        if (now != self.wanted)[changed].any():
            return "pixels became another class than the one chosen"
        left = self.must & self.allowed & (self.wanted >= 0) & (now != self.wanted)
        if left.any():
            return f"{left.sum()} pixels inside the shape were left out"
        if not np.array_equal(after.instances, np.where(changed, 0, self.before.instances)):
            return "instances are not those of the pixels that stayed"
        return ""


def coverable(
    pixels: NDArray[np.int64], label_map: LabelMap, over: Over, protected: frozenset[int], at: Point
) -> Flags:
    """(H, W) pixels that the paint rule lets be covered."""
    free = ~np.isin(pixels, sorted(protected))
    if over is Over.ONE_CLASS:
        x, y = math.floor(at.x), math.floor(at.y)
        height, width = pixels.shape
        inside = 0 <= x < width and 0 <= y < height
        return free & (pixels == pixels[y, x]) if inside else np.zeros_like(free)
    if over is Over.EMPTY:
        named = [c.index for c in label_map if c.index != label_map.background]
        named = [index for index in named if label_map.is_declared(index)]
        return free & ~np.isin(pixels, named)
    return free


def near_path(
    shape: tuple[int, ...], path: Sequence[Point], reach: float, *, square: bool
) -> Flags:
    """(H, W) pixels whose centre is within a distance of a path of straight parts."""
    if reach < 0:
        return np.zeros(shape, np.bool_)
    rows, columns = np.mgrid[: shape[0], : shape[1]] + 0.5
    near = np.zeros(shape, np.bool_)
    for (x0, y0), (x1, y1) in zip(path, path[1:] or path, strict=False):
        steps = max(1, int(4 * max(abs(x1 - x0), abs(y1 - y0))))
        if not square:
            length = (x1 - x0) ** 2 + (y1 - y0) ** 2
            along = 0.0 if length == 0 else (columns - x0) * (x1 - x0) + (rows - y0) * (y1 - y0)
            share = np.clip(along / (length or 1), 0, 1)
            dx, dy = columns - x0 - share * (x1 - x0), rows - y0 - share * (y1 - y0)
            near |= dx**2 + dy**2 <= reach**2
            continue
        for step in range(steps + 1):
            x, y = x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps
            near |= np.maximum(abs(columns - x), abs(rows - y)) <= reach
    return near


def inside_polygon(shape: tuple[int, ...], vertices: Sequence[Point]) -> tuple[Flags, Flags]:
    """(H, W) pixels whose centre lies inside, even-odd; and those too near to an edge to judge."""
    rows, columns = np.mgrid[: shape[0], : shape[1]] + 0.5
    inside = np.zeros(shape, np.bool_)
    for (x0, y0), (x1, y1) in zip(vertices, [*vertices[1:], vertices[0]], strict=True):
        if y0 != y1:
            crosses = (y0 <= rows) != (y1 <= rows)
            inside ^= crosses & (columns < x0 + (rows - y0) * (x1 - x0) / (y1 - y0))
    return inside, near_path(shape, [*vertices, vertices[0]], 0.01, square=False)


def region_at(alike: Flags, x: int, y: int) -> Flags:
    """(H, W) pixels that are joined by edges to a pixel."""
    parts, _ = ndimage.label(alike)
    return parts == parts[y, x] if alike[y, x] else np.zeros_like(alike)
