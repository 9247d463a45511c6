"""Saving into a Segmentation Mask zip or folder: only what changed is written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import CancelledError, DataError, Kind
from maskstudio.formats import archive_writer, file_copy
from maskstudio.formats.base import ChangedMask, Changes, OpenOptions
from maskstudio.formats.cvat_segmentation_mask import CvatSource, open_source, save_in_place
from tests.helpers.masks import mask

KEY = "ground_truth"
LABELMAP = "background:0,0,0::\n# a note\ncat:10,20,30::\ndog:40,50,60:paw:run\n"
COLORS = np.array([(0, 0, 0), (10, 20, 30), (40, 50, 60)], np.uint8)
DRAWN = mask("..11", ".122", "..22")
EDITED = mask("..11", ".111", "..22")
IDS = mask("..11", ".122", "..22")


def png(pixels: np.ndarray[Any, Any], palette: Any = None) -> bytes:
    picture = Pillow.fromarray(pixels)
    if palette is not None:
        picture = Pillow.fromarray(pixels, "L")
        picture.putpalette(np.asarray(palette, np.uint8).tobytes())
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def unpng(data: bytes) -> tuple[str, np.ndarray[Any, Any]]:
    with Pillow.open(io.BytesIO(data)) as picture:
        return picture.mode, np.asarray(picture)


def contents(**more: bytes) -> dict[str, bytes]:
    return {
        "labelmap.txt": LABELMAP.encode(),
        "ImageSets/Segmentation/default.txt": b"a\r\nnight/b 2\r\nempty\r\n",
        "ImageSets/Segmentation/train.txt": b"a\n",
        "JPEGImages/a.png": png(np.full((3, 4, 3), 7, np.uint8)),
        "SegmentationClass/a.png": png(COLORS[DRAWN]),
        "SegmentationClass/night/b 2.png": png(COLORS[DRAWN]),
        **{name.replace("__", "/"): data for name, data in more.items()},
    }


def write(path: Path, files: Mapping[str, bytes]) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.comment = b"kept"
            for name, data in files.items():
                archive.writestr(name, data)
    else:
        for name, data in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
    return path


def read_all(path: Path) -> dict[str, bytes]:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}
    return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}


@pytest.fixture(params=["data.zip", "data"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def opened(path: Path, files: Mapping[str, bytes]) -> CvatSource:
    return open_source(write(path, files), OpenOptions())


def changes(source: CvatSource, new_map: LabelMap | None = None, **masks: Any) -> Changes:
    changed = {
        name: m if isinstance(m, ChangedMask) else ChangedMask(m) for name, m in masks.items()
    }
    return Changes(KEY, new_map or source.label_maps[KEY], changed)


def pixels_of(source: CvatSource, name: str) -> np.ndarray[Any, Any]:
    item = next(i for i in source.items if i.name == name)
    return source.read_mask(item, KEY).pixels


def test_only_the_edited_mask_is_written(path: Path) -> None:
    source = opened(path, contents())
    before = read_all(path)
    save_in_place(source, changes(source, a=EDITED))
    after = read_all(path)
    assert list(after) == list(before)
    assert [n for n in after if after[n] != before[n]] == ["SegmentationClass/a.png"]
    mode, pixels = unpng(after["SegmentationClass/a.png"])
    assert mode == "RGB"
    np.testing.assert_array_equal(pixels, COLORS[EDITED])
    np.testing.assert_array_equal(pixels_of(source, "a"), EDITED)
    np.testing.assert_array_equal(pixels_of(open_source(path, OpenOptions()), "a"), EDITED)


def test_untouched_entries_stay_byte_for_byte_with_headers_and_comment(tmp_path: Path) -> None:
    path = write(tmp_path / "d.zip", contents())
    raw = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        infos = {i.filename: i for i in archive.infolist()}
    path.chmod(0o640)
    source = open_source(path, OpenOptions())
    save_in_place(source, changes(source, a=EDITED))
    saved = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert archive.comment == b"kept"
        for info in archive.infolist():
            old = infos[info.filename]
            if info.filename != "SegmentationClass/a.png":
                length = 30 + len(info.filename) + info.compress_size
                assert saved[info.header_offset :][:length] == raw[old.header_offset :][:length]
                assert (info.date_time, info.external_attr) == (old.date_time, old.external_attr)
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["d.zip"]


def test_a_save_without_edits_touches_nothing(path: Path) -> None:
    source = opened(path, contents())
    before = (read_all(path), path.stat().st_mtime_ns, path.stat().st_ino)
    report = save_in_place(source, changes(source, a=DRAWN))
    assert (read_all(path), path.stat().st_mtime_ns, path.stat().st_ino) == before
    assert report.problems == ()


def test_a_zip_behind_a_link_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    target = write(tmp_path / "real.zip", contents())
    link = tmp_path / "link.zip"
    link.symlink_to(target)
    source = open_source(link, OpenOptions())
    save_in_place(source, changes(source, a=EDITED))
    assert link.is_symlink()
    np.testing.assert_array_equal(pixels_of(open_source(target, OpenOptions()), "a"), EDITED)


@pytest.mark.parametrize(
    ("stored", "mode"),
    [
        (png(DRAWN), "L"),
        (png(DRAWN.astype(np.uint16)), "I;16"),
        (png((DRAWN + 1) % 3, palette=np.roll(COLORS, 1, axis=0)), "P"),
        (png(np.dstack([COLORS[DRAWN], np.full((3, 4), 9, np.uint8)])), "RGB"),
    ],
)
def test_a_mask_keeps_the_kind_it_was_read_in(tmp_path: Path, stored: bytes, mode: str) -> None:
    source = opened(tmp_path / "d.zip", {**contents(), "SegmentationClass/a.png": stored})
    np.testing.assert_array_equal(pixels_of(source, "a"), DRAWN)
    save_in_place(source, changes(source, a=EDITED))
    data = read_all(source.path)["SegmentationClass/a.png"]
    assert unpng(data)[0] == mode
    np.testing.assert_array_equal(pixels_of(source, "a"), EDITED)
    if mode == "P":
        with Pillow.open(io.BytesIO(data)) as picture:
            np.testing.assert_array_equal(np.asarray(picture.convert("RGB")), COLORS[EDITED])


def test_gray_becomes_color_when_an_index_does_not_fit(tmp_path: Path) -> None:
    source = opened(tmp_path / "d.zip", {**contents(), "SegmentationClass/a.png": png(DRAWN)})
    high = source.label_maps[KEY].with_class(LabelClass(300, "high", (1, 2, 3)))
    pixels = np.where(DRAWN == 2, 300, DRAWN.astype(np.uint16)).astype(np.uint16)
    save_in_place(source, changes(source, high, a=pixels))
    assert unpng(read_all(source.path)["SegmentationClass/a.png"])[0] == "RGB"
    np.testing.assert_array_equal(pixels_of(source, "a"), pixels)
    assert source.label_maps[KEY].declared[300].name == "high"
    assert source.label_maps[KEY].declared[299].is_filler


def test_a_changed_label_map_keeps_order_and_gains_lines_at_the_end(path: Path) -> None:
    source = opened(path, contents())
    grown = source.label_maps[KEY].with_class(LabelClass(4, "ox", (9, 9, 9)))
    save_in_place(source, changes(source, grown))
    text = read_all(path)["labelmap.txt"].decode()
    assert text.splitlines()[:4] == [
        "# label:color_rgb:parts:actions",
        "background:0,0,0::",
        "cat:10,20,30::",
        "dog:40,50,60:paw:run",
    ]
    assert text.splitlines()[4].startswith("_dummy3:")
    assert text.splitlines()[5:] == ["ox:9,9,9::"]


def test_a_new_color_rewrites_the_masks_that_hold_the_class_and_says_so(path: Path) -> None:
    files = contents(SegmentationClass__empty_png=b"")
    del files["SegmentationClass/empty_png"]
    files["SegmentationClass/empty.png"] = png(COLORS[mask("..", "11")])
    source = opened(path, files)
    before = read_all(path)
    recolored = source.label_maps[KEY].with_class(
        replace(source.label_maps[KEY].declared[2], color=(0, 0, 255))
    )
    report = save_in_place(source, changes(source, recolored, a=EDITED))
    after = read_all(path)
    assert report.recolored == ("night/b 2",)
    assert {n for n in after if after[n] != before[n]} == {
        "labelmap.txt",
        "SegmentationClass/a.png",
        "SegmentationClass/night/b 2.png",
    }
    np.testing.assert_array_equal(pixels_of(source, "a"), EDITED)
    np.testing.assert_array_equal(pixels_of(source, "night/b 2"), DRAWN)
    assert (0, 0, 255) in set(map(tuple, unpng(after["SegmentationClass/a.png"])[1].reshape(-1, 3)))


def test_two_classes_can_swap_their_colors(path: Path) -> None:
    source = opened(path, contents())
    old = source.label_maps[KEY]
    swapped = old.with_class(replace(old.declared[1], color=(40, 50, 60))).with_class(
        replace(old.declared[2], color=(10, 20, 30))
    )
    save_in_place(source, changes(source, swapped))
    np.testing.assert_array_equal(pixels_of(source, "night/b 2"), DRAWN)


def test_undeclared_colors_keep_their_color_and_meaning(path: Path) -> None:
    strange = COLORS[DRAWN].copy()
    strange[0, 0] = (9, 8, 7)
    source = opened(path, {**contents(), "SegmentationClass/a.png": png(strange)})
    data = source.read_mask(source.items[0], KEY)
    assert [p.kind for p in data.problems] == [Kind.UNDECLARED_COLOR]
    assert "(9, 8, 7)" in data.problems[0].message
    assert "(0, 0)" in data.problems[0].message
    stand_in = data.undeclared[0]
    edited = data.pixels.copy()
    edited[2, 3] = 1
    grown = source.label_maps[KEY].with_class(LabelClass(3, "ox", (1, 1, 1)))
    save_in_place(source, changes(source, grown, a=edited))
    stored = unpng(read_all(path)["SegmentationClass/a.png"])[1]
    assert tuple(stored[0, 0]) == (9, 8, 7)
    assert source.read_mask(source.items[0], KEY).undeclared == (stand_in,)
    np.testing.assert_array_equal(pixels_of(source, "a"), edited)


def test_an_undeclared_index_stays_in_its_gray_mask(path: Path) -> None:
    gray = DRAWN.copy()
    gray[0, 0] = 77
    source = opened(path, {**contents(), "SegmentationClass/a.png": png(gray)})
    edited = gray.copy()
    edited[2, 3] = 1
    save_in_place(source, changes(source, a=edited))
    np.testing.assert_array_equal(unpng(read_all(path)["SegmentationClass/a.png"])[1], edited)


def test_an_index_without_class_is_refused_and_nothing_is_written(path: Path) -> None:
    source = opened(path, contents())
    before = read_all(path)
    with pytest.raises(DataError) as caught:
        save_in_place(source, changes(source, a=EDITED + 40))
    assert caught.value.kind == Kind.CANNOT_HOLD
    assert read_all(path) == before


@pytest.mark.parametrize(
    ("label_class", "kind"),
    [
        (LabelClass(3, "a:b", (1, 1, 1)), Kind.CANNOT_HOLD),
        (LabelClass(3, "a\nb", (1, 1, 1)), Kind.CANNOT_HOLD),
        (LabelClass(3, "", (1, 1, 1)), Kind.CANNOT_HOLD),
        (LabelClass(3, "#a", (1, 1, 1)), Kind.CANNOT_HOLD),
        (LabelClass(3, "a ", (1, 1, 1)), Kind.CANNOT_HOLD),
        (LabelClass(3, "cat", (1, 1, 1)), Kind.DUPLICATE_LABEL),
        (LabelClass(3, "ox", (10, 20, 30)), Kind.DUPLICATE_COLOR),
    ],
)
def test_a_label_map_that_cannot_be_read_back_is_refused(
    path: Path, label_class: LabelClass, kind: Kind
) -> None:
    source = opened(path, contents())
    before = read_all(path)
    grown = source.label_maps[KEY].with_class(label_class)
    with pytest.raises(DataError) as caught:
        save_in_place(source, changes(source, grown, a=EDITED))
    assert caught.value.kind == kind
    assert read_all(path) == before


def test_a_new_color_that_undeclared_pixels_have_is_refused(path: Path) -> None:
    strange = COLORS[DRAWN].copy()
    strange[0, 0] = (9, 8, 7)
    source = opened(path, {**contents(), "SegmentationClass/a.png": png(strange)})
    old = source.label_maps[KEY]
    recolored = old.with_class(replace(old.declared[1], color=(9, 8, 7)))
    with pytest.raises(DataError) as caught:
        save_in_place(source, changes(source, recolored))
    assert caught.value.kind == Kind.DUPLICATE_COLOR


def test_a_class_whose_color_another_owns_is_not_written_in_color(path: Path) -> None:
    files = {**contents(), "labelmap.txt": b"bg:0,0,0::\none:1,1,1::\ntwo:1,1,1::\n"}
    files["SegmentationClass/a.png"] = png(COLORS[DRAWN * 0])
    source = opened(path, files)
    with pytest.raises(DataError) as caught:
        save_in_place(source, changes(source, a=np.minimum(DRAWN, 1)))
    assert caught.value.kind == Kind.DUPLICATE_COLOR
    save_in_place(source, changes(source, a=np.where(DRAWN > 0, 2, 0).astype(np.uint8)))
    assert set(np.unique(pixels_of(source, "a"))) == {0, 2}


def test_new_samples_go_to_the_end_of_the_first_list(path: Path) -> None:
    source = opened(path, contents())
    save_in_place(source, changes(source, None, **{"new one": EDITED, "empty": DRAWN}))
    files = read_all(path)
    assert files["ImageSets/Segmentation/default.txt"] == b"a\r\nnight/b 2\r\nempty\r\nnew one\r\n"
    assert files["ImageSets/Segmentation/train.txt"] == b"a\n"
    np.testing.assert_array_equal(pixels_of(source, "new one"), EDITED)
    np.testing.assert_array_equal(pixels_of(source, "empty"), DRAWN)
    assert source.items[0].subsets == ("default", "train")


@pytest.mark.parametrize("name", ["", "#a", " a", "a\nb", "../a", "/a", "C:/a"])
def test_a_new_sample_that_no_list_can_name_is_refused(path: Path, name: str) -> None:
    source = opened(path, contents())
    with pytest.raises(DataError) as caught:
        save_in_place(source, changes(source, None, **{name: EDITED}))
    assert caught.value.kind == Kind.CANNOT_HOLD


def test_instances_are_written_in_colors_and_in_their_kind(path: Path) -> None:
    files = {**contents(), "SegmentationObject/night/b 2.png": png(IDS)}
    source = opened(path, files)
    many = IDS.astype(np.uint16) * 150
    report = save_in_place(
        source,
        changes(source, None, **{
            "a": ChangedMask(DRAWN, many),
            "night/b 2": ChangedMask(DRAWN, IDS.astype(np.uint16) + 1),
        }),
    )  # fmt: skip
    after = read_all(path)
    assert after["SegmentationClass/a.png"] == files["SegmentationClass/a.png"]
    assert unpng(after["SegmentationObject/a.png"])[0] == "RGB"
    assert unpng(after["SegmentationObject/night/b 2.png"])[0] == "L"
    data = source.read_mask(source.items[0], KEY)
    assert data.instances is not None
    np.testing.assert_array_equal(data.instances, many)
    assert [(p.kind, p.sample) for p in report.problems] == [(Kind.INSTANCES_OVER_255, "a")]


def test_instances_of_undeclared_colors_keep_them(path: Path) -> None:
    colors = np.zeros((3, 4, 3), np.uint8)
    colors[0, 0], colors[0, 1] = (255, 255, 255), (128, 0, 0)
    files = {**contents(), "SegmentationObject/a.png": png(colors)}
    source = opened(path, files)
    data = source.read_mask(source.items[0], KEY)
    assert [p.kind for p in data.problems] == [Kind.UNDECLARED_COLOR]
    assert data.instances is not None
    assert data.instances[0, 1] == 1
    ids = data.instances.copy()
    ids[2, 2] = 2
    save_in_place(source, changes(source, a=ChangedMask(data.pixels, ids)))
    stored = unpng(read_all(path)["SegmentationObject/a.png"])[1]
    assert stored[0, 0].tolist() == [255, 255, 255]
    assert stored[2, 2].tolist() == [0, 128, 0]


def test_an_instance_mask_alone_stays_alone(path: Path) -> None:
    files = {**contents(), "SegmentationObject/empty.png": png(IDS)}
    source = opened(path, files)
    item = next(i for i in source.items if i.name == "empty")
    data = source.read_mask(item, KEY)
    assert not data.has_classes
    assert [c.index for c in data.undeclared] == [int(data.pixels[0, 0])]
    mask_now = ChangedMask(data.pixels, np.zeros((3, 4), np.uint16), has_classes=False)
    save_in_place(source, changes(source, empty=mask_now))
    assert "SegmentationClass/empty.png" not in read_all(path)


def test_a_save_that_fails_while_copying_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "d.zip", contents())
    before = path.read_bytes()
    source = open_source(path, OpenOptions())
    calls = []

    def full(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        file_copy.copy_range(*arguments)

    monkeypatch.setattr(archive_writer, "copy_range", full)
    with pytest.raises(DataError) as caught:
        save_in_place(source, changes(source, a=EDITED))
    assert caught.value.kind == Kind.NOT_WRITABLE
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["d.zip"]
    np.testing.assert_array_equal(pixels_of(source, "a"), DRAWN)


def test_a_change_underneath_is_noticed_and_a_save_goes_into_the_new_file(path: Path) -> None:
    source = opened(path, contents())
    assert not source.has_changed_underneath()
    if path.suffix == ".zip":
        path.unlink()
    write(path, {**contents(), "SegmentationClass/night/b 2.png": png(COLORS[EDITED])})
    assert source.has_changed_underneath()
    save_in_place(source, changes(source, a=EDITED))
    np.testing.assert_array_equal(pixels_of(source, "night/b 2"), EDITED)
    assert not source.has_changed_underneath()


def test_a_label_map_changed_underneath_moves_no_color_of_other_masks(path: Path) -> None:
    """Another program swapped two lines; the masks mean what they meant when they were read."""
    source = opened(path, contents())
    wanted = changes(source, a=EDITED)
    swapped = b"background:0,0,0::\ndog:40,50,60:paw:run\ncat:10,20,30::\n"
    if path.suffix == ".zip":
        path.unlink()
    write(path, {**contents(), "labelmap.txt": swapped})
    save_in_place(source, wanted)
    after = read_all(path)
    other = "SegmentationClass/night/b 2.png"
    assert after[other] == contents()[other]
    assert after["labelmap.txt"].splitlines()[1:] == [
        b"background:0,0,0::", b"cat:10,20,30::", b"dog:40,50,60:paw:run",
    ]  # fmt: skip
    np.testing.assert_array_equal(pixels_of(source, "a"), EDITED)


def test_an_archive_that_is_gone_is_made_again(tmp_path: Path) -> None:
    path = write(tmp_path / "d.zip", contents())
    before = read_all(path)
    source = open_source(path, OpenOptions())
    path.unlink()
    save_in_place(source, changes(source, a=EDITED))
    after = read_all(path)
    assert [n for n in before if after[n] != before[n]] == ["SegmentationClass/a.png"]


def test_what_another_program_writes_during_a_save_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "d.zip", contents())
    source = open_source(path, OpenOptions())

    def meddle(done: int, total: int, what: str) -> None:
        if what == path.name:
            path.write_bytes(b"by somebody else")

    with pytest.raises(DataError) as caught:
        save_in_place(source, changes(source, a=EDITED), meddle)
    assert caught.value.kind == Kind.NOT_WRITABLE
    assert path.read_bytes() == b"by somebody else"
    assert [p.name for p in tmp_path.iterdir()] == ["d.zip"]


def test_a_mask_that_no_list_names_is_never_replaced(path: Path) -> None:
    """The list `train_extra` is ignored for its name; its masks are data all the same."""
    files = contents()
    files["ImageSets/Segmentation/train_extra.txt"] = b"c\n"
    files["SegmentationClass/c.png"] = png(COLORS[DRAWN])
    source = opened(path, files)
    with pytest.raises(DataError) as caught:
        save_in_place(source, changes(source, c=EDITED))
    assert caught.value.kind == Kind.CANNOT_HOLD
    assert "SegmentationClass/c.png" in str(caught.value)
    assert read_all(path) == files


def test_two_names_of_one_file_are_not_saved_over_each_other(path: Path) -> None:
    files = {**contents(), "ImageSets/Segmentation/default.txt": b"a\n./a\n"}
    source = opened(path, files)
    both = Changes(KEY, source.label_maps[KEY], {
        "a": ChangedMask(EDITED), "./a": ChangedMask(np.zeros_like(EDITED)),
    })  # fmt: skip
    with pytest.raises(DataError) as caught:
        save_in_place(source, both)
    assert caught.value.kind == Kind.CANNOT_HOLD
    assert read_all(path) == files


def test_planning_a_recolor_of_many_masks_can_be_stopped(path: Path) -> None:
    source = opened(path, contents())
    before = read_all(path)
    recolored = source.label_maps[KEY].with_class(LabelClass(1, "cat", (1, 2, 3)))

    def stop(done: int, total: int, what: str) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        save_in_place(source, changes(source, recolored), stop)
    assert read_all(path) == before


def test_who_reads_while_a_save_puts_the_new_file_in_place_gets_whole_masks(path: Path) -> None:
    source = opened(path, contents())
    recolored = source.label_maps[KEY].with_class(LabelClass(1, "cat", (1, 2, 3)))
    wrong: list[object] = []
    is_over = Event()

    def read() -> None:
        while not is_over.is_set():
            try:
                found = pixels_of(source, "night/b 2")
            except DataError as error:
                wrong.append(error)
                break
            if path.suffix == ".zip" and not np.array_equal(found, DRAWN):
                wrong.append(found)

    readers = [Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    maps = [recolored, source.label_maps[KEY]] * 10
    for label_map in maps:
        save_in_place(source, Changes(KEY, label_map, {}))
    is_over.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_a_data_set_three_folders_down_is_saved_there(path: Path) -> None:
    files = {f"x/y/z/{name}": data for name, data in contents().items()}
    source = opened(path, files)
    save_in_place(source, changes(source, a=EDITED))
    after = read_all(path)
    assert [n for n in files if after[n] != files[n]] == ["x/y/z/SegmentationClass/a.png"]
