"""The way out of the program when something happens that nobody foresaw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from maskstudio.cli.main import main
from tests.cli.helpers import write_masks


def test_a_fault_of_the_program_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("maskstudio.cli.info.describe", broken)
    folder = write_masks(tmp_path / "m", {"a": np.zeros((2, 2), np.uint8)})
    with pytest.raises(SystemExit) as caught:
        main(["info", str(folder)])
    assert caught.value.code == 1
    told = capsys.readouterr().err
    assert told == "maskstudio: a fault of the program itself (ZeroDivisionError: by nothing).\n"
