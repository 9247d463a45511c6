"""What both sides draw: the examples of the page "Segmentation mask", and how arrays are told."""

from __future__ import annotations

import hashlib
from typing import Any

SIZE = (240, 160)
"""Height and width; the page's picture is not there."""

EYE_COLOR, NOSE_COLOR = (255, 255, 255), (255, 0, 0)

EYES = (
    [[82, 180], [83, 184], [88, 184], [86, 180]],
    [[97, 182], [99, 184], [102, 183], [101, 180], [98, 180]],
)
NOSE = [[95, 192], [93, 197], [96, 198], [100, 197], [100, 194], [100, 192], [96, 192]]


def told(array: Any) -> list[Any]:
    """Shape, number of values above 0, and digest of an array of uint8."""
    assert array.dtype == "uint8"
    digest = hashlib.sha256(array.tobytes()).hexdigest()
    return [list(array.shape), int((array > 0).sum()), digest]
