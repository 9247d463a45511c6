"""`maskstudio doctor`: whether this machine has what the window needs; never needs Qt to start."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator

import click

from maskstudio import __version__
from maskstudio.workflows.state_folder import state_folder

from .checkup import (
    Finding,
    extras,
    fonts,
    opencv,
    packages,
    qt,
    shared_libraries,
    writable_folders,
)
from .state_report import state_findings


@click.command()
def doctor() -> None:
    """Tell versions, and what is missing for the window."""
    worries = 0
    for finding in _findings():
        click.echo(f"{'ok' if finding.is_fine else '!!'}  {finding.text}")
        if finding.hint:
            click.echo(f"    {finding.hint}")
        worries += not finding.is_fine
    click.echo("Everything is there." if not worries else "Lines with !! need a look.")


def _findings() -> Iterator[Finding]:
    python = f"Python {platform.python_version()} on {platform.platform()}"
    yield Finding(f"MaskStudio {__version__}, {python}")
    yield Finding(f"run by {sys.executable}")
    yield from packages()
    yield from extras()
    yield from opencv()
    yield from shared_libraries()
    yield from fonts()
    yield from writable_folders()
    yield from state_findings(state_folder())
    yield from qt()
