"""What the canvas composes from: pyramids of the shown document, palettes and looks.

Pyramids of large arrays are built beside the window; until then the arrays themselves are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from maskstudio.core.arrays import Pixels, Rgb
from maskstudio.core.document import Document
from maskstudio.core.events import LabelMapChanged, PixelsChanged
from maskstudio.core.geometry import Rect
from maskstudio.core.image import FULL_8_BIT
from maskstudio.core.layer import MaskLayer
from maskstudio.formats.allocator import give_back_freed_memory
from maskstudio.render.comparison import ShownPair
from maskstudio.render.compose import Scene, ShownLayer
from maskstudio.render.palette import Look, Palette, Style, packed_one
from maskstudio.render.pyramid import Pyramid
from maskstudio.render.viewport import Viewport
from maskstudio.ui.objects.object_choice import ObjectChoice
from maskstudio.ui.objects.object_view import ObjectView
from maskstudio.ui.settings import SMOOTH
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.workbench import Workbench
from maskstudio.ui.workers import Task

from .pair_rules import pair_rules

LARGE = 4 << 20
"""Pixels from which on reduced levels pay."""


class SceneKeeper(QObject):
    """Makes scenes of the shown document; owned by the canvas.

    Signals:
        changed(): the whole frame is stale.
    """

    changed = Signal()

    def __init__(self, workbench: Workbench, objects: ObjectChoice, parent: QObject) -> None:
        """Follow the workbench."""
        super().__init__(parent)
        self._workbench = workbench
        self._objects = ObjectView(objects, self._mask_pyramid, self._refresh, self)
        self._objects.changed.connect(self._forget_scene)
        self._picture: Pyramid | None = None
        self._masks: dict[str, Pyramid] = {}
        self._building: dict[int, list[Rect]] = {}
        self._palettes: dict[str, Palette] = {}
        self._scenes: dict[str, Scene] = {}
        self._is_bare = False
        workbench.document_changed.connect(self._on_document_changed)
        workbench.choices.looks_changed.connect(self._on_looks_changed)
        workbench.bridge.label_map_changed.connect(self._on_label_map_changed)
        for signal in (
            workbench.compared.changed,
            workbench.compared.classes_changed,
            workbench.choices.ignored_changed,
            workbench.choices.shown_cell_changed,
            workbench.choices.views.shown_class_changed,
        ):
            signal.connect(self._forget_scene)

    @property
    def is_bare(self) -> bool:
        """Whether all layers are left out for a moment."""
        return self._is_bare

    def set_bare(self, bare: bool) -> None:
        """Leave all layers out, or show them again."""
        if bare != self._is_bare:
            self._is_bare = bare
            self._forget_scene()

    @property
    def ground(self) -> int:
        """Word of the color around the picture."""
        return packed_one(_rgb(current_theme().canvas))

    def forget_colors(self) -> None:
        """The theme changed."""
        self._forget_scene()

    @property
    def gap(self) -> int:
        """Word of the color between two panes."""
        return packed_one(_rgb(current_theme().window))

    def scene(self) -> Scene:
        """All layers; the same object until something about it changes."""
        return self._kept("", lambda: replace(self._bare_scene(), layers=self._shown_layers()))

    def side_scene(self, key: str) -> Scene:
        """One of the compared layers; both have one look, so that only their pixels differ."""
        return self._kept(key, lambda: replace(self._bare_scene(), layers=self._side_layers(key)))

    def difference_scene(self) -> Scene:
        """Where the compared layers differ."""
        return self._kept("/", lambda: replace(self._bare_scene(), pair=self._pair()))

    def _kept(self, name: str, make: Callable[[], Scene]) -> Scene:
        if name not in self._scenes:
            self._scenes[name] = make()
        return self._scenes[name]

    def view_rect(self, event: PixelsChanged, viewport: Viewport) -> Rect:
        """Device pixels that a change of the shown document makes stale."""
        document = self._workbench.document
        assert document is not None
        layer = document.layer(event.key)
        pyramid = self._masks.get(event.key)
        if pyramid is not None and pyramid.pixels.base is not layer.pixels.base:
            self._masks[event.key] = self._pyramid(layer.pixels, is_mask=True)
            self._scenes.clear()
        elif pyramid is not None:
            self._refresh(pyramid, event.rect)
        self._objects.follow(layer, event.rect)
        return viewport.view_rect(event.rect)

    def _refresh(self, pyramid: Pyramid, rect: Rect) -> None:
        pyramid.update(rect)
        if id(pyramid) in self._building:
            self._building[id(pyramid)].append(rect)

    def _bare_scene(self) -> Scene:
        """The picture and what surrounds it."""
        document = self._workbench.document
        theme = current_theme()
        image = document.image if document else None
        return Scene(
            picture=self._picture,
            window=image.window if image else FULL_8_BIT,
            adjustment=self._workbench.choices.adjustment,
            smooth=self._workbench.settings.get(SMOOTH),
            ground=_rgb(theme.canvas),
            edge=_blended(theme.picture_edge, theme.canvas),
        )

    def _shown_layers(self) -> tuple[ShownLayer, ...]:
        """Every visible layer in its look, from bottom to top."""
        document, look = self._workbench.document, self._workbench.choices.look
        if document is None or self._is_bare:
            return ()
        shown = [
            self._shown(layer, look(layer.key))
            for layer in document.layers
            if look(layer.key).is_visible
        ]
        outline = self._objects.outline()
        is_seen = outline is not None and look(self._workbench.choices.active_key).is_visible
        return (*shown, outline) if outline is not None and is_seen else tuple(shown)

    def _side_layers(self, key: str) -> tuple[ShownLayer, ...]:
        document, look = self._workbench.document, self._workbench.choices.look
        keys = self._workbench.compared.keys
        if document is None or keys is None or self._is_bare or not look(key).is_visible:
            return ()
        looks = [look(each) for each in (keys.ground_truth, keys.prediction)]
        both = next((each for each in looks if each.style is not Style.OUTLINE), looks[0])
        return (self._shown(document.layer(key), replace(both, is_visible=True)),)

    def _pair(self) -> ShownPair | None:
        document, keys = self._workbench.document, self._workbench.compared.keys
        if document is None or keys is None or self._is_bare:
            return None
        prediction, truth = (self._mask(document.layer(key)) for key in keys)
        return ShownPair(prediction, truth, pair_rules(self._workbench))

    def _shown(self, layer: MaskLayer, look: Look) -> ShownLayer:
        mask = self._objects.mask(layer) or self._mask(layer)
        return ShownLayer(mask, self._palette(layer.key), look)

    def _mask(self, layer: MaskLayer) -> Pyramid:
        if layer.key not in self._masks:
            self._masks[layer.key] = self._pyramid(layer.pixels, is_mask=True)
        return self._masks[layer.key]

    def _palette(self, key: str) -> Palette:
        dataset = self._workbench.dataset
        assert dataset is not None
        if key not in self._palettes:
            hidden = self._workbench.choices.hidden(key)
            self._palettes[key] = Palette(dataset.label_maps[key], hidden)
        return self._palettes[key]

    def _mask_pyramid(self, pixels: Pixels) -> Pyramid:
        return self._pyramid(pixels, is_mask=True)

    def _pyramid(self, pixels: Pixels, *, is_mask: bool) -> Pyramid:
        pyramid = Pyramid(pixels, is_mask=is_mask)
        if Rect.of_size(pyramid.size).area >= LARGE:
            self._build(pyramid)
        return pyramid

    def _build(self, pyramid: Pyramid) -> None:
        self._building[id(pyramid)] = []

        def build(task: Task) -> None:
            pyramid.build(task.give_way)
            give_back_freed_memory()  # what decoding left behind is worth as much as the levels

        def done(_finished: object) -> None:
            for rect in self._building.pop(id(pyramid), []):
                pyramid.update(rect)
            self._forget_scene()

        self._workbench.tasks.start(
            "Preparing the whole picture",
            build,
            done=done,
            is_shown=False,
            priority=1,
        )

    def _on_document_changed(self) -> None:
        document: Document | None = self._workbench.document
        self._masks.clear()
        self._objects.forget()
        self._picture = None
        if document is not None and document.image is not None:
            self._picture = self._pyramid(document.image.pixels, is_mask=False)
        self._forget_scene()

    def _on_looks_changed(self) -> None:
        self._palettes.clear()
        self._forget_scene()

    def _on_label_map_changed(self, event: LabelMapChanged) -> None:
        self._palettes.pop(event.key, None)
        self._forget_scene()

    def _forget_scene(self) -> None:
        self._scenes.clear()
        self.changed.emit()


def _rgb(color: QColor) -> Rgb:
    return color.red(), color.green(), color.blue()


def _blended(over: QColor, ground: QColor) -> Rgb:
    share = over.alphaF()
    mixed = (
        round(a * share + b * (1 - share)) for a, b in zip(_rgb(over), _rgb(ground), strict=True)
    )
    red, green, blue = mixed
    return red, green, blue
