"""Now and after, of one sample at a time: small pictures that follow every change of the draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from maskstudio.core.arrays import IndexMask
from maskstudio.core.document import Sample
from maskstudio.core.geometry import Size
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError
from maskstudio.render.palette import Palette
from maskstudio.render.thumbnail import (
    SmallPicture,
    fitted_size,
    small_mask,
    small_picture,
    thumbnail_words,
)
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import PADDING_LEFT, SPACING
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.buttons import ActionButton
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.workbench import Workbench
from maskstudio.ui.workers import Task
from maskstudio.workflows.draft_edits import relabeling_of
from maskstudio.workflows.mask_snapshot import MaskSnapshot, snapshot

from .draft_keeper import DraftKeeper

_BOX = Size(512, 400)
"""Pixels of the pictures; the widget shrinks them."""
_OPACITY = 0.6


@dataclass(frozen=True)
class _Parts:
    """What both pictures are made of."""

    picture: SmallPicture | None
    mask: IndexMask | None


class BeforeAfter(QWidget):
    """Shows the samples that `show_samples` names, one after the other.

    Signals:
        color_picked(key, color): the user clicked into the picture for the color of a class.
    """

    color_picked = Signal(int, tuple)

    def __init__(self, workbench: Workbench, keeper: DraftKeeper) -> None:
        super().__init__()
        self.setObjectName("before_after")
        self._workbench = workbench
        self._keeper = keeper
        self._names: tuple[str, ...] = ()
        self._name = ""
        self._parts: _Parts | None = None
        self._task: Task | None = None
        self.now, self.after = _Picture(self.tr("Now")), _Picture(self.tr("After"))
        self.now.setObjectName("picture_now")
        self.after.setObjectName("picture_after")
        self._caption = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._place = ElidedLabel(color="text3")
        self._place.setObjectName("changed_place")
        self.previous = self._action("previous_changed", self.tr("Previous Sample"), Icon.PREVIOUS)
        self.next = self._action("next_changed", self.tr("Next Sample"), Icon.NEXT)
        self.previous.triggered.connect(lambda: self._step(-1))
        self.next.triggered.connect(lambda: self._step(1))
        self._picked_for: int | None = None
        for picture in (self.now, self.after):
            picture.pressed.connect(self._on_pressed)
        self._arrange()
        self._fit_fonts()

    def pick_color(self, key: int) -> None:
        """Wait for a click into the picture: its color there, without a mask, is for a class."""
        self._picked_for = key
        for picture in (self.now, self.after):
            picture.setCursor(Qt.CursorShape.CrossCursor)
        self._show_place()
        self.refresh()

    def stop_picking(self) -> None:
        """Wait for no click any more."""
        self._picked_for = None
        for picture in (self.now, self.after):
            picture.unsetCursor()
        self._show_place()
        self.refresh()

    @property
    def is_picking(self) -> bool:
        """Whether a click into the picture is waited for."""
        return self._picked_for is not None

    def _on_pressed(self, x: float, y: float) -> None:
        key, parts = self._picked_for, self._parts
        if key is None or parts is None or parts.picture is None:
            return
        height, width = parts.picture.shape[:2]
        red, green, blue = parts.picture[min(height - 1, int(y * height)),
                                         min(width - 1, int(x * width))].tolist()  # fmt: skip
        self.stop_picking()
        self.color_picked.emit(key, (red, green, blue))

    @property
    def sample(self) -> str:
        """Name of the sample that is shown, or ""."""
        return self._name

    def show_samples(self, names: Sequence[str]) -> None:
        """Show one of these samples; the one that is shown stays where it is among them."""
        self._names = tuple(names)
        shown = self._workbench.document.name if self._workbench.document else ""
        if not self._names and shown:
            if self._name != shown:
                self._go_to(shown)
        elif self._name not in self._names:
            self._go_to(shown if shown in self._names else next(iter(self._names), ""))
        self._show_place()
        self.refresh()

    def read_again(self) -> None:
        """The mask that is shown was edited."""
        if self._name:
            self._go_to(self._name)

    def refresh(self) -> None:
        """Make both pictures anew from what was read."""
        parts, draft = self._parts, self._keeper.draft
        if parts is None:
            return
        if self._picked_for is not None and parts.picture is not None:
            bare = _image(parts, None, draft.base)
            self.now.show_image(bare)
            self.after.show_image(bare)
            return
        self.now.show_image(_image(parts, parts.mask, draft.base))
        mask = parts.mask
        if mask is not None:
            changed = relabeling_of(draft).pixels(mask)
            mask = mask if changed is None else changed
        self.after.show_image(_image(parts, mask, draft.result))

    def stop(self) -> None:
        """Wait for nothing any more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _go_to(self, name: str) -> None:
        self.stop()
        self._name = name
        if not name:
            self._parts = None
            self.now.show_image(None)
            self.after.show_image(None)
            return
        dataset = self._keeper.dataset
        sample = dataset.sample(name)
        image = dataset.document(name).image if dataset.is_open(name) else None
        mask = snapshot(dataset, sample, self._keeper.key)
        self._task = self._workbench.tasks.start(
            self.tr("Reading {name}").format(name=name),
            lambda task: _read(sample, image, mask),
            done=partial(self._take, name),
            is_shown=False,
            priority=2,
        )

    def _take(self, name: str, parts: _Parts) -> None:
        self._task = None
        if name == self._name:
            self._parts = parts
            self.refresh()

    def _step(self, step: int) -> None:
        if self._name in self._names:
            place = (self._names.index(self._name) + step) % len(self._names)
            self._go_to(self._names[place])
            self._show_place()

    def _show_place(self) -> None:
        n = len(self._names)
        self._caption.setText(self._name)
        words = self.tr("{place} of {n} samples that change")
        at = self._names.index(self._name) + 1 if self._name in self._names else 0
        self._place.setText(words.format(place=at, n=n) if n else "")
        if self._picked_for is not None:
            self._place.setText(self.tr("Click where the picture has the color; Esc leaves it"))
        for action in (self.previous, self.next):
            action.setEnabled(n > 1)

    def _action(self, name: str, text: str, glyph: Icon) -> QAction:
        action = QAction(icon(glyph), text, self)
        action.setObjectName(name)
        return action

    def _arrange(self) -> None:
        pictures = QHBoxLayout()
        pictures.setSpacing(SPACING)
        pictures.addWidget(self.now, 1)
        pictures.addWidget(self.after, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACING)
        foot.addWidget(self._caption)
        foot.addWidget(self._place, 1)
        foot.addWidget(ActionButton(self.previous))
        foot.addWidget(ActionButton(self.next))
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING_LEFT, SPACING, PADDING_LEFT, SPACING)
        column.setSpacing(4)
        column.addLayout(pictures)
        column.addLayout(foot)
        column.addStretch(1)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._fit_fonts()

    def _fit_fonts(self) -> None:
        self._caption.setFont(font(Type.SMALL))
        self._place.setFont(font(Type.SMALL))


