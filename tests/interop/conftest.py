"""What datumaro exported, for every test here."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.interop.environment import datumaro_export


@pytest.fixture(scope="session")
def exported_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zip with the files that datumaro exported."""
    folder = tmp_path_factory.mktemp("exported")
    datumaro_export(folder)
    target = folder.with_suffix(".zip")
    with ZipFile(target, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder).as_posix())
    return target
