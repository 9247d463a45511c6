"""`maskstudio.view`: the window on arrays, from a script or a notebook."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from maskstudio.core.arrays import IndexMask

from .samples import Classes, memory_source

if TYPE_CHECKING:
    from maskstudio.ui.viewer import Viewer

Edited = dict[str, IndexMask]
"""(H, W) class indices by layer key."""


class ViewHandle:
    """A window that was opened on arrays."""

    def __init__(self, viewer: Viewer, *, is_list: bool) -> None:
        """Made by `view`."""
        self._viewer, self._is_list = viewer, is_list

    @property
    def is_open(self) -> bool:
        """Whether the window is still there."""
        return self._viewer.is_open

    @property
    def masks(self) -> Edited | list[Edited]:
        """The masks as they are now, or as they were when the window was closed.

        For one image a dictionary by layer key, for a list of images a list of them.
        """
        found = self._viewer.masks()
        return found if self._is_list else found[0]

    def wait(self) -> Edited | list[Edited]:
        """Stay until the window is closed; returns `masks`."""
        self._viewer.wait()
        return self.masks

    def close(self) -> None:
        """Close the window; `masks` keeps what was edited."""
        self._viewer.close()


def view(
    image: Any,
    masks: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    classes: Classes | None = None,
    *,
    title: str = "view",
) -> Edited | list[Edited] | ViewHandle:
    """Open the window on one image or a list of images, with masks over them.

    Args:
        image: an array (H, W), (H, W, 3) or (H, W, 4), anything numpy makes one of, or a path; or
            a list of them.
        masks: by layer key, `{"mask_data": array, "class_labels": {index: name}}` or `path` in
            place of the array, an `ImageMask`, or the array alone; for a list of images a list.
        classes: names for layers that bring none: `{index: name}`, a list of
            `{"id": index, "name": name}`, a list of names, or a `LabelMap`.
        title: name of the data set in the window.

    Returns:
        The edited masks by layer key, when the window is closed; a list of such dictionaries for a
        list of images. While a Qt event loop runs (`%gui qt`, a notebook), a `ViewHandle` at once.
        The arrays that were passed stay as they are.

    Raises:
        DataError: a file cannot be read.
        TypeError, ValueError: an array is no picture or no mask, or lists differ in length.
    """
    is_list = isinstance(image, list | tuple)
    images = list(image) if is_list else [image]
    layers: list[Any] = [masks or {}]
    if is_list:
        layers = [{} for _ in images] if masks is None else list(masks)
    if len(layers) != len(images):
        raise ValueError(f"{len(images)} images need as many masks, not {len(layers)}.")
    source = memory_source(images, layers, classes, title)
    is_running = _has_running_loop()

    from maskstudio.ui.viewer import Viewer

    handle = ViewHandle(Viewer(source), is_list=is_list)
    return handle if is_running else handle.wait()


def _has_running_loop() -> bool:
    """Whether Qt events are worked off without us; a notebook is told to."""
    shell = _interactive_shell()
    if shell is not None:
        if getattr(shell, "kernel", None) is not None and not shell.active_eventloop:
            shell.enable_gui("qt")
        if str(getattr(shell, "active_eventloop", None) or "").startswith("qt"):
            return True
    core = sys.modules.get("PySide6.QtCore")
    if core is None or core.QCoreApplication.instance() is None:
        return False
    return bool(core.QThread.currentThread().loopLevel() > 0)


def _interactive_shell() -> Any:
    """IPython's shell, where it runs."""
    module = sys.modules.get("IPython")
    return None if module is None else module.get_ipython()
