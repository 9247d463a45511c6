"""The two frame examples of the vendor's mask page, with small films in place of remote ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.document import load_sample
from maskstudio.core.geometry import Rect
from maskstudio.formats import registry
from maskstudio.formats.base import ChangedMask, Changes, no_progress
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from maskstudio.workflows.save_dataset import finish_save, prepare_save, run_save
from tests.helpers.clearml_files import stored, write_film, write_json
from tests.helpers.shared import shared

CAR, ROAD = (210, 210, 120), (197, 135, 146)
TIMES = (0, 33, 67, 100)
"""Of frames at 30 a second, in milliseconds."""


def example(number: int) -> dict[str, Any]:
    """A frame as the page shows it; the second is the inside of one, and lacks its last bracket."""
    text = shared("seeds", "002_00b67d8ff4ec6101.txt").read_text(encoding="utf-8")
    block = re.findall(r"```json\n(.*?)```", text, re.DOTALL)[number - 1]
    found = json.loads(block if number == 1 else f"{{{block}]}}")
    assert isinstance(found, dict)
    return found


def picture(number: int) -> NDArray[np.uint8]:
    """A car that moves 8 pixels a frame over a road."""
    pixels = np.zeros((48, 96, 3), np.uint8)
    pixels[24:] = ROAD
    pixels[24:40, 8 * number : 8 * number + 32] = CAR
    return pixels


def instances(number: int) -> NDArray[np.uint8]:
    """Two objects whose colors nobody names."""
    pixels = np.zeros((48, 96, 3), np.uint8)
    pixels[:24, :48], pixels[24:, 8 * number : 8 * number + 32] = (250, 0, 0), (0, 0, 250)
    return pixels


def write_frames(folder: Path, frame: dict[str, Any]) -> Path:
    """The frame at several times of films beside it."""
    write_film(folder / "front.mp4", [picture(n) // 2 for n in range(6)], rate=30)
    write_film(folder / "front_seg.mp4", [picture(n) for n in range(6)], rate=30)
    write_film(folder / "front_instance_seg.mp4", [instances(n) for n in range(6)], rate=30)
    text = re.sub(r"https://[^\"]*/", "", json.dumps(frame))
    frames = []
    for time in TIMES:
        frames.append(json.loads(re.sub(r'("timestamp"): \d+', rf"\1: {time}", text)))
    return write_json(folder / "frames.json", frames)


@contextmanager
def opened(path: Path) -> Iterator[OpenedDataset]:
    found = open_dataset(OpenRequest((path,)))
    try:
        yield found
    finally:
        found.close()


def test_the_first_example_steps_through_time(tmp_path: Path) -> None:
    with opened(write_frames(tmp_path, example(1))) as found:
        assert [s.name for s in found.dataset.samples] == [f"car_1@{t}" for t in TIMES]
        moments = [s.moment for s in found.dataset.samples]
        assert [(m.context, m.timestamp) for m in moments if m] == [("car_1", t) for t in TIMES]
        label_map = found.dataset.label_maps["seg"]
        names = ["car", "person", "road", "street", "building"]
        assert [c.name for c in label_map] == names
        assert label_map.by_name["car"].value == CAR
        for number, sample in enumerate(found.dataset.samples):
            loaded = load_sample(sample)
            assert loaded.image is not None
            assert abs(loaded.image.pixels.astype(int) - picture(number) // 2).mean() < 4
            seen = loaded.masks["seg"].pixels
            expected = (picture(number) == CAR).all(axis=2)
            wrong = np.count_nonzero((seen == label_map.by_name["car"].index) != expected)
            assert wrong < expected.size * 0.01


def test_a_mask_without_any_names_shows_a_class_for_each_color(tmp_path: Path) -> None:
    with opened(write_frames(tmp_path, example(1))) as found:
        assert len(found.dataset.label_maps["seg_instance"]) == 0
        for sample in found.dataset.samples:
            found.dataset.open_document(load_sample(sample))
        met = found.dataset.label_maps["seg_instance"].undeclared
        assert len(met) == 3
        wanted = [(0, 0, 0), (250, 0, 0), (0, 0, 250)]
        for color in wanted:
            assert min(np.abs(np.subtract(c.color, color)).max() for c in met if c.color) < 12


def test_an_edited_mask_of_the_first_example_is_all_that_changes(tmp_path: Path) -> None:
    path = write_frames(tmp_path, example(1))
    before = {p: p.read_bytes() for p in tmp_path.iterdir()}
    name = "car_1@33"
    with opened(path) as found:
        found.dataset.open_document(load_sample(found.dataset.sample(name)))
        road = found.dataset.label_maps["seg"].by_name["road"].index
        transaction = found.dataset.begin(name, "seg", label="Brush")
        transaction.paint(Rect(0, 0, 96, 48), np.ones((48, 96), np.bool_), road)
        transaction.commit()
        job = prepare_save(found, "seg")
        finish_save(found, job, run_save(job, no_progress))
        assert not found.dataset.modified_samples()
    after = {p: p.read_bytes() for p in tmp_path.iterdir()}
    assert {p.name for p in after if after[p] != before.get(p)} == {
        "frames.json",
        "car_1_33.seg.png",
    }
    assert (stored(tmp_path / "car_1_33.seg.png") == ROAD).all()
    frames = json.loads(after[path])
    entry = frames[1]["sources"][0]["masks"][0]
    assert entry == {
        "id": "seg",
        "content_type": "image/png",
        "uri": "car_1_33.seg.png",
        "timestamp": 0,
    }
    old = json.loads(before[path])
    frames[1]["sources"][0]["masks"][0] = old[1]["sources"][0]["masks"][0]
    assert frames == old
    with opened(path) as found:
        loaded = load_sample(found.dataset.sample(name))
        assert (loaded.masks["seg"].pixels == road).all()


def test_the_second_example_has_two_masks_of_one_class_each(tmp_path: Path) -> None:
    with opened(write_frames(tmp_path, example(2))) as found:
        assert found.dataset.keys == ("car", "road")
        for key, value in (("car", CAR), ("road", ROAD)):
            (only,) = found.dataset.label_maps[key].classes
            assert (only.name, only.value) == ("right_lane", value)
        assert len(found.dataset.samples) == len(TIMES)
        first = found.dataset.samples[0]
        assert first.moment is not None
        assert first.moment.context == "front.mp4"
        loaded = load_sample(first)
        assert loaded.masks.keys() == {"car", "road"}


def test_the_second_example_comes_back_unchanged_but_for_an_edited_mask(tmp_path: Path) -> None:
    path = write_frames(tmp_path, example(2))
    before = path.read_bytes()
    with opened(path) as found:
        source, name = found.layer_sources["car"], found.dataset.samples[2].name
        mask = ChangedMask(np.zeros((48, 96), np.uint8))
        changes = Changes("car", found.dataset.label_maps["car"], {name: mask})
        registry.save_in_place(source, changes, no_progress)
    frames, old = json.loads(path.read_bytes()), json.loads(before)
    changed = frames[2]["sources"][0]["masks"][0]
    assert changed.pop("uri").endswith(".png")
    frames[2]["sources"][0]["masks"][0] = old[2]["sources"][0]["masks"][0]
    assert frames == old
