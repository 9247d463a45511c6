"""The data set that datumaro is asked to export, drawn by hand; both sides of the tests know it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.helpers.masks import mask

COLORS = {
    "background": (0, 0, 0),
    "car": (0, 0, 142),
    "road": (128, 64, 128),
    "traffic light": (250, 170, 30),
}
"""Class names with their colors, in the order of names that datumaro gives the lines; the class
index is the position."""


@dataclass(frozen=True)
class ExportedSample:
    """One sample: its instances as drawn, and the class name of each."""

    name: str
    subset: str
    instances: NDArray[np.uint8]
    classes: dict[int, str]

    @property
    def indices(self) -> NDArray[np.uint8]:
        """(H, W) class indices."""
        names = list(COLORS)
        table = np.zeros(max(self.classes, default=0) + 1, np.uint8)
        for instance, name in self.classes.items():
            table[instance] = names.index(name)
        return table[self.instances]


EXPORTED = (
    ExportedSample(
        "street 01",
        "train",
        mask(
            ".......",
            ".22.33.",
            ".22.33.",
            "1111111",
            "1111111",
        ),
        {1: "road", 2: "car", 3: "car"},
    ),
    ExportedSample(
        "night/rain/frame_7",
        "val",
        mask(
            "4....",
            "4....",
            ".....",
            "11.22",
        ),
        {1: "road", 2: "car", 4: "traffic light"},
    ),
)
