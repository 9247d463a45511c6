"""Journals are named before they are dropped, and only what is too old or too much is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from maskstudio.workflows import journal_care
from maskstudio.workflows.journal_care import GRACE_S, MAX_AGE_S, care, journal_store

NOW = 2_000_000_000.0


def journal(folder: Path, number: int, *, age_s: float, n_bytes: int = 10) -> Path:
    path = folder / "journals" / f"{'0' * 32}.{number}.journal"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(bytes(n_bytes))
    os.utime(path, (NOW - age_s, NOW - age_s))
    return path


def test_an_old_journal_is_told_and_goes_when_the_grace_is_over(tmp_path: Path) -> None:
    old = journal(tmp_path, 1, age_s=MAX_AGE_S + 1)
    young = journal(tmp_path, 2, age_s=10)
    assert [(found.path, found.goes_at) for found in care(tmp_path, NOW)] == [(old, NOW + GRACE_S)]
    later = NOW + GRACE_S - 1
    assert [(found.path, found.goes_at) for found in care(tmp_path, later)] == [
        (old, NOW + GRACE_S)
    ]
    assert old.exists()
    assert care(tmp_path, NOW + GRACE_S) == []
    assert list((tmp_path / "journals").iterdir()) == [young]


def test_of_too_much_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_care, "MAX_BYTES", 25)
    paths = [journal(tmp_path, number, age_s=100 - number) for number in (1, 2, 3, 4)]
    assert [found.path for found in care(tmp_path, NOW)] == paths[:2]
    assert journal_store(tmp_path).n_bytes == 40
    assert journal_store(tmp_path).paths == tuple(paths)


def test_without_journals_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert care(tmp_path, NOW) == []
    assert journal_store(tmp_path).paths == ()
