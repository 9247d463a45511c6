"""A run of the fuzzer: cases that follow from format, seed and number, and what came of them."""

from __future__ import annotations

import shutil
import struct
import tempfile
import time
import zlib
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from tests.helpers.png_files import chunk

from .random_bytes import CANARY
from .seeds import seeds
from .trees import Tree, mutated
from .worker import Worker


@dataclass
class Run:
    """What was tried and found.

    Args:
        kinds: cases in which a kind of problem was told.
        findings: number of the case, and what must not happen.
    """

    format: str
    seed: int
    cases: int = 0
    seconds: float = 0
    starts: int = 0
    slowest: float = 0
    peak: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    findings: list[tuple[int, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Figures and findings."""
        return {
            "format": self.format,
            "seed": self.seed,
            "cases": self.cases,
            "seconds": round(self.seconds, 1),
            "processes": self.starts,
            "slowest_cpu_seconds": round(self.slowest, 2),
            "peak_mib": self.peak >> 20,
            "kinds": dict(self.kinds.most_common()),
            "findings": [{"case": case, "fault": fault} for case, fault in self.findings],
        }


def case_of(name: str, trees: list[Tree], seed: int, number: int) -> Tree:
    """The files of one case; the same whenever it is asked for."""
    rng = Random(f"{name} {seed} {number}")
    return mutated(rng.choice(trees), rng)


def fuzz(
    name: str,
    golden: Path,
    *,
    seed: int,
    seconds: float,
    cases: int | None = None,
    first: int = 0,
    keep: Path | None = None,
) -> Run:
    """Try cases for a time, or so many of them.

    Args:
        golden: folder of the golden samples.
        keep: where the files of cases with findings go.
    """
    trees, run, start = seeds(name, golden), Run(name, seed), time.monotonic()
    numbers = range(first, first + cases) if cases is not None else count(first)
    with tempfile.TemporaryDirectory(prefix="maskstudio-fuzz-") as place, Worker() as worker:
        for number in numbers:
            if cases is None and time.monotonic() - start > seconds:
                break
            tree = case_of(name, trees, seed, number)
            folder = Path(place) / str(number) / "opened"
            folder.mkdir(parents=True)
            _write_canary(folder.parent / CANARY)
            tree.write(folder)
            outcome = worker.open(folder, tree)
            run.cases += 1
            run.kinds.update(outcome.kinds)
            run.slowest, run.peak = max(run.slowest, outcome.seconds), max(run.peak, outcome.peak)
            run.findings += [(number, fault) for fault in outcome.faults]
            if keep is not None and (outcome.faults or cases == 1):
                kept = keep / f"{name}-{seed}-{number}"
                shutil.copytree(folder, kept, symlinks=True, ignore=_fifos, dirs_exist_ok=True)
            shutil.rmtree(folder.parent)
        run.starts = worker.starts
    run.seconds = time.monotonic() - start
    return run


def _fifos(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if (Path(folder) / name).is_fifo()]


def _write_canary(path: Path) -> None:
    """A readable picture outside of what is opened; nobody is to read it."""
    header = struct.pack(">IIBBBBB", 13579, 1, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(13580))
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
