from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from maskstudio.formats.workspace import Workspace, write_workspace
from tests.cli.helpers import Ran, run, write_cvat, write_masks, write_picture
from tests.helpers.labelbox_files import line, write_lines
from tests.helpers.shared import REPOSITORY, shared

CVAT = "cvat-segmentation-mask"
INDEX = "index-png"
LABELS = "background:0,0,0::\nroad:128,0,0::\ncar:0,128,0::\n"


def stored_indices(path: Path) -> NDArray[Any]:
    """Values of a mask file as Pillow has them, palettes not applied."""
    with Image.open(path) as picture:
        return np.array(picture)


def masks_of(folder: Path) -> dict[str, NDArray[Any]]:
    return {
        path.relative_to(folder).as_posix(): stored_indices(path) for path in folder.rglob("*.png")
    }


def lines_of(folder: Path) -> list[str]:
    text = (folder / "labelmap.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def convert(source: Path, target: Path, to: str, *words: str | Path) -> Ran:
    return run("convert", source, target, "--to", to, *words)


def there_and_back(tmp_path: Path, source: Path, *words: str | Path) -> Path:
    """To a zip and back to a folder of masks."""
    assert convert(source, tmp_path / "a.zip", CVAT, *words).exit_code == 0
    assert convert(tmp_path / "a.zip", tmp_path / "back", INDEX).exit_code == 0
    return tmp_path / "back"


def assert_same_masks(before: dict[str, NDArray[Any]], after: dict[str, NDArray[Any]]) -> None:
    assert after.keys() == before.keys()
    for name, pixels in before.items():
        assert np.array_equal(after[name], pixels), name


def classes_file(tmp_path: Path, *data_set: str) -> Path:
    """The class names of a data set as `{index: name}`."""
    listed = json.loads(shared("data", *data_set, "classes.json").read_text())["classes"]
    path = tmp_path / "names.json"
    path.write_text(json.dumps({str(c["index"]): c["name"] for c in listed}))
    return path


@pytest.mark.parametrize(
    ("masks", "names"),
    [
        (("nyu40", "masks"), "nyu40"),
        (("voc_labelme", "SegmentationClass"), "voc_labelme"),
        (("nyu40", "masks"), None),
        (("voc_labelme", "SegmentationClass"), None),
        (("ade20k", "annotations"), None),
        (("retina_real", "masks"), None),
        (("person_parts", "masks"), "person_parts"),
    ],
)
def test_real_masks_go_to_a_zip_and_back_with_not_one_pixel_changed(
    tmp_path: Path, masks: tuple[str, str], names: str | None
) -> None:
    source = shared("data", *masks)
    words = ("--labels", classes_file(tmp_path, names)) if names else ()
    back = there_and_back(tmp_path, source, *words)
    assert_same_masks(masks_of(source), masks_of(back))


def test_camvid_goes_to_a_zip_and_back(tmp_path: Path, full: bool) -> None:
    source = shared("data", "camvid", "masks")
    if not full:
        some = sorted(source.iterdir())[:6]
        source = tmp_path / "some"
        source.mkdir()
        for path in some:
            (source / path.name).write_bytes(path.read_bytes())
    back = there_and_back(tmp_path, source, "--labels", classes_file(tmp_path, "camvid"))
    assert_same_masks(masks_of(source), masks_of(back))
    assert lines_of(back)[0].startswith("Sky:")


def test_16_bit_indices_and_gaps_stay(tmp_path: Path) -> None:
    mask = np.array([[0, 1, 7], [300, 65_000, 7]], np.uint16)
    source = write_masks(tmp_path / "m", {"a b/c": mask})
    back = there_and_back(tmp_path, source)
    assert_same_masks({"a b/c.png": mask}, masks_of(back))
    lines = lines_of(back)
    assert len(lines) == 65_001
    assert lines[0].startswith("background:")
    assert lines[2].startswith("_dummy2:")
    assert lines[300].startswith("class_300:")


def test_masks_of_0_and_255_stay_two_classes(tmp_path: Path) -> None:
    mask = np.array([[0, 255], [255, 0]], np.uint8)
    back = there_and_back(tmp_path, write_masks(tmp_path / "m", {"a": mask}))
    assert_same_masks({"a.png": mask}, masks_of(back))
    named = {i: line for i, line in enumerate(lines_of(back)) if not line.startswith("_dummy")}
    assert list(named) == [0, 255]


def test_an_index_beyond_the_given_names_gets_a_class(tmp_path: Path) -> None:
    mask = np.array([[0, 2, 9]], np.uint8)
    source = write_masks(tmp_path / "m", {"a": mask})
    target = tmp_path / "out"
    ran = convert(source, target, INDEX, "--labels", "sky,road,car")
    assert ran.exit_code == 0
    assert "[undeclared_index]" in ran.stderr
    assert "[label_gap]" in ran.stderr
    assert_same_masks({"a.png": mask}, masks_of(target))
    names = [line.partition(":")[0] for line in lines_of(target)]
    assert names == ["sky", "road", "car", *(f"_dummy{i}" for i in range(3, 9)), "class_9"]


def test_palette_and_label_map_name_the_same_colors(tmp_path: Path) -> None:
    source = write_masks(tmp_path / "m", {"a": np.array([[0, 1, 2]], np.uint8)}, LABELS)
    convert(source, tmp_path / "a.zip", CVAT)
    convert(tmp_path / "a.zip", tmp_path / "back", INDEX)
    with Image.open(tmp_path / "back" / "a.png") as picture:
        palette = picture.getpalette()
    assert palette is not None
    assert palette[:9] == [0, 0, 0, 128, 0, 0, 0, 128, 0]
    assert lines_of(tmp_path / "back") == LABELS.splitlines()


def test_samples_with_undeclared_colors_are_listed_and_the_rest_is_written(tmp_path: Path) -> None:
    source = shared("golden", "cvat", "undeclared-color.zip")
    ran = convert(source, tmp_path / "out", INDEX)
    assert ran.exit_code == 3
    assert "[undeclared_color]" in ran.stderr
    assert "1 left out" in ran.stderr
    assert set(masks_of(tmp_path / "out")) == {"good.png"}


def test_the_same_format_keeps_undeclared_colors(tmp_path: Path) -> None:
    colors = np.zeros((2, 3, 3), np.uint8)
    colors[0, 1] = (9, 9, 9)
    source = write_cvat(tmp_path / "s", {"a": colors}, LABELS)
    assert convert(source, tmp_path / "out", CVAT).exit_code == 3
    written = stored_indices(tmp_path / "out" / "SegmentationClass" / "a.png")
    assert np.array_equal(written, colors)


def test_undeclared_indices_of_cvat_are_refused(tmp_path: Path) -> None:
    source = shared("golden", "cvat", "gray-16bit.zip")
    ran = convert(source, tmp_path / "out", INDEX)
    assert ran.exit_code == 3
    assert set(masks_of(tmp_path / "out")) == {"ok.png"}


def test_an_instance_mask_alone_has_no_classes_to_convert(tmp_path: Path) -> None:
    ran = convert(shared("golden", "cvat", "object-only.zip"), tmp_path / "out", INDEX)
    assert ran.exit_code == 1
    assert "[cannot_hold]" in ran.stderr
    assert not (tmp_path / "out").exists()


def test_what_a_folder_of_masks_cannot_hold_is_said_first(tmp_path: Path) -> None:
    source = shared("golden", "cvat", "export-two-subsets.zip")
    ran = convert(source, tmp_path / "out", INDEX)
    assert ran.exit_code == 0
    told, _, summary = ran.stderr.rpartition("Wrote")
    assert "subsets" in told
    assert "instances" in told
    assert "[background_unexpected]" in told
    assert "3 samples" in summary
    written = masks_of(tmp_path / "out")
    assert set(written) == {"street 01.png", "nothing here.png", "night/rain/frame_7.png"}
    assert np.unique(written["nothing here.png"]).tolist() == [1]


def test_an_empty_sample_without_an_image_is_left_out_and_said(tmp_path: Path) -> None:
    mask = np.zeros((2, 2, 3), np.uint8)
    source = write_cvat(tmp_path / "s", {"a": mask}, LABELS, lists={"default": ["a", "b"]})
    ran = convert(source, tmp_path / "out", INDEX)
    assert ran.exit_code == 0
    assert "[file_missing]" in ran.stderr
    assert set(masks_of(tmp_path / "out")) == {"a.png"}


def test_a_name_the_target_cannot_hold_refuses_the_whole(tmp_path: Path) -> None:
    source = write_masks(tmp_path / "m", {"a": np.zeros((2, 2), np.uint8)})
    (tmp_path / "names.json").write_text('{"0": "sky: blue"}')
    ran = convert(source, tmp_path / "a.zip", CVAT, "--labels", tmp_path / "names.json")
    assert ran.exit_code == 1
    assert "[cannot_hold]" in ran.stderr
    assert not (tmp_path / "a.zip").exists()


def test_two_classes_in_use_never_share_a_color(tmp_path: Path) -> None:
    labels = "background:0,0,0::\na:1,2,3::\nb:1,2,3::\n"
    source = write_masks(tmp_path / "m", {"a": np.array([[0, 1, 2]], np.uint8)}, labels)
    ran = convert(source, tmp_path / "a.zip", CVAT)
    assert ran.exit_code == 1
    assert "[duplicate_color]" in ran.stderr
    assert not (tmp_path / "a.zip").exists()


def test_images_go_along_when_asked(tmp_path: Path) -> None:
    source = write_masks(tmp_path / "m", {"a": np.zeros((6, 8), np.uint8)}, LABELS)
    picture = write_picture(tmp_path / "i" / "a.png", 8, 6)
    words = ("--images", tmp_path / "i", "--with-images")
    assert convert(source, tmp_path / "a.zip", CVAT, *words).exit_code == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.read("JPEGImages/a.png") == picture.read_bytes()
    assert convert(source, tmp_path / "out", INDEX, *words).exit_code == 1


def test_a_target_that_exists_is_replaced_only_when_asked(tmp_path: Path) -> None:
    source = write_masks(tmp_path / "m", {"a": np.zeros((6, 8), np.uint8)}, LABELS)
    target = tmp_path / "a.zip"
    target.write_bytes(b"precious")
    ran = convert(source, target, CVAT)
    assert ran.exit_code == 1
    assert "exists" in ran.stderr
    assert target.read_bytes() == b"precious"
    assert convert(source, target, CVAT, "--overwrite").exit_code == 0
    assert zipfile.is_zipfile(target)


def other_spellings(tmp_path: Path) -> Iterator[Path]:
    source = tmp_path / "a.zip"
    (tmp_path / "soft.zip").symlink_to(source)
    (tmp_path / "hard.zip").hardlink_to(source)
    yield source
    yield tmp_path / "x" / ".." / "a.zip"
    yield tmp_path / "soft.zip"
    yield tmp_path / "hard.zip"


def test_no_output_names_an_input_however_it_is_spelled(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    masks = write_masks(tmp_path / "m", {"a": np.zeros((6, 8), np.uint8)}, LABELS)
    convert(masks, tmp_path / "a.zip", CVAT)
    before = (tmp_path / "a.zip").read_bytes()
    for target in other_spellings(tmp_path):
        assert convert(tmp_path / "a.zip", target, CVAT, "--overwrite").exit_code == 2, target
    assert convert(masks, masks, INDEX, "--overwrite").exit_code == 2
    assert convert(masks, tmp_path, INDEX, "--overwrite").exit_code == 2
    labels = tmp_path / "names.txt"
    labels.write_text("a\nb\n")
    words = ("--overwrite", "--labels", labels)
    assert convert(masks, labels, CVAT, *words).exit_code == 2
    assert (tmp_path / "a.zip").read_bytes() == before


def test_wrong_words(tmp_path: Path) -> None:
    source = write_masks(tmp_path / "m", {"a": np.zeros((6, 8), np.uint8)}, LABELS)
    ran = convert(source, tmp_path / "out", "coco")
    assert ran.exit_code == 2
    assert CVAT in ran.stderr
    assert INDEX in ran.stderr
    assert run("convert", source, tmp_path / "out").exit_code == 2
    ran = convert(source, tmp_path / "out", INDEX, "--layer", "predictions")
    assert ran.exit_code == 2
    assert "ground_truth" in ran.stderr


def test_several_layers_are_named(tmp_path: Path) -> None:
    for name in ("p", "g"):
        write_masks(tmp_path / name, {"a": np.zeros((2, 2), np.uint8)}, LABELS)
    layers = (("predictions", tmp_path / "p"), ("ground_truth", tmp_path / "g"))
    workspace = tmp_path / "both.maskstudio"
    write_workspace(workspace, Workspace(layers=layers))
    ran = convert(workspace, tmp_path / "out", INDEX)
    assert ran.exit_code == 2
    assert "predictions" in ran.stderr
    assert "ground_truth" in ran.stderr
    assert convert(workspace, tmp_path / "out", INDEX, "--layer", "predictions").exit_code == 0


def test_a_source_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    ran = convert(shared("golden", "broken", "garbage.zip"), tmp_path / "out", INDEX)
    assert ran.exit_code == 1
    assert not (tmp_path / "out").exists()


def test_ctrl_c_leaves_no_half_written_target(tmp_path: Path) -> None:
    mask = np.random.default_rng(1).integers(0, 40, (1500, 1500)).astype(np.uint8)
    source = write_masks(tmp_path / "m", {f"m{i}": mask for i in range(24)}, "")
    target = tmp_path / "t" / "a.zip"
    target.parent.mkdir()
    script = (
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from maskstudio.cli.main import main; main()"
    )
    words = ["convert", str(source), str(target), "--to", CVAT]
    process = subprocess.Popen(
        [sys.executable, "-c", script, *words],
        cwd=REPOSITORY,
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and not list(target.parent.iterdir()):
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Cancelled" in said
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("to", ["clearml-frames", "wandb-artifact", "index-png"])
def test_half_a_letter_in_a_name_is_refused_and_no_fault_of_the_program(
    tmp_path: Path, to: str
) -> None:
    objects = [line(np.eye(4), row={"globalKey": name}) for name in ("a\ud800", "b")]
    source = write_lines(tmp_path / "in.ndjson", *objects)
    ran = run("convert", source, tmp_path / "out", "--to", to)
    assert ran.exit_code == 3, ran.stderr
    samples = run("info", "--json", tmp_path / "out").json["samples"]
    assert [sample["name"] for sample in samples] == ["b"]
