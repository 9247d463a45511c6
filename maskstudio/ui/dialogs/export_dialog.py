"""A copy of a layer, or of all of them, in any format: what is lost is listed before it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from maskstudio.errors import UsageError
from maskstudio.formats import registry
from maskstudio.formats.base import WriteOptions
from maskstudio.ui.theme.density import PADDING_LEFT, SPACING
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.widgets.buttons import link_button, primary_button
from maskstudio.ui.widgets.elided_label import ElidedLabel
from maskstudio.ui.widgets.progress_row import ProgressRow
from maskstudio.ui.workers import Task, TaskRunner
from maskstudio.workflows.convert import (
    Conversion,
    SurveyedLayer,
    plan_conversion,
    survey_layer,
)
from maskstudio.workflows.open_dataset import OpenedDataset
from maskstudio.workflows.outputs import require_no_input

from .losses_list import LossesList

_WIDTH, _HEIGHT = 620, 460


@dataclass(frozen=True)
class Export:
    """What is to be written, and where."""

    plan: Conversion
    target: Path
    options: WriteOptions


class ExportDialog(QDialog):
    """Asks for layer, format, target and options; looks at the masks while it is open.

    Signals:
        planned(): it is known what the target holds and what is lost.
    """

    planned = Signal()

    def __init__(
        self,
        frozen: OpenedDataset,
        key: str,
        tasks: TaskRunner,
        *,
        ask_overwrite: Callable[[Path], bool],
        numbers_all: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Begin with one layer, in the first format, beside the data set.

        Args:
            frozen: the data set as it is now.
            ask_overwrite: whether a target that exists may be replaced.
            numbers_all: regions get instance ids where the format has them.
        """
        super().__init__(parent)
        self.setObjectName("export_dialog")
        self.setWindowTitle(self.tr("Export a Copy"))
        self.resize(_WIDTH, _HEIGHT)
        self._frozen = frozen
        self._tasks = tasks
        self._ask_overwrite = ask_overwrite
        self._numbers_all = numbers_all
        self._surveyed: dict[str, SurveyedLayer] = {}
        self._task: Task | None = None
        self._plan: Conversion | None = None
        self._suggested = ""
        self.export: Export | None = None
        self._build(key)
        self._lay_out()
        self._connect()
        self._update_format()

    # what is chosen

    @property
    def format(self) -> str:
        """Name of the chosen format."""
        return str(self._format.currentData())

    @property
    def keys(self) -> tuple[str, ...]:
        """Layers that are exported."""
        chosen = self._layer.currentData()
        return self._frozen.dataset.keys if chosen is None else (str(chosen),)

    @property
    def options(self) -> WriteOptions:
        """What is asked for; boxes that mean nothing to the format do not count."""
        images, one_channel, composite = (
            not box.isHidden() and box.isEnabled() and box.isChecked()
            for box in (self._images, self._one_channel, self._composite)
        )
        return WriteOptions(with_images=images, one_channel=one_channel, composite=composite)

    @property
    def target(self) -> Path | None:
        """Where it goes, with the ending the format has; None while nothing is named."""
        text = self._target.text().strip()
        if not text:
            return None
        path, suffix = Path(text).expanduser(), registry.traits(self.format).suffix
        if suffix and path.suffix.lower() != suffix:
            path = path.with_name(path.name + suffix)
        return path

    # building

    def _build(self, key: str) -> None:
        self._layer = _choice("layer", self.tr("Layer"))
        for known in self._frozen.dataset.keys:
            self._layer.addItem(known, known)
        self._layer.setCurrentText(key)
        self._format = _choice("format", self.tr("Format"))
        for name in registry.writable_formats():
            self._format.addItem(registry.traits(name).title, name)
        self._target = QLineEdit()
        self._target.setObjectName("target")
        self._target.setAccessibleName(self.tr("Target"))
        self._browse = link_button(self.tr("Choose…"), "browse", Icon.OPEN_FOLDER)
        self._images = QCheckBox(self.tr("Copy the images along"))
        self._images.setObjectName("with_images")
        self._one_channel = QCheckBox(self.tr("Gray masks of class indices"))
        self._one_channel.setObjectName("one_channel")
        self._composite = QCheckBox(self.tr("One picture for all objects of a sample"))
        self._composite.setObjectName("composite")
        self._caption = ElidedLabel(self.tr("What changes in the copy"), color="text2")
        self._list = LossesList(self._caption.text())
        self._progress = ProgressRow()
        giving = self._progress.sizePolicy()
        giving.setRetainSizeWhenHidden(False)  # the words use the room when it is done
        self._progress.setSizePolicy(giving)
        self._words = ElidedLabel(color="text2")
        self._words.setObjectName("summary")
        self._cancel = link_button(self.tr("Cancel"), "cancel")
        self._export = primary_button(self.tr("Export"), "export")
        self._export.setDefault(True)

    def _lay_out(self) -> None:
        rows = QGridLayout()
        rows.setHorizontalSpacing(2 * SPACING)
        rows.setVerticalSpacing(SPACING)
        rows.setColumnStretch(1, 1)
        for row, field in enumerate((self._layer, self._format, self._target)):
            rows.addWidget(ElidedLabel(field.accessibleName(), color="text2"), row, 0)
            rows.addWidget(field, row, 1)
        rows.addWidget(self._browse, 2, 2)
        rows.addWidget(self._images, 3, 1)
        rows.addWidget(self._one_channel, 4, 1)
        rows.addWidget(self._composite, 5, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACING)
        foot.addWidget(self._words, 1)
        foot.addWidget(self._progress)
        foot.addWidget(self._cancel)
        foot.addWidget(self._export)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(PADDING_LEFT,) * 4)
        column.setSpacing(SPACING)
        column.addLayout(rows)
        column.addSpacing(SPACING)
        column.addWidget(self._caption)
        column.addWidget(self._list, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        self._format.currentIndexChanged.connect(self._update_format)
        self._layer.currentIndexChanged.connect(self._update_layer)
        self._target.textChanged.connect(self._update_words)
        for box in (self._images, self._one_channel, self._composite):
            box.toggled.connect(self._look)
        self._browse.clicked.connect(self._choose_target)
        self._progress.cancel_requested.connect(self.reject)
        self._cancel.clicked.connect(self.reject)
        self._export.clicked.connect(self._on_export)
        self.finished.connect(self._stop)

    # following what is chosen

    def _update_format(self) -> None:
        traits = registry.traits(self.format)
        has_pictures = any(s.image is not None for s in self._frozen.dataset.samples)
        self._images.setVisible(traits.has_images)
        self._images.setEnabled(has_pictures and not traits.needs_images)
        self._images.setText(
            self.tr("The images are copied along")
            if traits.needs_images
            else self.tr("Copy the images along")
        )
        self._one_channel.setVisible(traits.has_one_channel)
        self._composite.setVisible(traits.has_composite)
        self._offer_all_layers(traits.has_layers and len(self._frozen.dataset.keys) > 1)
        self._suggest_target()
        self._look()

    def _offer_all_layers(self, is_offered: bool) -> None:
        place = self._layer.count() - 1
        is_there = self._layer.itemData(place) is None
        if is_offered and not is_there:
            self._layer.addItem(self.tr("All layers"), None)
        elif is_there and not is_offered:
            self._layer.removeItem(place)

    def _update_layer(self) -> None:
        self._suggest_target()
        self._look()

    def _suggest_target(self) -> None:
        """A free name beside the data set, unless the user has typed one."""
        if self._target.text() != self._suggested:
            return
        stem = self.keys[0] if len(self.keys) == 1 else Path(self._frozen.title).stem
        suffix = registry.traits(self.format).suffix
        folder, number = _home(self._frozen), 2
        path = folder / f"{stem}{suffix}"
        while path.exists():
            path, number = folder / f"{stem} {number}{suffix}", number + 1
        self._suggested = str(path)
        self._target.setText(self._suggested)

    def _choose_target(self) -> None:
        target = self.target
        title, traits = self.tr("Export To"), registry.traits(self.format)
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            title,
            str(target or _home(self._frozen)),
            f"{traits.title} (*{traits.suffix})",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if chosen:
            self._target.setText(chosen)

    # looking at the masks

    def _look(self) -> None:
        """Look at the masks of what is chosen, unless that was done; then say what is lost."""
        self._stop()
        self._plan = None
        missing = [key for key in self.keys if key not in self._surveyed]
        if not missing:
            self._show_plan()
            return
        self._list.clear()
        self._words.setText("")
        self._export.setEnabled(False)
        key = missing[0]
        task = self._tasks.start(
            self.tr("Looking at {key}").format(key=key),
            lambda task: survey_layer(self._frozen, key, task.report),
            done=partial(self._take, key),
            failed=self._on_failed,
            is_shown=False,
            priority=3,
        )
        self._task = task
        task.progressed.connect(self._on_progressed)
        self._progress.show_progress(task.label, 0, len(self._frozen.dataset.samples))

    def _on_progressed(self, done: int, total: int) -> None:
        if self._task is self.sender() and self._task is not None:
            self._progress.show_progress(self._task.label, done, total)

    def _take(self, key: str, layer: SurveyedLayer) -> None:
        self._task = None
        self._surveyed[key] = layer
        self._look()

    def _on_failed(self, error: Exception) -> None:
        self._task = None
        self._progress.finish()
        self._say(str(error), "error")

    def _show_plan(self) -> None:
        self._progress.finish()
        layers = [self._surveyed[key] for key in self.keys]
        self._plan = plan_conversion(
            layers, self.format, self.options, numbers_all=self._numbers_all
        )
        self._list.show_problems(self._plan.problems)
        self._update_words()
        self.planned.emit()

    def _update_words(self) -> None:
        """Name the deed and its size, or say why it cannot be done."""
        if self._plan is None:
            return
        contents = (self._plan.content, *self._plan.content.others)
        n_samples = len({item.name for content in contents for item in content.items})
        words = self.tr("Export one sample") if n_samples == 1 else self.tr("Export {n} samples")
        self._export.setText(words.format(n=n_samples))
        fault = self._fault()
        self._export.setEnabled(not fault)
        if fault:
            self._say(fault, "error")
        elif self._plan.left_out:
            left_out = self.tr("{n} of the samples are left out")
            self._say(left_out.format(n=len(self._plan.left_out)), "warn")
        else:
            self._say("", "text2")

    def _fault(self) -> str:
        """Why nothing can be written, or an empty text."""
        if self._plan is None or self._plan.is_refused:
            return self.tr("It cannot be written; the list says why")
        if self.target is None:
            return self.tr("Name a target")
        try:
            require_no_input(self.target, _inputs(self._frozen))
        except UsageError:
            return self.tr("The data set lies there; choose another target")
        return ""

    def _say(self, words: str, color: str) -> None:
        self._words.setText(words)
        self._words.set_color(color)

    # the end

    def _on_export(self) -> None:
        target = self.target
        if self._plan is None or target is None:
            return
        is_taken = any(target.iterdir()) if target.is_dir() else target.exists()
        if is_taken and not self._ask_overwrite(target):
            return
        self.export = Export(self._plan, target, replace(self.options, overwrite=is_taken))
        self.accept()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._progress.finish()


def _choice(name: str, caption: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(caption)
    return box


def _inputs(opened: OpenedDataset) -> list[Path]:
    """Everything the data set is read from."""
    sources = [*opened.layer_sources.values(), opened.image_source]
    return [source.path for source in sources if source is not None]


def _home(opened: OpenedDataset) -> Path:
    """The folder beside which copies are expected."""
    return next((path.absolute().parent for path in _inputs(opened)), Path.home())
