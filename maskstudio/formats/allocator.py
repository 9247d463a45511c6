"""What the C library's allocator keeps of freed memory; only glibc is spoken to."""

from __future__ import annotations

import ctypes
import sys

import numpy as np

_KEPT_BYTES = 31 << 20
"""Just below the most that glibc goes along with."""


def keep_freed_memory() -> None:
    """Let the allocator keep what is freed for the next picture instead of giving it back.

    glibc learns from the largest block freed so far how much to keep (`mallopt(3)`,
    M_MMAP_THRESHOLD). Untaught it returns the pages of each picture and has the system clear new
    ones for the next, which costs a quarter of the time of decoding. Nothing happens elsewhere.
    """
    np.empty(_KEPT_BYTES, np.uint8)


def give_back_freed_memory() -> None:
    """Let the system have what is kept, after large things were made of other large things."""
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
