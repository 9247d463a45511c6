"""What tests of the window share."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget

Child = TypeVar("Child", bound=QObject)


def application() -> QApplication:
    """The running application; the `qtbot` fixture made it."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def spoken_name(widget: QWidget) -> str:
    """What a screen reader calls a widget."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def role_of(widget: QWidget) -> QAccessible.Role:
    """What a screen reader takes a widget for."""
    return QAccessible.queryAccessibleInterface(widget).role()


def child(parent: QObject, kind: type[Child], name: str = "") -> Child:
    """The child of a type and, where one is given, an object name; it must be there."""
    found = parent.findChild(kind, name) if name else parent.findChild(kind)
    assert found is not None, f"no {kind.__name__} {name!r}"
    return found
