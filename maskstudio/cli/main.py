"""The command line: one verb a module, `open` where no verb is named."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from maskstudio import __version__
from maskstudio.collector import without_collector

from .faults import NOTHING_DONE
from .words import printable

log = logging.getLogger(__name__)

VERBS = ("open", "info", "validate", "convert", "compare", "relabel", "render", "doctor")


class Verbs(click.Group):
    """Loads a verb's module when it is named; anything that is no verb belongs to `open`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The verb of a name."""
        if name not in VERBS:
            return None
        with without_collector():
            command = getattr(import_module(f"maskstudio.cli.{name}"), name)
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `open` before words that name no verb."""
        own = {"--help", "--version", "-h"}
        if not args or (args[0] not in VERBS and args[0] not in own):
            args = ["open", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="maskstudio")
def maskstudio() -> None:
    """View, correct and compare segmentation masks.

    With paths instead of a verb: open them in the window.
    """


def main(args: Sequence[str] | None = None) -> None:
    """Entry point of the `maskstudio` script; what nobody foresaw is one sentence as well."""
    # No large matrix is multiplied here, and the threads that numpy starts for that spin a while.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        maskstudio.main(args=args, standalone_mode=True)
    except Exception as error:  # the outermost handler
        log.debug("a fault of the program", exc_info=True)
        told = f"{type(error).__name__}: {printable(str(error))}"
        click.echo(f"maskstudio: a fault of the program itself ({told}).", err=True)
        sys.exit(NOTHING_DONE)
