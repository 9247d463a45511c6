"""The tools of the window, which one is active, and what they see of the program."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from maskstudio.core.geometry import Point, Rect
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskLayer
from maskstudio.core.object_layer import ObjectLayer
from maskstudio.core.pixel_source import PixelSource
from maskstudio.core.transaction import Over, PaintRule, Transaction
from maskstudio.tools.base import FindRegion, Tool, ToolOptions
from maskstudio.tools.brush import Brush
from maskstudio.tools.eraser import Eraser
from maskstudio.tools.fill import Fill
from maskstudio.tools.pick_class import PickClass
from maskstudio.tools.polygon import Polygon

from .layer_source import LayerSource
from .long_change import LARGE, LongChange, Patch, write_now
from .objects.object_choice import ObjectChoice
from .workbench import Workbench

TOOLS: tuple[type[Tool], ...] = (Brush, Eraser, Fill, Polygon, PickClass)
"""All tools, in the order of the tool strip."""


class ToolBox(QObject):
    """Holds one instance of each tool and is their host.

    Signals:
        tool_changed(): another tool is active.
        overlay_changed(): what the active tool draws over the canvas changed.
        empty_class_needed(): the eraser needs a background and there is none.
    """

    tool_changed = Signal()
    overlay_changed = Signal()

    empty_class_needed = Signal()

    def __init__(self, workbench: Workbench) -> None:
        """Make the tools; the first is active."""
        super().__init__(workbench)
        self._workbench = workbench
        self.tools: Sequence[Tool] = tuple(tool(self) for tool in TOOLS)
        self._active = self.tools[0]
        self.long_change = LongChange(workbench)
        self.source = LayerSource(workbench)
        self.objects = ObjectChoice(workbench)
        workbench.loader.requested.connect(self.drop_work)
        workbench.loader.shown.connect(self.drop_work)  # what is in memory is never requested
        workbench.opened_changed.connect(self.drop_work)
        workbench.choices.layer_changed.connect(self.drop_work)

    @property
    def active(self) -> Tool:
        """The tool the canvas talks to."""
        return self._active

    def tool(self, tool_id: str) -> Tool:
        """The tool of an id. Raises StopIteration when there is none."""
        return next(tool for tool in self.tools if tool.id == tool_id)

    def choose(self, tool_id: str) -> None:
        """Make another tool active."""
        tool = self.tool(tool_id)
        if tool is not self._active:
            self._active.deactivate()
            self._active = tool
            tool.activate()
            self.tool_changed.emit()
            self.overlay_changed.emit()

    def drop_work(self) -> None:
        """Drop what the active tool has in work, before the sample or layer changes."""
        self._active.cancel()

    @property
    def hint(self) -> str:
        """How the active tool is used with what is painted now."""
        begins = self.objects.layer is not None and self.objects.active is None
        if begins and self._active.object_hint and self.current_class is not None:
            return self._active.object_hint.format(self.label_map.name_of(self.current_class))
        words = self.source_words if self._active.copy_hint else ""
        return self._active.copy_hint.format(words) if words else self._active.hint

    @property
    def can_paint(self) -> bool:
        """Whether there is a layer that may be changed."""
        layer = self._workbench.active_layer
        return layer is not None and not layer.is_locked

    # ToolHost

    @property
    def options(self) -> ToolOptions:
        """Choices in the options bar."""
        return self._workbench.choices.options

    @property
    def image(self) -> Image | None:
        """The picture of the open sample."""
        document = self._workbench.document
        return document.image if document else None

    @property
    def layer(self) -> MaskLayer:
        """The active layer."""
        layer = self._workbench.active_layer
        assert layer is not None
        return layer

    @property
    def visible_layers(self) -> tuple[MaskLayer, ...]:
        """Layers that can be seen, top first."""
        document = self._workbench.document
        assert document is not None
        look = self._workbench.choices.look
        return tuple(layer for layer in reversed(document.layers) if look(layer.key).is_visible)

    @property
    def label_map(self) -> LabelMap:
        """Label map of the active layer."""
        return self._workbench.active_label_map

    def label_map_of(self, key: str) -> LabelMap:
        """Label map of any layer."""
        assert self._workbench.dataset is not None
        return self._workbench.dataset.label_maps[key]

    @property
    def current_class(self) -> int | None:
        """Index that is painted, or None while there is no class."""
        current = self._workbench.choices.current_class
        return current if current is not None and self.label_map.is_declared(current) else None

    @property
    def source_words(self) -> str:
        """The layer whose pixels are painted in place of the current class; empty for none."""
        chosen = self.source.chosen
        return self.source.words(chosen) if chosen is not None else ""

    def take_source(self) -> PixelSource | None:
        """The pixels of that layer for one gesture; None, and said why, if there are none."""
        chosen = self.source.chosen
        return None if chosen is None else self.source.take(chosen)

    @property
    def empty_index(self) -> int | None:
        """Index that means nothing, or None: then the user is asked after the gesture."""
        if isinstance(self._workbench.active_layer, ObjectLayer) and self.objects.active is None:
            self._workbench.said.emit(self.tr("Choose the object to erase from"))
            return None
        background = self.label_map.background
        if background is None and self.can_paint:
            self.empty_class_needed.emit()
        return background

    def set_background(self, index: int) -> None:
        """Let a class of the active layer mean nothing from now on, as an edit."""
        dataset = self._workbench.dataset
        if dataset is not None:
            label_map = self.label_map.with_background(index)
            label = f"Background Is {label_map.name_of(index)}"
            dataset.change_label_map(label, self._workbench.choices.active_key, label_map)

    def begin(self, label: str, at: Point) -> Transaction | None:
        """Open a transaction under the paint rule in force; None, and said why, if it cannot be."""
        workbench = self._workbench
        dataset, document = workbench.dataset, workbench.document
        if dataset is None or document is None or workbench.active_layer is None:
            return None
        if dataset.has_open_transaction:
            workbench.said.emit(self.tr("Wait until the change under way is made, or cancel it"))
            return None
        if dataset.is_read_only:
            workbench.said.emit(self.tr("Read-only here: another window has it open"))
            return None
        if workbench.active_layer.is_locked:
            workbench.said.emit(
                self.tr("{key} is read-only here: Problems says why, and what can be done").format(
                    key=self.layer.key
                )
            )
            return None
        key = workbench.choices.active_key
        if not workbench.choices.look(key).is_visible:
            workbench.said.emit(self.tr("{key} is hidden: show it to paint on it").format(key=key))
            return None
        rule = self._rule(at)
        if not isinstance(workbench.active_layer, ObjectLayer):
            return dataset.begin(document.name, key, label=label, rule=rule)
        found = self.objects.for_stroke()
        if found is None:
            return None
        return dataset.begin(document.name, key, label=label, rule=rule, on=found)

    def paint_region(
        self,
        label: str,
        at: Point,
        source: int | PixelSource,
        *,
        within: Rect,
        find: FindRegion,
    ) -> bool:
        """Give a region a class, as one edit; beside the window where it may be large."""
        transaction = self.begin(label, at)
        if transaction is None:
            return False

        def patch() -> Patch | None:
            region = find()
            return Patch(*region, source) if region else None

        if within.area >= LARGE:
            self.long_change.start(transaction, patch)
        else:
            write_now(transaction, patch)
        return True

    def choose_class(self, index: int, key: str) -> None:
        """Make a class of a layer the current one."""
        self._workbench.choices.set_class(index, key)

    def choose_object(self, point: Point, key: str) -> bool:
        """Let tools change the object that is seen at a place of a layer, if there is any."""
        document = self._workbench.document
        if document is None or not isinstance(document.layer(key), ObjectLayer):
            return False
        self._workbench.choices.set_active_key(key)
        return self.objects.choose_at(math.floor(point.x), math.floor(point.y))

    def refresh_overlay(self) -> None:
        """The overlay changed."""
        self.overlay_changed.emit()

    def _rule(self, at: Point) -> PaintRule:
        over = self.options.over
        x, y = math.floor(at.x), math.floor(at.y)
        only = self.layer.index_at(x, y) if over is Over.ONE_CLASS else None
        protected = self._workbench.choices.protected(self.layer.key)
        return PaintRule(over, only, protected)
