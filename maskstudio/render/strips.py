"""A frame in strips, so that what is worked on stays in a processor's cache; two at a time.

numpy and OpenCV let go of the interpreter while they work, so threads pay.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from maskstudio.core.geometry import Rect

STRIP = 96
"""Rows composed at a time."""

TALLEST_STRIP = 256
"""Most device rows that they may stand for."""

WORTH_A_THREAD = 6
"""Strips from which on a helper is started, which costs 0.1 ms."""


def for_each_strip(rect: Rect, zoom: float, draw: Callable[[Rect], None]) -> None:
    """Draw all strips of a device rect; of a large one several at the same time.

    The first exception is raised when all threads have ended.
    """
    strips = list(_strips(rect, zoom))
    waiting = iter(strips)

    def draw_waiting() -> None:
        for strip in waiting:
            draw(strip)

    if len(strips) < WORTH_A_THREAD or (os.cpu_count() or 1) < 2:
        draw_waiting()
        return
    with ThreadPoolExecutor(1, "maskstudio-strips") as helper:
        other = helper.submit(draw_waiting)
        draw_waiting()
        other.result()


def _strips(rect: Rect, zoom: float) -> Iterator[Rect]:
    """Pieces of a device rect; taller ones where less is read for each device pixel."""
    height = min(round(STRIP * max(zoom, 1)), TALLEST_STRIP)
    for y in range(rect.y0, rect.y1, height):
        yield Rect(rect.x0, y, rect.x1, min(y + height, rect.y1))
