"""Paints, takes back and saves at random until somebody kills it; run as a process of its own.

    python -m tests.helpers.painting_process MASKS STATE SEED

A line is printed when a deed is finished. `states` tells what the masks hold after each deed, from
arrays alone.
"""

from __future__ import annotations

import itertools
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.document import load_sample
from maskstudio.core.geometry import Rect
from maskstudio.formats.base import no_progress
from maskstudio.workflows.journal import Journal
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from maskstudio.workflows.save_dataset import finish_save, prepare_save, run_save

KEY = "ground_truth"
NAMES = ("a", "b")
WIDTH, HEIGHT = 600, 300
PAUSE_S = 0.04
NOWHERE = Rect(0, 0, 0, 0)


@dataclass(frozen=True)
class Deed:
    """`paint` a rectangle of a sample with a class, `undo`, `redo` or `save`."""

    kind: str
    name: str = ""
    rect: Rect = NOWHERE
    index: int = 0


def deeds(seed: int) -> Iterator[Deed]:
    """The same deeds for the same seed, without an end."""
    randomly = random.Random(seed)
    while True:
        kind = randomly.choices(("paint", "undo", "redo", "save"), (12, 3, 2, 1))[0]
        x, y = randomly.randrange(WIDTH - 60), randomly.randrange(HEIGHT - 60)
        rect = Rect(x, y, x + randomly.randint(1, 60), y + randomly.randint(1, 60))
        yield Deed(kind, randomly.choice(NAMES), rect, randomly.randrange(3))


Masks = dict[str, NDArray[np.uint8]]


def states(seed: int) -> Iterator[Masks]:
    """What the masks hold before the first deed, and after each."""
    undone: list[Masks] = []
    done: list[Masks] = [{name: np.zeros((HEIGHT, WIDTH), np.uint8) for name in NAMES}]
    yield done[-1]
    for deed in deeds(seed):
        if deed.kind == "paint":
            painted = done[-1][deed.name].copy()
            painted[deed.rect.slices] = deed.index
            if not np.array_equal(painted, done[-1][deed.name]):
                done.append(done[-1] | {deed.name: painted})
                undone.clear()
        elif deed.kind == "undo" and len(done) > 1:
            undone.append(done.pop())
        elif deed.kind == "redo" and undone:
            done.append(undone.pop())
        yield done[-1]


def do(opened: OpenedDataset, deed: Deed) -> None:
    """Do it to a data set."""
    dataset = opened.dataset
    if deed.kind == "paint":
        transaction = dataset.begin(deed.name, KEY, label="Brush")
        shape = np.ones((deed.rect.height, deed.rect.width), np.bool_)
        transaction.paint(deed.rect, shape, deed.index)
        transaction.commit()
    elif deed.kind == "undo":
        dataset.undo()
    elif deed.kind == "redo":
        dataset.redo()
    elif dataset.history.modified():
        job = prepare_save(opened, KEY)
        finish_save(opened, job, run_save(job, no_progress))


def opened_at(masks: Path) -> OpenedDataset:
    """The data set with all its samples in memory."""
    opened = open_dataset(OpenRequest(layers=((KEY, masks),)))
    for name in NAMES:
        opened.dataset.open_document(load_sample(opened.dataset.sample(name)))
    return opened


def main(masks: Path, state: Path, seed: int) -> None:
    opened = opened_at(masks)
    Journal(state, opened)
    for number, deed in zip(itertools.count(1), deeds(seed), strict=False):
        do(opened, deed)
        print(number, flush=True)  # noqa: T201 - the other process reads it
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
