"""Pixels of one layer for painting them into the active one, class by class of the same name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject

from maskstudio.core.labels import LabelClass, LabelMap, generated_class
from maskstudio.core.layer import MaskLayer
from maskstudio.core.pixel_source import LayerPixels

from .source_choices import PaintSource
from .workbench import Workbench

_MOST_NAMES = 4


class LayerSource(QObject):
    """Follows what the user paints with; owned by the tool box."""

    def __init__(self, workbench: Workbench) -> None:
        """Paint classes until another layer is chosen."""
        super().__init__(workbench)
        self._workbench = workbench

    @property
    def chosen(self) -> PaintSource | None:
        """What is painted into the active layer, or None for the chosen class."""
        dataset = self._workbench.dataset
        source = self._workbench.choices.sources.of(self._workbench.choices.active_key)
        return source if dataset is not None and source and source.key in dataset.keys else None

    @property
    def others(self) -> tuple[str, ...]:
        """Layers that can be painted into the active one; that of the compared pair first."""
        dataset, active = self._workbench.dataset, self._workbench.choices.active_key
        keys = [key for key in (dataset.keys if dataset is not None else ()) if key != active]
        pair = self._workbench.choices.pair or ()
        return tuple(sorted(keys, key=lambda key: key not in pair))

    def toggle(self) -> None:
        """Paint with the layer that was painted with lately, or with the class again."""
        choices = self._workbench.choices
        last = choices.sources.last_of(choices.active_key)
        fresh = PaintSource(self.others[0]) if self.others else None
        wanted = last if last is not None and last.key in self.others else fresh
        choices.sources.choose(choices.active_key, None if self.chosen else wanted)

    def classes(self, key: str) -> list[LabelClass]:
        """Classes of a layer that the active one has, too."""
        targets = self._workbench.compared.translated(key, self._workbench.choices.active_key)
        return [c for c in self._label_map(key).visible_classes if c.index in targets]

    def words(self, source: PaintSource) -> str:
        """Layer and class in a few words."""
        if source.only is None:
            return source.key
        return f"{source.key}: {self._label_map(source.key).name_of(source.only)}"

    def take(
        self, source: PaintSource, left_out: Callable[[str], None] | None = None
    ) -> LayerPixels | None:
        """Pixels of a layer for the active one, as they are now; None, and said why, if none are.

        Args:
            left_out: told what has no class in the active layer, each time more of it is met; the
                status bar where nobody is.
        """
        layer = self._layer(source.key)
        active = self._workbench.active_layer
        targets = self._targets(source)
        reason = self._why_not(source, layer, active, targets)
        if reason or layer is None:
            self._workbench.said.emit(reason)
            return None
        self._meet(targets.values() if source.only is None else [targets[source.only]])
        tell = left_out or self._workbench.said.emit
        met: set[int] = set()

        def note(indices: set[int]) -> None:
            met.update(indices)
            tell(self.left_out_words(source.key, met))

        return LayerPixels(layer.pixels, targets, only=source.only, left_out=note)

    def left_out_words(self, key: str, indices: Iterable[int]) -> str:
        """What has no class in the active layer, in a sentence."""
        label_map, active = self._label_map(key), self._workbench.choices.active_key
        names = [label_map.name_of(index) for index in sorted(indices)]
        listed = ", ".join(names[:_MOST_NAMES])
        if len(names) > _MOST_NAMES:
            n_more = len(names) - _MOST_NAMES
            listed = self.tr("{names} and {n_more} more").format(names=listed, n_more=n_more)
        words = self.tr("Not copied, for {layer} has no such class: {names}")
        return words.format(layer=active, names=listed)

    def _why_not(
        self,
        source: PaintSource,
        layer: MaskLayer | None,
        active: MaskLayer | None,
        targets: dict[int, int],
    ) -> str:
        """Why nothing can be copied, in one sentence; empty where it can."""
        if layer is None or active is None:
            return self.tr("{layer} is not there").format(layer=source.key)
        if layer.size != active.size:
            words = self.tr("Not copied: {source} is {size} here, {layer} {other_size}")
            return words.format(
                source=source.key, size=layer.size, layer=active.key, other_size=active.size
            )
        if layer.is_locked or (layer.is_new and not layer.changed_tiles):
            words = self.tr("Not copied: {source} has no mask of this sample")
            return words.format(source=source.key)
        if source.only is not None and source.only not in targets:
            return self.left_out_words(source.key, [source.only])
        return ""

    def _targets(self, source: PaintSource) -> dict[int, int]:
        return self._workbench.compared.translated(source.key, self._workbench.choices.active_key)

    def _meet(self, indices: Iterable[int]) -> None:
        """Show classes that the active layer will hold and does not list yet."""
        dataset, key = self._workbench.dataset, self._workbench.choices.active_key
        assert dataset is not None
        known = dataset.label_maps[key].by_index
        dataset.meet_undeclared(key, [generated_class(i) for i in indices if i not in known])

    def _layer(self, key: str) -> MaskLayer | None:
        document = self._workbench.document
        layers = document.layers if document is not None else ()
        return next((layer for layer in layers if layer.key == key), None)

    def _label_map(self, key: str) -> LabelMap:
        assert self._workbench.dataset is not None
        return self._workbench.dataset.label_maps[key]
