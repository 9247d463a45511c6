"""Tells once of each error nobody foresaw, that work is safe, and how it can be reported."""

from __future__ import annotations

from traceback import extract_tb

from maskstudio.ui.recovery import Recovery
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.widgets.buttons import link_button
from maskstudio.ui.workbench import Workbench

from .notice_bar import NoticeBar


class FaultBar(NoticeBar):
    """Hidden until `tell`; the same error at the same place is told one time."""

    def __init__(self, workbench: Workbench, recovery: Recovery) -> None:
        self._report = link_button("", "fault_report")
        self._dismiss = link_button("", "fault_dismiss")
        super().__init__("faultBar", Icon.ERROR, "error", [self._report, self._dismiss])
        self._report.setText(self.tr("Show Report"))
        self._dismiss.setText(self.tr("Dismiss"))
        self._workbench = workbench
        self._recovery = recovery
        self._known: set[tuple[str, ...]] = set()
        self._error: BaseException | None = None
        self._report.clicked.connect(self._on_report)
        self._dismiss.clicked.connect(self.hide)

    def tell(self, error: BaseException) -> None:
        """Put what is unsaved on the disk, and say so."""
        frames = extract_tb(error.__traceback__)
        sign = (type(error).__name__, *(f"{f.filename}:{f.lineno}" for f in frames[-3:]))
        if sign in self._known:
            return
        self._known.add(sign)
        self._error = error
        is_safe = self._recovery.flush()
        self.say(
            self.tr("Something went wrong inside MaskStudio and was given up; your work is kept")
            if is_safe
            else self.tr("Something went wrong inside MaskStudio and was given up; save your work")
        )

    def names(self) -> list[str]:
        """Of files and samples that are open, which a report is not to tell."""
        opened = self._workbench.opened
        if opened is None:
            return []
        request = opened.request
        paths = [*request.paths, *(path for _, path in request.layers)]
        paths += [path for path in (request.images, request.downloads, request.workspace) if path]
        names = [part for path in paths for part in (str(path), path.name, path.stem)]
        return [*names, *(sample.name for sample in opened.dataset.samples)]

    def _on_report(self) -> None:
        from maskstudio.ui.dialogs.report_dialog import ReportDialog

        if self._error is not None:
            dialog = ReportDialog(self._error, self.names(), self.window())
            dialog.exec()
            dialog.deleteLater()
