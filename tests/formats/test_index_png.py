"""Folders of index masks, `formats.md` section 6a; second libraries are Pillow and tifffile."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image as Pillow

from maskstudio.core.geometry import Size
from maskstudio.core.image import Image
from maskstudio.core.labels import LabelClass, LabelMap, voc_color
from maskstudio.core.layer import MaskData
from maskstudio.errors import CancelledError, DataError, Kind, Severity
from maskstudio.formats.base import (
    ChangedMask,
    Changes,
    Content,
    OpenOptions,
    SaveReport,
    Sureness,
    WriteItem,
    WriteOptions,
    no_progress,
)
from maskstudio.formats.index_png import (
    IndexFolder,
    open_source,
    probe,
    save_in_place,
    write_new,
)
from tests.helpers.masks import mask
from tests.helpers.png_files import filtered, packed, png_file
from tests.helpers.shared import shared

KEY = "ground_truth"
LABELMAP = "background:0,0,0::\nroad:128,64,128::\ncar:0,0,142::\n"
MAP = LabelMap(
    (
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(1, "road", (128, 64, 128)),
        LabelClass(2, "car", (0, 0, 142)),
    ),
    background=0,
)
BLANK = mask("....", "....", "....")


def put(
    path: Path, pixels: NDArray[Any], *, mode: str | None = None, palette: bytes | None = None
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Pillow.fromarray(pixels)
    if palette is not None:
        picture.putpalette(palette)
    (picture.convert(mode) if mode else picture).save(path)
    return path


def opened(path: Path, label_map: LabelMap | None = None) -> IndexFolder:
    return open_source(path, OpenOptions(KEY, label_map))


def read(source: IndexFolder, number: int = 0) -> MaskData:
    return source.read_mask(source.items[number], KEY)


def save(
    source: IndexFolder, masks: Mapping[str, NDArray[Any]], label_map: LabelMap | None = None
) -> SaveReport:
    changed = {name: ChangedMask(pixels) for name, pixels in masks.items()}
    changes = Changes(KEY, label_map or source.label_maps[KEY], changed)
    return save_in_place(source, changes, no_progress)


def stored(path: Path) -> tuple[str, Any]:
    """Mode and pixels as Pillow has them."""
    with Pillow.open(path) as picture:
        return picture.mode, np.asarray(picture).astype(int).tolist()


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_value_of_a_gray_mask_is_the_index(tmp_path: Path, dtype: type) -> None:
    pixels: NDArray[Any] = np.array([[0, 1, 2], [255, 7, 0]], dtype) * (
        200 if dtype == np.uint16 else 1
    )
    put(tmp_path / "a.png", pixels)
    data = read(opened(tmp_path))
    assert np.array_equal(data.pixels, pixels)
    assert data.pixels.dtype == dtype
    assert data.instances is None
    assert data.problems == ()


def test_stored_indices_count_in_a_palette_mask_and_its_colors_name_them(tmp_path: Path) -> None:
    palette = bytes([9, 9, 9, 200, 0, 0, 0, 0, 200])
    put(tmp_path / "a.png", mask("..1", "122"), palette=palette)
    source = opened(tmp_path)
    data = read(source)
    assert np.array_equal(data.pixels, mask("..1", "122"))
    assert source.makes_classes
    assert source.label_maps[KEY] == LabelMap(background=0)
    assert data.undeclared == (
        LabelClass(0, "class_0", (9, 9, 9)),
        LabelClass(1, "class_1", (200, 0, 0)),
        LabelClass(2, "class_2", (0, 0, 200)),
    )


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_values_of_a_few_bits_are_the_index(tmp_path: Path, depth: int) -> None:
    pixels = mask("010", "110")
    raw = filtered(packed(pixels, depth), 1, "none")
    (tmp_path / "a.png").write_bytes(png_file((3, 2), depth, 0, raw))
    assert np.array_equal(read(opened(tmp_path)).pixels, pixels)


def test_equal_channels_are_the_index_and_alpha_is_ignored(tmp_path: Path) -> None:
    pixels = mask(".7.", "721")
    put(tmp_path / "a.png", np.dstack([pixels] * 3))
    put(tmp_path / "b.png", np.dstack([pixels] * 3 + [pixels * 9]))
    put(tmp_path / "c.png", np.dstack([pixels, pixels * 9]), mode="LA")
    source = opened(tmp_path)
    for number in range(3):
        assert np.array_equal(read(source, number).pixels, pixels)


def test_other_colors_are_looked_up_in_the_label_map(tmp_path: Path) -> None:
    pixels = mask(".12", "221")
    colors = np.array([c.color for c in MAP.classes], np.uint8)
    put(tmp_path / "a.png", colors[pixels])
    (tmp_path / "labelmap.txt").write_text(LABELMAP)
    data = read(opened(tmp_path))
    assert np.array_equal(data.pixels, pixels)
    assert data.undeclared == ()
    assert data.problems == ()


def test_colors_nobody_declares_are_a_fault_and_load_all_the_same(tmp_path: Path) -> None:
    put(tmp_path / "a.png", np.array([[[1, 2, 3], [4, 5, 6], [1, 2, 3]]], np.uint8))
    data = read(opened(tmp_path))
    assert data.pixels.tolist() == [[65535, 65534, 65535]]
    assert [c.color for c in data.undeclared] == [(1, 2, 3), (4, 5, 6)]
    (problem,) = data.problems
    assert (problem.kind, problem.severity) == (Kind.UNDECLARED_COLOR, Severity.ERROR)
    assert problem.sample == "a"


def test_an_index_without_a_class_is_a_warning(tmp_path: Path) -> None:
    put(tmp_path / "a.png", mask("..9", "197"))
    (tmp_path / "labelmap.txt").write_text(LABELMAP)
    source = opened(tmp_path)
    data = read(source)
    assert np.array_equal(data.pixels, mask("..9", "197"))
    assert not source.makes_classes
    assert [(c.index, c.name) for c in data.undeclared] == [(7, "class_7"), (9, "class_9")]
    (problem,) = data.problems
    assert (problem.kind, problem.severity) == (Kind.UNDECLARED_INDEX, Severity.WARNING)
    assert "7, 9" in problem.message
    assert "3 pixels" in problem.message
    assert "(2, 0)" in problem.message


def test_masks_of_0_and_255_are_two_classes(tmp_path: Path) -> None:
    pixels = mask(".1.", "11.") * np.uint8(255)
    put(tmp_path / "a.png", pixels)
    data = read(opened(tmp_path))
    assert np.array_equal(data.pixels, pixels)
    assert data.undeclared == (
        LabelClass(0, "class_0", voc_color(0)),
        LabelClass(255, "class_255", voc_color(255)),
    )
    assert data.problems == ()


def test_a_class_keeps_its_color_in_whatever_mask_it_is_met(tmp_path: Path) -> None:
    put(tmp_path / "a.png", mask("11"), palette=bytes([0, 0, 0, 200, 0, 0]))
    put(tmp_path / "b.png", mask("12"), palette=bytes([0, 0, 0, 5, 5, 5, 200, 0, 0]))
    source = opened(tmp_path)
    (first,) = read(source, 0).undeclared
    again, other = read(source, 1).undeclared
    assert first == again == LabelClass(1, "class_1", (200, 0, 0))
    assert other.color not in (None, first.color)


def test_the_label_map_of_the_folder_goes_before_the_one_the_user_names(tmp_path: Path) -> None:
    put(tmp_path / "a.png", BLANK)
    named = LabelMap((LabelClass(0, "sky", (1, 2, 3)),))
    assert opened(tmp_path, named).label_maps == {KEY: named}
    (tmp_path / "labelmap.txt").write_text(LABELMAP)
    assert opened(tmp_path, named).label_maps == {KEY: MAP}


def test_a_broken_label_map_concerns_the_whole_folder(tmp_path: Path) -> None:
    put(tmp_path / "a.png", BLANK)
    (tmp_path / "labelmap.txt").write_text("a:1,2,3\n")
    with pytest.raises(DataError) as caught:
        opened(tmp_path)
    assert caught.value.kind == Kind.LABELMAP_SYNTAX


def test_samples_are_paths_without_ending_and_other_files_are_no_masks(tmp_path: Path) -> None:
    for name in ("b.png", "in/a 10.png", "in/a 9.png", "c.tif"):
        put(tmp_path / name, BLANK)
    put(tmp_path / "photo.jpg", BLANK)
    source = opened(tmp_path)
    assert [item.name for item in source.items] == ["b", "c", "in/a 9", "in/a 10"]
    assert all(item.keys == (KEY,) and not item.has_image for item in source.items)
    assert source.mask_where(source.items[3], KEY) == "in/a 10.png"
    assert source.mask_size(source.items[0], KEY) == Size(4, 3)


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("in/a_mask", "in/a"),
        ("a.mask", "a"),
        ("b_gtFine_labelIds", "b"),
        ("b_labelIds", "b"),
        ("b_labels", "b"),
    ],
)
def test_known_endings_are_left_out_for_the_image(tmp_path: Path, name: str, image: str) -> None:
    put(tmp_path / f"{name}.png", BLANK)
    source = opened(tmp_path)
    (item,) = source.items
    assert item.name == name
    names = source.matching_names(item)
    assert names[0] == name
    assert image in names


def test_a_name_that_is_only_an_ending_stays(tmp_path: Path) -> None:
    put(tmp_path / "_mask.png", BLANK)
    source = opened(tmp_path)
    assert source.matching_names(source.items[0]) == ("_mask",)


def test_a_broken_mask_concerns_itself_alone(tmp_path: Path) -> None:
    put(tmp_path / "a.png", BLANK)
    (tmp_path / "b.png").write_bytes(b"no picture")
    source = opened(tmp_path)
    with pytest.raises(DataError) as caught:
        read(source, 1)
    assert caught.value.kind == Kind.IMAGE_CORRUPT
    assert np.array_equal(read(source, 0).pixels, BLANK)


def test_a_single_mask_is_a_source_of_one(tmp_path: Path) -> None:
    put(tmp_path / "a.png", mask("12"))
    put(tmp_path / "b.png", BLANK)
    source = opened(tmp_path / "a.png")
    assert [item.name for item in source.items] == ["a"]
    assert np.array_equal(read(source).pixels, mask("12"))
    with pytest.raises(DataError, match="JPEG"):
        opened(put(tmp_path / "c.jpg", BLANK))


def test_folders_with_a_label_map_or_palettes_alone_are_masks(tmp_path: Path) -> None:
    put(tmp_path / "gray" / "a.png", BLANK)
    put(tmp_path / "palette" / "a.png", BLANK, palette=bytes(9))
    put(tmp_path / "both" / "a.png", BLANK, palette=bytes(9))
    put(tmp_path / "both" / "b.jpg", BLANK)
    (tmp_path / "empty").mkdir()
    assert probe(tmp_path / "gray") == Sureness.NO
    assert probe(tmp_path / "palette") == Sureness.POSSIBLE
    assert probe(tmp_path / "both") == Sureness.NO
    assert probe(tmp_path / "empty") == Sureness.NO
    assert probe(tmp_path / "palette" / "a.png") == Sureness.NO
    (tmp_path / "gray" / "labelmap.txt").write_text(LABELMAP)
    assert probe(tmp_path / "gray") == Sureness.POSSIBLE


@pytest.mark.parametrize(
    ("folder", "count", "highest"),
    [
        ("camvid/masks", 60, 11),
        ("camvid/predictions/model_b", 60, 11),
        ("voc_labelme/SegmentationClass", 4, 255),
        ("nyu40/masks", 3, 255),
        ("ade20k/annotations", 2, 150),
        ("person_parts/masks", 3, 6),
        ("retina_real/masks", 10, 1),
    ],
)
def test_real_folders_have_the_indices_pillow_reads(folder: str, count: int, highest: int) -> None:
    path = shared("data", *folder.split("/"))
    source = opened(path)
    assert len(source.items) >= min(count, 2)
    assert source.problems == []
    for item in source.items:
        data = source.read_mask(item, KEY)
        with Pillow.open(path / source.mask_where(item, KEY)) as picture:
            expected = np.asarray(picture)
        assert np.array_equal(data.pixels, expected)
        assert {c.index for c in data.undeclared} == set(np.unique(expected).tolist())
        assert data.problems == ()
        assert data.pixels.max() <= highest


def test_a_real_16_bit_tiff_has_the_indices_tifffile_reads() -> None:
    file = shared("data", "nuclei16", "mask2d.tif")
    data = read(opened(file))
    assert np.array_equal(data.pixels, tifffile.imread(file))
    assert len(data.undeclared) == 126


def test_real_color_masks_have_the_counts_that_are_published() -> None:
    folder = shared("data", "context_rgb")
    published = json.loads((folder / "expected_indices.json").read_text())
    voc = LabelMap(tuple(LabelClass(i, f"c{i}", voc_color(i)) for i in range(256)))
    source = opened(folder / "color_masks", voc)
    assert source.items
    for item in source.items:
        indices, counts = np.unique(source.read_mask(item, KEY).pixels, return_counts=True)
        found = {str(i): int(n) for i, n in zip(indices, counts, strict=True)}
        assert any(found == entry for entry in _histograms(published)), item.name


def _histograms(node: Any) -> list[Any]:
    if not isinstance(node, dict):
        return []
    inner = [h for value in node.values() for h in _histograms(value)]
    return [node, *inner]


# --- saving in place -----------------------------------------------------------------------------


def test_an_edited_mask_keeps_its_kind_and_others_their_bytes(tmp_path: Path) -> None:
    palette = bytes([0, 0, 0, 200, 0, 0, 0, 0, 200])
    put(tmp_path / "gray.png", BLANK)
    put(tmp_path / "wide.png", BLANK.astype(np.uint16))
    put(tmp_path / "palette.png", BLANK, palette=palette)
    put(tmp_path / "equal.png", np.dstack([BLANK] * 3))
    put(tmp_path / "other.png", BLANK)
    before = files_of(tmp_path)
    edited = mask(".1..", "..2.", "....")
    source = opened(tmp_path)
    masks = dict.fromkeys(("gray", "wide", "palette", "equal"), edited)
    assert save(source, masks) == SaveReport()
    assert stored(tmp_path / "gray.png") == ("L", edited.tolist())
    assert stored(tmp_path / "wide.png") == ("I;16", edited.tolist())
    assert stored(tmp_path / "palette.png") == ("P", edited.tolist())
    assert stored(tmp_path / "equal.png") == ("RGB", np.dstack([edited] * 3).tolist())
    with Pillow.open(tmp_path / "palette.png") as picture:
        assert bytes(picture.getpalette() or [])[:9] == palette
    after = files_of(tmp_path)
    assert after["other.png"] == before["other.png"]
    assert set(after) == set(before), "no label map appears for classes that were only met"


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("kind", [0, 3])
def test_few_bits_stay_few_as_long_as_the_indices_fit(
    tmp_path: Path, depth: int, kind: int
) -> None:
    pixels = mask("0101", "1100")
    data = png_file((4, 2), depth, kind, filtered(packed(pixels, depth), 1, "none"), palette=True)
    (tmp_path / "a.png").write_bytes(data)
    source = opened(tmp_path)
    save(source, {"a": 1 - pixels})
    assert (tmp_path / "a.png").read_bytes()[24:26] == bytes((depth, kind))
    assert np.array_equal(read(source).pixels, 1 - pixels)
    save(source, {"a": pixels * 77})
    assert (tmp_path / "a.png").read_bytes()[24:26] == bytes((8, kind))
    assert np.array_equal(read(source).pixels, pixels * 77)


@pytest.mark.parametrize("kind", ["gray", "palette", "equal"])
def test_an_index_above_255_makes_any_file_16_bit_gray(tmp_path: Path, kind: str) -> None:
    pixels = np.dstack([BLANK] * 3) if kind == "equal" else BLANK
    put(tmp_path / "a.png", pixels, palette=bytes(9) if kind == "palette" else None)
    edited = BLANK.astype(np.uint16)
    edited[0, 0] = 300
    source = opened(tmp_path)
    save(source, {"a": edited})
    assert stored(tmp_path / "a.png") == ("I;16", edited.tolist())


def test_a_file_of_colors_stays_one(tmp_path: Path) -> None:
    colors = np.array([c.color for c in MAP.classes], np.uint8)
    put(tmp_path / "a.png", colors[mask(".12", "221")])
    (tmp_path / "labelmap.txt").write_text(LABELMAP)
    source = opened(tmp_path)
    save(source, {"a": mask("111", "..2")})
    assert stored(tmp_path / "a.png") == ("RGB", colors[mask("111", "..2")].tolist())


def test_colors_that_would_be_read_as_indices_are_not_written(tmp_path: Path) -> None:
    (tmp_path / "labelmap.txt").write_text("black:0,0,0::\nwhite:255,255,255::\nred:255,0,0::\n")
    colors = np.array([[0, 0, 0], [255, 255, 255], [255, 0, 0]], np.uint8)
    put(tmp_path / "a.png", colors[mask(".12")])
    source = opened(tmp_path)
    save(source, {"a": mask(".11")})
    assert np.array_equal(read(opened(tmp_path)).pixels, mask(".11"))


def test_unknown_colors_go_back_as_they_were(tmp_path: Path) -> None:
    put(tmp_path / "a.png", np.array([[[1, 2, 3], [0, 0, 142], [128, 64, 128]]], np.uint8))
    (tmp_path / "labelmap.txt").write_text(LABELMAP)
    source = opened(tmp_path)
    pixels = read(source).pixels.copy()
    pixels[0, 1] = 1
    save(source, {"a": pixels})
    assert stored(tmp_path / "a.png")[1] == [[[1, 2, 3], [128, 64, 128], [128, 64, 128]]]
    assert np.array_equal(read(source).pixels, pixels), "the stand-in is the same after the save"


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_tiff_stays_a_tiff(tmp_path: Path, dtype: type) -> None:
    put(tmp_path / "a.tif", BLANK.astype(dtype))
    edited = mask(".1..", "..2.", "....")
    source = opened(tmp_path)
    save(source, {"a": edited})
    assert tifffile.imread(tmp_path / "a.tif").tolist() == edited.tolist()
    assert tifffile.imread(tmp_path / "a.tif").dtype == dtype


def test_a_sample_without_a_mask_gets_an_indexed_file(tmp_path: Path) -> None:
    put(tmp_path / "a.png", BLANK)
    (tmp_path / "labelmap.txt").write_text(LABELMAP)
    source = opened(tmp_path)
    save(source, {"new/b c": mask("12")})
    assert [item.name for item in source.items] == ["a", "new/b c"]
    assert stored(tmp_path / "new" / "b c.png") == ("P", [[1, 2]])
    with Pillow.open(tmp_path / "new" / "b c.png") as picture:
        assert bytes(picture.getpalette() or [])[:9] == bytes([0, 0, 0, 128, 64, 128, 0, 0, 142])


@pytest.mark.parametrize("name", ["../b", "/b", ".b", "x/../../b", ""])
def test_a_name_that_could_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    put(tmp_path / "in" / "a.png", BLANK)
    before = files_of(tmp_path)
    with pytest.raises(DataError) as caught:
        save(opened(tmp_path / "in"), {name: BLANK})
    assert caught.value.kind == Kind.CANNOT_HOLD
    assert files_of(tmp_path) == before


def test_a_changed_label_map_is_written_with_fillers_in_its_gaps(tmp_path: Path) -> None:
    put(tmp_path / "a.png", mask(".2"))
    source = opened(tmp_path, MAP)
    save(source, {"a": mask("22")})
    assert not (tmp_path / "labelmap.txt").exists()
    save(source, {}, MAP.with_class(LabelClass(4, "bus", (1, 1, 1))))
    lines = (tmp_path / "labelmap.txt").read_text().splitlines()
    assert lines[1:4] == ["background:0,0,0::", "road:128,64,128::", "car:0,0,142::"]
    assert lines[4].startswith("_dummy3:")
    assert lines[5] == "bus:1,1,1::"
    assert not source.makes_classes
    assert source.label_maps[KEY].name_of(4) == "bus"


def test_a_first_label_map_declares_the_classes_of_every_mask(tmp_path: Path) -> None:
    put(tmp_path / "a.png", mask(".1"))
    put(tmp_path / "b.png", mask(".3"))
    source = opened(tmp_path)
    label_map = source.label_maps[KEY]
    for met in read(source, 0).undeclared:
        label_map = label_map.with_class(met)
    save(source, {}, label_map.with_class(LabelClass(1, "road", (9, 9, 9))))
    again = opened(tmp_path)
    names = [c.name for c in again.label_maps[KEY].classes]
    assert names == ["class_0", "road", "_dummy2", "class_3"]
    assert read(again, 1).problems == ()


def test_a_new_color_repaints_the_files_that_store_the_class_in_color(tmp_path: Path) -> None:
    colors = np.array([c.color for c in MAP.classes], np.uint8)
    put(tmp_path / "cars.png", colors[mask(".12")])
    put(tmp_path / "roads.png", colors[mask(".11")])
    put(tmp_path / "gray.png", mask(".12"))
    (tmp_path / "labelmap.txt").write_text(LABELMAP)
    before = files_of(tmp_path)
    source = opened(tmp_path)
    report = save(source, {}, MAP.with_class(replace(MAP.by_index[2], color=(7, 8, 9))))
    assert report.recolored == ("cars",)
    assert stored(tmp_path / "cars.png")[1] == [[[0, 0, 0], [128, 64, 128], [7, 8, 9]]]
    assert files_of(tmp_path)["roads.png"] == before["roads.png"]
    assert files_of(tmp_path)["gray.png"] == before["gray.png"]
    assert np.array_equal(read(opened(tmp_path)).pixels, mask(".12"))


def test_a_save_without_changes_writes_nothing(tmp_path: Path) -> None:
    put(tmp_path / "a.png", mask(".1"))
    source = opened(tmp_path)
    read(source)
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    save(source, {})
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")} == before


def test_a_cancelled_or_failed_save_changes_nothing(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        put(tmp_path / f"{name}.png", BLANK)
    before = files_of(tmp_path)
    source = opened(tmp_path)
    changes = Changes(KEY, MAP, {n: ChangedMask(mask("2")) for n in ("a", "b", "c")})

    def stop(done: int, total: int, what: str) -> None:
        if done == 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        save_in_place(source, changes, stop)
    assert files_of(tmp_path) == before


def test_it_is_noticed_when_a_mask_that_was_read_changes_underneath(tmp_path: Path) -> None:
    file = put(tmp_path / "a.png", BLANK)
    source = opened(tmp_path)
    read(source)
    assert not source.has_changed_underneath()
    save(source, {"a": mask("1")})
    assert not source.has_changed_underneath()
    put(file, mask("123"))
    assert source.has_changed_underneath()
    other = opened(tmp_path)
    (tmp_path / "labelmap.txt").write_text(LABELMAP)
    assert other.has_changed_underneath()


def test_a_change_is_noticed_also_when_somebody_looked_at_the_file_since(tmp_path: Path) -> None:
    """Thumbnails and searches read files again; what is in memory comes from before."""
    file = put(tmp_path / "a.png", BLANK)
    put(tmp_path / "b.png", BLANK)
    source = opened(tmp_path)
    read(source)
    put(file, mask("123"))
    read(source)
    assert source.has_changed_underneath(["a"])
    assert not source.has_changed_underneath(["b"])
    save(source, {"b": mask("1")})
    assert source.has_changed_underneath(["a"])


def test_a_file_that_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    put(tmp_path / "a.png", BLANK)
    source = opened(tmp_path)
    put(tmp_path / "new.png", mask("22"))
    with pytest.raises(DataError) as caught:
        save(source, {"new": mask("11")})
    assert caught.value.kind == Kind.TARGET_EXISTS
    np.testing.assert_array_equal(np.asarray(Pillow.open(tmp_path / "new.png")), mask("22"))


def test_a_new_mask_does_not_go_through_a_link_that_leads_out(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    put(inside / "a.png", BLANK)
    outside.mkdir()
    (inside / "sub").symlink_to(outside)
    with pytest.raises(DataError) as caught:
        save(opened(inside), {"sub/new": mask("11")})
    assert caught.value.kind == Kind.UNSAFE_PATH
    assert list(outside.iterdir()) == []


def test_a_label_map_changed_underneath_is_written_as_the_masks_mean_it(tmp_path: Path) -> None:
    put(tmp_path / "a.png", BLANK)
    (tmp_path / "labelmap.txt").write_text(LABELMAP)
    source = opened(tmp_path)
    read(source)
    (tmp_path / "labelmap.txt").write_text("new:1,1,1::\n" + LABELMAP)
    save(source, {"a": mask("12")}, source.label_maps[KEY])
    lines = (tmp_path / "labelmap.txt").read_text().splitlines()
    assert "\n".join(lines[1:]) + "\n" == LABELMAP


def test_a_mask_that_is_gone_after_reading_anew_is_a_fault_of_its_item(tmp_path: Path) -> None:
    for name in "ab":
        put(tmp_path / f"{name}.png", BLANK)
    source = opened(tmp_path)
    item_of_a = source.items[0]
    (tmp_path / "a.png").unlink()
    source.reload()
    with pytest.raises(DataError) as caught:
        source.read_mask(item_of_a, KEY)
    assert caught.value.kind == Kind.FILE_MISSING


def test_a_saved_tiff_keeps_its_place_on_the_map(tmp_path: Path) -> None:
    """Tags of GeoTIFF, resolution and orientation, as tifffile writes and reads them."""
    places = [
        (33550, "d", 3, (0.5, 0.5, 0.0), True),
        (33922, "d", 6, (0.0, 0.0, 0.0, 440720.0, 3751320.0, 0.0), True),
        (34735, "H", 4, (1, 1, 0, 0), True),
        (34737, "s", 0, "WGS 84|", True),
        (42113, "s", 0, "255", True),
        (274, "H", 1, 3, True),
    ]
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, BLANK, extratags=places, resolution=(300, 300))
    with tifffile.TiffFile(path) as file:
        before = {n: file.pages.first.tags[n].value for n in (*(p[0] for p in places), 282, 296)}
    source = opened(tmp_path)
    edited = read(source).pixels
    edited[0, 0] = 7
    save(source, {"a": edited})
    with tifffile.TiffFile(path) as file:
        tags = file.pages.first.tags
        assert {n: tags[n].value for n in before if n in tags} == before
        np.testing.assert_array_equal(file.pages.first.asarray(), edited)
    np.testing.assert_array_equal(read(opened(tmp_path)).pixels, edited)


def test_a_tiff_of_several_pages_is_not_cut_to_one(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.stack([BLANK, BLANK + 1]), photometric="minisblack")
    before = path.read_bytes()
    source = opened(tmp_path)
    read(source)
    with pytest.raises(DataError) as caught:
        save(source, {"a": BLANK + 5})
    assert caught.value.kind == Kind.CANNOT_HOLD
    assert path.read_bytes() == before


# --- writing anew --------------------------------------------------------------------------------


class Picture:
    """The picture of an item, for its size."""

    where = "p.jpg"
    suffix = ".jpg"

    def size(self) -> Size:
        return Size(3, 2)

    def read(self) -> Image:
        raise AssertionError("not needed")

    def stored_bytes(self) -> bytes:
        raise AssertionError("not needed")


def item(name: str, data: MaskData | None, *, has_image: bool = False) -> WriteItem:
    return WriteItem(name, (), lambda: data, Picture() if has_image else None)


def written(target: Path, *items: WriteItem, label_map: LabelMap = MAP) -> list[Kind]:
    content = Content(label_map, items)
    return [p.kind for p in write_new(target, content, WriteOptions(), no_progress).problems]


def test_a_new_folder_has_indexed_masks_and_a_label_map(tmp_path: Path) -> None:
    target = tmp_path / "out"
    pixels = mask(".12", "2.1")
    kinds = written(target, item("a b", MaskData(pixels)), item("in/c", None, has_image=True))
    assert kinds == []
    assert sorted(files_of(target)) == ["a b.png", "in/c.png", "labelmap.txt"]
    assert stored(target / "a b.png") == ("P", pixels.tolist())
    assert stored(target / "in" / "c.png") == ("P", mask("...", "...").tolist())
    assert (target / "labelmap.txt").read_text().splitlines()[1:] == LABELMAP.splitlines()
    with Pillow.open(target / "a b.png") as picture:
        assert bytes(picture.getpalette() or [])[:9] == bytes([0, 0, 0, 128, 64, 128, 0, 0, 142])
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_more_than_256_classes_are_16_bit_gray(tmp_path: Path) -> None:
    wide = MAP.with_class(LabelClass(300, "far", (5, 5, 5)))
    pixels = mask(".12").astype(np.uint16) * 150
    written(tmp_path / "out", item("a", MaskData(pixels)), label_map=wide)
    assert stored(tmp_path / "out" / "a.png") == ("I;16", [[0, 150, 300]])
    assert read(opened(tmp_path / "out")).pixels.tolist() == [[0, 150, 300]]


def test_every_index_survives_gaps_and_255_included(tmp_path: Path) -> None:
    gaps = LabelMap((LabelClass(0, "a", (0, 0, 0)), LabelClass(255, "void", None)))
    pixels = np.array([[0, 255, 7]], np.uint8)
    written(tmp_path / "out", item("a", MaskData(pixels)), label_map=gaps)
    source = opened(tmp_path / "out")
    assert np.array_equal(read(source).pixels, pixels)
    assert source.label_maps[KEY].by_index[255].name == "void"
    assert source.label_maps[KEY].by_index[7].is_filler


def test_what_cannot_be_held_is_said(tmp_path: Path) -> None:
    instances = np.ones((1, 2), np.uint16)
    kinds = written(
        tmp_path / "out",
        item("a", MaskData(mask("12"), instances)),
        item("b", None),
    )
    assert kinds == [Kind.FILE_MISSING, Kind.CANNOT_HOLD]
    stand_in = LabelClass(65535, "#010203", (1, 2, 3))
    data = MaskData(np.full((1, 1), 65535, np.uint16), undeclared=(stand_in,))
    for items, kind in (
        ((item("a", data),), Kind.UNDECLARED_COLOR),
        ((item("../a", None),), Kind.CANNOT_HOLD),
    ):
        with pytest.raises(DataError) as caught:
            written(tmp_path / "other", *items)
        assert caught.value.kind == kind
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_target_with_files_is_replaced_only_when_asked(tmp_path: Path) -> None:
    put(tmp_path / "out" / "mine.png", BLANK)
    put(tmp_path / "out" / "a.png", BLANK)
    content = Content(MAP, [item("a", MaskData(mask("12")))])
    with pytest.raises(DataError) as caught:
        write_new(tmp_path / "out", content, WriteOptions(), no_progress)
    assert caught.value.kind == Kind.TARGET_EXISTS
    write_new(tmp_path / "out", content, WriteOptions(overwrite=True), no_progress)
    assert sorted(files_of(tmp_path / "out")) == ["a.png", "labelmap.txt", "mine.png"]
    assert stored(tmp_path / "out" / "a.png") == ("P", [[1, 2]])
    with pytest.raises(DataError) as caught:
        write_new(tmp_path / "out" / "a.png", content, WriteOptions(overwrite=True), no_progress)
    assert caught.value.kind == Kind.TARGET_EXISTS


def test_cancelling_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(done: int, total: int, what: str) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        write_new(tmp_path / "out", Content(MAP, [item("a", None)]), WriteOptions(), stop)
    assert list(tmp_path.iterdir()) == []


def test_the_bytes_of_a_mask_do_not_depend_on_when_it_is_written(tmp_path: Path) -> None:
    for target in ("one", "two"):
        written(tmp_path / target, item("a", MaskData(mask(".12"))))
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    assert Pillow.open(io.BytesIO(files_of(tmp_path / "one")["a.png"])).info == {}
