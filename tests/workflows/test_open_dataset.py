from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskstudio.core.document import load_sample
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.errors import DataError, Kind, UsageError
from maskstudio.formats import registry
from maskstudio.formats.base import OpenOptions
from maskstudio.formats.workspace import Workspace, write_workspace
from maskstudio.workflows.open_dataset import OpenRequest, open_dataset
from tests.helpers.masks import mask


def write_gray(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def write_picture(path: Path, width: int, height: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, height), (10, 20, 30)).save(path)


def test_images_and_two_layers_are_matched_by_name_with_folders(tmp_path: Path) -> None:
    for name in ("a", "night/b c"):
        write_picture(tmp_path / "images" / f"{name}.jpg", 4, 2)
        write_gray(tmp_path / "gt" / f"{name}.png", mask("..11", "22.."))
        write_gray(tmp_path / "pred" / f"{name}.png", mask("1111", "...."))
    opened = open_dataset(
        OpenRequest(
            images=tmp_path / "images",
            layers=(("ground_truth", tmp_path / "gt"), ("predictions", tmp_path / "pred")),
        )
    )
    assert [s.name for s in opened.dataset.samples] == ["a", "night/b c"]
    assert opened.dataset.keys == ("ground_truth", "predictions")
    loaded = load_sample(opened.dataset.sample("night/b c"))
    np.testing.assert_array_equal(loaded.masks["ground_truth"].pixels, mask("..11", "22.."))
    np.testing.assert_array_equal(loaded.masks["predictions"].pixels, mask("1111", "...."))
    assert opened.dataset.problems == []


def test_a_mask_ending_still_matches_its_image(tmp_path: Path) -> None:
    write_picture(tmp_path / "images" / "a.png", 4, 1)
    write_gray(tmp_path / "masks" / "a_mask.png", mask(".11."))
    opened = open_dataset(
        OpenRequest(images=tmp_path / "images", layers=(("ground_truth", tmp_path / "masks"),))
    )
    assert [s.name for s in opened.dataset.samples] == ["a"]
    assert "ground_truth" in opened.dataset.sample("a").masks
    assert opened.items["ground_truth"]["a"].name == "a_mask"


def test_two_masks_that_could_mean_one_image_stay_two_samples(tmp_path: Path) -> None:
    write_picture(tmp_path / "images" / "a.png", 4, 1)
    write_gray(tmp_path / "masks" / "a.png", mask(".11."))
    write_gray(tmp_path / "masks" / "a_mask.png", mask("2..."))
    with_images = OpenRequest(
        images=tmp_path / "images", layers=(("ground_truth", tmp_path / "masks"),)
    )
    for request in (with_images, OpenRequest(layers=with_images.layers)):
        opened = open_dataset(request)
        for name, drawn in (("a", ".11."), ("a_mask", "2...")):
            assert opened.items["ground_truth"][name].name == name
            loaded = load_sample(opened.dataset.sample(name))
            np.testing.assert_array_equal(loaded.masks["ground_truth"].pixels, mask(drawn))


def test_the_mask_of_the_exact_name_is_preferred_whatever_the_order(tmp_path: Path) -> None:
    for name in ("a", "a.mask"):
        write_picture(tmp_path / "images" / f"{name}.png", 4, 1)
        write_gray(tmp_path / "masks" / f"{name}.png", mask(".11."))
    opened = open_dataset(
        OpenRequest(images=tmp_path / "images", layers=(("ground_truth", tmp_path / "masks"),))
    )
    assert {n: i.name for n, i in opened.items["ground_truth"].items()} == {
        "a": "a",
        "a.mask": "a.mask",
    }
    assert opened.dataset.problems == []


def test_an_item_without_image_and_mask_is_listed_and_does_not_stop_the_rest(
    tmp_path: Path,
) -> None:
    write_picture(tmp_path / "images" / "a.png", 4, 1)
    write_gray(tmp_path / "cvat" / "SegmentationClass" / "a.png", mask(".11."))
    lists = tmp_path / "cvat" / "ImageSets" / "Segmentation"
    lists.mkdir(parents=True)
    (lists / "train.txt").write_text("a\nb\n")
    opened = open_dataset(
        OpenRequest(images=tmp_path / "images", layers=(("ground_truth", tmp_path / "cvat"),))
    )
    assert [s.name for s in opened.dataset.samples] == ["a", "b"]
    assert [(p.kind, p.sample) for p in opened.dataset.problems] == [(Kind.SAMPLE_UNMATCHED, "b")]


def test_a_fault_of_a_mask_names_the_sample_not_the_file(tmp_path: Path) -> None:
    write_picture(tmp_path / "images" / "a.png", 4, 1)
    write_gray(tmp_path / "masks" / "a_mask.png", mask(".17."))
    request = OpenRequest(
        images=tmp_path / "images",
        layers=(("ground_truth", tmp_path / "masks"),),
        label_map=LabelMap((LabelClass(0, "sky", (0, 0, 0)), LabelClass(1, "road", (9, 9, 9)))),
    )
    loaded = load_sample(open_dataset(request).dataset.sample("a"))
    assert [(p.kind, p.sample) for p in loaded.problems] == [(Kind.UNDECLARED_INDEX, "a")]


