"""Workspace files, as far as the names in them go."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import DataError
from maskstudio.formats.workspace import Workspace, read_workspace, write_workspace


def test_names_that_are_no_text_come_back(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    path = tmp_path / "w.maskstudio"
    write_workspace(path, Workspace((tmp_path / name,), checked=(name, "ü 你")))
    found, notes = read_workspace(path)
    assert found.paths == (tmp_path / name,)
    assert found.checked == (name, "ü 你")
    assert notes == []


MAP = LabelMap((LabelClass(0, "void", (0, 0, 0)), LabelClass(7, "car", (1, 2, 3))))


def test_layers_without_a_file_come_back_with_their_classes(tmp_path: Path) -> None:
    path = tmp_path / "w.maskstudio"
    write_workspace(path, Workspace(new_layers=(("draft", MAP), ("empty", LabelMap()))))
    (draft, found), (empty, nothing) = read_workspace(path)[0].new_layers
    assert (draft, found.classes) == ("draft", MAP.classes)
    assert (empty, nothing.classes) == ("empty", ())


def test_older_files_have_no_such_layers(tmp_path: Path) -> None:
    path = tmp_path / "w.maskstudio"
    write_workspace(path, Workspace())
    content = json.loads(path.read_text())
    del content["new_layers"]
    path.write_text(json.dumps(content))
    assert read_workspace(path)[0].new_layers == ()


@pytest.mark.parametrize("entry", [5, {"classes": []}, {"key": "a", "classes": [{"index": -1}]}])
def test_a_damaged_layer_is_told(tmp_path: Path, entry: object) -> None:
    path = tmp_path / "w.maskstudio"
    write_workspace(path, Workspace())
    path.write_text(json.dumps(json.loads(path.read_text()) | {"new_layers": [entry]}))
    with pytest.raises(DataError):
        read_workspace(path)
