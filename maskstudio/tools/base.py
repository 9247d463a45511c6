"""What a tool is, what it gets from the canvas and what it may ask of its host."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, Flag, auto
from typing import Protocol

from maskstudio.core.arrays import BinaryMask
from maskstudio.core.geometry import Point, Rect
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskLayer
from maskstudio.core.pixel_source import PixelSource
from maskstudio.core.transaction import Over, Transaction
from maskstudio.raster.brush import Tip


class Modifier(Flag):
    """Keys held during an event."""

    NONE = 0
    SHIFT = auto()
    CONTROL = auto()
    ALT = auto()


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is, in image coordinates.

    Args:
        zoom: device pixels per image pixel, for distances that are judged on the screen.
        pressure: 0 to 1 from a pen, 1 from a mouse.
    """

    point: Point
    zoom: float = 1.0
    modifiers: Modifier = Modifier.NONE
    pressure: float = 1.0


class Reads(Enum):
    """Where a region is looked for."""

    MASK = "mask"
    PICTURE = "picture"


class PickFrom(Enum):
    """Which layer a class is picked from."""

    TOP = "top"
    ACTIVE = "active"


@dataclass(frozen=True)
class ToolOptions:
    """Choices in the options bar; shared by all tools and kept between runs.

    Args:
        size: brush diameter in image pixels.
        whole_picture: fill every such pixel, not only the connected region.
        tolerance: largest difference per channel when the picture is read, in 255ths of the way
            from black to white.
    """

    size: int = 24
    tip: Tip = Tip.ROUND
    pressure: bool = False
    over: Over = Over.EVERYTHING
    whole_picture: bool = False
    tolerance: int = 12
    reads: Reads = Reads.MASK
    pick_from: PickFrom = PickFrom.TOP


@dataclass(frozen=True, slots=True)
class BrushCursor:
    """The outline of a brush at a place; dashed while it erases."""

    point: Point
    diameter: int
    tip: Tip
    erases: bool


@dataclass(frozen=True, slots=True)
class ShapeInWork:
    """A polygon that is not finished: its vertices and where the next one would be.

    Args:
        next: None while a click would not add a vertex at the end.
        index: class whose color fills it, None while it erases.
        closes: a click finishes it.
        chosen: vertex that a press would take hold of, or that is held.
    """

    vertices: tuple[Point, ...]
    next: Point | None
    index: int | None
    closes: bool
    chosen: int | None = None


Overlay = BrushCursor | ShapeInWork | None


FindRegion = Callable[[], "tuple[Rect, BinaryMask] | None"]
"""Looks for pixels: a rectangle and, of its shape, true where they are; None where there are none.

Called once, in any thread; it reads arrays and asks nothing of the host.
"""


class ToolHost(Protocol):
    """What a tool sees of the program; a test gives it a few lines of its own."""

    @property
    def options(self) -> ToolOptions:
        """Choices in the options bar."""

    @property
    def image(self) -> Image | None:
        """The picture of the open sample."""

    @property
    def layer(self) -> MaskLayer:
        """The active layer."""

    @property
    def visible_layers(self) -> tuple[MaskLayer, ...]:
        """Layers that can be seen, top first."""

    @property
    def label_map(self) -> LabelMap:
        """Label map of the active layer."""

    def label_map_of(self, key: str) -> LabelMap:
        """Label map of any layer."""

    @property
    def current_class(self) -> int | None:
        """Index that is painted, or None while there is no class."""

    @property
    def source_words(self) -> str:
        """The layer whose pixels are painted in place of the current class; empty for none."""

    def take_source(self) -> PixelSource | None:
        """The pixels of that layer for one gesture; None, and said why, if there are none."""

    @property
    def empty_index(self) -> int | None:
        """Index that means nothing; asks the user once where none does, None if he declines."""

    def begin(self, label: str, at: Point) -> Transaction | None:
        """Open a transaction under the paint rule in force; None, and said why, if it cannot be.

        `at` is where the gesture begins: the class there is the one that `Over.ONE_CLASS` covers.
        """

    def paint_region(
        self,
        label: str,
        at: Point,
        source: int | PixelSource,
        *,
        within: Rect,
        find: FindRegion,
    ) -> bool:
        """Give a region a class, as one edit under the paint rule in force.

        Args:
            at: as in `begin`.
            source: as in `Transaction.paint`.
            within: what `find` looks through; where that is large it does so beside the window,
                and the layer cannot be changed until the edit is made.

        Returns:
            False, and said why, where the layer cannot be changed.
        """

    def choose_class(self, index: int, key: str) -> None:
        """Make a class of a layer the current one."""

    def choose_object(self, point: Point, key: str) -> bool:
        """Let tools change the topmost object at a place of a layer; again, the one below it.

        Returns:
            Whether there is one; never in a layer that has no objects.
        """

    def refresh_overlay(self) -> None:
        """The overlay or the state shown in the options bar changed."""


class Tool(ABC):
    """A gesture. One instance lives as long as the window; the canvas calls it.

    Between `press` and `release` the button is held. `cancel` must leave no trace.

    Attributes:
        copy_hint: the hint while it takes its pixels from another layer, which `{}` stands for;
            empty where it never does.
        object_hint: the hint on an object layer while the next gesture begins a new object of the
            class that `{}` stands for; empty where it never does.
    """

    id: str
    label: str
    icon: str
    key: str
    hint: str
    copy_hint = ""
    object_hint = ""

    def __init__(self, host: ToolHost) -> None:
        """Keep the host; nothing is asked of it before the first event."""
        self.host = host

    def activate(self) -> None:
        """The tool was chosen."""

    def deactivate(self) -> None:
        """Another tool was chosen, or the sample changes; unfinished work is dropped."""
        self.cancel()
        self.leave()

    @abstractmethod
    def press(self, pointer: Pointer) -> None:
        """The button went down."""

    def move(self, pointer: Pointer) -> None:
        """The pointer moved or its modifiers changed, whether the button is held or not."""

    def release(self, pointer: Pointer) -> None:
        """The button went up."""

    def double_click(self, pointer: Pointer) -> None:
        """The second press of a double click, in place of `press`; by default the same."""
        self.press(pointer)

    def leave(self) -> None:
        """The pointer left the canvas."""

    def finish(self) -> None:
        """Enter: complete what is in work."""

    def step_back(self) -> None:
        """Backspace: drop the last part of what is in work."""

    def cancel(self) -> None:
        """Escape: drop what is in work without a trace."""

    @property
    def is_busy(self) -> bool:
        """Whether something is in work that `cancel` would drop."""
        return False

    @property
    def overlay(self) -> Overlay:
        """What to draw over the canvas."""
        return None
