"""Work on a few things at a time, results in order, without piling them up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from .allocator import keep_freed_memory

T = TypeVar("T")
R = TypeVar("R")

WORKERS = 2
"""Decoding and encoding pay on two cores; beyond, memory is what they compete for."""


def ordered_map(
    function: Callable[[T], R], things: Iterable[T], workers: int = WORKERS
) -> Generator[R, None, None]:
    """Results in the order of the things, computed at most two rounds ahead.

    The first exception is raised at its place; what was not begun then never is. Who does not take
    all results has to close the generator, for its threads to end: `contextlib.closing`.
    """
    keep_freed_memory()
    waiting: deque[Future[R]] = deque()
    pool = ThreadPoolExecutor(workers, "maskstudio-format")
    try:
        for thing in things:
            waiting.append(pool.submit(function, thing))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
