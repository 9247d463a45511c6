"""A frame in strips, so that what is worked on stays in a processor's cache; two at a time.

numpy and OpenCV let go of the interpreter while they work, so threads pay.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain

from maskstudio.core.geometry import Rect

STRIP = 135
"""Rows composed at a time; twice as many where they are half as wide as a screen, or less."""

HALF_SCREEN = 960
"""Device pixels."""

TALLEST_STRIP = 270
"""Most device rows that they may stand for."""

WORTH_A_THREAD = 6
"""Strips from which on a helper is started, which costs 0.1 ms."""


Job = Callable[[], None]


def strip_jobs(rect: Rect, zoom: float, draw: Callable[[Rect], None]) -> list[Job]:
    """What draws a device rect, strip by strip; in any order."""
    return [partial(draw, strip) for strip in _strips(rect, zoom)]


def run_all(*parts: Sequence[Job]) -> None:
    """Do the jobs of all parts of a frame, several at the same time where there are many.

    The first exception is raised when all threads have ended.
    """
    waiting = chain.from_iterable(parts)

    def do_waiting() -> None:
        for job in waiting:
            job()

    if sum(map(len, parts)) < WORTH_A_THREAD or (os.cpu_count() or 1) < 2:
        do_waiting()
        return
    with ThreadPoolExecutor(1, "maskstudio-strips") as helper:
        other = helper.submit(do_waiting)
        do_waiting()
        other.result()


def _strips(rect: Rect, zoom: float) -> Iterator[Rect]:
    """Pieces of a device rect; taller ones where less is read for each device pixel."""
    height = min(round(STRIP * max(zoom, 1)), TALLEST_STRIP)
    height *= 2 if rect.width <= HALF_SCREEN else 1
    for y in range(rect.y0, rect.y1, height):
        yield Rect(rect.x0, y, rect.x1, min(y + height, rect.y1))
