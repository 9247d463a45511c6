"""New Segmentation Mask data sets: what is written, and what is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import MaskData
from maskstudio.errors import DataError, Kind
from maskstudio.formats.base import (
    Content,
    ItemImage,
    OpenOptions,
    Progress,
    SaveReport,
    WriteItem,
    WriteOptions,
    no_progress,
)
from maskstudio.formats.cvat_segmentation_mask import open_source
from maskstudio.formats.cvat_segmentation_mask import write_new as write_new_format
from tests.formats.test_cvat_golden import golden_samples
from tests.helpers.masks import mask
from tests.helpers.shared import shared

KEY = "ground_truth"
DRAWN = mask("..11", ".122", "..22")
MAP = LabelMap(
    (
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(1, "cat", (10, 20, 30), ("paw",), ("run",)),
        LabelClass(2, "dog", None),
    ),
    background=0,
)


def write_new(
    target: Path, what: Content, progress: Progress = no_progress, **options: bool
) -> SaveReport:
    return write_new_format(target, what, WriteOptions(**options), progress)


def item(name: str, data: MaskData | None = None, *subsets: str) -> WriteItem:
    return WriteItem(name, subsets, lambda: data)


def content(*items: WriteItem, label_map: LabelMap = MAP) -> Content:
    return Content(label_map, items or (item("a", MaskData(DRAWN)),))


def files(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def pixels(data: bytes) -> tuple[str, Any]:
    with Pillow.open(io.BytesIO(data)) as picture:
        return picture.mode, np.asarray(picture)


def write_fault(tmp_path: Path, what: Content, **options: Any) -> Kind:
    with pytest.raises(DataError) as caught:
        write_new(tmp_path / "d.zip", what, **options)
    assert list(tmp_path.iterdir()) == []
    return caught.value.kind


@pytest.fixture(params=["d.zip", "d"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def test_a_data_set_has_the_layout_of_the_format(target: Path) -> None:
    ids = DRAWN.astype(np.uint16)
    what = content(
        item("a b", MaskData(DRAWN, ids), "default", "train"),
        item("n/c", MaskData(DRAWN), "train"),
        item("empty", None),
    )
    assert write_new(target, what).problems == ()
    found = files(target)
    assert set(found) == {
        "SegmentationClass/a b.png",
        "SegmentationObject/a b.png",
        "SegmentationClass/n/c.png",
        "ImageSets/Segmentation/default.txt",
        "ImageSets/Segmentation/train.txt",
        "labelmap.txt",
    }
    assert found["ImageSets/Segmentation/default.txt"] == b"a b\nempty\n"
    assert found["ImageSets/Segmentation/train.txt"] == b"a b\nn/c\n"
    assert found["labelmap.txt"].decode().splitlines() == [
        "# label:color_rgb:parts:actions",
        "background:0,0,0::",
        "cat:10,20,30:paw:run",
        "dog:0,128,0::",
    ]
    colors = np.array([(0, 0, 0), (10, 20, 30), (0, 128, 0)], np.uint8)
    mode, painted = pixels(found["SegmentationClass/a b.png"])
    assert mode == "RGB"
    np.testing.assert_array_equal(painted, colors[DRAWN])
    voc = np.array([(0, 0, 0), (128, 0, 0), (0, 128, 0)], np.uint8)
    np.testing.assert_array_equal(pixels(found["SegmentationObject/a b.png"])[1], voc[DRAWN])


def test_gaps_are_filled_and_background_goes_last(target: Path) -> None:
    gaps = LabelMap((LabelClass(1, "cat", (9, 9, 9)), LabelClass(3, "dog", (8, 8, 8))))
    write_new(target, content(item("a", MaskData(DRAWN * 0 + 3)), label_map=gaps))
    source = open_source(target, OpenOptions())
    assert [c.name for c in source.label_maps[KEY]] == [
        "_dummy0", "cat", "_dummy2", "dog", "background",
    ]  # fmt: skip
    assert source.label_maps[KEY].declared[4].color == (0, 0, 0)
    assert source.read_mask(source.items[0], KEY).pixels.tolist() == (DRAWN * 0 + 3).tolist()


def test_indices_up_to_65_535_are_exact(tmp_path: Path) -> None:
    high = LabelMap((LabelClass(0, "background", (0, 0, 0)), LabelClass(65_535, "x", (1, 1, 1))))
    data = MaskData(DRAWN.astype(np.uint16) // 2 * 65_535)
    write_new(tmp_path / "d.zip", content(item("a", data), label_map=high))
    source = open_source(tmp_path / "d.zip", OpenOptions())
    np.testing.assert_array_equal(source.read_mask(source.items[0], KEY).pixels, data.pixels)


def test_one_channel_masks_hold_the_indices(target: Path) -> None:
    write_new(target, content(), one_channel=True)
    mode, found = pixels(files(target)["SegmentationClass/a.png"])
    assert mode == "L"
    np.testing.assert_array_equal(found, DRAWN)


def test_one_channel_needs_contiguous_indices_up_to_255(tmp_path: Path) -> None:
    gaps = LabelMap((LabelClass(0, "background", (0, 0, 0)), LabelClass(2, "x", (1, 1, 1))))
    many = LabelMap(tuple(LabelClass(i, f"background{i}", None) for i in range(257)))
    for label_map in (gaps, many):
        what = content(label_map=label_map)
        assert write_fault(tmp_path, what, one_channel=True) == Kind.CANNOT_HOLD


def test_many_instances_are_exact_and_warned_about(tmp_path: Path) -> None:
    ids = np.arange(600, dtype=np.uint16).reshape(20, 30)
    what = content(item("a", MaskData(np.ones((20, 30), np.uint8), ids)))
    report = write_new(tmp_path / "d.zip", what)
    assert [(p.kind, p.sample) for p in report.problems] == [(Kind.INSTANCES_OVER_255, "a")]
    source = open_source(tmp_path / "d.zip", OpenOptions())
    np.testing.assert_array_equal(source.read_mask(source.items[0], KEY).instances, ids)


@pytest.mark.parametrize("name", ["", "#a", " a", "a ", "a\nb", "../a", "/a"])
def test_sample_names_that_lists_cannot_hold_are_refused(tmp_path: Path, name: str) -> None:
    assert write_fault(tmp_path, content(item(name))) == Kind.CANNOT_HOLD


@pytest.mark.parametrize("subset", ["", "a_b", "a/b", "a\nb"])
def test_subset_names_that_make_no_list_are_refused(tmp_path: Path, subset: str) -> None:
    assert write_fault(tmp_path, content(item("a", None, subset))) == Kind.CANNOT_HOLD


def test_two_samples_of_one_name_are_refused(tmp_path: Path) -> None:
    assert write_fault(tmp_path, content(item("n/a"), item("n//a"))) == Kind.CANNOT_HOLD


@pytest.mark.parametrize(
    ("label_map", "kind"),
    [
        (MAP.with_class(LabelClass(2, "a:b", None)), Kind.CANNOT_HOLD),
        (MAP.with_class(LabelClass(2, "cat", None)), Kind.DUPLICATE_LABEL),
        (MAP.with_class(LabelClass(2, "dog", (10, 20, 30))), Kind.DUPLICATE_COLOR),
        (MAP.without_class(1), Kind.CANNOT_HOLD),
    ],
)
def test_label_maps_that_lose_pixels_are_refused(
    tmp_path: Path, label_map: LabelMap, kind: Kind
) -> None:
    if kind == Kind.CANNOT_HOLD and not label_map.is_declared(1):
        label_map = LabelMap((label_map.classes[0],), background=0)
    assert write_fault(tmp_path, content(label_map=label_map)) == kind


def test_samples_that_cannot_be_read_or_held_are_left_out_and_listed(target: Path) -> None:
    def fail() -> MaskData:
        raise DataError(Kind.IMAGE_CORRUPT, "b.png", "cut")

    index = LabelClass(7, "class_7", (64, 128, 0))
    undeclared = MaskData(DRAWN * 0 + 7, undeclared=(index,))
    broken = WriteItem("b", (), fail)
    report = write_new(target, content(broken, item("c", undeclared), item("a", MaskData(DRAWN))))
    assert [(p.kind, p.sample, p.scope) for p in report.problems] == [
        (Kind.IMAGE_CORRUPT, "b", "item"),
        (Kind.UNDECLARED_INDEX, "c", "item"),
    ]
    assert [i.name for i in open_source(target, OpenOptions()).items] == ["a"]


def test_undeclared_colors_go_over_as_they_are(target: Path) -> None:
    strange = LabelClass(65_534, "#090807", (9, 8, 7))
    pixels_now = np.where(DRAWN == 2, 65_534, DRAWN.astype(np.uint16)).astype(np.uint16)
    write_new(target, content(item("a", MaskData(pixels_now, undeclared=(strange,)))))
    painted = pixels(files(target)["SegmentationClass/a.png"])[1]
    assert painted[2, 3].tolist() == [9, 8, 7]


def test_existing_targets_are_not_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "d.zip").write_text("old")
    (tmp_path / "d").mkdir()
    (tmp_path / "d/x").write_text("old")
    for name in ("d.zip", "d"):
        with pytest.raises(DataError) as caught:
            write_new(tmp_path / name, content())
        assert caught.value.kind == Kind.TARGET_EXISTS
    write_new(tmp_path / "d.zip", content(), overwrite=True)
    assert "labelmap.txt" in files(tmp_path / "d.zip")


def test_a_cancelled_write_leaves_nothing(target: Path) -> None:
    def cancel(done: int, total: int, what: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_new(target, content(), progress=cancel)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize(
    "sample",
    [pytest.param(s, id=s["id"]) for s in golden_samples() if s["expect"] == "ok"],
)
@pytest.mark.parametrize("name", ["d.zip", "d"])
def test_a_golden_sample_written_anew_is_the_same(
    tmp_path: Path, sample: dict[str, Any], name: str
) -> None:
    source = open_source(shared("golden", sample["path"]), OpenOptions())
    label_map = source.label_maps[KEY]

    def reader(found: Any) -> Callable[[], MaskData | None]:
        return lambda: source.read_mask(found, KEY) if found.keys else None

    items = [
        WriteItem(i.name, i.subsets, reader(i), ItemImage(source, i) if i.has_image else None)
        for i in source.items
    ]
    report = write_new(tmp_path / name, Content(label_map, items), with_images=True)
    again = open_source(tmp_path / name, OpenOptions())
    written = again.label_maps[KEY].classes
    assert written[: len(label_map)] == label_map.classes
    left_out = {p.sample for p in report.problems if p.kind == Kind.UNDECLARED_INDEX}
    kept = [i for i in source.items if i.name not in left_out]
    assert [(i.name, i.subsets) for i in again.items] == [(i.name, i.subsets) for i in kept]
    for old, new in zip(kept, again.items, strict=True):
        assert old.keys == new.keys
        if old.has_image:
            assert source.image_bytes(old) == again.image_bytes(new)
        if old.keys:
            before, after = source.read_mask(old, KEY), again.read_mask(new, KEY)
            assert before.has_classes == after.has_classes
            np.testing.assert_array_equal(before.pixels, after.pixels)
            np.testing.assert_array_equal(before.instances, after.instances)
    source.close()
