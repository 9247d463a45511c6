"""The format `labelbox-ndjson`, for `registry`."""

from __future__ import annotations

from .labelbox_reader import FORMAT, LabelboxNdjson, open_source, probe
from .labelbox_saver import save_in_place
from .labelbox_writer import write_new

__all__ = ["FORMAT", "LabelboxNdjson", "open_source", "probe", "save_in_place", "write_new"]
