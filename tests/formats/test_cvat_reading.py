"""Rules of reading Segmentation Mask data sets that no golden sample shows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import DataError, Kind
from maskstudio.formats.base import Item, OpenOptions, Sureness
from maskstudio.formats.cvat_segmentation_mask import CvatSource, open_source, probe
from tests.helpers.masks import mask

LIST = "ImageSets/Segmentation/default.txt"
BASE = {"labelmap.txt": b"bg:0,0,0::\ncat:1,1,1::\n", LIST: b"a\n"}
DRAWN = mask("..1", ".11")


def png(pixels: np.ndarray[Any, Any]) -> bytes:
    buffer = io.BytesIO()
    Pillow.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def make_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def make_folder(path: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


@pytest.fixture(params=["zip", "folder"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    def write(files: Mapping[str, bytes]) -> CvatSource:
        if request.param == "zip":
            return open_source(make_zip(tmp_path / "d.zip", files), OpenOptions())
        return open_source(make_folder(tmp_path / "d", files), OpenOptions())

    return write


def item(source: CvatSource, name: str) -> Item:
    return next(i for i in source.items if i.name == name)


def open_fault(path: Path) -> Kind:
    with pytest.raises(DataError) as caught:
        open_source(path, OpenOptions())
    return caught.value.kind


def test_lines_of_lists_are_names_as_they_stand(make: Any) -> None:
    listed = '\ufeff  a  \r\n\r\n# no\n  # no\nx y\n"x y"\nb.jpg 1\na\n'
    source = make({**BASE, LIST: listed.encode()})
    assert [i.name for i in source.items] == ["a", "x y", '"x y"', "b.jpg 1"]


def test_a_name_in_two_lists_is_one_sample(make: Any) -> None:
    source = make({**BASE, LIST: b"b\na\n", "ImageSets/Segmentation/train.txt": b"a\nc\n"})
    assert [(i.name, i.subsets) for i in source.items] == [
        ("b", ("default",)),
        ("a", ("default", "train")),
        ("c", ("train",)),
    ]


def test_lists_in_deeper_folders_are_none(make: Any) -> None:
    source = make({**BASE, "ImageSets/Segmentation/more/x.txt": b"z\n"})
    assert [i.name for i in source.items] == ["a"]


def test_lists_with_an_underscore_alone_are_no_list(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "d.zip", {"ImageSets/Segmentation/a_b.txt": b"a\n"})
    assert open_fault(path) == Kind.MISSING_SUBSET_LIST


def test_a_list_of_foreign_bytes_is_told(tmp_path: Path) -> None:
    assert open_fault(make_zip(tmp_path / "d.zip", {LIST: b"\xe9\n"})) == Kind.LABELMAP_ENCODING


@pytest.mark.parametrize("name", ["../a", "/a", "C:\\a", "..\\a", "x/../../a"])
def test_a_list_line_that_climbs_concerns_its_sample(make: Any, name: str) -> None:
    source = make({**BASE, LIST: f"{name}\na\n".encode(), "SegmentationClass/a.png": png(DRAWN)})
    assert [[p.kind for p in i.problems] for i in source.items] == [[Kind.UNSAFE_PATH], []]
    assert source.items[0].keys == ()
    assert source.items[0].problems[0].sample == name


def test_images_lie_at_any_depth_by_path_without_ending(make: Any) -> None:
    picture = png(np.zeros((2, 3, 3), np.uint8))
    files = {"JPEGImages/n/b.v2.PNG": picture, "JPEGImages/n/b.txt": b"", "JPEGImages/c.png": b""}
    source = make({**BASE, LIST: b"n/b.v2\nn/b\nb.v2\n", **files})
    assert [i.has_image for i in source.items] == [True, False, False]
    found = item(source, "n/b.v2")
    assert source.image_where(found) == "JPEGImages/n/b.v2.PNG"
    assert source.image_size(found) == (3, 2)
    assert source.image_bytes(found) == picture


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_the_root_lies_up_to_three_folders_down(tmp_path: Path, depth: int) -> None:
    prefix = "x/" * depth
    files = {prefix + name: data for name, data in BASE.items()}
    for path in (make_zip(tmp_path / "d.zip", files), make_folder(tmp_path / "d", files)):
        assert probe(path) == Sureness.CERTAIN
        assert [i.name for i in open_source(path, OpenOptions()).items] == ["a"]


def test_the_root_lies_no_deeper_than_three(tmp_path: Path) -> None:
    files = {f"1/2/3/4/{name}": data for name, data in BASE.items()}
    assert open_fault(make_zip(tmp_path / "d.zip", files)) == Kind.MISSING_SUBSET_LIST
    assert probe(make_folder(tmp_path / "d", files)) == Sureness.NO


def test_one_bit_masks_hold_0_and_1(make: Any) -> None:
    source = make({**BASE, "SegmentationClass/a.png": png(DRAWN.astype(bool))})
    data = source.read_mask(source.items[0], "ground_truth")
    np.testing.assert_array_equal(data.pixels, DRAWN)
    assert data.problems == ()


def test_sixteen_bit_values_are_exact(make: Any) -> None:
    source = make({**BASE, "SegmentationClass/a.png": png(DRAWN.astype(np.uint16) * 257)})
    data = source.read_mask(source.items[0], "ground_truth")
    assert np.unique(data.pixels).tolist() == [0, 257]
    assert [(p.kind, p.severity, p.scope, p.sample) for p in data.problems] == [
        ("undeclared_index", "error", "item", "a")
    ]
    assert "257 (3 pixels, the first at (2, 0))" in data.problems[0].message
    assert [c.index for c in data.undeclared] == [257]


def test_the_65_536th_voc_color_is_an_instance(make: Any) -> None:
    colors = np.zeros((2, 3, 3), np.uint8)
    colors[0, 0], colors[0, 1], colors[1, 1] = (128, 0, 0), (224, 224, 192), (252, 248, 248)
    files = {"SegmentationClass/a.png": png(DRAWN), "SegmentationObject/a.png": png(colors)}
    source = make({**BASE, **files})
    data = source.read_mask(source.items[0], "ground_truth")
    assert data.problems == ()
    assert data.instances.tolist() == [[1, 255, 0], [0, 65_535, 0]]
    assert data.instances.dtype == np.uint16


def test_masks_of_different_sizes_are_a_fault_of_the_sample(make: Any) -> None:
    files = {"SegmentationClass/a.png": png(DRAWN), "SegmentationObject/a.png": png(DRAWN[:1])}
    source = make({**BASE, **files})
    with pytest.raises(DataError) as caught:
        source.read_mask(source.items[0], "ground_truth")
    assert caught.value.kind == Kind.SIZE_MISMATCH


def test_one_undeclared_color_is_one_class_in_all_masks(make: Any) -> None:
    first = np.full((1, 2, 3), 9, np.uint8)
    second = np.concatenate([np.full((1, 1, 3), 8, np.uint8), first[:, :1]], axis=1)
    masks = {"SegmentationClass/a.png": png(first), "SegmentationClass/b.png": png(second)}
    source = make({**BASE, LIST: b"a\nb\n", **masks})
    a, b = (source.read_mask(i, "ground_truth") for i in source.items)
    assert a.pixels[0, 0] == b.pixels[0, 1] != b.pixels[0, 0]
    assert [c.color for c in a.undeclared] == [(9, 9, 9)]
    assert not source.label_maps["ground_truth"].is_declared(int(a.pixels[0, 0]))


def test_a_given_label_map_counts_where_the_source_has_none(tmp_path: Path) -> None:
    given = LabelMap((LabelClass(0, "bg", (0, 0, 0)), LabelClass(5, "ox", (7, 7, 7))))
    colors = np.array([(0, 0, 0), (7, 7, 7)], np.uint8)[DRAWN]
    files = {LIST: b"a\n", "SegmentationClass/a.png": png(colors)}
    source = open_source(make_zip(tmp_path / "d.zip", files), OpenOptions("mine", given))
    assert source.label_maps == {"mine": given}
    assert source.items[0].keys == ("mine",)
    assert np.unique(source.read_mask(source.items[0], "mine").pixels).tolist() == [0, 5]
    both = make_zip(tmp_path / "e.zip", BASE)
    assert len(open_source(both, OpenOptions("mine", given)).label_maps["mine"]) == 2


def test_a_damaged_entry_is_a_fault_of_its_sample(tmp_path: Path) -> None:
    data = png(DRAWN)
    files = {**BASE, LIST: b"a\nb\n", "SegmentationClass/a.png": data}
    path = make_zip(tmp_path / "d.zip", {**files, "SegmentationClass/b.png": data})
    path.write_bytes(path.read_bytes().replace(b"IDAT", b"IDAX", 1))
    source = open_source(path, OpenOptions())
    with pytest.raises(DataError) as caught:
        source.read_mask(source.items[0], "ground_truth")
    assert caught.value.kind == Kind.ARCHIVE_CORRUPT
    np.testing.assert_array_equal(source.read_mask(source.items[1], "ground_truth").pixels, DRAWN)


def test_links_inside_the_folder_are_followed(tmp_path: Path) -> None:
    root = make_folder(tmp_path / "d", {**BASE, "masks/a.png": png(DRAWN)})
    (root / "SegmentationClass").symlink_to("masks")
    source = open_source(root, OpenOptions())
    np.testing.assert_array_equal(source.read_mask(source.items[0], "ground_truth").pixels, DRAWN)


def test_links_out_of_the_folder_are_faults_of_their_samples(tmp_path: Path) -> None:
    make_folder(tmp_path / "other", {"b.png": png(DRAWN)})
    files = {**BASE, LIST: b"a\nb\nn/b\n", "SegmentationClass/a.png": png(DRAWN)}
    root = make_folder(tmp_path / "d", files)
    (root / "SegmentationClass/b.png").symlink_to(tmp_path / "other/b.png")
    (root / "SegmentationClass/n").symlink_to(tmp_path / "other")
    source = open_source(root, OpenOptions())
    assert [[p.kind for p in i.problems] for i in source.items] == [
        [],
        [Kind.UNSAFE_PATH],
        [Kind.UNSAFE_PATH],
    ]


@pytest.mark.parametrize("name", ["labelmap.txt", "ImageSets"])
def test_a_label_map_or_lists_outside_the_folder_refuse_it(tmp_path: Path, name: str) -> None:
    root = make_folder(tmp_path / "d", BASE)
    (root / name).rename(tmp_path / "moved")
    (root / name).symlink_to(tmp_path / "moved")
    assert open_fault(root) == Kind.UNSAFE_PATH


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    root = make_folder(tmp_path / "d", {**BASE, "SegmentationClass/a.png": png(DRAWN)})
    (root / "SegmentationClass/up").symlink_to("..")
    assert [i.keys for i in open_source(root, OpenOptions()).items] == [("ground_truth",)]


def test_other_things_are_not_this_format(tmp_path: Path) -> None:
    assert probe(make_folder(tmp_path / "d", {"a.png": png(DRAWN)})) == Sureness.NO
    assert probe(tmp_path / "none") == Sureness.NO
    assert probe(make_zip(tmp_path / "other.zip", {"a.txt": b""})) == Sureness.BY_NAME
