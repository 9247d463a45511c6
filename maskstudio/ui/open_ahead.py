"""Opens a data set and decodes its first sample at once, while the window does other things."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from maskstudio.collector import collector_at_rest
from maskstudio.workflows.open_request import OpenRequest

if TYPE_CHECKING:
    from maskstudio.core.document import LoadedSample, Sample
    from maskstudio.workflows.open_dataset import OpenedDataset


class OpenAhead:
    """Begins in a thread of its own; `result` and `decoded` are for another than the window's."""

    def __init__(self, request: OpenRequest, sample: str | None, state_folder: Path) -> None:
        """Begin.

        Args:
            sample: the name of the first one, where it was named; else the one shown last time.
            state_folder: where that is kept.
        """
        self._request, self._sample, self._state_folder = request, sample, state_folder
        pool = ThreadPoolExecutor(1, "maskstudio-open")
        self._opened = pool.submit(self._open)
        self._first = pool.submit(self._decode_first)
        pool.shutdown(wait=False)

    def result(self) -> OpenedDataset:
        """Wait for what was opened. Raises what `open_dataset` raises."""
        return self._opened.result()

    def decoded(self, sample: Sample) -> LoadedSample:
        """Wait for the first sample; another one is decoded now."""
        from maskstudio.core.document import load_sample

        first = self._first.result()
        return load_sample(sample) if first is None or first.sample is not sample else first

    def _open(self) -> OpenedDataset:
        from maskstudio.workflows.open_dataset import open_dataset

        with collector_at_rest():
            return open_dataset(self._request)

    def _decode_first(self) -> LoadedSample | None:
        from maskstudio.core.document import load_sample

        if self._opened.exception() is not None:
            return None
        dataset = self._opened.result().dataset
        for name in (self._sample, self._kept_name()):
            if name is not None and dataset.has_sample(name):
                return load_sample(dataset.sample(name))
        return load_sample(dataset.samples[0]) if dataset.samples else None

    def _kept_name(self) -> str | None:
        from maskstudio.workflows.workspace import read_state

        kept = read_state(self._state_folder, self._request) if self._request.is_lasting else None
        name = None if kept is None else kept.view.get("sample")
        return name if isinstance(name, str) else None
