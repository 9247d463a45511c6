"""MaskStudio: view, correct and compare segmentation masks."""

from __future__ import annotations

__version__ = "0.1.0"
