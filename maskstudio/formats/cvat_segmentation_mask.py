"""The format CVAT "Segmentation Mask 1.1", as `registry` looks it up.

Reading is in `cvat_reader`, saving in place in `cvat_saver`, new data sets in `cvat_new`; what the
pixels mean in `cvat_pixels` and `cvat_encoding`, what the format cannot hold in `cvat_rules`.
"""

from __future__ import annotations

from .cvat_new import write_new
from .cvat_reader import FORMAT, CvatSource, open_source, probe
from .cvat_saver import save_in_place

__all__ = ["FORMAT", "CvatSource", "open_source", "probe", "save_in_place", "write_new"]
