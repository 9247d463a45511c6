"""What the words of several verbs name, opened: a source, its images, its label map."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError
from maskstudio.workflows.open_dataset import OpenedDataset
from maskstudio.workflows.opening import masks_request, opened


def read_label_map(labels: str | None) -> LabelMap | None:
    """The label map that `--labels` names, or None. Raises DataError, UsageError."""
    if labels is None:
        return None
    from maskstudio.formats.label_arguments import read_labels

    return read_labels(labels)


def format_name(path: Path) -> str | None:
    """Name of the format of something that cannot be opened, or None where nothing tells it."""
    from maskstudio.formats import registry

    try:
        return registry.probe(path)
    except DataError:
        return None


@contextmanager
def opened_masks(
    path: Path,
    images: Path | None = None,
    labels: str | None = None,
    downloads: Path | None = None,
) -> Iterator[OpenedDataset]:
    """A source in which plain pictures are masks; closed at the end. Raises DataError, UsageError.

    A workspace brings its own layers, and its choices are honoured.
    """
    with opened(masks_request(path, images, read_label_map(labels), downloads)) as found:
        yield found
