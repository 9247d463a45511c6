"""The range of a number field: its steps, its places, and how its numbers are written."""

from __future__ import annotations

import math
from dataclasses import dataclass

_THIN_SPACE = "\u2009"


@dataclass(frozen=True)
class NumberScale:
    """Numbers from `lowest` to `highest`, both included.

    Args:
        decimals: figures behind the point; one step is one unit of the last figure.
        curve: above 1, small numbers get more of the way: the number grows with this power of the
            place in the range.
        unit: written behind the number, such as `px`.
    """

    lowest: float
    highest: float
    decimals: int = 0
    curve: float = 1.0
    unit: str = ""

    def steps(self, number: float) -> int:
        """The number, counted in steps from zero."""
        return round(number * self._steps_in_one)

    def number(self, steps: int) -> float:
        """The number that many steps from zero."""
        return steps / self._steps_in_one

    def place(self, number: float) -> float:
        """Where a number lies in the range, 0 to 1."""
        span = self.highest - self.lowest
        return float(((number - self.lowest) / span) ** (1 / self.curve)) if span else 0.0

    def number_at(self, place: float) -> float:
        """The number at a place; places beyond the range give its ends."""
        share: float = min(max(place, 0.0), 1.0) ** self.curve
        return self.lowest + share * (self.highest - self.lowest)

    def parse(self, text: str) -> float | None:
        """The number a user typed, with point or comma, or None where it is none of the range."""
        plain = "".join(text.split()).replace(",", ".")
        try:
            number = float(plain)
        except ValueError:
            return None
        is_right = math.isfinite(number) and self.lowest <= number <= self.highest
        return number if is_right else None

    def figure(self, number: float) -> str:
        """A number as it is shown: thin spaces between thousands."""
        return f"{number:,.{self.decimals}f}".replace(",", _THIN_SPACE)

    def with_unit(self, number: float) -> str:
        """A number as it is shown, with its unit."""
        return f"{self.figure(number)} {self.unit}".rstrip()

    @property
    def _steps_in_one(self) -> int:
        return int(10**self.decimals)

    @property
    def allowed(self) -> str:
        """The range in words."""
        return f"{self.figure(self.lowest)} to {self.figure(self.highest)}"
