"""What is asked of the user, each in one dialog; the only place that opens modal boxes."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QPushButton, QWidget

from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.formats import registry
from maskstudio.ui.choices import Pair
from maskstudio.ui.commands.source_commands import CopyRequest
from maskstudio.ui.figures import count_text
from maskstudio.ui.saver import SaveTarget
from maskstudio.ui.texts import tr
from maskstudio.ui.tool_box import ToolBox
from maskstudio.ui.workers import TaskRunner
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest

if TYPE_CHECKING:
    from .export_dialog import Export


class Unsaved(Enum):
    """What happens to unsaved work."""

    SAVE = auto()
    DISCARD = auto()
    CANCEL = auto()


class Questions:
    """Asks in modal dialogs over a window."""

    def __init__(self, window: QWidget) -> None:
        """Ask over this window."""
        self._window = window

    def ask_unsaved(self, n_samples: int) -> Unsaved:
        """Whether unsaved work is saved, discarded, or nothing happens."""
        what = {0: "The label map has", 1: "One sample has"}
        words = f"{what.get(n_samples, f'{n_samples} samples have')} unsaved changes."
        box = self._box(words, tr("Nothing can bring them back once discarded."))
        save = box.addButton(tr("Save"), QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(tr("Discard changes"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(tr("Keep editing"), QMessageBox.ButtonRole.RejectRole)
        _make_primary(box, save)
        box.exec()
        if box.clickedButton() is save:
            return Unsaved.SAVE
        return Unsaved.DISCARD if box.clickedButton() is discard else Unsaved.CANCEL

    def ask_discard_recovered(self, n_edits: int) -> bool:
        """Whether edits that an earlier window could not save are thrown away."""
        what = tr("1 edit is") if n_edits == 1 else tr("{n} edits are").format(n=n_edits)
        box = self._box(
            tr("{what} thrown away for good.").format(what=what),
            tr("Nothing can bring them back once discarded."),
        )
        discard = box.addButton(tr("Discard changes"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(tr("Keep them"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.exec()
        return box.clickedButton() is discard

    def ask_replace_changed(self, path: Path) -> bool:
        """Whether a file that changed since it was read may be replaced."""
        box = self._box(
            tr("{name} changed on disk since it was opened.").format(name=path.name),
            tr("Saving replaces what another program wrote there. Save As keeps both."),
        )
        replace = box.addButton(tr("Replace the file"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(tr("Leave it as it is"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.exec()
        return box.clickedButton() is replace

    def ask_overwrite(self, path: Path) -> bool:
        """Whether a target that exists may be replaced."""
        box = self._box(
            tr("{name} exists already.").format(name=path.name),
            tr("What it holds is replaced; of a folder, the files of the same names.")
            if path.is_dir()
            else tr("What it holds is replaced."),
        )
        replace = box.addButton(tr("Replace it"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(tr("Leave it as it is"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.exec()
        return box.clickedButton() is replace

    def ask_export(
        self, frozen: OpenedDataset, key: str, tasks: TaskRunner, *, numbers_all: bool
    ) -> Export | None:
        """What of a data set is copied, in which format, and where."""
        from .export_dialog import ExportDialog  # brings every writer, which start-up would pay for

        dialog = ExportDialog(
            frozen,
            key,
            tasks,
            ask_overwrite=self.ask_overwrite,
            numbers_all=numbers_all,
            parent=self._window,
        )
        try:
            dialog.exec()
            return dialog.export
        finally:
            dialog.deleteLater()

    def ask_target(self, key: str) -> SaveTarget | None:
        """Where a layer goes."""
        # A layer lives in its target from then on, so that the next save has to find its way there.
        formats = filter(registry.saves_in_place, registry.writable_formats())
        known = ((name, registry.traits(name)) for name in formats)
        filters = {f"{t.title} (*{t.suffix})": (name, t.suffix) for name, t in known}
        path, chosen = QFileDialog.getSaveFileName(
            self._window, tr("Save {key} As").format(key=key), f"{key}.zip", ";;".join(filters)
        )
        if not path:
            return None
        name, suffix = filters.get(chosen, next(iter(filters.values())))
        target = Path(path)
        if suffix and target.suffix != suffix:
            target = target.with_name(target.name + suffix)
        return SaveTarget(name, target, overwrite=target.exists())

    def ask_key(self, taken: Collection[str]) -> str | None:
        """The key of a new layer; asked again while it is taken, None to add none."""
        suggested = next((key for key in (GROUND_TRUTH, PREDICTIONS) if key not in taken), "")
        words = "Key of the layer, such as ground_truth:"
        while True:
            text, accepted = QInputDialog.getText(
                self._window, tr("New Layer"), words, text=suggested
            )
            key = text.strip()
            if not accepted or not key:
                return None
            if key not in taken and key.isprintable():
                return key
            words, suggested = f"There is a layer {key} already. Another key:", key

    def ask_flatten(self, key: str, n_covered: int, taken: Collection[str]) -> str | None:
        """The key of the class mask that objects are flattened to, or None to leave it."""
        lost = tr("No object covers another: nothing is lost.")
        if n_covered:
            lost = tr("{n} pixels of objects lie under others: the class mask lacks them.")
            lost = lost.format(n=count_text(n_covered))
        words, suggested = tr("Key of the class mask:"), f"{key}_flat"
        while True:
            text, accepted = QInputDialog.getText(
                self._window,
                tr("Flatten {key}").format(key=key),
                f"{lost}\n{words}",
                text=suggested,
            )
            found = text.strip()
            if not accepted or not found:
                return None
            if found not in taken and found.isprintable():
                return found
            words = tr("There is a layer {key} already. Another key:").format(key=found)
            suggested = found

    def ask_empty_class(self, label_map: LabelMap) -> int | None:
        """Which class means nothing, where the label map does not say."""
        classes = label_map.visible_classes
        names = [f"{c.index}  {c.name}" for c in classes]
        if not names:
            return None
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle("MaskStudio")
        dialog.setLabelText(
            tr(
                "This label map has no background yet.\nWhich class means nothing, so "
                "that the eraser leaves it behind?"
            )
        )
        dialog.setComboBoxItems(names)
        dialog.setOkButtonText(tr("Make it the background"))
        dialog.setCancelButtonText(tr("Cancel"))
        if dialog.exec() != QInputDialog.DialogCode.Accepted:
            return None
        return classes[names.index(dialog.textValue())].index

    def ask_pair(self, keys: tuple[str, ...], pair: Pair) -> Pair | None:
        """Which of some layers are compared."""
        from .pair_dialog import PairDialog  # no dialog is needed at start-up

        dialog = PairDialog(keys, pair, self._window)
        try:
            return dialog.pair if dialog.exec() == PairDialog.DialogCode.Accepted else None
        finally:
            dialog.deleteLater()

    def ask_copy(self, tools: ToolBox) -> CopyRequest | None:
        """What is copied from another layer into the active one."""
        from .copy_dialog import CopyDialog

        dialog = CopyDialog(tools, self._window)
        try:
            return dialog.request if dialog.exec() == CopyDialog.DialogCode.Accepted else None
        finally:
            dialog.deleteLater()

    def ask_csv(self, suggested: str) -> Path | None:
        """Where to write a table."""
        title, kinds = "Export Figures", "CSV table (*.csv)"
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, suggested, kinds)
        return Path(chosen) if chosen else None

    def ask_layout(self, folder: Path, suggested: OpenRequest) -> bool:
        """Whether a folder is opened as images with masks over them."""
        assert suggested.images is not None
        layers = ", ".join(
            f"{key} from {path.relative_to(folder)}" for key, path in suggested.layers
        )
        box = self._box(
            tr("{name} holds images and masks.").format(name=folder.name),
            tr("Open the images of {path} with {layers}?").format(
                path=suggested.images.relative_to(folder), layers=layers
            ),
        )
        together = box.addButton(tr("Open together"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(tr("Every picture by itself"), QMessageBox.ButtonRole.RejectRole)
        _make_primary(box, together)
        box.exec()
        return box.clickedButton() is together

    def _box(self, text: str, detail: str) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("MaskStudio")
        box.setText(f"<b>{text}</b>")
        box.setInformativeText(detail)
        return box


def _make_primary(box: QMessageBox, button: QPushButton) -> None:
    """Fill the button of the way on, and let Enter press it."""
    button.setProperty("kind", "primary")
    style = button.style()
    style.unpolish(button)  # the box has dressed it already
    style.polish(button)
    box.setDefaultButton(button)
