"""Limits come from the settings file, or from variables, for the window and the command line."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import platformdirs
import pytest
from PIL import Image
from PySide6.QtCore import QSettings

from maskstudio.formats import limits as limits_module
from maskstudio.formats.limits import Limits, limits_from
from tests.cli.helpers import run

DEFAULTS = (1_200_000_000, 64 * 1024**3, 2_000_000, 200)
"""As `formats.md` has them: pixels, bytes, entries, ratio."""


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    limits_module.limits.cache_clear()
    yield
    limits_module.limits.cache_clear()


def first_four(found: Limits) -> tuple[int, ...]:
    return tuple(found)[:4]


def test_without_settings_the_defaults_count(tmp_path: Path) -> None:
    assert first_four(limits_from(tmp_path / "none.ini", {})) == DEFAULTS


def test_a_file_that_qt_wrote_is_understood(tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    settings = QSettings(str(file), QSettings.Format.IniFormat)
    settings.setValue("look/theme", "dark, or so")
    settings.setValue("limits/image_pixels", 5_000)
    settings.setValue("limits/archive_bytes", str(1 << 40))
    settings.setValue("tools/archive_ratio", 7)
    settings.sync()
    assert first_four(limits_from(file, {})) == (5_000, 1 << 40, 2_000_000, 200)


def test_a_variable_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    file.write_text("[limits]\nimage_pixels=10\narchive_entries = 9\n")
    found = limits_from(file, {"MASKSTUDIO_LIMIT_IMAGE_PIXELS": "20"})
    assert first_four(found) == (20, 64 * 1024**3, 9, 200)


@pytest.mark.parametrize("words", ["0", "-1", "many", "1e9", "²"])
def test_what_is_no_number_is_told_and_passed_over(
    tmp_path: Path, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        found = limits_from(tmp_path / "none.ini", {"MASKSTUDIO_LIMIT_ARCHIVE_RATIO": words})
    assert first_four(found) == DEFAULTS
    assert "MASKSTUDIO_LIMIT_ARCHIVE_RATIO" in caplog.text


def test_a_picture_above_the_limit_is_refused_by_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "masks").mkdir()
    Image.fromarray(np.zeros((10, 10), np.uint8)).save(tmp_path / "masks" / "a.png")
    assert run("info", tmp_path / "masks", "--pixels", "--json").exit_code == 0
    limits_module.limits.cache_clear()
    monkeypatch.setenv("MASKSTUDIO_LIMIT_IMAGE_PIXELS", "99")
    refused = run("info", tmp_path / "masks", "--pixels", "--json")
    assert "image_too_large" in refused.stdout
    assert "at most 99 pixels" in refused.stdout


def test_an_archive_above_the_limit_of_the_settings_file_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("ImageSets/Segmentation/default.txt", "a\n")
        archive.writestr("labelmap.txt", "background:0,0,0::\n")
    settings = Path(platformdirs.user_config_dir("maskstudio", appauthor=False))
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "settings.ini").write_text("[limits]\narchive_entries=1\n")
    refused = run("info", tmp_path / "a.zip", "--json")
    assert refused.exit_code == 1
    assert [p["kind"] for p in refused.json["problems"]] == ["archive_too_large"]
