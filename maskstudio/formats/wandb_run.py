"""Run folders of Weights & Biases (`formats.md` section 4.2): read here, written by its client.

The log tells steps, layers and classes; without one the summary tells the last images, and without
that the names of the media files are all there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .base import Content, OpenOptions, Progress, SaveReport, Sureness, WriteOptions
from .wandb_client import log_run
from .wandb_history import Logged, RunHistory, layer_labels, media_of, number_of, read_history
from .wandb_log import is_log
from .wandb_media import entries_by_name, has_images_folder, has_media
from .wandb_source import WandbSource
from .wandb_values import TABLE_FILE, Entry, Names, class_names, entries_of, file_path

FORMAT = "wandb-run"
LOG = ".wandb"
_FILES = "files/"
_SUMMARY = "wandb-summary.json"
_CELL = "Image"


def probe(path: Path) -> Sureness:
    """Whether it is a log, a folder with one, or one whose media files are named as in a run."""
    if path.is_file():
        if is_log(path):
            return Sureness.CERTAIN
        return Sureness.BY_NAME if path.suffix == LOG else Sureness.NO
    if _log_of(path) is not None:
        return Sureness.CERTAIN
    files = _files_of(path)
    has_summary = (path / files / _SUMMARY).is_file() and has_images_folder(path, files)
    return Sureness.POSSIBLE if has_summary or has_media(path, files) else Sureness.NO


def open_source(path: Path, options: OpenOptions) -> RunFolder:
    """List the images of a run.

    Raises:
        DataError: log_version; log_corrupt where the log itself was named and has no readable row.
    """
    return RunFolder(path, options)


def write_new(
    target: Path, content: Content, options: WriteOptions, progress: Progress
) -> SaveReport:
    """Log everything through the real client, offline unless asked otherwise.

    Raises:
        DataError: target_exists, cannot_hold, not_writable (also where the client is missing).
    """
    return log_run(target, content, options, progress)


class RunFolder(WandbSource):
    """Images by key and step."""

    format = FORMAT

    def list_entries(self) -> list[Entry]:
        folder = self.files.folder
        self._prefix = _files_of(folder)
        log = self.path if self.path.is_file() else _log_of(folder)
        history = RunHistory() if log is None else read_history(log)
        if history.damage is not None:
            if not history.n_rows and self.path.is_file():
                raise history.damage
            self.problems.append(history.damage.problem(Scope.FILE, severity=Severity.WARNING))
        if not history.n_rows:
            history.media = self._summary()
        if history.n_rows or history.media:
            return [entry for logged in history.media for entry in self._entries(logged, history)]
        entries, problems = entries_by_name(folder, self._prefix)
        self.problems += problems
        return entries

    def _summary(self) -> list[Logged]:
        """Images of the summary: the last of each key."""
        path = f"{self._prefix}{_SUMMARY}"
        if not (self.files.folder / path).is_file():
            return []
        try:
            summary = self.files.read_object(path)
        except DataError as error:
            self.problems.append(error.problem(Scope.FILE, severity=Severity.WARNING))
            return []
        return list(media_of(summary, number_of(summary.get("_step")) or 0, path))

    def _entries(self, logged: Logged, history: RunHistory) -> Iterator[Entry]:
        name = f"{logged.key}/{logged.step}"
        where = f"{logged.key} at step {logged.step}"
        if logged.fault is not None:
            entry = Entry(name, where)
            entry.add_fault(logged.fault)
            yield entry
            return
        if isinstance(logged.value, dict) and logged.value.get("_type") == TABLE_FILE:
            yield from self._table(logged.value, name, where)
            return
        for entry in entries_of(logged.value, name, where):
            for layer in entry.masks:
                names = self._names(history, logged.label_key, layer)
                if names:
                    entry.names[layer] = names
            entry.image = entry.image and self._prefix + entry.image
            entry.masks = {layer: self._prefix + path for layer, path in entry.masks.items()}
            yield entry

    def _names(self, history: RunHistory, label_key: str, layer: str) -> Names:
        labels = layer_labels(history.labels, label_key, layer)
        if labels is None:
            return {}
        names, problems = class_names(labels, f"classes of `{layer}` in {label_key}")
        self._note(problems)
        return names

    def _table(self, value: dict[str, Any], name: str, where: str) -> Iterator[Entry]:
        """A table of a run: its cells hold a word instead of each image."""
        try:
            path = self._prefix + file_path(value, where)
            table = self.files.read_object(path)
        except DataError as error:
            entry = Entry(name, where)
            entry.add_fault(error)
            yield entry
            return
        for row, column in _image_cells(table):
            entry = Entry(f"{name}/{row}/{column}", f"{path}: row {row}, column `{column}`")
            found = "the image is only in the artifact, outside of the run's folder"
            entry.add_fault(DataError(Kind.IMAGE_NOT_IN_FOLDER, entry.where, found))
            yield entry

    def _note(self, problems: list[Problem]) -> None:
        self.problems += [p for p in problems if p not in self.problems]


def _image_cells(table: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Row and column of every image cell."""
    columns, rows = table.get("columns"), table.get("data")
    if not isinstance(columns, list) or not isinstance(rows, list):
        return
    for number, row in enumerate(rows):
        for column, cell in zip(columns, row if isinstance(row, list) else (), strict=False):
            if cell == _CELL:
                yield number, str(column)


def _log_of(folder: Path) -> Path | None:
    """The log of a run's folder; one that a link leads out to is none of it."""
    try:
        base = folder.resolve()
        found = sorted(p for p in folder.iterdir() if p.suffix == LOG and p.is_file())
        found = [p for p in found if p.resolve().is_relative_to(base)]
    except OSError:
        return None
    return next((p for p in found if is_log(p)), found[0] if found else None)


def _files_of(folder: Path) -> str:
    """Where the media of a run lie below its folder; some people keep that folder alone."""
    return _FILES if (folder / _FILES).is_dir() else ""
