"""What the user chose: layer, class, tool options, looks. Never an edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from maskstudio.core.image import Adjustment
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.render.palette import Look, Style
from maskstudio.tools.base import ToolOptions

from .source_choices import SourceChoices
from .view_choices import View, ViewChoices

DEFAULT_LOOK = Look(is_visible=True, opacity=0.5, style=Style.FILL)
OUTLINED_LOOK = Look(is_visible=True, opacity=1.0, style=Style.OUTLINE)


class Pair(NamedTuple):
    """Keys of two layers that are compared."""

    prediction: str
    ground_truth: str


class Cell(NamedTuple):
    """A cell of the confusion matrix, in joint class indices."""

    ground_truth: int
    prediction: int


class Choices(QObject):
    """Choices for one open data set; made anew with defaults for each.

    `views` holds which view of the compared layers is shown, `sources` what is painted with in
    place of a class.

    Signals:
        layer_changed(): another layer is active.
        class_changed(): another class is painted.
        options_changed(): an option of the tools.
        looks_changed(): what is seen of layers and classes, or how the picture is shown.
        protection_changed(): which classes are protected.
        pair_changed(): other layers are compared, or their classes are matched otherwise.
        ignored_changed(): which classes are left out of the comparison.
        shown_cell_changed(): which pixels of the comparison are pointed out.
    """

    layer_changed = Signal()
    class_changed = Signal()
    options_changed = Signal()
    looks_changed = Signal()
    protection_changed = Signal()
    pair_changed = Signal()
    ignored_changed = Signal()
    shown_cell_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Start without layers."""
        super().__init__(parent)
        self.views = ViewChoices(self)
        self.sources = SourceChoices(self)
        self._keys: tuple[str, ...] = ()
        self._active = GROUND_TRUTH
        self._classes: dict[str, int] = {}
        self._last_classes: dict[str, int] = {}
        self._options = ToolOptions()
        self._looks: dict[str, Look] = {}
        self._hidden: dict[str, frozenset[int]] = {}
        self._protected: dict[str, frozenset[int]] = {}
        self._adjustment = Adjustment()
        self._pair: Pair | None = None
        self._partners: dict[int, int] = {}
        self._ignored: frozenset[int] = frozenset()
        self._shown_cell: Cell | None = None

    def start(self, label_maps: dict[str, LabelMap]) -> None:
        """Take defaults for the layers of a data set; tool options stay as they were.

        One layer is filled and all others are outlined, so that each can be told from it.
        """
        self._keys = tuple(label_maps)
        preferred = GROUND_TRUTH if GROUND_TRUTH in self._keys else next(iter(self._keys), "")
        filled = next((key for key in (preferred, *self._keys) if key != PREDICTIONS), preferred)
        self._looks = {key: DEFAULT_LOOK if key == filled else OUTLINED_LOOK for key in self._keys}
        self._hidden, self._protected = {}, {}
        self._classes, self._last_classes = {}, {}
        self._adjustment = Adjustment()
        for key, label_map in label_maps.items():
            first = first_paintable(label_map)
            if first is not None:
                self._classes[key] = first
        self._active = preferred
        self._pair = default_pair(self._keys)
        self._partners, self._ignored, self._shown_cell = {}, frozenset(), None
        self.views.start()
        self.sources.start()
        for signal in (
            self.layer_changed,
            self.class_changed,
            self.looks_changed,
            self.pair_changed,
        ):
            signal.emit()

    def add_layer(self, key: str, label_map: LabelMap) -> None:
        """Take defaults for one more layer."""
        self._keys = (*self._keys, key)
        self._looks[key] = OUTLINED_LOOK if key == PREDICTIONS else DEFAULT_LOOK
        first = first_paintable(label_map)
        if first is not None:
            self._classes[key] = first
        self.looks_changed.emit()
        pair = default_pair(self._keys)
        if self._pair is None and pair is not None:
            self.set_pair(pair)

    # active layer and class

    @property
    def active_key(self) -> str:
        """Key of the layer that tools change."""
        return self._active

    def set_active_key(self, key: str) -> None:
        """Let tools change another layer."""
        if key != self._active:
            self._active = key
            self.layer_changed.emit()
            self.class_changed.emit()

    @property
    def current_class(self) -> int | None:
        """Index that is painted on the active layer."""
        return self._classes.get(self._active)

    @property
    def last_class(self) -> int | None:
        """Index that was painted before the current one."""
        return self._last_classes.get(self._active)

    def set_class(self, index: int, key: str | None = None) -> None:
        """Paint with a class, of the active layer unless another key is named."""
        key = self._active if key is None else key
        self.sources.choose(key, None)
        before = self._classes.get(key)
        if index != before:
            if before is not None:
                self._last_classes[key] = before
            self._classes[key] = index
            self.class_changed.emit()

    def swap_class(self) -> None:
        """Paint with the class from before again."""
        if self.last_class is not None:
            self.set_class(self.last_class)

    def drop_missing_classes(self, key: str, label_map: LabelMap) -> None:
        """Choose another class where the chosen one is gone."""
        current = self._classes.get(key)
        if current is not None and label_map.is_declared(current):
            return
        first = first_paintable(label_map)
        if first is None:
            self._classes.pop(key, None)
        else:
            self._classes[key] = first
        self.class_changed.emit()

    # options

    @property
    def options(self) -> ToolOptions:
        """Options of the tools."""
        return self._options

    def change_options(self, **changes: Any) -> None:
        """Change some options by name."""
        options = replace(self._options, **changes)
        if options != self._options:
            self._options = options
            self.options_changed.emit()

    # looks

    def look(self, key: str) -> Look:
        """Look of a layer."""
        return self._looks.get(key, DEFAULT_LOOK)

    def set_look(self, key: str, look: Look) -> None:
        """Show a layer otherwise."""
        if look != self.look(key):
            self._looks[key] = look
            self.looks_changed.emit()

    def hidden(self, key: str) -> frozenset[int]:
        """Indices of a layer that are not shown."""
        return self._hidden.get(key, frozenset())

    def set_hidden(self, key: str, indices: Iterable[int]) -> None:
        """Hide classes of a layer, and no others."""
        self._hidden[key] = frozenset(indices)
        self.looks_changed.emit()

    @property
    def adjustment(self) -> Adjustment:
        """How the picture is shown."""
        return self._adjustment

    def set_adjustment(self, adjustment: Adjustment) -> None:
        """Show the picture otherwise."""
        if adjustment != self._adjustment:
            self._adjustment = adjustment
            self.looks_changed.emit()

    # protection

    def protected(self, key: str) -> frozenset[int]:
        """Indices of a layer that no tool may change."""
        return self._protected.get(key, frozenset())

    def set_protected(self, key: str, indices: Iterable[int]) -> None:
        """Protect classes of a layer, and no others."""
        self._protected[key] = frozenset(indices)
        self.protection_changed.emit()

    # comparison

    @property
    def view(self) -> View:
        """How the layers are laid out; with nothing to compare there is the overlay alone."""
        return self.views.view if self._pair is not None else View.OVERLAY

    @property
    def pair(self) -> Pair | None:
        """Keys of the compared layers, or None where there is one layer at most."""
        return self._pair

    def set_pair(self, pair: Pair) -> None:
        """Compare other layers; what was ignored or pointed out meant classes of the old ones."""
        if pair != self._pair:
            self._pair = pair
            self._partners, self._ignored, self._shown_cell = {}, frozenset(), None
            self.views.show_class(None)
            self.pair_changed.emit()

    @property
    def partners(self) -> Mapping[int, int]:
        """Index of the ground truth for indices of the prediction that were matched by hand."""
        return self._partners

    def set_partners(self, partners: Mapping[int, int]) -> None:
        """Match these classes by hand, and no others."""
        if partners != self._partners:
            self._partners = dict(partners)
            self.set_shown_cell(None)
            self.views.show_class(None)
            self.pair_changed.emit()

    @property
    def ignored(self) -> frozenset[int]:
        """Joint indices whose ground-truth pixels are not scored."""
        return self._ignored

    def set_ignored(self, indices: Iterable[int]) -> None:
        """Leave classes out of the comparison, and no others."""
        ignored = frozenset(indices)
        if ignored != self._ignored:
            self._ignored = ignored
            self.ignored_changed.emit()

    @property
    def shown_cell(self) -> Cell | None:
        """Joint indices, true and predicted, whose pixels are pointed out on the picture."""
        return self._shown_cell

    def set_shown_cell(self, cell: Cell | None) -> None:
        """Point out the pixels of one cell of the confusion matrix, or none."""
        if cell != self._shown_cell:
            self._shown_cell = cell
            self.shown_cell_changed.emit()

    # keeping

    def as_json(self) -> dict[str, Any]:
        """Everything that is kept with a data set."""
        adjustment = self._adjustment
        return {
            "active": self._active,
            "pair": list(self._pair) if self._pair else None,
            "partners": [list(partner) for partner in self._partners.items()],
            "ignored": sorted(self._ignored),
            "classes": dict(self._classes),
            "layers": {
                key: {
                    "visible": look.is_visible,
                    "opacity": look.opacity,
                    "style": look.style.value,
                    "hidden": sorted(self.hidden(key)),
                    "protected": sorted(self.protected(key)),
                }
                for key, look in self._looks.items()
            },
            "brightness": adjustment.brightness,
            "contrast": adjustment.contrast,
            "gamma": adjustment.gamma,
            "compare": self.views.as_json(),
            "sources": self.sources.as_json(),
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Choose again what was kept; whatever does not fit this data set is passed over."""
        for key, look in _dict(kept.get("layers")).items():
            if key in self._keys and isinstance(look, dict):
                self._restore_layer(key, look)
        for key, index in _dict(kept.get("classes")).items():
            if key in self._keys and isinstance(index, int):
                self._classes[key] = index
        if kept.get("active") in self._keys:
            self._active = str(kept["active"])
        self._adjustment = Adjustment(
            brightness=_number(kept.get("brightness"), 0.0, -1.0, 1.0),
            contrast=_number(kept.get("contrast"), 0.0, -1.0, 1.0),
            gamma=_number(kept.get("gamma"), 1.0, 0.1, 10.0),
        )
        pair = kept.get("pair")
        if isinstance(pair, list) and any(pair == [a, b] for a, b in permutations(self._keys, 2)):
            self._pair = Pair(*pair)
            self._partners = _partners(kept.get("partners"))
            self._ignored = _indices(kept.get("ignored"))
        self.views.restore(_dict(kept.get("compare")))
        self.sources.restore(_dict(kept.get("sources")), self._keys)
        for signal in (
            self.layer_changed,
            self.class_changed,
            self.looks_changed,
            self.pair_changed,
        ):
            signal.emit()

    def _restore_layer(self, key: str, kept: dict[str, Any]) -> None:
        styles = {style.value: style for style in Style}
        self._looks[key] = Look(
            is_visible=kept.get("visible") is not False,
            opacity=_number(kept.get("opacity"), self.look(key).opacity, 0.0, 1.0),
            style=styles.get(str(kept.get("style")), self.look(key).style),
        )
        self._hidden[key] = _indices(kept.get("hidden"))
        self._protected[key] = _indices(kept.get("protected"))


def first_paintable(label_map: LabelMap) -> int | None:
    """The class to begin with: the first that is neither background nor a filler."""
    visible = label_map.visible_classes
    for label_class in visible:
        if label_class.index != label_map.background:
            return label_class.index
    return visible[0].index if visible else None


def default_pair(keys: Sequence[str]) -> Pair | None:
    """`predictions` against `ground_truth` where they are there, else the first two layers."""
    if len(keys) < 2:
        return None
    truth = next((k for k in (GROUND_TRUTH, *keys) if k in keys and k != PREDICTIONS), keys[0])
    others = [key for key in keys if key != truth]
    return Pair(PREDICTIONS if PREDICTIONS in others else others[0], truth)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object, default: float, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return min(high, max(low, float(value)))


def _indices(value: object) -> frozenset[int]:
    if not isinstance(value, list):
        return frozenset()
    return frozenset(i for i in value if isinstance(i, int) and not isinstance(i, bool))


def _partners(value: object) -> dict[int, int]:
    pairs = value if isinstance(value, list) else []
    found = [p for p in pairs if isinstance(p, list) and [type(i) for i in p] == [int, int]]
    return {pair[0]: pair[1] for pair in found}
