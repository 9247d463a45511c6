"""One compared layer, then the other: a tap of the key changes them, a held key lets them blink."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication

from maskstudio.render.palette import Look

from .view_choices import View
from .workbench import Workbench

PERIOD_MS = 500
"""Time that each layer is seen while the key is held."""

_LET_GO = (QEvent.Type.ApplicationDeactivate, QEvent.Type.WindowDeactivate)


class Blinker(QObject):
    """Blinks while the key of an action repeats; what was shown before comes back after that.

    The key's repetitions tell that it is held: nothing is watched before the action is triggered,
    and a click on it in the menu is a tap.
    """

    def __init__(self, workbench: Workbench) -> None:
        """Show what is chosen."""
        super().__init__(workbench)
        self._workbench = workbench
        self._action: QAction | None = None
        self._before: tuple[View, dict[str, Look]] | None = None
        self._timer = QTimer(self, interval=PERIOD_MS)
        self._timer.timeout.connect(self._change)
        workbench.opened_changed.connect(self._forget)

    @property
    def is_blinking(self) -> bool:
        """Whether the key is held."""
        return self._timer.isActive()

    def change(self, action: QAction) -> None:
        """Show the other layer, and go on with that while a key of the action is held."""
        choices = self._workbench.choices
        assert choices.pair is not None
        self._before = (choices.view, {key: choices.look(key) for key in choices.pair})
        self._change()
        self._action = action
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See how the key is held; every event goes on to where it was bound."""
        if event.type() in _LET_GO:
            self._let_go()
        elif isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyRelease and not event.isAutoRepeat():
                self._let_go()
            elif event.isAutoRepeat() and not self.is_blinking and self._is_meant(event):
                self._timer.start()
        return False

    def _is_meant(self, event: QKeyEvent) -> bool:
        assert self._action is not None
        held = QKeySequence(QKeyCombination(event.modifiers(), event.keyCombination().key()))
        return held in self._action.shortcuts()

    def _change(self) -> None:
        choices = self._workbench.choices
        if choices.pair is None:
            return
        truth, prediction = choices.pair.ground_truth, choices.pair.prediction
        shows_truth = choices.view is View.OVERLAY and choices.look(truth).is_visible
        choices.views.set_view(View.OVERLAY)
        for key, seen in ((truth, not shows_truth), (prediction, shows_truth)):
            choices.set_look(key, replace(choices.look(key), is_visible=seen))

    def _let_go(self) -> None:
        """The end of a tap, which stays, or of holding, which leaves no trace."""
        was_held, before = self.is_blinking, self._before
        self._forget()
        if was_held and before is not None:
            view, looks = before
            choices = self._workbench.choices
            choices.views.set_view(view)
            for key, look in looks.items():
                choices.set_look(key, look)

    def _forget(self) -> None:
        self._timer.stop()
        self._action = self._before = None
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
