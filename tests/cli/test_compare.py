from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskstudio.formats.workspace import Workspace, write_workspace
from tests.cli.helpers import kinds, run, write_cvat, write_masks
from tests.helpers.masks import mask

LABELS = "background:0,0,0::\nroad:200,0,100::\ncar:0,200,100::\n"
SHUFFLED = "car:0,200,100::\nbackground:0,0,0::\nroad:200,0,100::\n"
TRUTH = mask(
    "..11",
    ".111",
    "2222",
)
PREDICTION = mask(
    "..11",
    "..11",
    "2211",
)
MATRIX = [[3, 0, 0], [1, 4, 0], [0, 2, 2]]


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return write_masks(tmp_path / "truth", {"a": TRUTH, "n/b": TRUTH}, LABELS)


@pytest.fixture
def prediction(tmp_path: Path) -> Path:
    return write_masks(tmp_path / "pred", {"a": PREDICTION, "n/b": TRUTH}, LABELS)


def per_class(document: Any, name: str) -> Any:
    return next(s for s in document["total"]["per_class"] if s["name"] == name)


def test_the_document_has_the_keys_of_the_contract(prediction: Path, truth: Path) -> None:
    ran = run("compare", prediction, truth, "--json", "-")
    assert ran.exit_code == 0
    assert list(ran.json) == ["classes", "ignored", "total", "samples", "unmatched", "problems"]
    assert ran.json["classes"] == [
        {"index": 0, "name": "background"},
        {"index": 1, "name": "road"},
        {"index": 2, "name": "car"},
    ]
    total = ran.json["total"]
    assert total["pixels"] == 24
    assert total["confusion"] == [[6, 0, 0], [1, 9, 0], [0, 2, 6]]
    assert total["mean_iou"] == pytest.approx((6 / 7 + 9 / 12 + 6 / 8) / 3)
    assert per_class(ran.json, "car")["support"] == 8
    assert [s["name"] for s in ran.json["samples"]] == ["a", "n/b"]
    assert ran.json["samples"][0]["wrong_pixels"] == 3
    assert ran.json["samples"][1]["mean_iou"] == 1
    assert ran.json["unmatched"] == {"prediction": [], "ground_truth": []}
    assert ran.json["problems"] == []


def test_classes_are_aligned_by_name(tmp_path: Path, truth: Path) -> None:
    moved = {0: 1, 1: 2, 2: 0}
    shuffled = np.vectorize(moved.get)(PREDICTION).astype(np.uint8)
    prediction = write_masks(tmp_path / "p", {"a": shuffled}, SHUFFLED)
    write_masks(tmp_path / "t", {"a": TRUTH}, LABELS)
    ran = run("compare", prediction, tmp_path / "t", "--json", "-")
    assert ran.exit_code == 0
    assert ran.json["total"]["confusion"] == MATRIX
    assert ran.json["total"]["confusion_classes"] == [0, 1, 2]


def test_classes_are_aligned_by_index_where_a_side_has_no_names(tmp_path: Path) -> None:
    prediction = write_masks(tmp_path / "p", {"a": PREDICTION})
    truth = write_masks(tmp_path / "t", {"a": TRUTH}, LABELS)
    for words in ((prediction, truth), (truth, prediction)):
        ran = run("compare", *words, "--json", "-")
        assert ran.exit_code == 0
        assert [c["name"] for c in ran.json["classes"]] == ["background", "road", "car"]
        assert ran.json["total"]["pixel_accuracy"] == 9 / 12
        assert ran.json["problems"] == []


def test_a_class_without_partner_is_listed_and_wrong(tmp_path: Path, truth: Path) -> None:
    """`bike` bears the index of `car`; neither becomes the other."""
    bikes = "background:0,0,0::\nroad:200,0,100::\nbike:0,200,100::\n"
    prediction = write_masks(tmp_path / "p", {"a": PREDICTION, "n/b": TRUTH}, bikes)
    ran = run("compare", prediction, truth, "--json", "-")
    assert ran.exit_code == 0
    assert kinds(ran.json["problems"]) == ["class_unmatched", "class_unmatched"]
    assert "`bike`" in ran.json["problems"][0]["message"]
    assert "`car`" in ran.json["problems"][1]["message"]
    assert per_class(ran.json, "car")["recall"] == 0
    assert per_class(ran.json, "bike") == {
        "index": 65_536,
        "name": "bike",
        "iou": 0,
        "dice": 0,
        "precision": 0,
        "recall": None,
        "support": 0,
    }


