"""Models are tested over the same small data set as panels."""

from tests.ui.panels.conftest import bench, empty_bench

__all__ = ["bench", "empty_bench"]
