"""What is known of mask files that were read or written, so that a save need not decode them anew.

A save has to know in which kind a file stores its pixels, and whether they differ from the new
ones. Sums that differ prove that; where they are equal, the pixels are decoded and compared.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .cvat_encoding import PngKind


class PixelSum(NamedTuple):
    """Differs only where values or shape do; the dtype does not count."""

    shape: tuple[int, ...]
    words: int
    rest: bytes

    @classmethod
    def of(cls, values: NDArray[Any]) -> PixelSum:
        """Sum of an array of unsigned integers, in the narrowest dtype that holds them."""
        if values.dtype.itemsize > 1:
            values = values.astype(np.min_scalar_type(int(values.max(initial=0))), copy=False)
        flat = np.ascontiguousarray(values).reshape(-1).view(np.uint8)
        whole = flat.size // 8 * 8
        words = int(flat[:whole].view(np.uint64).sum(dtype=np.uint64))
        return cls(values.shape, words, flat[whole:].tobytes())


class KnownMask(NamedTuple):
    """One mask file.

    Args:
        identity: tells its bytes from others that may lie there later.
        plain: undeclared indices that mean themselves in it.
    """

    identity: Hashable
    kind: PngKind
    sum: PixelSum
    plain: frozenset[int] = frozenset()


KnownMasks = dict[str, KnownMask]
"""By path of the file. True for one meaning of the colors: another codec begins with none."""
