"""The format `clearml-frames`, a JSON file of ClearML HyperDatasets frames, for `registry`."""

from __future__ import annotations

from .clearml_reader import FORMAT, ClearmlFrames, open_source, probe
from .clearml_saver import save_in_place
from .clearml_writer import write_new

__all__ = ["FORMAT", "ClearmlFrames", "open_source", "probe", "save_in_place", "write_new"]
