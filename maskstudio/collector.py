"""Python's collector of cyclic garbage, out of the way of a start."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Nothing made by importing and building is garbage; looking for it would take a tenth of it.

    What was made is never looked at again, which makes later rounds short, too.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """For what makes many objects at a time, in any thread: they are no garbage yet."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
