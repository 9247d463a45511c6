"""The format CVAT "Segmentation Mask 1.1", as `registry` looks it up."""

from __future__ import annotations

from .cvat_reader import FORMAT, CvatSource, open_source, probe

__all__ = ["FORMAT", "CvatSource", "open_source", "probe"]
