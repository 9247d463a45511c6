"""The sum over all samples, kept true while single samples change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from maskstudio.metrics.confusion import Confusion


class RunningTotal:
    """Takes the confusion of a sample out of the sum and puts the new one in when it is asked."""

    def __init__(self) -> None:
        """Sum nothing."""
        self._summed: dict[str, Confusion] = {}
        self._sum = Confusion.empty()
        self._changed: set[str] = set()

    def adopt(self, summed: Mapping[str, Confusion], total: Confusion) -> None:
        """Begin with a sum that was made elsewhere."""
        self._summed, self._sum = dict(summed), total
        self._changed.clear()

    def note(self, name: str) -> None:
        """A sample has another confusion, or none any more."""
        self._changed.add(name)

    def change(self, name: str, change: Confusion) -> None:
        """An edit changed the confusion of a sample by so much."""
        if name in self._summed and name not in self._changed:
            self._summed[name] += change
            self._sum += change
        else:
            self._changed.add(name)

    def value(self, confusion_of: Callable[[str], Confusion | None]) -> Confusion:
        """The sum now.

        Args:
            confusion_of: the confusion of a sample, or None where it has none; asked of those
                alone that changed.
        """
        for name in self._changed:
            before, now = self._summed.pop(name, None), confusion_of(name)
            if before is not None:
                self._sum -= before
            if now is not None:
                self._summed[name] = now
                self._sum += now
        self._changed.clear()
        return self._sum
