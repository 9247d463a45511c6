"""A data set and the choices on it, as a workspace and back.

The same form keeps marks and view of data sets without a workspace, in the state folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError
from maskstudio.formats.workspace import SUFFIX, Workspace, read_workspace, write_workspace

from .open_dataset import OpenedDataset, OpenRequest


def workspace_of(
    opened: OpenedDataset, view: Mapping[str, Any], regions: Sequence[Mapping[str, Any]] = ()
) -> Workspace:
    """The workspace of what is open: its sources as they are now, and the choices.

    Layers that were saved to another target since point there.

    Args:
        regions: what was decided on regions of disagreement.
    """
    dataset, request = opened.dataset, opened.request
    layers = {key: source.path for key, source in opened.layer_sources.items()}
    named = {path.resolve() for path in layers.values()}
    paths = tuple(path for path in request.paths if path.resolve() not in named)
    return Workspace(
        paths=paths,
        images=request.images,
        downloads=request.downloads,
        layers=tuple(layers.items()),
        new_layers=tuple((k, m) for k, m in dataset.label_maps.items() if k not in layers),
        backgrounds={key: m.background for key, m in dataset.label_maps.items()},
        voids={k: m.void for k, m in dataset.label_maps.items() if m.void is not None},
        checked=tuple(sorted(dataset.checked)),
        regions=tuple(regions),
        view=view,
    )


def adopt(opened: OpenedDataset, workspace: Workspace) -> None:
    """Take over marks, choices and layers that no file holds yet.

    What does not fit the data set any more is passed over.
    """
    dataset = opened.dataset
    for key, classes in workspace.new_layers:
        _adopt_new_layer(opened, key, classes)
    names = {sample.name for sample in dataset.samples}
    dataset.checked = set(workspace.checked) & names
    for key, index in workspace.backgrounds.items():
        label_map = dataset.label_maps.get(key)
        if label_map is not None and (index is None or label_map.is_declared(index)):
            dataset.label_maps[key] = replace(label_map, background=index)
    for key, index in workspace.voids.items():
        label_map = dataset.label_maps.get(key)
        if label_map is not None and index is not None and label_map.is_declared(index):
            dataset.label_maps[key] = label_map.with_void(index)


def _adopt_new_layer(opened: OpenedDataset, key: str, label_map: LabelMap) -> None:
    """Bring an empty layer back; classes that were named at opening win."""
    if key in opened.layer_sources:
        return
    if key not in opened.dataset.keys:
        opened.items[key] = {}
        opened.dataset.add_layer(key, label_map)
    elif opened.request.label_map is None:
        opened.dataset.label_maps[key] = label_map


def state_path(folder: Path, request: OpenRequest) -> Path:
    """Where marks and view of a data set without a workspace are kept."""
    parts = [str(path.resolve()) for path in request.paths]
    parts.append(str(request.images.resolve()) if request.images else "")
    parts.extend(f"{key}={path.resolve()}" for key, path in request.layers)
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
    return folder / "datasets" / f"{digest[:32]}{SUFFIX}"


def read_state(folder: Path, request: OpenRequest) -> Workspace | None:
    """Marks and view from the last time, or None; a damaged file counts as none."""
    path = request.workspace or state_path(folder, request)
    try:
        return read_workspace(path)[0]
    except DataError:
        return None


def keep_state(
    folder: Path,
    opened: OpenedDataset,
    view: Mapping[str, Any],
    regions: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Keep marks and view: in the workspace that was opened, else in the state folder.

    Raises:
        DataError: the file cannot be written.
    """
    path = opened.request.workspace or state_path(folder, opened.request)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = workspace_of(opened, view, regions)
    if opened.request.workspace is None:  # what is opened is what its sources hold
        kept = replace(kept, new_layers=())
    write_workspace(path, kept)
