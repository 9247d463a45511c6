"""Opening a source or a workspace, with the choices of the workspace honoured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
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


def open_with_choices(request: OpenRequest) -> OpenedDataset:
    """What a request names; of a workspace its choices hold. Raises DataError, UsageError."""
    found = open_dataset(request)
    workspace = found.request.workspace
    if workspace is None:
        return found
    from maskstudio.formats.workspace import read_workspace

    from .workspace import adopt

    try:
        adopt(found, read_workspace(workspace)[0])
    except BaseException:
        found.close()
        raise
    return found


@contextmanager
def opened(request: OpenRequest) -> Iterator[OpenedDataset]:
    """The same, closed at the end."""
    with closing(open_with_choices(request)) as found:
        yield found
