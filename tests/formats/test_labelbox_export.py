"""Labelbox exports, old and new, read and never written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from maskstudio.errors import Kind
from maskstudio.formats import registry
from maskstudio.formats.base import OpenOptions
from maskstudio.formats.labelbox_export import LabelboxExport, open_source, probe
from tests.helpers.masks import text

RASTER = np.array([[(9, 8, 7), (0, 0, 0), (1, 0, 0)], [(9, 8, 7), (5, 5, 5), (0, 0, 0)]], np.uint8)


def put_raster(folder: Path, name: str = "r.png") -> None:
    Image.fromarray(RASTER).save(folder / name, "PNG")


def composite(color: Any = (9, 8, 7), url: Any = "r.png", **others: Any) -> dict[str, Any]:
    return {
        "feature_id": "f1",
        "feature_schema_id": "s1",
        "name": "Eyes",
        "annotation_kind": "ImageSegmentationMask",
        "classifications": [{"name": "open", "radio_answer": {"name": "yes"}}],
        "composite_mask": {"url": url, "color_rgb": list(color)},
        **others,
    }


def row(*objects: Any, name: str = "row 1", **others: Any) -> dict[str, Any]:
    labels = [{"annotations": {"objects": list(objects), "classifications": []}}]
    found = {"data_row": {"id": name}, "projects": {"p": {"labels": labels}}}
    return {**found, **others}


def opened(path: Path, *rows: Any, **options: Any) -> LabelboxExport:
    file = path / "export.json"
    file.write_text(json.dumps(list(rows)))
    assert probe(file) == 3
    return open_source(file, OpenOptions(**options))


def drawn(source: LabelboxExport) -> tuple[str, ...]:
    return text(source.read_mask(source.items[0], "ground_truth").pixels)


def kinds(source: LabelboxExport) -> list[Kind | None]:
    objects = source.read_objects(source.items[0], "ground_truth")
    return [o.fault.kind if o.fault else None for o in objects]


def test_a_composite_mask_is_a_color_and_a_single_one_all_that_is_not_black(tmp_path: Path) -> None:
    put_raster(tmp_path)
    single = composite(name="All", feature_id="f2")
    single["mask"] = {"url": single.pop("composite_mask")["url"]}
    source = opened(tmp_path, row(composite(), single))
    objects = source.read_objects(source.items[0], "ground_truth")
    assert [o.area for o in objects] == [2, 4]
    assert [o.uid for o in objects] == ["f1", "f2"]
    assert drawn(source) == ("2.2", "22.")


def test_other_annotations_are_passed_over(tmp_path: Path) -> None:
    put_raster(tmp_path)
    box = {"feature_id": "b", "annotation_kind": "ImageBoundingBox", "bounding_box": {}}
    source = opened(tmp_path, row(box, composite(), {"bounding_box": {}}, 5, None))
    assert [o.uid for o in source.items[0].objects] == ["f1"]


def test_all_labels_of_all_projects_belong_to_the_row(tmp_path: Path) -> None:
    put_raster(tmp_path)
    found = row(composite())
    found["projects"]["q"] = {"labels": [{"annotations": {"objects": [composite([5, 5, 5])]}}] * 2}
    source = opened(tmp_path, found, row(composite()))
    assert [item.name for item in source.items] == ["row 1"]
    uids = [o.uid for o in source.items[0].objects]
    assert uids == ["f1", "f1 (2)", "f1 (3)", "f1 (4)"]
    assert [o.facts["feature_id"] for o in source.items[0].objects] == ["f1"] * 4
    areas = [o.area for o in source.read_objects(source.items[0], "ground_truth")]
    assert areas == [2, 1, 1, 2]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"id": "i", "global_key": "g", "external_id": "e"}, "i"),
        ({"global_key": "g", "external_id": "e"}, "g"),
        ({"external_id": "e", "global_key": None}, "e"),
    ],
)
def test_a_row_is_called_by_the_first_name_it_has(
    tmp_path: Path, names: dict[str, Any], expected: str
) -> None:
    source = opened(tmp_path, {"data_row": names, "projects": {}})
    assert [item.name for item in source.items] == [expected]
    assert source.items[0].keys == ()


def test_a_row_without_a_name_is_told(tmp_path: Path) -> None:
    source = opened(tmp_path, {"data_row": {}, "projects": {}}, row())
    assert [p.kind for p in source.problems] == [Kind.MISSING_FIELD]
    assert [item.name for item in source.items] == ["row 1"]


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (composite(url="https://example.invalid/m/1?token=secret"), Kind.REMOTE_UNAVAILABLE),
        (composite(url=5), Kind.VALUE_OUT_OF_RANGE),
        (composite(color=[1, 2]), Kind.VALUE_OUT_OF_RANGE),
        (composite(composite_mask=None), Kind.MISSING_FIELD),
        (composite(url="../r.png"), Kind.UNSAFE_PATH),
    ],
)
def test_a_fault_is_of_its_object_alone(tmp_path: Path, found: Any, kind: Kind) -> None:
    put_raster(tmp_path)
    source = opened(tmp_path, row(found, composite()))
    assert kinds(source) == [kind, None]
    assert drawn(source) == ("1..", "1..")


def test_the_size_of_the_picture_stands_in_where_no_raster_is_there(tmp_path: Path) -> None:
    remote = composite(url="https://example.invalid/1")
    media = {"width": 3, "height": 2}
    source = opened(tmp_path, row(remote, media_attributes=media))
    assert drawn(source) == ("...", "...")
    for wrong in ({"width": 1 << 40, "height": 1 << 40}, {"width": "3", "height": 2}, 5):
        assert opened(tmp_path, row(remote, media_attributes=wrong)).items[0].keys


def test_the_last_part_of_an_address_is_looked_for_in_the_downloads(tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    put_raster(downloads, "1")
    remote = composite(url="https://example.invalid/index/1?token=x")
    assert kinds(opened(tmp_path, row(remote), downloads=downloads)) == [None]


def test_frames_of_a_video_are_listed_and_not_read(tmp_path: Path) -> None:
    mask = composite(annotation_kind="VideoSegmentationMask")
    frames = {"1": {"objects": {"f1": mask}}, "5": {"objects": {"f1": mask, "x": 5}}}
    found = {
        "data_row": {"id": "film"},
        "projects": {"p": {"labels": [{"annotations": {"frames": frames}}]}},
    }
    source = opened(tmp_path, found)
    assert [o.facts["frame"] for o in source.items[0].objects] == ["1", "5"]
    assert kinds(source) == [Kind.VIDEO_UNSUPPORTED] * 2
    old = {"title": "Tool", "featureId": "t", "keyframe": "true", "instanceURI": "r.png"}
    (tmp_path / "export.json").write_text(json.dumps({"frameNumber": 172, "objects": [old]}))
    source = open_source(tmp_path / "export.json", OpenOptions())
    assert [item.name for item in source.items] == ["frame 172"]
    assert kinds(source) == [Kind.VIDEO_UNSUPPORTED]


@pytest.mark.parametrize("label", [{}, "Skip", None, {"objects": None}, {"objects": {}}])
def test_an_older_row_without_objects_is_a_sample_without_a_mask(
    tmp_path: Path, label: Any
) -> None:
    source = opened(tmp_path, {"DataRow ID": "d", "External ID": "e", "Label": label})
    assert [(item.name, item.keys) for item in source.items] == [("d", ())]


@pytest.mark.parametrize(
    "wrong", [{"projects": 5}, {"projects": {"p": 5}}, {"projects": {"p": {"labels": [5]}}}]
)
def test_odd_shapes_hold_no_objects(tmp_path: Path, wrong: dict[str, Any]) -> None:
    assert opened(tmp_path, row() | wrong).items[0].objects == ()


def test_an_older_export_gives_its_colors_to_the_classes(tmp_path: Path) -> None:
    put_raster(tmp_path)
    found = {"featureId": "f", "title": "Bird", "color": "#2BFF00", "instanceURI": "r.png"}
    label = {"objects": [found, {"featureId": "b", "title": "Box", "bbox": {}}]}
    source = opened(tmp_path, {"DataRow ID": "d", "Label": label})
    assert source.label_maps["ground_truth"].by_name["Bird"].color == (0x2B, 0xFF, 0)
    assert drawn(source) == ("1.1", "11.")


def test_exports_are_not_saved_in_place() -> None:
    assert not registry.saves_in_place("labelbox-export")
    assert "labelbox-export" not in registry.writable_formats()


def test_fields_go_by_their_names_for_import(tmp_path: Path) -> None:
    put_raster(tmp_path)
    source = opened(tmp_path, row(composite(value="eyes", confidence=0.5)))
    (found,) = source.read_objects(source.items[0], "ground_truth")
    fields = {key: json.loads(str(text)) for key, text in found.foreign.items()}
    assert fields["dataRow"] == {"id": "row 1"}
    assert (fields["name"], fields["schemaId"]) == ("Eyes", "s1")
    assert fields["classifications"] == [{"name": "open", "radio_answer": {"name": "yes"}}]
    assert (fields["value"], fields["confidence"]) == ("eyes", 0.5)
