"""What a new artifact and a new run have in common before the first sample is written."""

from __future__ import annotations

from pathlib import Path

from maskstudio.errors import DataError, Kind

from .base import Content, WriteItem, WriteOptions


def items_by_name(content: Content) -> dict[str, dict[str, WriteItem]]:
    """What is written of each sample, by layer."""
    found: dict[str, dict[str, WriteItem]] = {}
    for layer in (content, *content.others):
        for item in layer.items:
            found.setdefault(item.name, {})[layer.key] = item
    return found


def require_free(target: Path, options: WriteOptions) -> None:
    """Refuse a target that must not be replaced. Raises DataError (target_exists)."""
    if not target.is_dir() and (target.exists() or target.is_symlink()):
        raise DataError(Kind.TARGET_EXISTS, str(target), "a file is in the way", "a folder")
    if target.is_dir() and any(target.iterdir()) and not options.overwrite:
        expected = "a new or empty folder"
        raise DataError(Kind.TARGET_EXISTS, str(target), "the folder holds files", expected)
