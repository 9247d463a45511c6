"""Differences of colors equal published ones."""

from __future__ import annotations

import numpy as np
import pytest

from maskstudio.core.arrays import Rgb
from maskstudio.render.color_difference import Vision, ciede2000, differences, lab_of

# Sharma, Wu and Dalal (2005), table 1
PUBLISHED = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, 3.1571, -77.2803), (50.0, 0.0, -82.7485), 2.8615),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (56.0, -27.0, -3.0), 31.9030),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]
# Okabe and Ito's palette
SAFE = ("E69F00", "56B4E9", "009E73", "F0E442", "0072B2", "D55E00", "CC79A7", "000000")


def rgb(hexadecimal: str) -> Rgb:
    red, green, blue = bytes.fromhex(hexadecimal)
    return red, green, blue


@pytest.mark.parametrize(("one", "other", "published"), PUBLISHED)
def test_published_pairs(
    one: tuple[float, float, float], other: tuple[float, float, float], published: float
) -> None:
    for pair in ((one, other), (other, one)):
        assert ciede2000(*np.array(pair)) == pytest.approx(published, abs=5e-5)


def test_black_and_white_are_a_hundred_apart() -> None:
    assert differences([(0, 0, 0), (255, 255, 255)])[0, 1] == pytest.approx(100, abs=0.01)
    assert lab_of([(255, 255, 255)])[0] == pytest.approx([100, 0, 0], abs=0.01)


@pytest.mark.parametrize(
    ("vision", "smallest"),
    [
        (Vision.NORMAL, 21.7),
        (Vision.PROTAN, 12.2),
        (Vision.DEUTAN, 11.6),
        (Vision.TRITAN, 10.9),
    ],
)
def test_the_safe_palette_stays_apart_for_everybody(vision: Vision, smallest: float) -> None:
    found = differences([rgb(color) for color in SAFE], vision)
    np.fill_diagonal(found, np.inf)
    assert found.min() == pytest.approx(smallest, abs=0.05)
