"""Opening for a while: a source or a workspace, with its choices honoured, closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maskstudio.core.labels import LabelMap

from .open_dataset import OpenedDataset, OpenRequest, open_dataset


def masks_request(
    path: Path,
    images: Path | None = None,
    label_map: LabelMap | None = None,
    downloads: Path | None = None,
) -> OpenRequest:
    """A source in which plain pictures are masks; a workspace brings its own layers."""
    return OpenRequest((path,), images, label_map=label_map, as_masks=True, downloads=downloads)


@contextmanager
def opened(request: OpenRequest) -> Iterator[OpenedDataset]:
    """What a request names; closed at the end. Raises DataError, UsageError."""
    found = open_dataset(request)
    try:
        workspace = found.request.workspace
        if workspace is not None:
            from maskstudio.formats.workspace import read_workspace

            from .workspace import adopt

            adopt(found, read_workspace(workspace)[0])
        yield found
    finally:
        found.close()
