"""What fuzzing has found: files that once crashed a reader, or took its time, memory or freedom."""

from __future__ import annotations

import io
import json
import os
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tifffile import TiffFile

from maskstudio.errors import DataError, Kind, Problem, Scope, Severity
from maskstudio.formats import wandb_run
from maskstudio.formats.base import Sureness
from maskstudio.formats.folder_change import JOURNAL, NEW, finish_or_drop
from maskstudio.formats.label_arguments import read_labels
from maskstudio.formats.limits import Limits
from maskstudio.formats.pictures import read_image
from maskstudio.formats.wandb_log import read_records
from tests.cli.helpers import kinds, run
from tests.helpers.clearml_files import frame_of, write_json
from tests.helpers.labelbox_files import line, write_lines
from tests.helpers.wandb_logs import history, log_of


def test_an_address_with_half_a_character_is_no_file(tmp_path: Path) -> None:
    mask = {"instanceURI": "\ud800.png", "colorRGB": [1, 2, 3]}
    path = write_lines(tmp_path / "a.ndjson", line(mask=mask))
    found = run("info", "--pixels", "--json", path).json
    assert kinds(found["samples"][0]["problems"]) == ["file_missing"]


def test_more_names_than_a_mask_has_indices_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("\n".join(f"n{number}" for number in range(65_537)))
    with pytest.raises(DataError, match="at most 65536") as caught:
        read_labels(path)
    assert caught.value.kind == Kind.VALUE_OUT_OF_RANGE


def test_a_record_of_zeros_is_damage_and_not_a_million_fields(tmp_path: Path) -> None:
    path = tmp_path / "run-x.wandb"
    path.write_bytes(log_of([bytes(1_000_000)]))
    with pytest.raises(DataError, match="number 0") as caught:
        list(read_records(path))
    assert caught.value.kind == Kind.LOG_CORRUPT


def test_a_log_that_a_link_leads_out_to_is_not_the_run_s(tmp_path: Path) -> None:
    (tmp_path / "outside.wandb").write_bytes(log_of([history({"_type": 1}, 7)]))
    run_folder = tmp_path / "run"
    (run_folder / "files" / "media" / "images").mkdir(parents=True)
    (run_folder / "files" / "wandb-summary.json").write_text("{}")
    (run_folder / "run-x.wandb").symlink_to("../outside.wandb")
    ran = run("info", "--json", run_folder)
    assert "log_corrupt" not in kinds(ran.json["problems"])
    assert ran.json["samples"] == []


