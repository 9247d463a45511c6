"""The format `index-png`, a folder of masks whose pixels are class indices, for `registry`."""

from __future__ import annotations

from .index_reader import FORMAT, IndexFolder, open_source, probe
from .index_writer import save_in_place, write_new

__all__ = ["FORMAT", "IndexFolder", "open_source", "probe", "save_in_place", "write_new"]
