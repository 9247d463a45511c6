"""The format `clearml-frames`, a JSON file of ClearML HyperDatasets frames, for `registry`."""

from __future__ import annotations

from .clearml_reader import FORMAT, ClearmlFrames, open_source, probe

__all__ = ["FORMAT", "ClearmlFrames", "open_source", "probe"]
