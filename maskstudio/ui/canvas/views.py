"""How the layers are laid out on the canvas: one pane, or two that show the compared pair.

All panes have one zoom and place. The canvas works with one viewport, that of its first pane, and
asks here which part of it is drawn where.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtWidgets import QWidget

from maskstudio.core.geometry import Rect, Size
from maskstudio.render.compose import Part, Scene, compose_parts
from maskstudio.render.viewport import Viewport
from maskstudio.ui.theme.density import DOCK_GAP
from maskstudio.ui.view_choices import View
from maskstudio.ui.workbench import Workbench

from .captions import Caption
from .divider import DividerHandle, DividerLine
from .legend import LEGEND_HEIGHT, Legend
from .scene_keeper import SceneKeeper

FIT_MARGIN = 24
"""Device-independent pixels around a picture that is fitted into the view."""

_CAPTION_TOP = 2
"""Least distance of captions from the upper edge, and from the picture where there is room."""

_CAPTION_GAP = 8
_LEGEND_GAP = 6


@dataclass(frozen=True)
class Pane:
    """A part of the canvas.

    Args:
        area: device pixels of the canvas that it covers.
        left: column of the canvas at which the view of its viewport begins.
    """

    area: Rect
    scene: Scene
    left: int = 0

    def part(self, frame: NDArray[np.uint32], stale: Rect, viewport: Viewport) -> Part:
        """What is stale of it; frame and rect are the canvas's."""
        area = (stale & self.area).moved(-self.left, 0)
        return Part(frame[:, self.left :], area, viewport, self.scene)

    def place(self, rect: Rect) -> Rect:
        """Where a rect of the viewport lies on the canvas; empty outside the pane."""
        return rect.moved(self.left, 0) & self.area