@pytest.mark.parametrize("words", [{"bike": "car"}, {"2": 2}, {"2": "car"}, {"bike": 2}])
def test_what_has_no_partner_can_be_mapped_by_hand(
    tmp_path: Path, truth: Path, words: dict[str, Any]
) -> None:
    bikes = "background:0,0,0::\nroad:200,0,100::\nbike:0,200,100::\n"
    prediction = write_masks(tmp_path / "p", {"a": PREDICTION, "n/b": TRUTH}, bikes)
    changes = tmp_path / "map.json"
    changes.write_text(json.dumps(words))
    ran = run("compare", prediction, truth, "--map-prediction", changes, "--json", "-")
    assert ran.exit_code == 0
    assert ran.json["problems"] == []
    assert ran.json["total"]["confusion"] == [[6, 0, 0], [1, 9, 0], [0, 2, 6]]


def test_255_of_one_is_vessel_of_the_other(tmp_path: Path) -> None:
    truth = write_masks(tmp_path / "t", {"a": mask(".11.")}, "background:0,0,0::\nvessel:9,0,0::\n")
    prediction = write_masks(tmp_path / "p", {"a": mask(".1..") * 255})
    changes = tmp_path / "map.json"
    changes.write_text('{"255": "vessel"}')
    ran = run("compare", prediction, truth, "--map-prediction", changes, "--json", "-")
    assert ran.json["problems"] == []
    assert ran.json["total"]["confusion"] == [[2, 0], [1, 1]]
    ran = run("compare", prediction, truth, "--json", "-")
    assert kinds(ran.json["problems"]) == ["class_unmatched"]
    assert ran.json["total"]["confusion_classes"] == [0, 1, 255]


def test_a_mapping_is_applied_at_once(tmp_path: Path) -> None:
    truth = write_masks(tmp_path / "t", {"a": mask("1122")}, LABELS)
    prediction = write_masks(tmp_path / "p", {"a": mask("2211")}, LABELS)
    changes = tmp_path / "map.json"
    changes.write_text('{"1": 2, "2": 1}')
    ran = run("compare", prediction, truth, "--map-prediction", changes, "--json", "-")
    assert ran.json["total"]["pixel_accuracy"] == 1


def test_a_number_is_an_index_and_a_name_can_be_a_number(tmp_path: Path) -> None:
    labels = "background:0,0,0::\n2:1,1,1::\nroad:2,2,2::\n"
    truth = write_masks(tmp_path / "t", {"a": mask(".12")}, labels)
    ran = run("compare", truth, truth, "--ignore", "2", "--json", "-")
    assert ran.json["ignored"] == ["road"]
    ran = run("compare", truth, truth, "--ignore", "name:2", "--json", "-")
    assert ran.json["ignored"] == ["2"]
    assert ran.json["total"]["pixels"] == 2


def test_ignored_ground_truth_is_left_out_and_ignored_predictions_stay(
    prediction: Path, truth: Path
) -> None:
    ran = run("compare", prediction, truth, "--ignore", "road", "--json", "-")
    assert ran.json["ignored"] == ["road"]
    assert ran.json["total"]["pixels"] == 14
    assert ran.json["total"]["confusion"] == [[6, 0, 0], [1, 9, 0], [0, 2, 6]]
    assert [s["name"] for s in ran.json["total"]["per_class"]] == ["background", "car"]
    assert per_class(ran.json, "car")["recall"] == 6 / 8
    assert ran.json["samples"][0]["evaluated_pixels"] == 7