def test_a_folder_of_media_that_a_link_leads_out_to_is_not_walked(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    name = f"key_0_{'0' * 20}.png"
    Image.fromarray(np.zeros((2, 2), np.uint8)).save(outside / name)
    (tmp_path / "run" / "media").mkdir(parents=True)
    (tmp_path / "run" / "media" / "images").symlink_to(outside)
    assert wandb_run.probe(tmp_path / "run") == Sureness.NO
    (tmp_path / "run" / "media" / "images").unlink()
    shutil.copytree(outside, tmp_path / "run" / "media" / "images")
    assert wandb_run.probe(tmp_path / "run") == Sureness.POSSIBLE


def test_a_message_stays_readable_whatever_a_file_puts_into_it() -> None:
    error = DataError(Kind.LABELMAP_SYNTAX, "w" * 9_000 + ":7", "x" * 1_000_000, "y" * 700)
    assert len(str(error)) < 2_000
    assert error.where.endswith(":7")
    problem = Problem(Kind.CANNOT_HOLD, Severity.ERROR, Scope.FILE, "a", "b" * 100_000)
    assert len(problem.message) < 700


def test_a_workspace_that_names_a_layer_twice_is_told(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    Image.fromarray(np.zeros((2, 2), np.uint8)).save(tmp_path / "m" / "a.png")
    layer = {"key": "ground_truth", "path": "m"}
    content = {"version": 1, "paths": [], "layers": [layer, layer]}
    content |= {"backgrounds": {}, "checked": [], "view": {}}
    ran = run("info", "--json", write_json(tmp_path / "w.maskstudio", content))
    assert ran.exit_code == 1
    assert kinds(ran.json["problems"]) == ["conflicting_fields"]


def test_frames_that_name_a_pipe_do_not_wait_for_its_other_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "m.png")
    path = write_json(tmp_path / "frames.json", [frame_of("f", {"seg": "m.png"})])
    found = run("info", "--pixels", "--json", path).json
    assert "file_missing" in kinds(found["samples"][0]["problems"])


def test_a_journal_that_is_a_link_or_a_pipe_is_left_alone(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    folder.mkdir()
    outside.write_bytes(b'"a.png"\n"closed"\n')
    (folder / JOURNAL).symlink_to(outside)
    (folder / f".a.png{NEW}").write_bytes(b"new")
    finish_or_drop(folder)
    assert {p.name for p in folder.iterdir()} == {JOURNAL, f".a.png{NEW}"}
    (folder / JOURNAL).unlink()
    os.mkfifo(folder / JOURNAL)
    finish_or_drop(folder)
    assert (folder / JOURNAL).exists()


def test_a_journal_cannot_name_its_own_folder(tmp_path: Path) -> None:
    folder, beside = tmp_path / "folder", tmp_path / f".folder{NEW}"
    folder.mkdir()
    beside.mkdir()
    (folder / JOURNAL).write_bytes(b'"."\n"closed"\n')
    finish_or_drop(folder)
    assert beside.is_dir()
    assert folder.is_dir()


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_a_tiff_of_far_too_few_bytes_is_refused_before_it_takes_memory(compression: str) -> None:
    file = io.BytesIO()
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(file, "TIFF", compression=compression)
    data = file.getvalue()
    high = _with_tag(_with_tag(data, 257, 80_000_000), 278, 80_000_000)
    assert read_image(data, "a.tif").size.height == 8
    assert Limits().image_pixels > 8 * 80_000_000
    with pytest.raises(DataError, match="cannot hold") as caught:
        read_image(high, "a.tif")
    assert caught.value.kind == Kind.IMAGE_CORRUPT


def test_a_tiff_whose_width_is_no_number_is_damaged() -> None:
    file = io.BytesIO()
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(file, "TIFF")
    data = _with_tag(_with_tag(file.getvalue(), 256, 8, count=0), 258, 24)
    assert getattr(TiffFile(io.BytesIO(data)).pages[0], "imagewidth") == ()  # noqa: B009
    with pytest.raises(DataError) as caught:
        read_image(data, "a.tif")
    assert caught.value.kind == Kind.IMAGE_CORRUPT


def _with_tag(data: bytes, tag: int, value: int, *, count: int = 1) -> bytes:
    """A TIFF with another number in one of its tags."""
    (start,) = struct.unpack_from("<I", data, 4)
    (n_tags,) = struct.unpack_from("<H", data, start)
    for number in range(n_tags):
        at = start + 2 + 12 * number
        if struct.unpack_from("<H", data, at)[0] == tag:
            return data[: at + 2] + struct.pack("<HII", 4, count, value) + data[at + 12 :]
    raise AssertionError(tag)


def test_folders_in_folders_by_the_hundred_are_walked_fast(tmp_path: Path) -> None:
    deep = tmp_path / "m" / ("b/" * 300)
    deep.mkdir(parents=True)
    (tmp_path / "m" / "b" / "loop").symlink_to("..")
    Image.fromarray(np.zeros((2, 2), np.uint8)).save(deep / "a.png")
    found = run("info", "--json", tmp_path / "m").json
    assert len(found["samples"]) == 1


def test_json_of_frames_with_a_deep_value_is_told(tmp_path: Path) -> None:
    path = tmp_path / "frames.json"
    path.write_text(json.dumps({"frames": []})[:-1] + ', "x": ' + "[" * 100_000)
    assert kinds(run("info", "--json", path).json["problems"]) == ["json_too_deep"]
