"""`maskstudio.convert`: what the command of that name does, from Python."""

from __future__ import annotations

from pathlib import Path

from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity
from maskstudio.formats.base import Progress, WriteOptions, no_progress
from maskstudio.workflows.convert import (
    Conversion,
    prepare_conversion,
    require_free,
    require_writable_format,
    run_conversion,
)
from maskstudio.workflows.opening import masks_request, opened

from .dataset import AnyPath, label_map_of


def convert(
    source: AnyPath,
    target: AnyPath,
    to: str,
    *,
    layer: str | None = None,
    images: AnyPath | None = None,
    labels: AnyPath | LabelMap | None = None,
    downloads: AnyPath | None = None,
    with_images: bool = False,
    composite: bool = False,
    online: bool = False,
    overwrite: bool = False,
    progress: Progress = no_progress,
) -> tuple[Problem, ...]:
    """Write the masks of a source to a new target in another format. No index moves.

    Args:
        to: name of the format, such as `cvat-segmentation-mask` or `index-png`.
        layer: the layer that is written, where the source has several.
        downloads: folder of rasters that were fetched from the addresses the source names.
        with_images: copy the images along.
        composite: one raster for all objects of a sample, in `labelbox-ndjson`.
        online: let the wandb client send what it logs, in `wandb-run`.
        overwrite: replace a target that exists.

    Returns:
        Everything there is to say: what was met on reading, what the target cannot hold, and what
        is lost in it. Samples with an error of scope item are not in the target.

    Raises:
        DataError: the source cannot be read, the target cannot hold any of it, exists, or cannot be
            written; nothing is left behind.
        UsageError: the format cannot be written, or it is not clear which layer is meant.
    """
    place = Path(target)
    options = WriteOptions(
        with_images=with_images, overwrite=overwrite, composite=composite, online=online
    )
    require_writable_format(to)
    if place.resolve() == Path(source).resolve():
        raise DataError(Kind.TARGET_EXISTS, str(place), "the target is the source", "another place")
    require_free(place, overwrite=overwrite)
    pictures = None if images is None else Path(images)
    fetched = None if downloads is None else Path(downloads)
    with opened(masks_request(Path(source), pictures, label_map_of(labels), fetched)) as found:
        plan = prepare_conversion(found, to, key=layer, options=options, progress=progress)
        if plan.is_refused:
            raise _refusal(plan, place)
        late = run_conversion(plan, place, options, progress)
    return (*plan.problems, *late)


def _refusal(plan: Conversion, target: Path) -> DataError:
    """Why nothing is written: the first fault of the whole, else the first of a sample."""
    errors = [p for p in plan.problems if p.severity is Severity.ERROR]
    errors.sort(key=lambda problem: problem.scope is not Scope.FILE)
    if not errors:
        return DataError(Kind.CANNOT_HOLD, str(target), "no sample can be written")
    first = errors[0]
    return DataError(first.kind, first.where, first.found, first.expected)