def test_classes_that_occur_nowhere_have_no_figures_and_no_row(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "m", {"a": mask("..1")}, LABELS)
    ran = run("compare", masks, masks, "--json", "-")
    assert ran.json["total"]["confusion_classes"] == [0, 1]
    car = per_class(ran.json, "car")
    assert [car[name] for name in ("iou", "dice", "precision", "recall")] == [None] * 4
    assert car["support"] == 0
    assert ran.json["total"]["mean_iou"] == 1


def test_undeclared_indices_are_the_same_class_on_both_sides(tmp_path: Path) -> None:
    pixels = mask("..1")
    pixels[0, 0] = 77
    masks = write_masks(tmp_path / "m", {"a": pixels}, LABELS)
    other = write_masks(tmp_path / "o", {"a": pixels}, LABELS)
    ran = run("compare", masks, other, "--json", "-")
    assert ran.json["total"]["confusion_classes"] == [0, 1, 77]
    assert ran.json["total"]["pixel_accuracy"] == 1
    assert kinds(ran.json["problems"]) == ["undeclared_index"] * 2
    assert [p["where"] for p in ran.json["problems"]] == ["m/a.png", "o/a.png"]


def test_undeclared_colors_are_told_apart_whatever_index_stands_for_them(tmp_path: Path) -> None:
    colors = np.zeros((1, 4, 3), np.uint8)
    colors[0, 1:] = (1, 2, 3)
    others = colors.copy()
    others[0, 3] = (7, 7, 7)
    truth = write_cvat(tmp_path / "t", {"a": colors}, LABELS)
    prediction = write_cvat(tmp_path / "p", {"a": others}, LABELS)
    ran = run("compare", prediction, truth, "--json", "-")
    assert per_class(ran.json, "#010203")["iou"] == pytest.approx(2 / 3)
    assert per_class(ran.json, "#070707")["iou"] == 0


def test_65536_classes_cost_nothing(tmp_path: Path) -> None:
    pixels = np.array([[0, 40_000, 65_535]], np.uint16)
    names = tmp_path / "names.json"
    names.write_text(json.dumps({str(i): f"n{i}" for i in range(65_536)}))
    masks = write_masks(tmp_path / "m", {"a": pixels})
    other = write_masks(tmp_path / "o", {"a": pixels[:, ::-1]})
    ran = run("compare", masks, other, "--labels", names, "--json", "-")
    assert ran.exit_code == 0
    assert ran.json["total"]["confusion_classes"] == [0, 40_000, 65_535]
    assert ran.json["total"]["confusion"] == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert len(ran.json["classes"]) == 65_536


@pytest.mark.parametrize("pixels", [mask("...", "..."), mask("1")])
def test_one_class_alone(tmp_path: Path, pixels: Any) -> None:
    masks = write_masks(tmp_path / "m", {"a": pixels}, LABELS)
    ran = run("compare", masks, masks, "--json", "-")
    assert ran.exit_code == 0
    total = ran.json["total"]
    assert (total["mean_iou"], total["pixel_accuracy"], total["cohen_kappa"]) == (1, 1, None)


def test_samples_without_partner_are_listed(prediction: Path, truth: Path) -> None:
    (truth / "n" / "b.png").rename(truth / "n" / "c.png")
    ran = run("compare", prediction, truth, "--json", "-")
    assert ran.exit_code == 3
    assert ran.json["unmatched"] == {"prediction": ["n/b"], "ground_truth": ["n/c"]}
    assert kinds(ran.json["problems"]) == ["sample_unmatched"] * 2
    assert [p["sample"] for p in ran.json["problems"]] == ["n/b", "n/c"]
    assert ran.json["total"]["confusion"] == MATRIX


def test_endings_of_mask_names_do_not_count(tmp_path: Path) -> None:
    truth = write_masks(tmp_path / "t", {"a_mask": TRUTH, "b": TRUTH}, LABELS)
    prediction = write_masks(tmp_path / "p", {"a": PREDICTION, "b_labelIds": TRUTH}, LABELS)
    ran = run("compare", prediction, truth, "--json", "-")
    assert ran.exit_code == 0
    assert [s["name"] for s in ran.json["samples"]] == ["a_mask", "b"]


