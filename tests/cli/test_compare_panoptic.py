from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskstudio.core.arrays import IndexMask
from maskstudio.core.labels import voc_color
from tests.cli.helpers import run, write_cvat, write_masks
from tests.helpers.masks import mask

LABELS = "background:0,0,0::\nroad:128,0,0::\ncar:0,128,0::\n"
CLASSES = mask("..1122222")
TRUTH = mask("....11222")
PREDICTION = mask("....12333")


def colors(indices: IndexMask) -> Any:
    table = np.array([voc_color(i) for i in range(int(indices.max()) + 1)], np.uint8)
    return table[indices]


def write(folder: Path, instances: IndexMask | None) -> Path:
    objects = None if instances is None else {"a": colors(instances)}
    return write_cvat(folder, {"a": colors(CLASSES)}, LABELS, instances=objects)


def test_classes_with_instances_and_those_without(tmp_path: Path) -> None:
    """Of two cars of 2 and 3 pixels the second is found, the first is split; the road is one."""
    truth, prediction = write(tmp_path / "t", TRUTH), write(tmp_path / "p", PREDICTION)
    target = tmp_path / "a.csv"
    ran = run("compare", prediction, truth, "--panoptic", "--json", "-", "--csv", target)
    assert ran.exit_code == 0
    found = ran.json["total"]["panoptic"]
    car = next(s for s in found["per_class"] if s["name"] == "car")
    assert (car["tp"], car["fp"], car["fn"]) == (1, 2, 1)
    assert car["pq"] == pytest.approx(1 / 2.5)
    assert found["n"] == 3
    assert found["pq"] == pytest.approx((1 + 1 + 1 / 2.5) / 3)
    with target.open(newline="", encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert float(rows["car"]["pq"]) == pytest.approx(1 / 2.5)
    assert float(rows[""]["pq"]) == found["pq"]


def test_an_ignored_class_is_no_segment(tmp_path: Path) -> None:
    truth = write(tmp_path / "t", TRUTH)
    ran = run("compare", truth, truth, "--panoptic", "--json", "-", "--ignore", "background")
    assert ran.json["total"]["panoptic"]["n"] == 2
    assert ran.json["total"]["panoptic"]["pq"] == 1


def test_without_instances_there_is_none(tmp_path: Path) -> None:
    truth, prediction = write(tmp_path / "t", TRUTH), write(tmp_path / "p", None)
    ran = run("compare", prediction, truth, "--panoptic", "--json", "-")
    assert ran.exit_code == 0
    assert "panoptic" not in ran.json["total"]
    assert "instances" in ran.stderr
    assert run("compare", prediction, truth, "--panoptic", "--fail-under", "pq=0").exit_code == 4
    assert run("compare", prediction, truth, "--fail-under", "pq=0").exit_code == 2
    masks = write_masks(tmp_path / "m", {"a": CLASSES}, LABELS)
    assert run("compare", masks, masks, "--panoptic").exit_code == 0
