from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from maskstudio import __version__
from maskstudio.cli import checkup
from maskstudio.cli.state_report import state_findings
from maskstudio.core.labels import LabelMap
from maskstudio.formats.journal_edits import label_map_json
from maskstudio.formats.journal_file import JournalWriter, Record
from tests.cli.helpers import run
from tests.helpers.shared import REPOSITORY

WITHOUT_QT = """
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6"}:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Block())
from maskstudio.cli.main import main
main()
"""


def test_versions_libraries_fonts_and_folders_are_told() -> None:
    ran = run("doctor")
    assert ran.exit_code == 0
    for word in (__version__, "numpy 2", "Pillow", "opencv", "fonts", "settings in", "display"):
        assert word in ran.stdout, word


def test_it_works_where_pyside_cannot_be_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_QT, "doctor"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "MaskStudio" in done.stdout


def test_qt_is_not_imported_into_the_process() -> None:
    code = (
        "import sys\n"
        "from maskstudio.cli.main import maskstudio\n"
        "maskstudio(['doctor'], standalone_mode=False)\n"
        "print('PySide6' in sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stderr == "False\n"


def test_qt_that_does_not_start_is_told_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = "import sys; print('no plugin', file=sys.stderr); raise SystemExit(6)"
    monkeypatch.setattr(checkup, "_TRY_QT", code)
    finding = checkup.try_qt(offscreen=True)
    assert not finding.is_fine
    assert finding.hint == "no plugin"


def test_an_opencv_with_a_qt_of_its_own_is_a_worry(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"opencv-python": "4.11", "opencv-python-headless": "4.11"}
    monkeypatch.setattr(checkup, "installed_version", there.get)
    (finding,) = checkup.opencv()
    assert not finding.is_fine
    assert "opencv-python brings" in finding.text


def test_missing_libraries_are_named_with_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(checkup, "can_load", lambda name: name != "libxcb-cursor.so.0")
    (finding,) = checkup.shared_libraries()
    assert not finding.is_fine
    assert finding.hint.endswith(" libxcb-cursor0")


def test_a_library_that_is_not_there_cannot_be_loaded() -> None:
    assert not checkup.can_load("libmaskstudio-that-nobody-wrote.so.1")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_not_writable(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert not checkup.is_writable(tmp_path)


def test_a_file_in_the_way_is_not_writable(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    assert not checkup.is_writable(tmp_path / "a")
    assert checkup.is_writable(tmp_path / "b" / "c")
    assert not (tmp_path / "b").exists()


def test_what_need_not_be_there_is_told_and_is_no_worry(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"av": "15.0.0"}
    monkeypatch.setattr(checkup, "installed_version", there.get)
    video, wandb = checkup.extras()
    assert (video.text, video.hint) == ("av 15.0.0 (extra video)", "")
    assert wandb.is_fine
    assert "not installed" in wandb.text
    assert "maskstudio[wandb]" in wandb.hint


def test_log_and_journals_are_told_with_their_size(tmp_path: Path) -> None:
    (tmp_path / "maskstudio.log").write_bytes(bytes(3000))
    (tmp_path / "maskstudio.log.1").write_bytes(bytes(72))
    (tmp_path / "journals").mkdir()
    writer = JournalWriter(tmp_path / "journals" / "x.1.journal")
    head = {"kind": "journal", "version": 1, "title": "masks.zip", "paths": ["/data/masks.zip"]}
    maps = {"before": label_map_json(LabelMap()), "after": label_map_json(LabelMap())}
    edit = {"kind": "label_map", "label": "Add Class", "key": "k", "n": 1, **maps}
    step = {"kind": "step", "step": 1, "n": 1, "is_undone": False, "time": 0.0}
    writer.add([Record(head), Record(edit), Record({**step, "targets": [["", "k"]]})])
    writer.close()
    found = list(state_findings(tmp_path))
    log, journals, waiting = (finding.text for finding in found)
    assert log == f"log in {tmp_path / 'maskstudio.log'}: 3.0 KiB"
    assert "1 journal of unsaved edits" in journals
    assert "kept for 90 days" in journals
    assert waiting.startswith("masks.zip: 1 edit in 0 samples, until 19")
    assert found[2].hint == "not saved; open /data/masks.zip to restore"


def test_without_any_state_nothing_is_there_yet(tmp_path: Path) -> None:
    log, journals = (finding.text for finding in state_findings(tmp_path / "none"))
    assert "nothing in it yet" in log
    assert "0 journals" in journals
