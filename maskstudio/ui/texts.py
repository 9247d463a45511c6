"""Shown words outside of Qt objects, which have a `tr` of their own."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

CONTEXT = "MaskStudio"


def tr(text: str) -> str:
    """The text in the user's language."""
    return QCoreApplication.translate(CONTEXT, text)
