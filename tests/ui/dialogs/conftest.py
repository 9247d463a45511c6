"""Dialogs are tested over a small data set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from maskstudio.ui.theme.density import COMFORTABLE
from maskstudio.ui.theme.style import apply_theme
from maskstudio.ui.theme.tokens import DARK
from tests.ui.bench import Bench, bench_of, street_dataset
from tests.ui.helpers import application


@pytest.fixture
def empty_bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    """Nothing is open."""
    apply_theme(application(), DARK, COMFORTABLE)
    yield from bench_of(tmp_path)


@pytest.fixture
def bench(empty_bench: Bench) -> Bench:
    """Three samples with two layers are open, the first is shown."""
    empty_bench.open(street_dataset())
    return empty_bench
