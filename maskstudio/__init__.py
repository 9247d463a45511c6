"""MaskStudio: view, correct and compare segmentation masks.

    import maskstudio

    maskstudio.view(image, masks={"predictions": {"mask_data": a, "class_labels": names}})
    maskstudio.compare("predictions.zip", "ground_truth.zip")["total"]["mean_iou"]

What stands here is imported when it is first used; only `view` needs Qt, and a display.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api.comparison import compare
    from .api.conversion import convert
    from .api.dataset import DataSample, DataSet, open  # noqa: A004 - maskstudio.open
    from .api.image_mask import ImageMask
    from .api.mask_labels import from_mask_labels, to_mask_labels
    from .api.view import ViewHandle, view
    from .core.labels import LabelClass, LabelMap
    from .errors import DataError, MaskStudioError, Problem, UsageError

__version__ = "0.1.0"

_MODULES = {
    "DataError": "errors",
    "DataSample": "api.dataset",
    "DataSet": "api.dataset",
    "ImageMask": "api.image_mask",
    "LabelClass": "core.labels",
    "LabelMap": "core.labels",
    "MaskStudioError": "errors",
    "Problem": "errors",
    "UsageError": "errors",
    "ViewHandle": "api.view",
    "compare": "api.comparison",
    "convert": "api.conversion",
    "from_mask_labels": "api.mask_labels",
    "open": "api.dataset",
    "to_mask_labels": "api.mask_labels",
    "view": "api.view",
}

__all__ = [
    "DataError",
    "DataSample",
    "DataSet",
    "ImageMask",
    "LabelClass",
    "LabelMap",
    "MaskStudioError",
    "Problem",
    "UsageError",
    "ViewHandle",
    "__version__",
    "compare",
    "convert",
    "from_mask_labels",
    "open",
    "to_mask_labels",
    "view",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
