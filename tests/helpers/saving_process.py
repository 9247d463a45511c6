"""Saves one painting after the other until somebody kills it; run as a process of its own.

    python -m tests.helpers.saving_process PATH SAMPLES

Each round paints all samples with one class, 1 and 2 in turn, saves, and prints the class.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np

from maskstudio.core.document import load_sample
from maskstudio.formats.base import no_progress
from maskstudio.workflows.open_dataset import OpenRequest, open_dataset
from maskstudio.workflows.save_dataset import finish_save, prepare_save, run_save


def main(path: Path, names: list[str]) -> None:
    opened = open_dataset(OpenRequest(layers=(("ground_truth", path),)))
    dataset = opened.dataset
    for name in names:
        dataset.open_document(load_sample(dataset.sample(name)))
    for index in itertools.cycle((1, 2)):
        for name in names:
            layer = dataset.document(name).layer("ground_truth")
            transaction = dataset.begin(name, "ground_truth", label="Fill")
            transaction.paint(layer.rect, np.ones(layer.pixels.shape, np.bool_), index)
            transaction.commit()
        print(f"saving {index}", flush=True)  # noqa: T201 - the other process reads it
        job = prepare_save(opened, "ground_truth")
        finish_save(opened, job, run_save(job, no_progress))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
