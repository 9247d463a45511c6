"""Every broken golden sample is told with its kind and scope, in little memory and time."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import Any

import pytest

from tests.helpers.shared import REPOSITORY, shared

SECONDS, BYTES = 5, 1 << 30


def broken_samples() -> list[Any]:
    try:
        text = shared("golden", "expected.json").read_text(encoding="utf-8")
    except pytest.skip.Exception:
        return [pytest.param({}, marks=pytest.mark.skip(reason="needs the golden files"))]
    samples = [s for s in json.loads(text)["samples"] if s["path"].startswith("broken/")]
    assert len(samples) > 20
    return [pytest.param(s, id=s["id"].removeprefix("broken/")) for s in samples]


def limit() -> None:
    """Let the system end what takes more: of memory, or of time it computes."""
    resource.setrlimit(resource.RLIMIT_DATA, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


@pytest.mark.parametrize("sample", broken_samples())
def test_a_broken_sample_is_told_in_five_seconds_and_a_gigabyte(sample: dict[str, Any]) -> None:
    words = ["info", "--pixels", "--json", str(shared("golden", sample["path"]))]
    done = subprocess.run(
        [sys.executable, "-m", "maskstudio", *words],
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
        preexec_fn=limit,
    )
    assert done.returncode in (0, 1, 3), done.stderr
    assert b"Traceback" not in done.stderr
    found = json.loads(done.stdout)
    told = [*found["problems"], *(p for s in found["samples"] for p in s["problems"])]
    errors = {(p["kind"], p["scope"]) for p in told if p["severity"] == "error"}
    is_broken = sample["expect"] == "error"
    assert errors == ({(sample["error"], sample["scope"])} if is_broken else set())
