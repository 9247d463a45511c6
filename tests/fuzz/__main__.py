"""Fuzzes the reader of a format and prints what was tried and found as JSON.

python -m tests.fuzz --format cvat-zip --seconds 60 --seed 1 [--keep FOLDER]
python -m tests.fuzz --format cvat-zip --seed 1 --case 4711 --keep FOLDER
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tests.helpers.shared import shared

from .run import fuzz
from .seeds import FORMATS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--format", required=True, choices=sorted(FORMATS))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--cases", type=int, help="so many instead of so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", type=int, help="this one alone")
    parser.add_argument("--keep", type=Path, help="folder for the files of cases with faults")
    given = parser.parse_args()
    first, cases = (given.case, 1) if given.case is not None else (0, given.cases)
    found = fuzz(
        given.format,
        shared("golden"),
        seed=given.seed,
        seconds=given.seconds,
        cases=cases,
        first=first,
        keep=given.keep,
    )
    print(json.dumps(found.as_json(), indent=1))  # noqa: T201
    raise SystemExit(bool(found.findings))


if __name__ == "__main__":
    main()
