"""The label map of the sample."""

from __future__ import annotations

Rgb = tuple[int, int, int]

BACKGROUND, ROAD, PAVEMENT, BUILDING, TREE, CAR, PEDESTRIAN, SKY, POLE = range(9)

LABELS: tuple[tuple[str, Rgb], ...] = (
    ("background", (0, 0, 0)),
    ("Road", (134, 82, 150)),
    ("Pavement", (226, 128, 186)),
    ("Building", (196, 104, 66)),
    ("Tree", (98, 174, 74)),
    ("Car", (50, 108, 226)),
    ("Pedestrian", (232, 56, 78)),
    ("Sky", (104, 186, 232)),
    ("Pole", (244, 204, 76)),
)
"""Name and color of each class; the class index is the position."""
