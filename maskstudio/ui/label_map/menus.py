"""What the buttons above the table open: where pixels go, palettes, orders, dialects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import voc_color
from maskstudio.formats.label_dialects import DIALECTS, Dialect
from maskstudio.ui.texts import tr
from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import SWATCH
from maskstudio.ui.widgets.swatch import paint_swatch
from maskstudio.workflows.label_map_draft import Draft, Entry
from maskstudio.workflows.palettes import Palette, palettes

Take = Callable[[int], object]
"""What is done with the key of a class."""


def target_menu(
    title: str, draft: Draft, keys: Iterable[int], take: Take, parent: QWidget
) -> QMenu:
    """The classes that pixels can go to: chosen ones first, then all others.

    Args:
        keys: of the classes whose pixels go.
    """
    keys = list(keys)
    menu = _menu("target_menu", parent)
    heading = menu.addAction(title)
    heading.setEnabled(False)
    listed = [e for e in draft.entries if e.is_listed and not e.found.is_filler]
    first = [e for e in listed if e.key in keys] if len(keys) > 1 else []
    for entry in first:
        _add_class(menu, entry, take)
    if first:
        menu.addSeparator()
    for entry in listed:
        if entry.key not in keys:
            _add_class(menu, entry, take)
    return menu


def delete_menu(
    draft: Draft, keys: Iterable[int], take: Callable[[int | None], object], parent: QWidget
) -> QMenu:
    """The classes that pixels of deleted ones can go to, the background first."""
    keys = set(keys)
    menu = _menu("target_menu", parent)
    menu.addAction(tr("Pixels go to")).setEnabled(False)
    listed = [e for e in draft.entries if e.is_listed and e.key not in keys]
    listed = [e for e in listed if not e.found.is_filler]
    listed.sort(key=lambda entry: entry.key != draft.background)
    for entry in listed:
        _add_class(menu, entry, take)
    return menu


def palette_menu(take: Callable[[Palette], object], parent: QWidget) -> QMenu:
    """Palettes by title, each with its first colors."""
    menu = _menu("palette_menu", parent)
    for palette in palettes():
        action = menu.addAction(_strip([c for _, c in palette.colors[:6]]), palette.title)
        action.setObjectName(f"palette_{palette.title}")
        action.triggered.connect(partial(_call, take, palette))
    return menu


def dialect_menu(take: Callable[[Dialect], object], parent: QWidget) -> QMenu:
    """What a label map can be written as."""
    menu = _menu("dialect_menu", parent)
    for dialect in DIALECTS:
        action = menu.addAction(dialect.title)
        action.setObjectName(f"dialect_{dialect.name}")
        action.triggered.connect(partial(_call, take, dialect))
    return menu


def _menu(name: str, parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.setObjectName(name)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    return menu


def _add_class(menu: QMenu, entry: Entry, take: Take) -> None:
    found = entry.found
    color = found.color or voc_color(found.index)
    action = menu.addAction(_swatch(color), f"{found.index}  {found.name}")
    action.setObjectName(f"into_{entry.key}")
    action.triggered.connect(partial(_call, take, entry.key))


def _call(take: Callable[..., object], value: object, _checked: bool = False) -> None:
    take(value)


def _swatch(color: Rgb) -> QIcon:
    return _strip([color])


def _strip(colors: list[Rgb]) -> QIcon:
    width = SWATCH if len(colors) == 1 else 8 * len(colors)
    pixmap = QPixmap(QSize(width, SWATCH) * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    if len(colors) == 1:
        paint_swatch(painter, QRectF(0, 0, SWATCH, SWATCH), colors[0], current_theme())
    else:
        for place, (red, green, blue) in enumerate(colors):
            painter.fillRect(QRectF(8 * place, 2, 8, SWATCH - 4), QColor(red, green, blue))
    painter.end()
    return QIcon(pixmap)
