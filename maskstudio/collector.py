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