def test_a_name_as_it_stands_wins_over_one_without_its_ending(tmp_path: Path) -> None:
    truth = write_masks(tmp_path / "t", {"a_mask": TRUTH, "a": TRUTH}, LABELS)
    prediction = write_masks(tmp_path / "p", {"a": TRUTH, "a_mask": PREDICTION}, LABELS)
    ran = run("compare", prediction, truth, "--json", "-")
    assert {s["name"]: s["wrong_pixels"] for s in ran.json["samples"]} == {"a": 0, "a_mask": 3}


def test_sizes_that_differ_are_a_problem_of_the_sample(tmp_path: Path, truth: Path) -> None:
    prediction = write_masks(tmp_path / "p", {"a": PREDICTION[:2], "n/b": TRUTH}, LABELS)
    ran = run("compare", prediction, truth, "--json", "-")
    assert ran.exit_code == 3
    (problem,) = ran.json["problems"]
    assert (problem["kind"], problem["scope"], problem["sample"]) == ("size_mismatch", "item", "a")
    assert "4 x 2" in problem["message"].replace("×", "x").replace("4x2", "4 x 2")
    assert [s["name"] for s in ran.json["samples"]] == ["n/b"]
    assert ran.json["total"]["pixels"] == 12


def test_a_mask_that_cannot_be_read_is_a_problem_of_the_sample(
    prediction: Path, truth: Path
) -> None:
    file = prediction / "a.png"
    file.write_bytes(file.read_bytes()[:-30])
    ran = run("compare", prediction, truth, "--json", "-")
    assert ran.exit_code == 3
    (problem,) = ran.json["problems"]
    assert (problem["kind"], problem["where"]) == ("image_corrupt", "pred/a.png")


def test_problems_say_which_source_they_are_in(prediction: Path, truth: Path) -> None:
    (prediction / "labelmap.txt").write_text(LABELS + "bus:0,0,0::\n")
    ran = run("compare", prediction, truth, "--json", "-")
    found = {p["kind"]: p["where"] for p in ran.json["problems"]}
    assert found["duplicate_color"].startswith("pred/labelmap.txt")
    assert found["class_unmatched"].startswith("pred ")


def test_a_source_that_cannot_be_opened_is_one_document_and_exit_code_1(
    tmp_path: Path, truth: Path
) -> None:
    ran = run("compare", tmp_path / "nowhere", truth, "--json", "-")
    assert ran.exit_code == 1
    assert kinds(ran.json["problems"]) == ["file_missing"]
    assert (ran.json["classes"], ran.json["samples"]) == ([], [])
    ran = run("compare", tmp_path / "nowhere", truth)
    assert (ran.exit_code, ran.stdout) == (1, "")


def test_sources_of_any_format_are_compared(tmp_path: Path, truth: Path) -> None:
    zipped = tmp_path / "pred.zip"
    masks = write_masks(tmp_path / "p", {"a": PREDICTION, "n/b": TRUTH}, LABELS)
    assert run("convert", masks, zipped, "--to", "cvat-segmentation-mask").exit_code == 0
    ran = run("compare", zipped, truth, "--json", "-")
    assert ran.exit_code == 0
    assert ran.json["total"]["confusion"] == [[6, 0, 0], [1, 9, 0], [0, 2, 6]]


def test_two_layers_of_a_workspace(tmp_path: Path, prediction: Path, truth: Path) -> None:
    workspace = tmp_path / "w.maskstudio"
    layers = (("ground_truth", truth), ("predictions", prediction), ("other", truth))
    write_workspace(workspace, Workspace(layers=layers))
    ran = run("compare", workspace, workspace, "--json", "-")
    assert ran.json["total"]["confusion"] == [[6, 0, 0], [1, 9, 0], [0, 2, 6]]
    ran = run("compare", workspace, workspace, "--prediction-key", "other", "--json", "-")
    assert ran.json["total"]["pixel_accuracy"] == 1


