"""Folders of pictures: what is listed, under which names, in which order, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from maskstudio.core.geometry import Size
from maskstudio.errors import DataError, Kind
from maskstudio.formats.base import OpenOptions, Sureness
from maskstudio.formats.image_folder import open_source, probe
from tests.helpers.shared import shared


def put(path: Path, size: tuple[int, int] = (4, 3)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Pillow.new("RGB", size, (10, 20, 30)).save(path)
    return path


def names(folder: Path) -> list[str]:
    return [item.name for item in open_source(folder, OpenOptions()).items]


def test_samples_are_named_by_path_without_ending_in_natural_order(tmp_path: Path) -> None:
    for name in ("b.png", "a 10.png", "a 9.png", "night/f 2.jpg", "night/f 10.jpg", "B/x.y.bmp"):
        put(tmp_path / name)
    assert names(tmp_path) == ["a 9", "a 10", "b", "B/x.y", "night/f 2", "night/f 10"]


def test_files_of_one_stem_keep_their_endings(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "c.png", "c.d.png"):
        put(tmp_path / name)
    assert names(tmp_path) == ["a.jpg", "a.png", "c", "c.d"]


def test_a_name_that_is_taken_by_another_files_ending_gets_a_number(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "a.png.png"):
        put(tmp_path / name)
    found = names(tmp_path)
    assert len(set(found)) == 3
    assert "a.png (2)" in found


def test_hidden_files_and_what_is_no_picture_are_left_out(tmp_path: Path) -> None:
    put(tmp_path / "a.PNG")
    put(tmp_path / ".hidden.png")
    put(tmp_path / ".cache" / "b.png")
    (tmp_path / "notes.txt").write_text("no picture")
    assert names(tmp_path) == ["a"]


def test_a_picture_is_read_where_it_is_asked_for(tmp_path: Path) -> None:
    file = put(tmp_path / "in" / "a.png", (5, 2))
    source = open_source(tmp_path, OpenOptions())
    (item,) = source.items
    assert item.has_image
    assert item.keys == ()
    assert source.label_maps == {}
    assert source.image_where(item) == "in/a.png"
    assert source.image_size(item) == Size(5, 2)
    assert source.read_image(item).pixels.tolist() == [[[10, 20, 30]] * 5] * 2
    assert source.image_bytes(item) == file.read_bytes()


def test_one_picture_is_a_source_of_one(tmp_path: Path) -> None:
    file = put(tmp_path / "a.png")
    put(tmp_path / "b.png")
    source = open_source(file, OpenOptions())
    assert [item.name for item in source.items] == ["a"]
    assert source.image_size(source.items[0]) == Size(4, 3)


def test_links_inside_are_followed_and_links_out_are_listed(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside" / "secret.png")
    folder = tmp_path / "opened"
    put(folder / "real" / "a.png")
    (folder / "alias.png").symlink_to(folder / "real" / "a.png")
    (folder / "leak.png").symlink_to(outside)
    (folder / "leak").symlink_to(outside.parent)
    (folder / "circle").symlink_to(folder)
    source = open_source(folder, OpenOptions())
    assert [item.name for item in source.items] == ["alias", "real/a"]
    assert source.read_image(source.items[0]).size == Size(4, 3)
    assert {(p.kind, p.where) for p in source.problems} == {
        (Kind.UNSAFE_PATH, "leak"),
        (Kind.UNSAFE_PATH, "leak.png"),
    }


def test_a_file_exchanged_for_a_link_out_is_not_read(tmp_path: Path) -> None:
    outside = put(tmp_path / "secret.png")
    file = put(tmp_path / "opened" / "a.png")
    source = open_source(tmp_path / "opened", OpenOptions())
    file.unlink()
    file.symlink_to(outside)
    with pytest.raises(DataError) as caught:
        source.image_bytes(source.items[0])
    assert caught.value.kind == Kind.UNSAFE_PATH


def test_a_file_that_is_gone_is_missing(tmp_path: Path) -> None:
    file = put(tmp_path / "a.png")
    source = open_source(tmp_path, OpenOptions())
    file.unlink()
    for read in (source.image_size, source.read_image, source.image_bytes):
        with pytest.raises(DataError) as caught:
            read(source.items[0])
        assert caught.value.kind == Kind.FILE_MISSING
    with pytest.raises(DataError) as caught:
        open_source(tmp_path / "nothing", OpenOptions())
    assert caught.value.kind == Kind.FILE_MISSING


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_listed_is_a_problem(tmp_path: Path) -> None:
    put(tmp_path / "a.png")
    put(tmp_path / "closed" / "b.png").parent.chmod(0)
    source = open_source(tmp_path, OpenOptions())
    (tmp_path / "closed").chmod(0o700)
    assert [item.name for item in source.items] == ["a"]
    assert [p.where for p in source.problems] == ["closed/"]


def test_listing_opens_no_picture(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"nothing")
    assert names(tmp_path) == ["broken"]


def test_pictures_are_recognised_by_content(tmp_path: Path) -> None:
    picture = put(tmp_path / "a.png").rename(tmp_path / "a.data")
    assert probe(picture) == Sureness.CERTAIN
    fake = tmp_path / "fake.png"
    fake.write_bytes(b"text")
    assert probe(fake) == Sureness.BY_NAME
    assert probe(tmp_path / "nothing") == Sureness.NO
    assert probe(tmp_path) == Sureness.POSSIBLE
    (tmp_path / "empty").mkdir()
    assert probe(tmp_path / "empty") == Sureness.NO


def test_a_mask_cannot_be_read_from_pictures(tmp_path: Path) -> None:
    put(tmp_path / "a.png")
    source = open_source(tmp_path, OpenOptions())
    with pytest.raises(DataError):
        source.read_mask(source.items[0], "ground_truth")


def test_a_real_folder_has_one_sample_a_picture() -> None:
    source = open_source(shared("data", "camvid", "images"), OpenOptions())
    assert len(source.items) == 60
    assert source.problems == []
    assert all(source.image_size(item) == Size(480, 360) for item in source.items)
    assert np.ptp(source.read_image(source.items[0]).pixels) > 100
