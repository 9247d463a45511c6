"""What was opened lately, from one start to the next."""

from __future__ import annotations

import json
from pathlib import Path

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.ui.recent import RecentDataset, RecentItems
from maskstudio.ui.settings import RECENT, Settings
from maskstudio.workflows.open_dataset import OpenRequest

NAMED = LabelMap((LabelClass(0, "sky", (128, 128, 128)), LabelClass(255, "void", (0, 0, 0))))


def items_after_restart(settings: Settings) -> list[RecentDataset]:
    return RecentItems(settings).items


def test_classes_that_were_named_at_opening_come_back(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    layers = (("ground_truth", Path("/d/masks")),)
    request = OpenRequest(images=Path("/d/images"), layers=layers, label_map=NAMED)
    RecentItems(settings).note(RecentDataset("masks", request, 2, 9))
    (item,) = items_after_restart(settings)
    assert (item.title, item.n_checked, item.n_samples) == ("masks", 2, 9)
    assert (item.request.images, item.request.layers) == (Path("/d/images"), layers)
    assert item.request.label_map is not None
    assert item.request.label_map.classes == NAMED.classes


def test_the_same_sources_are_listed_once(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    recent = RecentItems(settings)
    recent.note(RecentDataset("a", OpenRequest((Path("/d/a"),), label_map=NAMED)))
    recent.note(RecentDataset("b", OpenRequest((Path("/d/b"),))))
    recent.note(RecentDataset("a", OpenRequest((Path("/d/a"),))))
    assert [item.title for item in items_after_restart(settings)] == ["a", "b"]


def test_a_workspace_is_opened_as_one(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    workspace = Path("/d/work.maskstudio")
    request = OpenRequest((Path("/d/masks.zip"),), workspace=workspace)
    RecentItems(settings).note(RecentDataset("masks.zip", request))
    (item,) = items_after_restart(settings)
    assert item.request == OpenRequest((workspace,))


def test_a_damaged_entry_is_left_out_and_the_others_stay(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    RecentItems(settings).note(RecentDataset("a", OpenRequest((Path("/d/a"),))))
    entries = json.loads(settings.get(RECENT))
    settings.set(RECENT, json.dumps([{"title": 3}, "x", {**entries[0], "labels": [7]}, *entries]))
    assert [item.title for item in items_after_restart(settings)] == ["a"]
