"""Which format a path has; every answer comes from content where there is any."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError, Kind, UsageError
from maskstudio.formats import registry
from maskstudio.formats.base import Content, OpenOptions, WriteOptions, no_progress
from tests.helpers.shared import shared


def put(path: Path, mode: str = "RGB") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Pillow.fromarray(np.zeros((3, 4), np.uint8)).convert(mode).save(path)
    return path


def format_of(path: Path, *, as_masks: bool | None = None) -> str:
    source = registry.open_source(path, OpenOptions(), as_masks=as_masks)
    source.close()
    return source.format


def test_a_plain_folder_is_what_the_caller_says(tmp_path: Path) -> None:
    put(tmp_path / "a.png", "L")
    assert format_of(tmp_path) == registry.IMAGES
    assert format_of(tmp_path, as_masks=True) == registry.INDEX_PNG
    assert format_of(tmp_path, as_masks=False) == registry.IMAGES


def test_a_label_map_or_palettes_make_a_plain_folder_masks(tmp_path: Path) -> None:
    put(tmp_path / "palettes" / "a.png", "P")
    assert format_of(tmp_path / "palettes") == registry.INDEX_PNG
    assert format_of(tmp_path / "palettes", as_masks=False) == registry.IMAGES
    put(tmp_path / "named" / "a.png", "L")
    (tmp_path / "named" / "labelmap.txt").write_text("a:0,0,0::\n")
    assert format_of(tmp_path / "named") == registry.INDEX_PNG


def test_an_empty_folder_is_known_only_when_it_is_said_what_it_is_for(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        format_of(tmp_path)
    assert caught.value.kind == Kind.FORMAT_UNKNOWN
    assert format_of(tmp_path, as_masks=True) == registry.INDEX_PNG
    assert format_of(tmp_path, as_masks=False) == registry.IMAGES


def test_a_single_picture_is_an_image_unless_masks_are_asked_for(tmp_path: Path) -> None:
    file = put(tmp_path / "a.png", "P").rename(tmp_path / "a.data")
    assert format_of(file) == registry.IMAGES
    assert format_of(file, as_masks=True) == registry.INDEX_PNG


def test_what_nobody_knows_is_told(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("hello")
    for path, kind in ((file, Kind.FORMAT_UNKNOWN), (tmp_path / "gone", Kind.FILE_MISSING)):
        with pytest.raises(DataError) as caught:
            registry.probe(path)
        assert caught.value.kind == kind


def test_the_ending_decides_which_fault_is_told(tmp_path: Path) -> None:
    file = tmp_path / "broken.png"
    file.write_text("hello")
    source = registry.open_source(file, OpenOptions(), as_masks=None)
    with pytest.raises(DataError) as caught:
        source.read_image(source.items[0])
    assert caught.value.kind == Kind.IMAGE_CORRUPT


def test_garbage_in_a_zip_is_a_corrupt_archive() -> None:
    with pytest.raises(DataError) as caught:
        format_of(shared("golden", "broken", "garbage.zip"))
    assert caught.value.kind == Kind.ARCHIVE_CORRUPT


@pytest.mark.parametrize("as_masks", [None, True, False])
def test_a_segmentation_mask_zip_is_one_however_it_is_used(as_masks: bool | None) -> None:
    archives = sorted(shared("golden", "cvat").glob("*.zip"))
    assert archives
    for archive in archives:
        assert registry.probe(archive) == registry.CVAT, archive.name
    assert format_of(archives[0], as_masks=as_masks) == registry.CVAT


def test_formats_that_can_be_written_are_named() -> None:
    promised = (
        "cvat-segmentation-mask wandb-artifact wandb-run labelbox-ndjson clearml-frames index-png"
    )
    assert sorted(registry.writable_formats()) == sorted(promised.split())
    assert registry.saves_in_place("index-png")
    assert not registry.saves_in_place("image-folder")
    assert not registry.saves_in_place("unheard-of")


def test_a_format_that_cannot_be_written_is_the_callers_mistake(tmp_path: Path) -> None:
    content = Content(LabelMap(), [])
    with pytest.raises(UsageError, match="index-png"):
        registry.write_new("image-folder", tmp_path, content, WriteOptions(), no_progress)
