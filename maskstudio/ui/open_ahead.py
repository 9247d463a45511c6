"""Opens what the command line named while the window is still being built."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from maskstudio.workflows.open_request import OpenRequest

if TYPE_CHECKING:
    from maskstudio.workflows.open_dataset import OpenedDataset


class OpenAhead:
    """Begins in a thread of its own; `result` is for another thread than the window's."""

    def __init__(self, request: OpenRequest) -> None:
        """Begin."""
        self._pool = ThreadPoolExecutor(1)
        self._opened = self._pool.submit(_open, request)
        self._pool.submit(_get_ready)
        self._pool.shutdown(wait=False)

    def result(self, request: OpenRequest) -> OpenedDataset:
        """Wait for what was opened. Raises what `open_dataset` raises."""
        return self._opened.result()


def _open(request: OpenRequest) -> OpenedDataset:
    from maskstudio.workflows.open_dataset import open_dataset

    return open_dataset(request)


def _get_ready() -> None:
    """Import what the first sample is decoded with."""
    from maskstudio.formats.registry import get_ready

    get_ready()
