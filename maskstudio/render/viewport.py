"""Which part of the picture is seen, and how large: image coordinates to device pixels and back."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.geometry import Point, Rect, Size

MIN_ZOOM = 1 / 64
MAX_ZOOM = 128.0

FIT_MARGIN = 24
"""Device pixels left free around a fitted picture."""

KEPT_IN_VIEW = 64
"""Device pixels of the picture that panning cannot push out of the view."""

REACH = 4
"""Device pixels around a changed pixel that can look different: outline, casing, sampling."""


@dataclass(frozen=True)
class Viewport:
    """A view of a picture. View coordinates are device pixels; immutable, every change gives a new
    one.

    Args:
        zoom: device pixels per image pixel.
        origin: image coordinate wished for at the top-left corner of the view. What is drawn starts
            at a whole device pixel (`corner`), so that each device pixel shows one image pixel and
            `to_image` names it; the wish is kept, so that zooming step by step does not drift.
    """

    image_size: Size
    view_size: Size
    zoom: float
    origin: Point

    @classmethod
    def fitted(cls, image_size: Size, view_size: Size, margin: int = FIT_MARGIN) -> Viewport:
        """The whole picture in the middle of the view, with a margin around it."""
        zoom = min(
            max(1, view - 2 * margin) / max(1, image)
            for image, view in zip(image_size, view_size, strict=True)
        )
        zoom = _limited(zoom)
        x, y = (
            (image - view / zoom) / 2 for image, view in zip(image_size, view_size, strict=True)
        )
        return cls(image_size, view_size, zoom, Point(x, y))

    @property
    def corner(self) -> tuple[int, int]:
        """Device pixel (x, y) at which the picture's top-left corner lies; may be out of view."""
        return -round(self.origin.x * self.zoom), -round(self.origin.y * self.zoom)

    def to_image(self, x: float, y: float) -> Point:
        """The image coordinate at a place of the view; its floor is the pixel shown there."""
        left, top = self.corner
        return Point((x - left) / self.zoom, (y - top) / self.zoom)

    def to_view(self, point: Point) -> tuple[float, float]:
        """The place of the view where an image coordinate lies."""
        left, top = self.corner
        return point.x * self.zoom + left, point.y * self.zoom + top

    def columns(self, x0: int, x1: int) -> NDArray[np.int64]:
        """Image column that each of the device columns x0 .. x1-1 shows; not clipped."""
        return _pixels_at(x0, x1, self.corner[0], self.zoom)

    def rows(self, y0: int, y1: int) -> NDArray[np.int64]:
        """Image row that each of the device rows y0 .. y1-1 shows; not clipped."""
        return _pixels_at(y0, y1, self.corner[1], self.zoom)

    def visible(self) -> Rect:
        """Image pixels that are at least partly in view."""
        width, height = self.view_size
        first, last = self.to_image(0, 0), self.to_image(width, height)
        seen = Rect(math.floor(first.x), math.floor(first.y), math.ceil(last.x), math.ceil(last.y))
        return seen & Rect.of_size(self.image_size)

    def picture_rect(self) -> Rect:
        """Device pixels of the whole picture; may reach out of the view."""
        left, top = self.corner
        width, height = (max(1, math.ceil(n * self.zoom)) for n in self.image_size)
        return Rect(left, top, left + width, top + height)

    def view_rect(self, rect: Rect) -> Rect:
        """Device pixels, clipped to the view, that a change in an image rect can alter."""
        if rect.is_empty:
            return Rect(0, 0, 0, 0)
        x0, y0 = self.to_view(Point(rect.x0, rect.y0))
        x1, y1 = self.to_view(Point(rect.x1, rect.y1))
        covered = Rect(math.floor(x0), math.floor(y0), math.ceil(x1), math.ceil(y1))
        return covered.grown(REACH) & Rect.of_size(self.view_size)

    def zoomed(self, zoom: float, at_view_x: float, at_view_y: float) -> Viewport:
        """At another zoom; the point of the picture at that place of the view stays there."""
        zoom = _limited(zoom)
        x = self.origin.x + at_view_x / self.zoom - at_view_x / zoom
        y = self.origin.y + at_view_y / self.zoom - at_view_y / zoom
        return replace(self, zoom=zoom, origin=Point(x, y))._clamped()

    def panned(self, dx: float, dy: float) -> Viewport:
        """With the picture moved to the right and down by so many device pixels."""
        origin = Point(self.origin.x - dx / self.zoom, self.origin.y - dy / self.zoom)
        return replace(self, origin=origin)._clamped()

    def centred_on(self, point: Point) -> Viewport:
        """At the same zoom with an image coordinate in the middle of the view."""
        width, height = self.view_size
        origin = Point(point.x - width / 2 / self.zoom, point.y - height / 2 / self.zoom)
        return replace(self, origin=origin)._clamped()

    def resized(self, view_size: Size) -> Viewport:
        """In a view of another size; the middle of the view stays in the middle."""
        dx, dy = (
            (new - old) / 2 / self.zoom for new, old in zip(view_size, self.view_size, strict=True)
        )
        origin = Point(self.origin.x - dx, self.origin.y - dy)
        return replace(self, view_size=view_size, origin=origin)._clamped()

    def _clamped(self) -> Viewport:
        """With so much of the picture in view that it can be found again."""
        x, y = (
            _clamped_origin(wish, image, view, self.zoom)
            for wish, image, view in zip(self.origin, self.image_size, self.view_size, strict=True)
        )
        return replace(self, origin=Point(x, y))


def _limited(zoom: float) -> float:
    return min(max(zoom, MIN_ZOOM), MAX_ZOOM)


def _clamped_origin(wish: float, image: int, view: int, zoom: float) -> float:
    kept = min(KEPT_IN_VIEW, image * zoom, view) / zoom
    return min(max(wish, kept - view / zoom), image - kept)


def _pixels_at(start: int, stop: int, corner: int, zoom: float) -> NDArray[np.int64]:
    # The same division as in `to_image`: whole numbers divided once, so both floor alike.
    return np.floor((np.arange(start, stop) - corner) / zoom).astype(np.int64)
