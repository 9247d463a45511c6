"""Labelbox files on the command line: told, converted both ways, shown, compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from maskstudio.formats.workspace import write_workspace
from maskstudio.workflows.open_request import OpenRequest
from maskstudio.workflows.opening import opened
from maskstudio.workflows.workspace import workspace_of
from tests.cli.helpers import kinds, run, write_cvat, write_masks
from tests.helpers.labelbox_files import line, png_text, write_lines
from tests.helpers.masks import mask, text

CAT = mask("11..", "11..")
DOG = mask(".11.", "....")
LABELS = "a:255,0,0::\nbackground:0,0,0::\nb:0,255,0:part:\n"
COLORS = np.array([(255, 0, 0), (0, 0, 0), (0, 255, 0)], np.uint8)


def overlapping(folder: Path) -> Path:
    lines = [
        line(CAT, uuid="u1", confidence=0.50),
        line(DOG, uuid="u2", name="dog"),
        line(CAT, uuid="u3", row={"globalKey": "second"}),
    ]
    return write_lines(folder / "in.ndjson", *lines)


def objects(path: Path) -> list[list[dict[str, Any]]]:
    found = run("info", "--pixels", "--json", path).json
    return [sample["objects"] for sample in found["samples"]]


def test_objects_are_told_with_and_without_decoding(tmp_path: Path) -> None:
    path = overlapping(tmp_path)
    assert objects(path)[0] == [
        {"uuid": "u1", "name": "cat", "area": 4},
        {"uuid": "u2", "name": "dog", "area": 2},
    ]
    (sample, _) = run("info", "--json", path).json["samples"]
    assert sample["objects"] == [{"uuid": "u1", "name": "cat"}, {"uuid": "u2", "name": "dog"}]
    assert sample["layers"]["ground_truth"] == {"width": 4, "height": 2}


def test_every_object_in_error_has_its_problem(tmp_path: Path) -> None:
    bad = [{"png": "%"}, {"png": ""}, {"png": png_text(CAT * 2)}, None]
    path = write_lines(
        tmp_path / "in.ndjson", *(line(mask=m, uuid=f"u{n}") for n, m in enumerate(bad))
    )
    ran = run("info", "--pixels", "--json", path)
    expected = ["base64_invalid", "image_corrupt", "mask_not_binary", "missing_field"]
    (sample,) = ran.json["samples"]
    assert [o["problem"]["kind"] for o in sample["objects"]] == expected
    assert sorted(kinds(sample["problems"])) == sorted(expected)
    assert ran.exit_code == 3


def test_flattening_tells_first_how_many_pixels_it_covers(tmp_path: Path) -> None:
    source, target = overlapping(tmp_path), tmp_path / "out"
    ran = run("convert", source, target, "--to", "index-png")
    assert ran.exit_code == 0
    assert "1 of their pixels lie under later ones" in ran.stderr
    assert ran.stderr.index("lie under") < ran.stderr.index("Wrote 2 samples")
    assert text(np.asarray(Image.open(target / "row 1.png"))) == ("122.", "11..")
    labels = (target / "labelmap.txt").read_text().splitlines()
    assert [each.split(":")[0] for each in labels if each[0] != "#"] == ["background", "cat", "dog"]
    verdict = run("validate", source, "--target", "cvat-segmentation-mask", "--json").json
    assert "cannot_hold" in kinds(verdict["problems"])


def test_from_labelbox_to_labelbox_nothing_is_flattened(tmp_path: Path) -> None:
    source, target = overlapping(tmp_path), tmp_path / "out.ndjson"
    ran = run("convert", source, target, "--to", "labelbox-ndjson")
    assert (ran.exit_code, ran.stderr.count("warning")) == (0, 0)
    assert objects(target) == objects(source)
    before = [json.loads(each) for each in source.read_text().splitlines()]
    after = [json.loads(each) for each in target.read_text().splitlines()]
    assert after == [{**each, "classifications": []} for each in before]
    assert '"confidence":0.5,' in target.read_text()


def test_cvat_to_labelbox_and_back_keeps_every_pixel_and_name(tmp_path: Path) -> None:
    drawn = {"night/one": mask("..1.", "1222"), "two": mask("0000", "1100")}
    source = write_cvat(tmp_path / "cvat", {k: COLORS[m] for k, m in drawn.items()}, LABELS)
    middle, back = tmp_path / "m.ndjson", tmp_path / "back"
    ran = run("convert", source, middle, "--to", "labelbox-ndjson")
    assert ran.exit_code == 0
    assert "indices, colors, parts and actions are not written" in ran.stderr
    labels = source / "labelmap.txt"
    ran = run("convert", middle, back, "--to", "cvat-segmentation-mask", "--labels", labels)
    assert ran.exit_code == 0
    names = [each.split(":")[0] for each in (back / "labelmap.txt").read_text().splitlines()[1:]]
    assert names == ["a", "background", "b"]
    for name, pixels in drawn.items():
        found = np.asarray(Image.open(back / "SegmentationClass" / f"{name}.png"))
        assert np.array_equal(found, COLORS[pixels])


def test_what_becomes_no_line_is_told(tmp_path: Path) -> None:
    source = write_masks(tmp_path / "in", {"empty": mask("00"), "full": mask("01")})
    ran = run("convert", source, tmp_path / "out.ndjson", "--to", "labelbox-ndjson")
    assert ran.exit_code == 0
    assert "nothing but background is in `empty`" in ran.stderr
    assert len((tmp_path / "out.ndjson").read_text().splitlines()) == 1


def test_a_composite_raster_is_an_option(tmp_path: Path) -> None:
    source = write_masks(tmp_path / "in", {"a": mask("012")})
    target = tmp_path / "out.ndjson"
    words = ("convert", source, target, "--to", "labelbox-ndjson", "--composite")
    assert run(*words).exit_code == 0
    assert [o["area"] for o in objects(target)[0]] == [1, 1]
    assert (tmp_path / "out_masks" / "000001.png").is_file()
    refused = run("convert", overlapping(tmp_path), tmp_path / "b.ndjson", *words[3:])
    assert refused.exit_code == 1
    assert "overlap" in refused.stderr
    assert not (tmp_path / "b.ndjson").exists()
    other = run("convert", source, tmp_path / "c", "--to", "index-png", "--composite")
    assert other.exit_code == 1


def test_downloads_stand_in_on_every_verb(tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    Image.fromarray(CAT * 7).save(downloads / "abc.png")
    far = {"instanceURI": "https://example.invalid/abc?token=x", "colorRGB": [7, 7, 7]}
    path = write_lines(tmp_path / "in.ndjson", line(mask=far))
    told = ("--downloads", downloads)
    assert run("validate", path).exit_code == 3
    assert run("validate", path, *told).exit_code == 0
    assert run("info", "--pixels", path, *told).exit_code == 0
    assert run("render", path, "--output", tmp_path / "drawn", *told).exit_code == 0
    index_png = tmp_path / "index"
    assert run("convert", path, index_png, "--to", "index-png", *told).exit_code == 0
    ran = run("compare", path, index_png, "--json", "-", *told)
    assert ran.json["total"]["pixel_accuracy"] == 1
    assert "token" not in run("validate", path).stderr


@pytest.mark.parametrize("name", ["in.ndjson", "in.jsonl"])
def test_a_broken_file_is_told_by_the_ending_of_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("no JSON")
    ran = run("info", "--json", path)
    assert ran.json["format"] == "labelbox-ndjson"
    assert kinds(ran.json["problems"]) == ["json_invalid"]
    assert ran.exit_code == 1


def test_relabeling_gives_objects_another_class_and_keeps_them_apart(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    source = overlapping(folder)
    changes = tmp_path / "map.json"
    changes.write_text('{"cat": "dog"}')
    target = tmp_path / "out" / "in.ndjson"
    ran = run("relabel", source, target, "--map", changes)
    assert ran.exit_code == 0, ran.stderr
    assert [o["name"] for o in objects(target)[0]] == ["dog", "dog"]
    assert [o["area"] for o in objects(target)[0]] == [4, 2]
    assert target.read_text().splitlines()[1] == source.read_text().splitlines()[1]


def relabeled(folder: Path, source: Path, target: Path) -> None:
    changes = folder / "map.json"
    changes.write_text('{"cat": "dog"}')
    ran = run("relabel", source, target, "--map", changes)
    assert ran.exit_code == 0, ran.stderr


def test_a_file_that_stands_alone_is_relabeled_alone(tmp_path: Path) -> None:
    source = overlapping(tmp_path)
    (tmp_path / "large.bin").write_bytes(b"of others")
    relabeled(tmp_path, source, tmp_path / "other.ndjson")
    assert [o["name"] for o in objects(tmp_path / "other.ndjson")[0]] == ["dog", "dog"]
    names = ["in.ndjson", "large.bin", "map.json", "other.ndjson"]
    assert sorted(p.name for p in tmp_path.iterdir()) == names


def test_rasters_that_a_file_names_go_along_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "rasters").mkdir(parents=True)
    Image.fromarray(DOG * 7).save(folder / "rasters" / "a b.png")
    (folder / "large.bin").write_bytes(b"of others")
    named = {"instanceURI": "rasters/a%20b.png", "colorRGB": [7, 7, 7]}
    gone = {"instanceURI": "rasters/gone.png", "colorRGB": [7, 7, 7]}
    lines = [line(CAT), line(name="dog", mask=named), line(name="cow", mask=gone)]
    source = write_lines(folder / "in.ndjson", *lines)
    changes = tmp_path / "map.json"
    changes.write_text('{"cat": "dog"}')
    ran = run("relabel", source, tmp_path / "out" / "new.ndjson", "--map", changes)
    assert ran.exit_code == 0, ran.stderr
    files = sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.*"))
    assert files == ["new.ndjson", "rasters/a b.png"]
    assert [o.get("area") for o in objects(tmp_path / "out" / "new.ndjson")[0]] == [4, 2, None]


def test_rasters_that_were_downloaded_are_relabeled(tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    Image.fromarray(CAT * 7).save(downloads / "abc.png")
    far = {"instanceURI": "https://example.invalid/abc", "colorRGB": [7, 7, 7]}
    path = write_lines(tmp_path / "in.ndjson", line(mask=far), line(DOG, name="dog"))
    with opened(OpenRequest((path,), downloads=downloads)) as found:
        write_workspace(tmp_path / "a.maskstudio", workspace_of(found, {}))
    relabeled(tmp_path, tmp_path / "a.maskstudio", tmp_path / "other.ndjson")
    names = [o["name"] for o in objects(tmp_path / "other.ndjson")[0]]
    assert names == ["dog", "dog"]


def test_a_workspace_remembers_the_folder_of_downloads(tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    Image.fromarray(CAT * 7).save(downloads / "abc.png")
    far = {"instanceURI": "https://example.invalid/abc", "colorRGB": [7, 7, 7]}
    path = write_lines(tmp_path / "in.ndjson", line(mask=far))
    with opened(OpenRequest((path,), downloads=downloads)) as found:
        write_workspace(tmp_path / "a.maskstudio", workspace_of(found, {}))
    (sample,) = run("info", "--pixels", "--json", tmp_path / "a.maskstudio").json["samples"]
    assert sample["objects"][0]["area"] == 4
