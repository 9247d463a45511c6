"""The picture: shows the visible part of the open sample and passes gestures to the active tool.

It keeps one frame in device pixels. A change composes its own rectangle anew and nothing else, so
the cost follows the view, never the image.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from maskstudio.core.events import PixelsChanged
from maskstudio.core.geometry import Point, Rect, Size
from maskstudio.render.viewport import Viewport
from maskstudio.ui.tool_box import ToolBox
from maskstudio.ui.workbench import Workbench

from .brackets import paint_brackets
from .frame import Frame
from .input import CanvasInput
from .overlay import overlay_rect, paint_overlay
from .polygon_outlines import paint_outlines
from .scene_keeper import SceneKeeper
from .views import CanvasViews


class Canvas(QWidget):
    """The picture with its layers.

    Signals:
        pointer_moved(point): a Point in image coordinates, or None when the pointer left.
        viewport_changed(): zoom or place changed.
    """

    pointer_moved = Signal(object)
    viewport_changed = Signal()

    def __init__(self, workbench: Workbench, tools: ToolBox, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Picture with its mask layers"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setMinimumSize(240, 160)
        self._workbench = workbench
        self._tools = tools
        self._frame = Frame()
        self._viewport: Viewport | None = None
        self._is_fitted = True
        self._stale: list[Rect] = []
        self._overlay_rects: list[Rect] = []
        self._exposed: list[Rect] = []
        self._found: Rect | None = None
        self._scenes = SceneKeeper(workbench, tools.objects, self)
        self._views = CanvasViews(workbench, self._scenes, self)
        self._input = CanvasInput(self, tools, workbench)
        self._connect()

    def _connect(self) -> None:
        workbench = self._workbench
        workbench.document_changed.connect(self._on_document_changed)
        workbench.bridge.pixels_changed.connect(self._on_pixels_changed)
        self._scenes.changed.connect(self.refresh)
        self._views.layout_changed.connect(self._on_layout_changed)
        self._views.divider_moved.connect(self._refresh_rect)
        self._tools.overlay_changed.connect(self.refresh_overlay)
        self._tools.tool_changed.connect(self._on_tool_changed)

    # the view

    @property
    def viewport(self) -> Viewport | None:
        """Which part of the picture is seen, in device pixels; None while nothing is open.

        With two panes both have this view of the picture; places in it count from a pane's corner.
        """
        return self._viewport

    def pane_start(self, x: float) -> int:
        """Device column at which the pane begins that a device column of the canvas lies in."""
        return self._views.pane_start(x)

    @property
    def is_fitted(self) -> bool:
        """Whether the picture follows the size of the view."""
        return self._is_fitted

    @property
    def is_peeking(self) -> bool:
        """Whether the bare picture is shown for a moment."""
        return self._scenes.is_bare

    def set_peeking(self, peeking: bool) -> None:
        """Show the bare picture, or all layers again."""
        self._scenes.set_bare(peeking)

    def fit(self) -> None:
        """Show the whole picture and keep it so while the window changes."""
        document = self._workbench.document
        if document is not None:
            self._is_fitted = True
            self._set_viewport(self._views.fitted(document.size))

    def zoom_to(self, zoom: float, at: Point | None = None) -> None:
        """Show at another zoom, in device pixels per image pixel.

        Args:
            at: place in the view that keeps its image point; the middle without one.
        """
        if self._viewport is not None:
            size = self._viewport.view_size
            place = at or Point(size.width / 2, size.height / 2)
            self._is_fitted = False
            self._set_viewport(self._viewport.zoomed(zoom, place.x, place.y))

    def zoom_by(self, factor: float, at: Point | None = None) -> None:
        """Zoom in or out."""
        if self._viewport is not None:
            self.zoom_to(self._viewport.zoom * factor, at)

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the picture by device pixels."""
        if self._viewport is not None:
            self._is_fitted = False
            self._set_viewport(self._viewport.panned(dx, dy))

    def show_rect(self, rect: Rect) -> None:
        """Zoom to a rectangle of the picture with room around it."""
        if self._viewport is None:
            return
        view = self._viewport.view_size
        zoom = min(view.width / max(rect.width, 1), view.height / max(rect.height, 1)) / 2
        centre = Point((rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2)
        self.zoom_to(min(zoom, 16.0))
        x, y = self._viewport.to_view(centre)
        self.pan_by(view.width / 2 - x, view.height / 2 - y)

    def show_found(self, rect: Rect) -> None:
        """Zoom to a rectangle and put brackets around it, until the next key."""
        self.show_rect(rect)
        self._set_found(rect)

    def _set_found(self, rect: Rect | None) -> None:
        if rect != self._found:
            self._found = rect
            self.update()

    def view_state(self) -> tuple[float, Point] | None:
        """Zoom and the image point in the middle, or None while the picture is fitted."""
        if self._viewport is None or self._is_fitted:
            return None
        size = self._viewport.view_size
        return self._viewport.zoom, self._viewport.to_image(size.width / 2, size.height / 2)

    def restore_view(self, zoom: float, centre: Point) -> None:
        """Show what `view_state` described."""
        if self._viewport is not None:
            self.zoom_to(zoom)
            size = self._viewport.view_size
            x, y = self._viewport.to_view(centre)
            self.pan_by(size.width / 2 - x, size.height / 2 - y)

    def _set_viewport(self, viewport: Viewport | None) -> None:
        if viewport != self._viewport:
            before, self._viewport = self._viewport, viewport
            if before is not None and viewport is not None and self._can_scroll(before, viewport):
                self._scroll(before, viewport)
            else:
                self.refresh()
            self.refresh_overlay()
            self._views.show_viewport(viewport)
            self.viewport_changed.emit()

    def _on_layout_changed(self) -> None:
        """Show the picture in panes of another size, its middle where it was."""
        if self._is_fitted:
            self.fit()
        elif self._viewport is not None:
            self._set_viewport(self._viewport.resized(self._views.pane_size()))
        self._views.place_parts()
        self.refresh()

    def _can_scroll(self, before: Viewport, after: Viewport) -> bool:
        """Whether the frame holds what was seen before, at the zoom of now."""
        same_scale = before.zoom == after.zoom and before.image_size == after.image_size
        same_size = before.view_size == after.view_size == self._frame.size
        return self._views.is_one_pane and same_scale and same_size

    def _scroll(self, before: Viewport, after: Viewport) -> None:
        """Keep what both views see, for each device pixel goes with the picture."""
        dx, dy = (new - old for new, old in zip(after.corner, before.corner, strict=True))
        self._stale = [rect.moved(dx, dy) for rect in self._stale]
        self._stale += self._frame.scroll(dx, dy)
        self.update()

    def _device_size(self) -> Size:
        ratio = self.devicePixelRatioF()
        return Size(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))

    # what is shown

    def refresh(self) -> None:
        """Compose everything anew with the next repaint."""
        self._stale = [Rect.of_size(self._device_size())]
        self.update()

    def refresh_overlay(self) -> None:
        """Repaint what the tool shows, where it was and where it is."""
        before, self._overlay_rects = self._overlay_rects, []
        if self._viewport is not None:
            shown = overlay_rect(self._tools.active.overlay, self._viewport)
            self._overlay_rects = [pane.place(shown) for pane in self._views.panes()]
        for rect in (*before, *self._overlay_rects):
            self._expose(rect)

    def update_cursor(self) -> None:
        """Show the pointer that belongs to the tool and the keys held."""
        self.setCursor(self._input.cursor_shape())

    def _on_tool_changed(self) -> None:
        self.update_cursor()
        self._input.show_tool()

    def _on_document_changed(self) -> None:
        document = self._workbench.document
        self._set_found(None)
        if document is None:
            self._set_viewport(None)
            self.refresh()
            return
        same_size = self._viewport is not None and self._viewport.image_size == document.size
        if self._is_fitted or not same_size:
            self._viewport = None
            self.fit()
        self.refresh()
        self.update_cursor()

    def _on_pixels_changed(self, event: PixelsChanged) -> None:
        document = self._workbench.document
        if document is None or self._viewport is None or event.sample != document.name:
            return
        self._workbench.tasks.hold_back()
        changed = self._scenes.view_rect(event, self._viewport)
        for pane in self._views.panes():
            self._refresh_rect(pane.place(changed))

    def _refresh_rect(self, rect: Rect) -> None:
        """Compose a part anew with the next repaint."""
        if not rect.is_empty:
            self._stale.append(rect)
            self._expose(rect)

    def _expose(self, rect: Rect) -> None:
        """Put a part on the screen with the next repaint, in one box with what it overlaps.

        Qt copies a single box several times as fast as the same pixels in other shapes.
        """
        if rect.is_empty:
            return
        apart = [other for other in self._exposed if (other & rect).is_empty]
        for other in self._exposed:
            if other not in apart:
                rect |= other
        self._exposed = [*apart, rect]
        self.update(self._logical(rect))

    def _logical(self, rect: Rect) -> QRect:
        ratio = self.devicePixelRatioF()
        box = QRectF(rect.x0 / ratio, rect.y0 / ratio, rect.width / ratio, rect.height / ratio)
        return box.toAlignedRect()

    # events of Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Compose what is stale, put the frame on the screen and draw the overlay."""
        size = self._device_size()
        if self._frame.resize(size):
            self._stale = [Rect.of_size(size)]
        self._compose_stale()
        self._exposed.clear()
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        rect = event.rect()
        part = QRectF(
            rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio
        ).toAlignedRect()
        painter.drawImage(part, self._frame.image, part)
        if self._viewport is not None:
            self._paint_overlays(painter, self._viewport)

    def _paint_overlays(self, painter: QPainter, viewport: Viewport) -> None:
        """What the tool shows, in every pane."""
        color = self._input.current_color()
        document = self._workbench.document
        for pane in self._views.panes():
            painter.save()
            painter.setClipRect(QRect(pane.area.x0, 0, *pane.area.size))
            painter.translate(pane.left, 0)
            if document is not None and not self._scenes.is_bare:
                paint_outlines(painter, document.sample.polygons, viewport)
            if self._found is not None:
                paint_brackets(painter, self._found, viewport, self.devicePixelRatioF())
            paint_overlay(painter, self._tools.active.overlay, viewport, color)
            painter.restore()

    def _compose_stale(self) -> None:
        stale, self._stale = self._stale, []
        if self._viewport is None or self._workbench.document is None:
            self._frame.clear(self._scenes.ground)
            return
        whole = Rect.of_size(self._frame.size)
        for rect in stale:
            self._views.compose(self._frame.words, rect & whole, self._viewport)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture fitted, or its place."""
        super().resizeEvent(event)
        if self._viewport is None:
            return
        if self._is_fitted:
            self.fit()
        else:
            self._set_viewport(self._viewport.resized(self._views.pane_size()))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._scenes.forget_colors()

    def sizeHint(self) -> QSize:
        """Large: the picture gets the room the docks leave."""
        return QSize(1200, 800)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pass it on."""
        self._input.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pass it on."""
        self._input.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pass it on."""
        self._input.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Pass it on."""
        self._input.double_click(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Pass it on, with its pressure."""
        self._input.tablet(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass it on."""
        self._input.wheel(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is elsewhere."""
        self._input.leave()
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Every key takes the brackets away, also one that is a command elsewhere."""
        if event.type() is QEvent.Type.ShortcutOverride:
            self._set_found(None)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that are held, and those that belong to the gesture."""
        if not self._input.key_press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The end of a held key."""
        if not self._input.key_release(event):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QEvent) -> None:
        """Held keys are let go when another widget gets them."""
        self._input.let_go_of_keys()
        super().focusOutEvent(event)  # type: ignore[arg-type]
