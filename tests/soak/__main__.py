"""A user without a plan, for hours if need be; prints JSON, ends with 1 where a fault was found.

python -m tests.soak --actions 10000 --seed 1
python -m tests.soak --seed 1 --actions 812 --only 0-99,700-811   # a shorter way to a fault
python -m tests.soak --seed 1 --actions 812 --shrink               # looks for a short way
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="numbers of the actions that are done: 0-99,700,702")
    parser.add_argument("--shrink", action="store_true", help="look for few actions that fail")
    parser.add_argument("--minutes", type=float, default=math.inf, help="the longest it may take")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if options.shrink:
        sys.stdout.write(_ranges(_shrunk(options.seed, list(range(options.actions)))) + "\n")
        return 0
    chosen = _numbers(options.only) if options.only else None
    found = _run(options.seed, options.actions, chosen, limit_s=60 * options.minutes)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 1 if found["faults"] else 0


def _run(seed: int, n_actions: int, chosen: set[int] | None, *, limit_s: float) -> dict[str, Any]:
    """In a home of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="maskstudio-soak-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        os.environ["HOME"] = str(home)
        for kind in ("CONFIG", "STATE", "CACHE", "DATA"):
            os.environ[f"XDG_{kind}_HOME"] = str(home / kind.lower())
        from PySide6.QtWidgets import QApplication

        from .driver import Soak

        app = QApplication([])
        return Soak(seed, app, Path(folder)).run(n_actions, chosen, limit_s=limit_s)


def _shrunk(seed: int, numbers: list[int]) -> list[int]:
    """Leave out ever smaller parts as long as a fault is left."""
    size = max(1, len(numbers) // 2)
    while True:
        start = 0
        while start < len(numbers):
            fewer = numbers[:start] + numbers[start + size :]
            if fewer and _fails(seed, fewer):
                numbers = fewer
                logging.info("%d actions still fail", len(numbers))
            else:
                start += size
        if size == 1:
            return numbers
        size = max(1, size // 2)


def _fails(seed: int, numbers: list[int]) -> bool:
    command = [sys.executable, "-m", "tests.soak", "--seed", str(seed),
               "--actions", str(numbers[-1] + 1), "--only", _ranges(numbers)]  # fmt: skip
    return subprocess.run(command, capture_output=True, check=False).returncode != 0


def _numbers(words: str) -> set[int]:
    found: set[int] = set()
    for part in words.split(","):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def _ranges(numbers: list[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)


if __name__ == "__main__":
    sys.exit(main())
