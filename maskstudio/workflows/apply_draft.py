"""A draft of a label map made true over an open data set: one edit over all samples and layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from maskstudio.core.dataset import Dataset
from maskstudio.core.edits import Edit, LabelMapEdit
from maskstudio.core.joined_edit import JoinedEdit
from maskstudio.core.labels import LabelMap
from maskstudio.formats.base import Progress, no_progress

from .bulk_relabel import make_edit, masks_of
from .class_census import Census
from .draft_edits import relabeling_of
from .label_map_draft import Draft
from .mask_snapshot import MaskSnapshot
from .relabel import Relabeling
from .relabel_source import consequences_of


@dataclass(frozen=True)
class LayerToChange:
    """What one layer needs for its part of the edit.

    Args:
        before: its label map as it is.
        masks: those that hold a class whose pixels change.
    """

    key: str
    relabeling: Relabeling
    before: LabelMap
    masks: tuple[MaskSnapshot, ...]


def layers_to_change(
    dataset: Dataset, drafts: Mapping[str, Draft], censuses: Mapping[str, Census]
) -> list[LayerToChange]:
    """Copy what is needed of every layer; in the thread of the data set.

    Args:
        drafts, censuses: by layer key; a layer without a census changes no pixel.
    """
    found = []
    for key, draft in drafts.items():
        relabeling = relabeling_of(draft)
        foreseen = consequences_of(relabeling, censuses.get(key, Census()))
        masks = masks_of(dataset, key, list(foreseen.by_sample))
        found.append(LayerToChange(key, relabeling, dataset.label_maps[key], tuple(masks)))
    return found


def make_one_edit(
    layers: list[LayerToChange],
    dataset: Dataset,
    folder: Path | None,
    progress: Progress = no_progress,
) -> Edit:
    """The one edit that changes all of them; nothing is changed yet. In any thread.

    Args:
        folder: where the tiles from before are kept.

    Raises:
        DataError: a mask cannot be read.
        OSError: the tiles cannot be written.
        CancelledError: `progress` asked to stop.
    """
    total = sum(len(layer.masks) for layer in layers)
    parts: list[Edit] = []
    done = 0
    for layer in layers:
        key, relabeling = layer.key, layer.relabeling
        if layer.masks:
            before_it = done

            def report(n: int, _n_masks: int, what: str, start: int = before_it) -> None:
                progress(start + n, total, what)

            parts.append(make_edit(relabeling, layer.masks, dataset, key, folder, report))
        else:
            before, after = layer.before, relabeling.label_map
            parts.append(LabelMapEdit(relabeling.label, key, before=before, after=after))
        done += len(layer.masks)
    return parts[0] if len(parts) == 1 else JoinedEdit(layers[0].relabeling.label, parts)
