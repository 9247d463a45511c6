from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np

from tests.cli.helpers import kinds, run, write_cvat, write_masks, write_picture

LABELS = "background:0,0,0::\nroad:128,0,0::\n_dummy2:1,2,3::\ncar:0,128,0:wheel:move\n"


def cvat(folder: Path) -> Path:
    """Two samples; `a` stands in two lists, `night/b` has no mask."""
    colors = np.zeros((4, 6, 3), np.uint8)
    colors[:, 3:] = (0, 128, 0)
    ids = np.zeros((4, 6), np.uint8)
    ids[1:3, 2:4] = 7
    return write_cvat(
        folder,
        {"a": colors},
        LABELS,
        instances={"a": ids},
        lists={"train": ["a", "night/b"], "val": ["a"]},
    )


def test_without_pixels_only_headers_are_told(tmp_path: Path) -> None:
    found = run("info", "--json", cvat(tmp_path / "d")).json
    assert found["samples"][0]["layers"] == {"ground_truth": {"width": 6, "height": 4}}


def test_a_sample_in_two_lists_has_an_entry_for_each(tmp_path: Path) -> None:
    found = run("info", "--json", cvat(tmp_path / "d")).json
    listed = [(s["name"], s["subset"]) for s in found["samples"]]
    assert listed == [("a", "train"), ("a", "val"), ("night/b", "train")]


def test_a_sample_without_a_mask_has_no_layers_and_no_picture_is_null(tmp_path: Path) -> None:
    sample = run("info", "--pixels", "--json", cvat(tmp_path / "d")).json["samples"][2]
    assert sample["layers"] == {}
    assert sample["image"] is None


def test_background_and_fillers_are_marked(tmp_path: Path) -> None:
    classes = run("info", "--json", cvat(tmp_path / "d")).json["label_maps"]["ground_truth"]
    assert [c.get("background", False) for c in classes] == [True, False, False, False]
    assert [c.get("filler", False) for c in classes] == [False, False, True, False]
    assert classes[3]["parts"] == ["wheel"]
    assert classes[3]["actions"] == ["move"]


def test_an_instance_over_several_classes_has_the_highest(tmp_path: Path) -> None:
    sample = run("info", "--pixels", "--json", cvat(tmp_path / "d")).json["samples"][0]
    layer = sample["layers"]["ground_truth"]
    assert layer["histogram"] == {"0": 12, "3": 12}
    assert layer["instances"] == {"7": {"area": 4, "class": 3, "classes": [0, 3]}}


def test_colors_without_a_class_count_as_unlabelled(tmp_path: Path) -> None:
    colors = np.zeros((2, 5, 3), np.uint8)
    colors[0, :3] = (9, 9, 9)
    ran = run("info", "--pixels", "--json", write_cvat(tmp_path / "d", {"a": colors}, LABELS))
    (sample,) = ran.json["samples"]
    assert sample["layers"]["ground_truth"]["histogram"] == {"0": 7, "unlabelled": 3}
    assert kinds(sample["problems"]) == ["undeclared_color"]
    assert len(ran.json["label_maps"]["ground_truth"]) == 4
    assert ran.exit_code == 3


def test_indices_that_nothing_names_become_classes(tmp_path: Path) -> None:
    mask = np.zeros((2, 5), np.uint8)
    mask[0] = 255
    folder = write_masks(tmp_path / "m", {"a": mask}, labels="")
    found = run("info", "--pixels", "--json", folder).json
    assert found["format"] == "image-folder"
    write_masks(folder, {}, labels="nothing:0,0,0::\n")
    found = run("info", "--pixels", "--json", folder).json
    classes = found["label_maps"]["ground_truth"]
    assert [(c["index"], c.get("undeclared", False)) for c in classes] == [(0, False), (255, True)]
    assert found["samples"][0]["layers"]["ground_truth"]["histogram"] == {"0": 5, "255": 5}
    assert kinds(found["samples"][0]["problems"]) == ["undeclared_index"]


def test_images_are_matched_by_name_and_what_has_no_partner_is_told(tmp_path: Path) -> None:
    mask = np.zeros((6, 8), np.uint8)
    masks = write_masks(tmp_path / "m", {"a": mask, "b": mask}, labels="x:0,0,0::\n")
    write_picture(tmp_path / "i" / "a.jpg", 8, 6)
    write_picture(tmp_path / "i" / "c.png", 8, 6)
    found = run("info", "--json", masks, "--images", tmp_path / "i").json
    by_name = {s["name"]: s for s in found["samples"]}
    assert set(by_name) == {"a", "b", "c"}
    assert by_name["a"]["image"] == {"width": 8, "height": 6}
    assert by_name["a"]["problems"] == []
    assert kinds(by_name["b"]["problems"]) == ["sample_unmatched"]
    assert kinds(by_name["c"]["problems"]) == ["sample_unmatched"]
    assert by_name["c"]["layers"] == {}


