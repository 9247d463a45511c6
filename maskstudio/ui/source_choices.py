"""What painting takes pixels from in place of a class. Never an edit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal


class PaintSource(NamedTuple):
    """A layer whose pixels are painted into another one.

    Args:
        key: of the layer.
        only: index in that layer of the one class that is taken, or None for all.
    """

    key: str
    only: int | None = None


class SourceChoices(QObject):
    """One choice for each layer that is painted; owned by `Choices`, which starts and keeps them.

    Signals:
        changed(): another source, or the class again.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Paint classes."""
        super().__init__(parent)
        self._sources: dict[str, PaintSource] = {}
        self._in_force: set[str] = set()

    def start(self) -> None:
        """Take defaults for another data set."""
        self._sources, self._in_force = {}, set()
        self.changed.emit()

    def of(self, key: str) -> PaintSource | None:
        """What is painted into a layer, or None for the chosen class."""
        return self._sources.get(key) if key in self._in_force else None

    def last_of(self, key: str) -> PaintSource | None:
        """What was painted into a layer lately, also where it is the class again."""
        return self._sources.get(key)

    def choose(self, key: str, source: PaintSource | None) -> None:
        """Paint something else into a layer; None paints the class again."""
        if source == self.of(key):
            return
        if source is None:
            self._in_force.discard(key)
        else:
            assert source.key != key
            self._sources[key] = source
            self._in_force.add(key)
        self.changed.emit()

    def as_json(self) -> dict[str, Any]:
        """Everything that is kept with a data set."""
        return {
            key: {"layer": source.key, "class": source.only, "used": key in self._in_force}
            for key, source in self._sources.items()
        }

    def restore(self, kept: Mapping[str, Any], keys: Collection[str]) -> None:
        """Choose again what was kept for the layers there are; what makes no sense is left out."""
        self._sources, self._in_force = {}, set()
        for key, entry in kept.items():
            fields = entry if isinstance(entry, dict) else {}
            source, index = fields.get("layer"), fields.get("class")
            if key in keys and isinstance(source, str) and source in keys and source != key:
                is_index = isinstance(index, int) and not isinstance(index, bool)
                self._sources[key] = PaintSource(source, index if is_index else None)
                self._in_force |= {key} if fields.get("used") is True else set()
        self.changed.emit()