def test_one_picture_and_one_mask_belong_together_whatever_their_names(tmp_path: Path) -> None:
    write_picture(tmp_path / "photo.jpg", 4, 1)
    write_gray(tmp_path / "drawn.png", mask(".11."))
    for request in (
        OpenRequest(images=tmp_path / "photo.jpg", layers=(("gt", tmp_path / "drawn.png"),)),
        OpenRequest((tmp_path / "photo.jpg",), layers=(("gt", tmp_path / "drawn.png"),)),
    ):
        opened = open_dataset(request)
        assert [(s.name, list(s.masks)) for s in opened.dataset.samples] == [("photo", ["gt"])]
        assert opened.items["gt"]["photo"].name == "drawn"
        assert opened.dataset.problems == []


def test_what_has_no_partner_is_listed_and_stays_a_sample(tmp_path: Path) -> None:
    write_picture(tmp_path / "images" / "only_image.png", 4, 1)
    write_gray(tmp_path / "masks" / "only_mask.png", mask(".11."))
    opened = open_dataset(
        OpenRequest(images=tmp_path / "images", layers=(("ground_truth", tmp_path / "masks"),))
    )
    assert [s.name for s in opened.dataset.samples] == ["only_image", "only_mask"]
    assert [(p.kind, p.sample) for p in opened.dataset.problems] == [
        (Kind.SAMPLE_UNMATCHED, "only_mask"),
        (Kind.SAMPLE_UNMATCHED, "only_image"),
    ]


def test_images_alone_get_a_new_layer_with_background(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", 4, 3)
    opened = open_dataset(OpenRequest(images=tmp_path))
    label_map = opened.dataset.label_maps["ground_truth"]
    assert [(c.index, c.name) for c in label_map] == [(0, "background")]
    assert label_map.background == 0
    assert opened.layer_sources == {}
    document = opened.dataset.open_document(load_sample(opened.dataset.samples[0]))
    assert document.layer("ground_truth").pixels.shape == (3, 4)


def test_classes_of_masks_that_name_none_are_made_when_met(tmp_path: Path) -> None:
    write_gray(tmp_path / "m" / "a.png", np.array([[0, 255]], np.uint8))
    write_gray(tmp_path / "m" / "b.png", np.array([[7, 255]], np.uint8))
    opened = open_dataset(OpenRequest(layers=(("ground_truth", tmp_path / "m"),)))
    dataset = opened.dataset
    for sample in dataset.samples:
        dataset.open_document(load_sample(sample))
    label_map = dataset.label_maps["ground_truth"]
    assert {c.index: c.name for c in label_map} == {0: "class_0", 255: "class_255", 7: "class_7"}
    assert label_map.undeclared == ()
    assert not dataset.history.modified()


def test_a_layer_named_twice_is_refused(tmp_path: Path) -> None:
    write_gray(tmp_path / "a.png", mask("1"))
    with pytest.raises(UsageError, match="ground_truth is named twice"):
        open_dataset(OpenRequest(layers=(("ground_truth", tmp_path), ("ground_truth", tmp_path))))


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        open_dataset(OpenRequest(paths=(tmp_path / "missing.zip",)))
    assert caught.value.kind is Kind.FILE_MISSING
    assert "missing.zip" in str(caught.value)


def test_a_layer_that_moved_is_opened_from_where_it_lives_now(tmp_path: Path) -> None:
    write_picture(tmp_path / "images" / "a.png", 4, 1)
    write_gray(tmp_path / "new" / "a.png", mask(".11."))
    write_gray(tmp_path / "old" / "a.png", mask("...."))
    options = OpenOptions(GROUND_TRUTH)
    for request in (
        OpenRequest(images=tmp_path / "images"),
        OpenRequest((tmp_path / "images",)),
        OpenRequest(images=tmp_path / "images", layers=((GROUND_TRUTH, tmp_path / "old"),)),
    ):
        opened = open_dataset(request)
        target = registry.open_source(tmp_path / "new", options, as_masks=True)
        opened.move_layer(GROUND_TRUTH, target)
        again = open_dataset(opened.request)
        assert again.dataset.keys == (GROUND_TRUTH,)
        loaded = load_sample(again.dataset.sample("a"))
        assert loaded.image is not None
        np.testing.assert_array_equal(loaded.masks[GROUND_TRUTH].pixels, mask(".11."))


def test_what_is_named_beside_a_workspace_wins(tmp_path: Path) -> None:
    for folder in ("old", "new"):
        write_picture(tmp_path / folder / "a.png", 4, 1)
    write_gray(tmp_path / "masks" / "a.png", mask(".11."))
    path = tmp_path / "work.maskstudio"
    layers = (("ground_truth", tmp_path / "masks"),)
    write_workspace(path, Workspace(images=tmp_path / "old", layers=layers))
    cat = LabelMap((LabelClass(0, "nothing", (0, 0, 0)), LabelClass(1, "cat", (9, 9, 9))))
    opened = open_dataset(OpenRequest((path,), images=tmp_path / "new", label_map=cat))
    assert opened.image_source is not None
    assert opened.image_source.path == tmp_path / "new"
    assert [c.name for c in opened.dataset.label_maps["ground_truth"]] == ["nothing", "cat"]