def test_labels_name_the_classes_of_plain_masks(tmp_path: Path) -> None:
    palette = np.zeros((2, 2), np.uint8)
    masks = write_masks(tmp_path / "m", {"a": palette}, labels="")
    found = run("info", "--json", "--labels", "sky,road", masks).json
    assert found["format"] == "image-folder"
    assert found["label_maps"] == {}


def test_a_mask_of_another_size_is_told_from_headers_alone(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "m", {"a": np.zeros((2, 5), np.uint8)}, labels="x:0,0,0::\n")
    write_picture(tmp_path / "i" / "a.png", 8, 6)
    (sample,) = run("info", "--json", masks, "--images", tmp_path / "i").json["samples"]
    assert kinds(sample["problems"]) == ["mask_image_size_differs"]


def test_what_no_format_knows_is_a_fault_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "notes.dat"
    path.write_text("no picture at all")
    ran = run("info", "--json", path)
    assert ran.exit_code == 1
    assert ran.json["format"] is None
    assert ran.json["samples"] == []
    assert kinds(ran.json["problems"]) == ["format_unknown"]
    assert run("info", tmp_path / "absent").exit_code == 1


def test_wrong_words_have_an_exit_code_of_their_own() -> None:
    assert run("info").exit_code == 2
    assert run("info", "a", "--pixel").exit_code == 2


def test_people_get_tables_on_stdout_and_problems_on_stderr(tmp_path: Path) -> None:
    ran = run("info", "--pixels", cvat(tmp_path / "d"))
    assert ran.exit_code == 0
    assert "road" in ran.stdout
    assert "_dummy2" not in ran.stdout
    assert "night/b" in ran.stdout
    assert ran.stderr == ""


def test_names_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    labels = "back[red]ground:0,0,0::\n\x1b[31mroad:1,1,1::\n"
    folder = write_masks(tmp_path / "m", {"a": np.zeros((2, 2), np.uint8)}, labels=labels)
    shown = run("info", folder).stdout
    assert "back[red]ground" in shown
    assert "\x1b" not in shown


def test_names_in_faults_cannot_act_on_the_terminal_either(tmp_path: Path) -> None:
    folder = write_masks(tmp_path / "m", {"a\x1b[2Jb": np.full((2, 2), 9, np.uint8)}, "x:0,0,0::\n")
    ran = run("info", "--pixels", folder)
    assert "\\x1b[2Jb" in ran.stderr
    assert "\x1b" not in ran.stderr + ran.stdout
    assert "\x1b" not in run("info", tmp_path / "ab\x1b[2Jsent").stderr


def test_a_document_comes_also_when_the_label_map_is_not_there(tmp_path: Path) -> None:
    folder = write_masks(tmp_path / "m", {"a": np.zeros((2, 2), np.uint8)})
    for verb in ("info", "validate"):
        ran = run(verb, "--json", folder, "--labels", tmp_path / "absent.txt")
        assert ran.exit_code == 1
        assert kinds(ran.json["problems"]) == ["file_missing"]


def test_a_path_that_no_system_takes_is_one_sentence(tmp_path: Path) -> None:
    ran = run("info", "--json", tmp_path / ("n" * 300))
    assert (ran.exit_code, kinds(ran.json["problems"])) == (1, ["file_missing"])


def test_names_that_are_no_text_are_shown_and_counted(tmp_path: Path) -> None:
    folder = write_masks(tmp_path / "m", {os.fsdecode(b"caf\xe9"): np.zeros((2, 2), np.uint8)})
    ran = run("info", "--json", "--pixels", folder)
    assert (ran.exit_code, len(ran.json["samples"])) == (0, 1)
    assert run("info", folder).exit_code == 0
    target = tmp_path / "t.zip"
    ran = run("convert", folder, target, "--to", "cvat-segmentation-mask")
    assert ran.exit_code == 1
    assert "caf" in ran.stderr
    assert not target.exists()


def test_pipes_are_never_read(tmp_path: Path) -> None:
    """Nobody writes to them: whoever reads one waits for ever."""
    folder = write_masks(tmp_path / "m", {"a": np.zeros((2, 2), np.uint8)})
    os.mkfifo(folder / "b.png")
    os.mkfifo(tmp_path / "c.png")
    assert [s["name"] for s in run("info", "--json", "--pixels", folder).json["samples"]] == ["a"]
    ran = run("info", "--json", tmp_path / "c.png")
    assert (ran.exit_code, kinds(ran.json["problems"])) == (1, ["format_unknown"])


def test_a_zip_of_something_else_is_judged_by_its_ending(tmp_path: Path) -> None:
    for name, kind in (("x.zip", "missing_subset_list"), ("x.docx", "format_unknown")):
        with zipfile.ZipFile(tmp_path / name, "w") as file:
            file.writestr("content.xml", "")
        assert kinds(run("info", "--json", tmp_path / name).json["problems"]) == [kind]
