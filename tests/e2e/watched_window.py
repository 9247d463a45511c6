"""The program as a user starts it, telling a test what its window shows.

Run as a module with the words of the command line. Each line on standard input asks for something
that can be seen, and is answered by one line of JSON:

    place NAME   middle of the visible widget or menu entry of this object name, or null
    text NAME    what a label says
    rows NAME    what a list or table shows, cells of a row in a list
    figures      samples with their figure, as listed
    clipboard    text on the clipboard
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from threading import Thread
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QMenu, QWidget

from maskstudio.cli.main import main
from maskstudio.ui.models.samples_model import Role


class Watcher(QObject):
    """Answers in the window's thread."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self._answer)

    def listen(self) -> None:
        """Pass questions on, in a thread of its own."""
        for line in sys.stdin:
            self.asked.emit(line.strip())

    def _answer(self, question: str) -> None:
        what, _, name = question.partition(" ")
        answers: dict[str, Callable[[], Any]] = {
            "place": lambda: place_of(name),
            "text": lambda: text_of(name),
            "rows": lambda: rows_of(name),
            "figures": listed_figures,
            "clipboard": lambda: QGuiApplication.clipboard().text(),
        }
        sys.stdout.write(json.dumps(answers[what]()) + "\n")
        sys.stdout.flush()


def visible(name: str) -> list[QWidget]:
    """Visible widgets of an object name."""
    return [w for w in QApplication.allWidgets() if w.objectName() == name and w.isVisible()]


def place_of(name: str) -> list[int] | None:
    """Where a user would click."""
    for menu in (w for w in QApplication.allWidgets() if isinstance(w, QMenu) and w.isVisible()):
        for action in menu.actions():
            if action.objectName() == name and action.isEnabled():
                return _on_screen(menu, menu.actionGeometry(action).center())
    found = visible(name)
    return _on_screen(found[0], found[0].rect().center()) if found else None


def text_of(name: str) -> str | None:
    """The whole text of a label, also where it is shortened."""
    return next((w.text() for w in visible(name) if isinstance(w, QLabel)), None)


def rows_of(name: str) -> list[list[Any]]:
    """Cells as they are written."""
    model = _model(name)
    columns = range(model.columnCount())
    return [
        [model.index(row, column).data() for column in columns] for row in range(model.rowCount())
    ]


def listed_figures() -> list[list[str]]:
    """Name and figure of each listed sample."""
    model = _model("samples_list")
    indices = (model.index(row, 0) for row in range(model.rowCount()))
    return [[i.data(Qt.ItemDataRole.DisplayRole), i.data(Role.FIGURE)] for i in indices]


def _model(name: str) -> QAbstractItemModel:
    return next(w.model() for w in visible(name) if isinstance(w, QAbstractItemView))


def _on_screen(widget: QWidget, place: QPoint) -> list[int]:
    point = widget.mapToGlobal(place)
    return [point.x(), point.y()]


if __name__ == "__main__":
    watcher = Watcher()
    Thread(target=watcher.listen, daemon=True).start()
    main()
