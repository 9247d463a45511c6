"""The keys of one command: take one away, press another one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QKeyCombination, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from maskstudio.ui.texts import tr
from maskstudio.ui.theme.density import ICON_ROW, SPACING
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.theme.typography import Type, font
from maskstudio.ui.widgets.buttons import link_button
from maskstudio.ui.widgets.elided_label import ElidedLabel

from .key_draft import KeyDraft, shown_key

_CAPTURE_WIDTH = 168


class KeyEditor(QWidget):
    """Shows one command of a draft and changes it.

    Signals:
        changed(): the draft has other keys.
    """

    changed = Signal()

    def __init__(self, draft: KeyDraft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._action_id: str | None = None
        self._name = ElidedLabel()
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._keys = QHBoxLayout()
        self._keys.setSpacing(SPACING // 2)
        self._capture = _capture()
        self._capture.editingFinished.connect(self._take_pressed)
        self._clear = link_button(self.tr("Clear"), "clear_keys")
        self._clear.clicked.connect(self._on_clear)
        self._default = link_button(self.tr("Default"), "default_keys")
        self._default.clicked.connect(self._on_default)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        row.addWidget(self._name, 1)
        row.addLayout(self._keys)
        for widget in (self._capture, self._clear, self._default):
            row.addWidget(widget)
        for button in (self._clear, self._default):
            button.setAutoDefault(False)
        self._choose_font()

    def show_command(self, action_id: str, name: str) -> None:
        """Edit the keys of another command."""
        self._action_id = action_id
        self._name.setText(name)
        self._capture.setAccessibleName(self.tr("New key of {name}").format(name=name))
        self.refresh()

    def begin(self) -> None:
        """Wait for the new key."""
        self._capture.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Show the keys as they are in the draft."""
        while (item := self._keys.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        if self._action_id is None:
            return
        keys = self._draft.keys(self._action_id)
        for key in keys:
            self._keys.addWidget(self._key_button(key))
        self._clear.setEnabled(bool(keys))
        self._default.setEnabled(not self._draft.is_default(self._action_id))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._choose_font()

    def _key_button(self, key: str) -> QPushButton:
        """A key that a click takes away."""
        button = QPushButton()
        button.setObjectName(f"remove_{key}")
        button.setText(shown_key(key))
        button.setIcon(icon(Icon.CLOSE))
        button.setIconSize(QSize(ICON_ROW, ICON_ROW))
        button.setAutoDefault(False)
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        button.setToolTip(self.tr("Take {key} away").format(key=shown_key(key)))
        button.setAccessibleName(button.toolTip())
        button.clicked.connect(partial(self._remove, key))
        return button

    def _take_pressed(self) -> None:
        pressed = self._capture.keySequence()
        self._capture.clear()
        _prompt(self._capture)
        if self._action_id is not None and not pressed.isEmpty():
            self._draft.add(self._action_id, pressed.toString())
            self.changed.emit()

    def _remove(self, key: str, _checked: bool = False) -> None:
        if self._action_id is not None:
            self._draft.remove(self._action_id, key)
            self.changed.emit()

    def _on_clear(self) -> None:
        if self._action_id is not None:
            self._draft.clear(self._action_id)
            self.changed.emit()

    def _on_default(self) -> None:
        if self._action_id is not None:
            self._draft.restore(self._action_id)
            self.changed.emit()

    def _choose_font(self) -> None:
        self._name.setFont(font(Type.PANEL_TITLE))


def _capture() -> QKeySequenceEdit:
    """A field that takes one key with its modifiers; Esc and Tab leave it, as everywhere."""
    capture = QKeySequenceEdit()
    capture.setObjectName("new_key")
    capture.setMaximumSequenceLength(1)
    capture.setFinishingKeyCombinations(
        [
            QKeyCombination(Qt.Key.Key_Escape),
            QKeyCombination(Qt.Key.Key_Tab),
            QKeyCombination(Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_Backtab),
        ]
    )
    capture.setFixedWidth(_CAPTURE_WIDTH)
    _prompt(capture)
    return capture


def _prompt(capture: QKeySequenceEdit) -> None:
    """Say what to do; Qt puts words of its own there whenever it is cleared."""
    line = capture.findChild(QLineEdit)
    if line is not None:
        line.setPlaceholderText(tr("Press a new key"))