def test_what_a_workspace_says_of_its_pair_counts(
    tmp_path: Path, prediction: Path, truth: Path
) -> None:
    workspace = tmp_path / "w.maskstudio"
    layers = (("ground_truth", truth), ("predictions", prediction), ("other", prediction))
    view = {"pair": ["predictions", "ground_truth"], "ignored": [2], "partners": [[1, 2], [2, 1]]}
    write_workspace(workspace, Workspace(layers=layers, view=view))
    ran = run("compare", workspace, workspace, "--json", "-")
    assert ran.json["ignored"] == ["car"]
    assert ran.json["total"]["confusion"] == [[6, 0, 0], [1, 0, 9], [0, 6, 2]]
    ran = run("compare", workspace, workspace, "--ignore", "road", "--json", "-")
    assert ran.json["ignored"] == ["road", "car"]
    ran = run("compare", workspace, workspace, "--prediction-key", "other", "--json", "-")
    assert ran.json["ignored"] == []
    assert ran.json["total"]["confusion"] == [[6, 0, 0], [1, 9, 0], [0, 2, 6]]


def test_choices_in_a_workspace_that_are_none_are_passed_over(
    tmp_path: Path, prediction: Path, truth: Path
) -> None:
    workspace = tmp_path / "w.maskstudio"
    layers = (("ground_truth", truth), ("predictions", prediction))
    for view in (
        {"pair": "x"},
        {"pair": ["a", "b"], "ignored": [1]},
        {"pair": ["predictions", "ground_truth"], "ignored": [-1, "x", None], "partners": [[1], 2]},
    ):
        write_workspace(workspace, Workspace(layers=layers, view=view))
        ran = run("compare", workspace, workspace, "--json", "-")
        assert ran.exit_code == 0
        assert ran.json["ignored"] == []


def test_the_layers_have_to_be_clear(tmp_path: Path, prediction: Path, truth: Path) -> None:
    workspace = tmp_path / "w.maskstudio"
    write_workspace(workspace, Workspace(layers=(("one", truth), ("two", prediction))))
    ran = run("compare", workspace, truth)
    assert ran.exit_code == 2
    assert "one, two" in ran.stderr
    assert "--prediction-key" in ran.stderr
    assert run("compare", truth, workspace).exit_code == 2
    keys = ("--prediction-key", "two", "--truth-key", "one")
    assert run("compare", workspace, workspace, *keys).exit_code == 0
    assert run("compare", prediction, truth, "--truth-key", "predictions").exit_code == 2


def test_a_figure_below_its_limit_is_exit_code_4(prediction: Path, truth: Path) -> None:
    words = ("compare", prediction, truth, "--fail-under")
    assert run(*words, "pixel_accuracy=0.875").exit_code == 0
    ran = run(*words, "pixel_accuracy=0.876", "--fail-under", "mean_iou=0.1")
    assert ran.exit_code == 4
    assert "pixel_accuracy" in ran.stderr
    assert "mean_iou" not in ran.stderr
    (truth / "n" / "b.png").unlink()
    assert run(*words, "pixel_accuracy=0.876").exit_code == 4
    assert run(*words, "pixel_accuracy=0.1").exit_code == 3


def test_a_figure_without_value_does_not_meet_its_limit(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "m", {"a": mask("..")}, LABELS)
    assert run("compare", masks, masks, "--fail-under", "cohen_kappa=0").exit_code == 4


@pytest.mark.parametrize(
    "words",
    [
        ("--fail-under", "speed=1"),
        ("--fail-under", "mean_iou"),
        ("--fail-under", "mean_iou=high"),
        ("--fail-under", "mean_iou=nan"),
        ("--ignore", "void"),
        ("--ignore", "65536"),
        ("--json",),
        ("--truth-key", "other"),
    ],
)
def test_wrong_words(prediction: Path, truth: Path, words: tuple[str, ...]) -> None:
    ran = run("compare", prediction, truth, *words)
    assert ran.exit_code == 2
    assert ran.stdout == ""


