"""Other layers that use the classes which are changed: said, and whether they change as well."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from maskstudio.ui.theme.current import current_theme
from maskstudio.ui.theme.density import ICON_BAR, PADDING_LEFT, PADDING_RIGHT, SPACING
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.workflows.draft_edits import edits_of

from .draft_keeper import DraftKeeper, OtherLayer
from .edit_words import class_text, files_text


class OtherLayers(QWidget):
    """Signals:
    chosen_changed(key, is_chosen): a layer is to change as well, or not.
    """

    chosen_changed = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._rows: dict[str, _Row] = {}

    def show_layers(self, keeper: DraftKeeper) -> None:
        """One block for each layer that has classes of these names."""
        others = {other.key: other for other in keeper.others()}
        for key in set(self._rows) - set(others):
            row = self._rows.pop(key)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for key, other in others.items():
            if key not in self._rows:
                row = self._rows[key] = _Row(key)
                row.box.toggled.connect(lambda on, key=key: self.chosen_changed.emit(key, on))
                self._column.addWidget(row)
            self._rows[key].show_layer(other, is_counting=key in keeper.counting)
        self.setVisible(bool(others))


class _Row(QWidget):
    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self._sign = QLabel()
        self._title = ElidedLabel()
        self._figure = ElidedLabel()
        self._figure.setFont(font(Type.PANEL_TITLE))
        self._detail = ElidedLabel(color="text3")
        self._detail.setFont(font(Type.SMALL))
        self.box = QCheckBox()
        self.box.setObjectName(f"also_{key}")
        grid = QGridLayout(self)
        grid.setContentsMargins(PADDING_LEFT, 6, PADDING_RIGHT, 6)
        grid.setHorizontalSpacing(SPACING + 4)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._sign, 0, 0)
        grid.addWidget(self._title, 0, 1)
        grid.addWidget(self._figure, 0, 2)
        grid.addWidget(self._detail, 1, 1, 1, 2)
        grid.addWidget(self.box, 2, 1, 1, 2)

    def show_layer(self, other: OtherLayer, *, is_counting: bool) -> None:
        """Say what it uses, and what was chosen."""
        held = list(other.draft.changes)
        uses = bool(held) and other.n_samples != 0
        glyph, color = (Icon.WARNING, "warn") if uses else (Icon.INFO, "info")
        self._sign.setPixmap(icon(glyph, color).pixmap(ICON_BAR, ICON_BAR))
        names = ", ".join(class_text(k, other.draft) for k in (held or _named(other))[:3])
        words = self.tr("{key} still uses {names}") if uses else self.tr("{key} has {names} too")
        self._title.setText(words.format(key=self._key, names=names))
        figure = "" if other.n_samples is None or not held else files_text(other.n_samples)
        self._figure.setText("…" if is_counting else figure)
        self._detail.setText(
            self.tr("It has a label map of its own; compared, classes are matched by name")
        )
        self.box.setText(self._deed(other))
        if self.box.isChecked() != other.is_chosen:
            self.box.blockSignals(True)
            self.box.setChecked(other.is_chosen)
            self.box.blockSignals(False)

    def _deed(self, other: OtherLayer) -> str:
        if other.draft.changes:
            return self.tr("Apply merges, names and colors to {key} too").format(key=self._key)
        return self.tr("Apply names and colors to {key} too").format(key=self._key)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, current_theme().line)


def _named(other: OtherLayer) -> list[int]:
    return [key for edit in edits_of(other.draft) for key in edit.keys]
