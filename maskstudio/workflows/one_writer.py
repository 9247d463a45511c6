"""One writer for a data set: the locks of all files and folders its layers go back to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from maskstudio.errors import DataError, Kind
from maskstudio.formats import registry
from maskstudio.formats.writer_lock import Owner, WriterLock, owner_of, take_lock

from .open_dataset import OpenedDataset
from .state_folder import state_folder


class DatasetLock:
    """Of one open data set; either all of its files or none are locked.

    Attributes:
        owner: who writes the data set, where that is another program; None for this one.
    """

    def __init__(self, folder: Path, targets: Iterable[Path], *, takes_over: bool = False) -> None:
        """Take the locks of what a data set writes to.

        Args:
            folder: of the program's state. Where no lock can be made in it, there is none.
        """
        self._folder = folder
        self._locks: dict[Path, WriterLock] = {}
        self.owner: Owner | None = None
        self.follow(targets, takes_over=takes_over)

    def follow(self, targets: Iterable[Path], *, takes_over: bool = False) -> None:
        """Lock these instead: a layer lives in another file from now on."""
        wanted = set(targets)
        for target in self._locks.keys() - wanted:
            self._locks.pop(target).release()
        for target in sorted(wanted - self._locks.keys()):
            try:
                found = take_lock(self._folder, target, takes_over=takes_over)
            except OSError:
                continue
            if isinstance(found, Owner):
                self.release()
                self.owner = found
                return
            self._locks[target] = found

    @property
    def is_ours(self) -> bool:
        """Whether this program may write: nobody else does, and nobody has taken over."""
        return self.owner is None and all(found.is_ours for found in self._locks.values())

    def release(self) -> None:
        """Let others write."""
        for found in self._locks.values():
            found.release()
        self._locks.clear()


def written_by(opened: OpenedDataset) -> set[Path]:
    """Files and folders that saving a data set in place writes to."""
    sources = opened.layer_sources.values()
    return {source.path for source in sources if registry.saves_in_place(source.format)}


def require_unlocked(target: Path, folder: Path | None = None) -> None:
    """Refuse a target that another program has open for writing.

    Raises:
        DataError: not_writable.
    """
    owner = owner_of(folder or state_folder(), target)
    if owner is not None:
        found = f"MaskStudio has it open for editing (process {owner.pid})"
        raise DataError(Kind.NOT_WRITABLE, str(target), found, "close it there first")
