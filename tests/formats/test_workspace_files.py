"""Workspace files, as far as the names in them go."""

from __future__ import annotations

import os
from pathlib import Path

from maskstudio.formats.workspace import Workspace, read_workspace, write_workspace


def test_names_that_are_no_text_come_back(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    path = tmp_path / "w.maskstudio"
    write_workspace(path, Workspace((tmp_path / name,), checked=(name, "ü 你")))
    found, notes = read_workspace(path)
    assert found.paths == (tmp_path / name,)
    assert found.checked == (name, "ü 你")
    assert notes == []
