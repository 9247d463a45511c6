"""What is exported: the data set as it was when the copy was taken, unsaved changes included."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskstudio.core.document import load_sample
from maskstudio.core.geometry import Rect
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import Kind
from maskstudio.formats import registry
from maskstudio.formats.base import WriteOptions
from maskstudio.workflows.convert import (
    Conversion,
    plan_conversion,
    run_conversion,
    survey_layer,
)
from maskstudio.workflows.frozen_copy import frozen_copy
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from tests.cli.helpers import write_cvat, write_masks, write_picture
from tests.helpers.masks import mask

LABELS = "background:0,0,0::\ncat:10,20,30::\ndog:40,50,60::\n"


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    drawn = {"a": mask("..11", "..11"), "b": mask("2222", "....")}
    return write_masks(tmp_path / "masks", drawn, LABELS)


def opened(path: Path, *names: str) -> OpenedDataset:
    found = open_dataset(OpenRequest(layers=(("truth", path),)))
    for name in names:
        found.dataset.open_document(load_sample(found.dataset.sample(name)))
    return found


def paint(found: OpenedDataset, name: str, rect: Rect, index: int, key: str = "truth") -> None:
    transaction = found.dataset.begin(name, key, label="Brush")
    transaction.paint(rect, np.ones((rect.height, rect.width), np.bool_), index)
    transaction.commit()


def planned(
    found: OpenedDataset,
    to: str = registry.INDEX_PNG,
    key: str = "truth",
    *,
    numbers_all: bool = False,
) -> Conversion:
    layer = survey_layer(frozen_copy(found), key)
    return plan_conversion([layer], to, numbers_all=numbers_all)


def stored(folder: Path, name: str) -> list[list[int]]:
    with Image.open(folder / f"{name}.png") as picture:
        return np.asarray(picture).tolist()  # type: ignore[no-any-return]


def test_unsaved_changes_are_in_it_and_stay_unsaved(masks: Path, tmp_path: Path) -> None:
    found = opened(masks, "a", "b")
    paint(found, "a", Rect(0, 0, 1, 2), 2)
    paint(found, "b", Rect(3, 1, 4, 2), 1)
    found.dataset.close_document("b")
    run_conversion(planned(found), tmp_path / "out", WriteOptions())
    assert stored(tmp_path / "out", "a") == [[2, 0, 1, 1], [2, 0, 1, 1]]
    assert stored(tmp_path / "out", "b") == [[2, 2, 2, 2], [0, 0, 0, 1]]
    assert stored(masks, "a") == [[0, 0, 1, 1], [0, 0, 1, 1]]
    assert found.dataset.modified_samples() == {"a", "b"}
    assert found.layer_sources["truth"].path == masks


def test_what_is_painted_afterwards_is_not_in_it(masks: Path, tmp_path: Path) -> None:
    found = opened(masks, "a")
    plan = planned(found)
    paint(found, "a", Rect(0, 0, 4, 2), 2)
    run_conversion(plan, tmp_path / "out", WriteOptions())
    assert stored(tmp_path / "out", "a") == [[0, 0, 1, 1], [0, 0, 1, 1]]


def test_a_class_added_and_not_saved_yet_is_in_the_label_map(masks: Path, tmp_path: Path) -> None:
    found = opened(masks, "a")
    wider = found.dataset.label_maps["truth"].with_class(LabelClass(5, "bird", (1, 2, 3)))
    found.dataset.change_label_map("Add class", "truth", wider)
    paint(found, "a", Rect(0, 0, 1, 1), 5)
    plan = planned(found)
    assert [p.kind for p in plan.problems] == [Kind.LABEL_GAP]
    run_conversion(plan, tmp_path / "out", WriteOptions())
    written = (tmp_path / "out" / "labelmap.txt").read_text().splitlines()
    assert written[-1].startswith("bird:1,2,3")
    assert stored(tmp_path / "out", "a")[0] == [5, 0, 1, 1]


def test_a_layer_without_a_file_is_exported_where_it_was_begun(masks: Path, tmp_path: Path) -> None:
    found = opened(masks, "a")
    found.dataset.add_layer("new", LabelMap((LabelClass(0, "cat", (1, 1, 1)),)))
    paint(found, "a", Rect(1, 0, 2, 1), 0, key="new")
    plan = planned(found, registry.CVAT, key="new")
    run_conversion(plan, tmp_path / "new.zip", WriteOptions())
    with zipfile.ZipFile(tmp_path / "new.zip") as archive:
        assert "SegmentationClass/b.png" not in archive.namelist()
        with archive.open("SegmentationClass/a.png") as file:
            rgb = np.asarray(Image.open(file).convert("RGB")).tolist()
    black, cat = [0, 0, 0], [1, 1, 1]
    assert rgb == [[black, cat, black, black], [black, black, black, black]]


def test_an_undeclared_color_that_was_painted_over_hinders_nothing(tmp_path: Path) -> None:
    strange = np.zeros((1, 3, 3), np.uint8)
    strange[0, 1] = (9, 9, 9)
    folder = write_cvat(tmp_path / "cvat", {"a": strange}, LABELS)
    found = opened(folder, "a")
    assert planned(found).left_out == ("a",)
    paint(found, "a", Rect(0, 0, 3, 1), 1)
    plan = planned(found)
    assert plan.left_out == ()
    run_conversion(plan, tmp_path / "out", WriteOptions())
    assert stored(tmp_path / "out", "a") == [[1, 1, 1]]


def test_regions_get_ids_where_they_are_asked_for(masks: Path, tmp_path: Path) -> None:
    found = opened(masks)
    plan = planned(found, registry.CVAT, numbers_all=True)
    run_conversion(plan, tmp_path / "out.zip", WriteOptions())
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert "SegmentationObject/a.png" in archive.namelist()
    assert not any(p.kind == Kind.CANNOT_HOLD for p in plan.problems)


@pytest.mark.parametrize("name", registry.writable_formats())
def test_every_format_takes_all_layers_that_fit_and_gives_the_pixels_back(
    tmp_path: Path, name: str
) -> None:
    write_picture(tmp_path / "images" / "a.png", 4, 2)
    drawn = {"truth": mask("..11", "..11"), "guess": mask("2222", "....")}
    layers = [(k, write_masks(tmp_path / k, {"a": m}, LABELS)) for k, m in drawn.items()]
    found = open_dataset(OpenRequest(images=tmp_path / "images", layers=tuple(layers)))
    found.dataset.open_document(load_sample(found.dataset.sample("a")))
    paint(found, "a", Rect(0, 0, 1, 1), 1, key="guess")
    drawn["guess"][0, 0] = 1
    traits, frozen = registry.traits(name), frozen_copy(found)
    keys = ["truth", "guess"] if traits.has_layers else ["guess"]
    plan = plan_conversion([survey_layer(frozen, key) for key in keys], name)
    if any(p.kind == Kind.NOT_WRITABLE for p in plan.problems):
        pytest.skip(f"{traits.title} needs a client that is not installed")
    target = tmp_path / f"copy{traits.suffix}"
    run_conversion(plan, target, WriteOptions())
    again = open_dataset(OpenRequest(paths=(target,)))
    (sample,) = again.dataset.samples
    masks = load_sample(sample).masks
    assert len(masks) == len(keys)
    for key, data in zip(keys, masks.values(), strict=True):
        read = masks[key] if traits.has_layers else data
        assert read.pixels.tolist() == drawn[key].tolist()
