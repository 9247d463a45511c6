"""A report of an error tells where it came from and keeps what is the user's."""

from __future__ import annotations

from pathlib import Path

from maskstudio.workflows.fault_report import fault_report, without_names


def caught(words: str) -> Exception:
    try:
        raise OSError(2, words)
    except OSError as error:
        try:
            raise KeyError(words) from error
        except KeyError as last:
            return last


def test_paths_and_names_stay_with_the_user() -> None:
    home = Path.home()
    words = f"cannot open '{home}/patients/miller.zip': sample 'ward 3/eve' of /elsewhere/disk 1/x"
    report = fault_report(caught(words), ["miller.zip", "ward 3/eve"])
    for private in ("miller", "eve", "patients", "/elsewhere", str(home)):
        assert private not in report
    assert "KeyError: " in report
    assert "after FileNotFoundError" in report
    assert "test_fault_report.py:" in report
    assert "in caught" in report


def test_with_leave_of_the_user_they_are_told() -> None:
    report = fault_report(caught("/elsewhere/disk/miller.zip"), ["miller.zip"], is_open=True)
    assert "/elsewhere/disk/miller.zip" in report


def test_the_same_name_is_the_same_sign() -> None:
    text = without_names("a.png and b.png, a.png again; ba.png", ["a.png", "b.png"])
    assert text == "<name 1> and <name 2>, <name 1> again; ba.png"


def test_fractions_and_shares_are_no_paths() -> None:
    assert without_names("3/4 of 10 m/s", []) == "3/4 of 10 m/s"
