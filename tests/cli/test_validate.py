from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.helpers import kinds, run, write_cvat, write_masks, write_picture
from tests.helpers.shared import shared

CVAT = "cvat-segmentation-mask"
INDEX = "index-png"
LABELS = "background:0,0,0::\nroad:128,0,0::\ncar:0,128,0::\n"
ALL = np.array([[0, 1, 2]], np.uint8)


def test_sound_masks_have_no_problems(tmp_path: Path) -> None:
    ran = run("validate", "--json", write_masks(tmp_path / "m", {"a": ALL}, LABELS))
    assert ran.exit_code == 0
    assert ran.json == {"format": INDEX, "samples": 1, "problems": []}


def test_a_plain_folder_is_masks(tmp_path: Path) -> None:
    folder = write_masks(tmp_path / "m", {"a": np.array([[0, 255]], np.uint8)})
    assert run("validate", "--json", folder).json["format"] == INDEX


def test_classes_that_occur_nowhere_are_a_note(tmp_path: Path) -> None:
    mask = np.array([[1, 1, 1]], np.uint8)
    ran = run("validate", "--json", write_masks(tmp_path / "m", {"a": mask}, LABELS))
    (problem,) = ran.json["problems"]
    assert problem["kind"] == "label_unused"
    assert problem["severity"] == "info"
    assert "car" in problem["message"]
    assert ran.exit_code == 0


def test_undeclared_indices_are_told_with_their_pixels(tmp_path: Path) -> None:
    mask = np.array([[0, 1, 2], [0, 9, 9]], np.uint8)
    ran = run("validate", "--json", write_masks(tmp_path / "m", {"n/a": mask}, LABELS))
    assert kinds(ran.json["problems"]) == ["undeclared_index", "label_gap"]
    first = ran.json["problems"][0]
    assert first["sample"] == "n/a"
    assert "2 pixels" in first["message"]
    assert "(1, 1)" in first["message"]
    assert "3 to 8" in ran.json["problems"][1]["message"]
    assert ran.exit_code == 0


def test_faults_of_pixels_and_of_pictures_are_found(tmp_path: Path) -> None:
    colors = np.zeros((6, 8, 3), np.uint8)
    colors[2, 3] = (9, 9, 9)
    source = write_cvat(tmp_path / "s", {"a": colors, "b": colors[:3] * 0}, LABELS)
    write_picture(tmp_path / "i" / "a.png", 8, 6)
    write_picture(tmp_path / "i" / "b.png", 8, 6)
    whole = (tmp_path / "i" / "a.png").read_bytes()
    (tmp_path / "i" / "a.png").write_bytes(whole[:-40])
    ran = run("validate", "--json", source, "--images", tmp_path / "i")
    found = [(p["kind"], p.get("sample")) for p in ran.json["problems"]]
    assert found[:3] == [
        ("image_corrupt", "a"),
        ("undeclared_color", "a"),
        ("mask_image_size_differs", "b"),
    ]
    assert ran.exit_code == 3


@pytest.mark.parametrize("name", ["garbage.zip", "no-lists.zip", "bomb-deflate.zip"])
def test_a_fault_of_the_file_is_the_only_problem(name: str) -> None:
    ran = run("validate", "--json", shared("golden", "broken", name))
    assert ran.exit_code == 1
    assert ran.json["samples"] == 0
    assert ran.json["format"] == CVAT
    assert [p["scope"] for p in ran.json["problems"]] == ["file"]


def test_a_target_that_needs_a_background_says_where_it_goes(tmp_path: Path) -> None:
    labels = "road:128,0,0::\ncar:0,128,0::\n"
    masks = write_masks(tmp_path / "m", {"a": np.array([[0, 1]], np.uint8)}, labels)
    (problem,) = run("validate", "--json", masks, "--target", CVAT).json["problems"]
    assert problem["kind"] == "background_unexpected"
    assert "class 2" in problem["message"]
    assert run("validate", "--json", masks, "--target", INDEX).json["problems"] == []


def test_a_background_that_is_not_0_surprises_readers_of_plain_masks(tmp_path: Path) -> None:
    labels = "road:128,0,0::\nbackground:0,0,0::\n"
    source = write_cvat(tmp_path / "s", {"a": ALL[:, :2]}, labels)
    told = run("validate", "--json", source, "--target", INDEX).json["problems"]
    assert kinds(told) == ["background_unexpected"]
    assert run("validate", "--json", source, "--target", CVAT).json["problems"] == []


def test_two_classes_of_one_color_cannot_go_into_colors(tmp_path: Path) -> None:
    labels = "background:0,0,0::\na:201,2,3::\nb:201,2,3::\n"
    masks = write_masks(tmp_path / "m", {"a": ALL}, labels)
    plain = run("validate", "--json", masks)
    assert [(p["kind"], p["severity"]) for p in plain.json["problems"]] == [
        ("duplicate_color", "warning")
    ]
    ran = run("validate", "--json", masks, "--target", CVAT)
    assert ("duplicate_color", "error") in [
        (p["kind"], p["severity"]) for p in ran.json["problems"]
    ]
    assert ran.exit_code == 1


def test_names_that_no_list_can_hold(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "m", {"#a": ALL, " b": ALL, "c": ALL}, LABELS)
    ran = run("validate", "--json", masks, "--target", CVAT)
    found = [(p["kind"], p["sample"]) for p in ran.json["problems"]]
    assert found == [("cannot_hold", " b"), ("cannot_hold", "#a")]
    assert ran.exit_code == 3


def test_names_that_some_systems_do_not_take(tmp_path: Path) -> None:
    names = ("what?", "con", "A", "a", "fine/b 1")
    masks = write_masks(tmp_path / "m", dict.fromkeys(names, ALL), LABELS)
    ran = run("validate", "--json", masks, "--target", INDEX)
    found = [(p["kind"], p["sample"]) for p in ran.json["problems"]]
    assert {kind for kind, _ in found} == {"name_not_portable"}
    assert {"what?", "con"} < {name for _, name in found}
    assert len(found) == 3
    assert ran.exit_code == 0


def test_people_get_a_count_and_the_list(tmp_path: Path) -> None:
    mask = np.array([[0, 1, 9]], np.uint8)
    ran = run("validate", write_masks(tmp_path / "m", {"a": mask}, LABELS))
    assert ran.stdout == "1 sample: 0 errors, 2 warnings, 1 note\n"
    assert "[undeclared_index]" in ran.stderr


def test_an_unknown_target_is_a_wrong_word(tmp_path: Path) -> None:
    ran = run("validate", tmp_path, "--target", "paper")
    assert ran.exit_code == 2
    assert INDEX in ran.stderr


def test_pictures_of_which_none_can_be_a_mask_are_not_passed_over(tmp_path: Path) -> None:
    write_picture(tmp_path / "photos" / "a.jpg", 8, 6)
    for words in (
        ("validate", tmp_path / "photos"),
        ("convert", tmp_path / "photos", tmp_path / "t.zip", "--to", "cvat-segmentation-mask"),
    ):
        ran = run(*words)
        assert ran.exit_code == 1
        assert "can be a mask" in ran.stderr
    assert not (tmp_path / "t.zip").exists()