class CanvasViews(QObject):
    """Follows the choice of view; owns what stands over the picture in it; owned by the canvas.

    Signals:
        layout_changed(): panes are other ones, or of another size.
        divider_moved(rect): device pixels of the canvas that belong to the other pane now.
    """

    layout_changed = Signal()
    divider_moved = Signal(object)

    def __init__(self, workbench: Workbench, scenes: SceneKeeper, canvas: QWidget) -> None:
        """Follow."""
        super().__init__(canvas)
        self._workbench = workbench
        self._choices = workbench.choices
        self._scenes = scenes
        self._canvas = canvas
        self._divider = 0
        self._captions = (Caption(canvas), Caption(canvas))
        self._line = DividerLine(canvas)
        self._handle = DividerHandle(self._choices.views, canvas)
        self._legend = Legend(workbench, canvas)
        self._choices.views.view_changed.connect(self.layout_changed)
        self._choices.views.divider_changed.connect(self._on_divider_changed)
        workbench.compared.changed.connect(self.layout_changed)
        self._legend.resized.connect(self.place_parts)
        self._viewport: Viewport | None = None

    @property
    def view(self) -> View:
        """The view in force; the overlay where nothing is compared."""
        return View.OVERLAY if self._workbench.compared.keys is None else self._choices.view

    @property
    def is_one_pane(self) -> bool:
        """Whether the whole canvas shows one scene."""
        return self.view in (View.OVERLAY, View.DIFFERENCE)

    # panes

    def pane_size(self) -> Size:
        """Device pixels of each pane's viewport."""
        whole = self._device_size()
        if self.view is View.SIDE_BY_SIDE:
            return Size(max(1, (whole.width - self._device(DOCK_GAP)) // 2), whole.height)
        return whole

    def fitted(self, image_size: Size) -> Viewport:
        """The whole picture in the middle of its pane, with room for the legend below it."""
        size = self.pane_size()
        foot = self._device(LEGEND_HEIGHT) if self.view is View.DIFFERENCE else 0
        above = Size(size.width, max(1, size.height - foot))
        fitted = Viewport.fitted(image_size, above, margin=self._device(FIT_MARGIN))
        return replace(fitted, view_size=size)

    def panes(self) -> tuple[Pane, ...]:
        """What is drawn where, from left to right."""
        whole = Rect.of_size(self._device_size())
        keys = self._workbench.compared.keys
        if self.view is View.OVERLAY or keys is None:
            return (Pane(whole, self._scenes.scene()),)
        if self.view is View.DIFFERENCE:
            return (Pane(whole, self._scenes.difference_scene()),)
        scenes = [self._scenes.side_scene(key) for key in keys]
        left, right = self._areas(whole)
        start = right.x0 if self.view is View.SIDE_BY_SIDE else 0
        return Pane(left, scenes[0]), Pane(right, scenes[1], left=start)

    def compose(self, frame: NDArray[np.uint32], stale: Rect, viewport: Viewport) -> None:
        """Write the words of a part of the canvas."""
        panes = self.panes()
        compose_parts(pane.part(frame, stale, viewport) for pane in panes)
        gap = Rect(panes[0].area.x1, 0, panes[-1].area.x0, stale.y1) & stale
        if not gap.is_empty:
            frame[gap.slices] = self._scenes.gap

    def pane_start(self, x: float) -> int:
        """Column of the canvas at which the viewport begins that is seen at a column."""
        whole = Rect.of_size(self._device_size())
        if self.view is not View.SIDE_BY_SIDE:
            return 0
        left, right = self._areas(whole)
        return right.x0 if x >= left.x1 else 0

    def _areas(self, whole: Rect) -> tuple[Rect, Rect]:
        """Parts of the canvas that show the prediction and the ground truth."""
        if self.view is View.SIDE_BY_SIDE:
            width = self.pane_size().width
            return replace(whole, x1=width), replace(whole, x0=whole.x1 - width)
        divider = self._divider_column()
        return replace(whole, x1=divider), replace(whole, x0=divider)

    def _divider_column(self) -> int:
        return round(self._choices.views.divider * self._device_size().width)

    def _on_divider_changed(self) -> None:
        if self.view is not View.SWIPE:
            return
        before, self._divider = self._divider, self._divider_column()
        height = self._device_size().height
        first, last = sorted((before, self._divider))
        self.divider_moved.emit(Rect(first, 0, last, height))
        self.place_parts()

    # what stands over the picture

    def show_viewport(self, viewport: Viewport | None) -> None:
        """Put captions, divider and legend where they belong in a view of the picture."""
        self._viewport = viewport
        self.place_parts()

    def place_parts(self) -> None:
        """Show the parts of the view in force at their places, and no others."""
        self._divider = self._divider_column()
        is_shown = self._viewport is not None and self._workbench.document is not None
        view = self.view if is_shown else View.OVERLAY
        self._place_divider(is_shown=view is View.SWIPE)
        self._place_captions(view)
        self._legend.setVisible(view is View.DIFFERENCE)
        if view is View.DIFFERENCE:
            self._place_legend()

    def _place_divider(self, *, is_shown: bool) -> None:
        x = round(self._divider / self._ratio)
        self._line.place_at(x, self._canvas.height())
        self._handle.place_at(x, self._canvas.height())
        for part in (self._line, self._handle):
            part.setVisible(is_shown)

    def _place_captions(self, view: View) -> None:
        keys = self._workbench.compared.keys
        has_two_panes = view in (View.SIDE_BY_SIDE, View.SWIPE) and keys is not None
        for caption in self._captions:
            caption.setVisible(has_two_panes)
        if keys is None or not has_two_panes:
            return
        areas = self._areas(Rect.of_size(self._device_size()))
        for caption, key, area in zip(self._captions, keys, areas, strict=True):
            caption.set_text(key)
            room = QRect(
                round(area.x0 / self._ratio), 0, round(area.width / self._ratio), caption.height()
            ).adjusted(_CAPTION_GAP, 0, -_CAPTION_GAP, 0)
            caption.setVisible(room.width() >= caption.width())
            if view is View.SIDE_BY_SIDE:
                x = room.center().x() - caption.width() // 2
            elif caption is self._captions[0]:
                x = room.right() + 1 - caption.width()
            else:
                x = room.left()
            caption.move(x, self._caption_top(caption.height()))

    def _caption_top(self, height: int) -> int:
        """Above the picture, or at the upper edge where the picture goes on."""
        assert self._viewport is not None
        top = round(self._viewport.picture_rect().y0 / self._ratio) - height - _CAPTION_TOP
        return min(max(top, _CAPTION_TOP), self._canvas.height() - height)

    def _place_legend(self) -> None:
        """Below the picture, or at the lower edge where the picture goes on."""
        assert self._viewport is not None
        bottom = round(self._viewport.picture_rect().y1 / self._ratio) + _LEGEND_GAP
        y = min(max(bottom, 0), self._canvas.height() - LEGEND_HEIGHT)
        width = min(self._legend.sizeHint().width(), self._canvas.width())
        self._legend.setGeometry((self._canvas.width() - width) // 2, y, width, LEGEND_HEIGHT)

    # device pixels

    @property
    def _ratio(self) -> float:
        return self._canvas.devicePixelRatioF()

    def _device(self, length: int) -> int:
        return round(length * self._ratio)

    def _device_size(self) -> Size:
        width, height = self._canvas.width(), self._canvas.height()
        return Size(max(1, round(width * self._ratio)), max(1, round(height * self._ratio)))
