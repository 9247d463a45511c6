"""A short soak; the long one is `python -m tests.soak`."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.helpers.shared import REPOSITORY


def test_random_actions_of_a_user_find_no_fault() -> None:
    command = [sys.executable, "-m", "tests.soak", "--actions", "300", "--seed", "7"]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    found = json.loads(run.stdout)
    assert (found["actions"], found["faults"], run.returncode) == (300, [], 0), found