def test_a_class_that_is_not_there_is_named_with_those_close_to_it(
    prediction: Path, truth: Path
) -> None:
    ran = run("compare", prediction, truth, "--ignore", "Road")
    assert ran.exit_code == 2
    assert "road" in ran.stderr


@pytest.mark.parametrize("content", ["[1]", "{", '{"1": 1.5}', '{"1": -1}', '{"1": null}'])
def test_mapping_files_that_are_none(
    prediction: Path, truth: Path, tmp_path: Path, content: str
) -> None:
    changes = tmp_path / "map.json"
    changes.write_text(content)
    assert run("compare", prediction, truth, "--map-prediction", changes).exit_code == 1


@pytest.mark.parametrize("content", ['{"bike": 1}', '{"1": "bike"}', '{"road": 1, "1": 2}'])
def test_mappings_of_classes_that_are_not_there(
    prediction: Path, truth: Path, tmp_path: Path, content: str
) -> None:
    changes = tmp_path / "map.json"
    changes.write_text(content)
    assert run("compare", prediction, truth, "--map-prediction", changes).exit_code == 2


def test_outputs_do_not_name_inputs_or_each_other(
    prediction: Path, truth: Path, tmp_path: Path
) -> None:
    before = (truth / "labelmap.txt").read_bytes()
    ran = run("compare", prediction, truth, "--labels", truth / "labelmap.txt",
              "--csv", truth / "labelmap.txt")  # fmt: skip
    assert ran.exit_code == 2
    assert (truth / "labelmap.txt").read_bytes() == before
    out = tmp_path / "out"
    assert run("compare", prediction, truth, "--csv", out, "--json", out).exit_code == 2
    assert not out.exists()


def test_a_target_that_cannot_be_written_is_exit_code_1(
    prediction: Path, truth: Path, tmp_path: Path
) -> None:
    assert run("compare", prediction, truth, "--json", tmp_path / "no" / "a.json").exit_code == 1


def test_files_hold_what_standard_output_would(
    prediction: Path, truth: Path, tmp_path: Path
) -> None:
    target = tmp_path / "a.json"
    ran = run("compare", prediction, truth, "--json", target)
    assert "mean iou" in ran.stdout
    assert "road" in ran.stdout
    printed = run("compare", prediction, truth, "--json", "-").json
    assert json.loads(target.read_text(encoding="utf-8")) == printed


def test_the_table_has_a_row_for_the_total_each_class_and_each_sample(
    prediction: Path, truth: Path, tmp_path: Path
) -> None:
    target = tmp_path / "a.csv"
    run("compare", prediction, truth, "--csv", target, "--ignore", "car")
    with target.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(r["scope"], r["index"], r["name"]) for r in rows] == [
        ("total", "", ""),
        ("class", "0", "background"),
        ("class", "1", "road"),
        ("sample", "", "a"),
        ("sample", "", "n/b"),
    ]
    assert (rows[0]["pixels"], rows[0]["wrong_pixels"]) == ("16", "1")
    assert float(rows[0]["pixel_accuracy"]) == 15 / 16
    assert float(rows[2]["iou"]) == 9 / 10
    assert rows[2]["pixels"] == "10"
    assert float(rows[3]["pixel_accuracy"]) == 7 / 8
    assert rows[0]["iou"] == ""


def test_the_void_class_of_a_workspace_is_left_out_where_nothing_was_chosen(
    tmp_path: Path, prediction: Path, truth: Path
) -> None:
    workspace = tmp_path / "w.maskstudio"
    layers = (("ground_truth", truth), ("predictions", prediction))
    voids = {"ground_truth": 2}
    write_workspace(workspace, Workspace(layers=layers, voids=voids))
    assert run("compare", workspace, workspace, "--json", "-").json["ignored"] == ["car"]
    view = {"pair": ["predictions", "ground_truth"], "ignored": []}
    write_workspace(workspace, Workspace(layers=layers, voids=voids, view=view))
    assert run("compare", workspace, workspace, "--json", "-").json["ignored"] == []
