"""The report of an error, to be read and copied; names and paths are in it only on request."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QDialog, QPlainTextEdit, QWidget

from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.widgets.buttons import link_button, primary_button
from maskstudio.workflows.fault_report import fault_report

from .frame import lay_out

_SIZE = QSize(620, 400)


class ReportDialog(QDialog):
    """Sends nothing anywhere."""

    def __init__(
        self, error: BaseException, names: Sequence[str], parent: QWidget | None = None
    ) -> None:
        """Show the report of an error.

        Args:
            names: what it is not to tell unless the user agrees.
        """
        super().__init__(parent)
        self.setObjectName("report_dialog")
        self.setWindowTitle(self.tr("Error Report"))
        self.resize(_SIZE)
        self._error = error
        self._names = names
        self.text = QPlainTextEdit()
        self.text.setObjectName("report_text")
        self.text.setAccessibleName(self.tr("Report"))
        self.text.setReadOnly(True)
        self._with_names = QCheckBox(self.tr("With names of files and samples"))
        self._with_names.setObjectName("report_with_names")
        self._with_names.toggled.connect(self._show)
        copy = primary_button(self.tr("Copy report"), "report_copy")
        close = link_button(self.tr("Close"), "report_close", Icon.CLOSE)
        copy.clicked.connect(self._copy)
        lay_out(self, self.text, away=close, deed=copy, beside=self._with_names)
        self._show()

    def _show(self) -> None:
        is_open = self._with_names.isChecked()
        self.text.setPlainText(fault_report(self._error, self._names, is_open=is_open))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
