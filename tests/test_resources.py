"""The files that come with the program are found in a checkout and in an install."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import maskstudio.resources
from maskstudio.resources import resource


def test_a_checkout_has_its_resources_beside_the_package() -> None:
    assert resource("themes", "style.qss").is_file()
    assert resource("themes").is_dir()


def test_an_install_has_them_inside_the_package(tmp_path: Path) -> None:
    package = tmp_path / "maskstudio"
    (package / "_resources" / "themes").mkdir(parents=True)
    (package / "_resources" / "themes" / "style.qss").write_text("installed")
    (package / "__init__.py").touch()
    shutil.copy(maskstudio.resources.__file__, package)
    code = (
        "from maskstudio.resources import resource;"
        "print(resource('themes', 'style.qss').read_text())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "installed"


def test_what_is_missing_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"themes/none\.svg"):
        resource("themes", "none.svg")
