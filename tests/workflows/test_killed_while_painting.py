"""A program that is killed while its user paints loses at most the last second."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from maskstudio.workflows.recovery import journals_left, judged, read_journal, restore_all
from tests.helpers.painting_process import HEIGHT, KEY, NAMES, WIDTH, Masks, opened_at, states
from tests.helpers.shared import REPOSITORY

N_KILLS, N_KILLS_FULL = 50, 1000
AT_ONCE = 3


def write_masks(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in NAMES:
        Image.fromarray(np.zeros((HEIGHT, WIDTH), np.uint8)).save(folder / f"{name}.png")
    lines = "background:0,0,0::\nroad:128,0,0::\ncar:0,128,0::\n"
    (folder / "labelmap.txt").write_text(lines, encoding="utf-8")
    return folder


def kill_while_painting(folder: Path, seed: int) -> tuple[int, int]:
    """Let another process paint for a while and kill it at a random moment.

    Returns how many deeds were finished a second before, and how many may have been begun.
    """
    words = [str(write_masks(folder / "masks")), str(folder / "state"), str(seed)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.painting_process", *words],
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
    )
    assert process.stdout is not None
    times: list[float] = []
    try:
        process.stdout.readline()
        end = time.monotonic() + random.Random(seed).uniform(0, 2.2)
        times.append(time.monotonic())
        while time.monotonic() < end and process.stdout.readline():
            times.append(time.monotonic())
    finally:
        killed = time.monotonic()
        process.kill()
        rest = process.stdout.read().split()
        process.stdout.close()
        process.wait()
    safe = sum(moment < killed - 1 for moment in times)
    return safe, len(times) + len(rest) + 1


def restored(folder: Path) -> Masks:
    """What the next start brings back."""
    opened = opened_at(folder / "masks")
    for path in journals_left(folder / "state", opened.request):
        journal = read_journal(path)
        assert journal.damage is None
        assert judged(journal, opened).missing == ()
        assert restore_all(journal, opened).left == []
    found = {name: opened.dataset.document(name).layer(KEY).pixels.copy() for name in NAMES}
    opened.close()
    return found


def check_one(folder: Path, seed: int) -> bool:
    """Whether the restored masks are those of a moment at most a second before the kill."""
    safe, begun = kill_while_painting(folder, seed)
    found = restored(folder)
    known = itertools.islice(states(seed), safe, begun + 1)
    return any(all(np.array_equal(found[name], state[name]) for name in NAMES) for state in known)


def test_every_stroke_older_than_a_second_comes_back(tmp_path: Path, full: bool) -> None:
    seeds = range(N_KILLS_FULL if full else N_KILLS)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        fine = list(pool.map(lambda seed: check_one(tmp_path / str(seed), seed), seeds))
    assert [seed for seed, is_fine in zip(seeds, fine, strict=True) if not is_fine] == []