class _Picture(QWidget):
    """One picture as large as fits, its words below it.

    Signals:
        pressed(x, y): where it was clicked, each from 0 to 1.
    """

    pressed = Signal(float, float)

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setAccessibleName(words)
        self._words = words
        self._image: QImage | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def show_image(self, image: QImage | None) -> None:
        """Show another picture, or none."""
        self._image = image
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(256, self.heightForWidth(256))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 90)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """As the picture is, with room for the words."""
        if self._image is None:
            return width * 3 // 4 + 20
        return width * self._image.height() // max(1, self._image.width()) + 20

    def mousePressEvent(self, event: QMouseEvent) -> None:
        shown, point = self._shown(), event.position()
        if shown.contains(point):
            self.pressed.emit(point.x() / shown.width(), point.y() / shown.height())

    def _shown(self) -> QRectF:
        """Where the picture lies; at the top left."""
        if self._image is None:
            return QRectF()
        width, height = self._image.width(), self._image.height()
        scale = min(self.width() / width, max(1, self.height() - 20) / height)
        return QRectF(0, 0, width * scale, height * scale)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(font(Type.SMALL))
        area = QRectF(self.rect()).adjusted(0, 0, 0, -20)
        bottom = area.bottom()
        if self._image is not None:
            shown = self._shown()
            painter.drawImage(shown, self._image)
            painter.setPen(theme.picture_edge)
            painter.drawRect(shown.adjusted(0, 0, -1, -1))
            bottom = shown.bottom()
        else:
            painter.fillRect(area, theme.field)
        painter.setPen(theme.text2)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        painter.drawText(QRectF(0, bottom, area.width(), 19), flags, self._words)


def _read(sample: Sample, image: Image | None, mask: MaskSnapshot) -> _Parts:
    """Decode and reduce; what cannot be read is not shown."""
    try:
        if image is None and sample.image is not None:
            image = sample.image.read()
    except DataError:
        image = None
    try:
        pixels = None if mask.is_empty else mask.read().pixels
    except DataError:
        pixels = None
    if image is None and pixels is None:
        return _Parts(None, None)
    size = image.size if image is not None else Size.of(pixels)  # type: ignore[arg-type]
    fitted = fitted_size(size, _BOX)
    picture = None if image is None else small_picture(image, fitted)
    return _Parts(picture, None if pixels is None else small_mask(pixels, fitted))


def _image(parts: _Parts, mask: IndexMask | None, label_map: LabelMap) -> QImage | None:
    if parts.picture is None and mask is None:
        return None
    words = thumbnail_words(parts.picture, mask, Palette(label_map), _OPACITY)
    height, width = words.shape
    image_format = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(words.data, width, height, 4 * width, image_format).copy()
