"""Errors to messages and exit codes, the same for every verb."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

from maskstudio.errors import MaskStudioError, Problem, Scope, Severity, UsageError

from .words import printable

DONE, NOTHING_DONE, WRONG_WORDS, SOME_ITEMS = 0, 1, 2, 3


@contextmanager
def told() -> Iterator[None]:
    """Turn errors of MaskStudio into one sentence on standard error and an exit code."""
    try:
        yield
    except UsageError as error:
        raise click.UsageError(printable(str(error))) from error
    except BrokenPipeError:
        raise
    except (MaskStudioError, OSError) as error:
        click.echo(f"maskstudio: {printable(str(error))}", err=True)
        raise click.exceptions.Exit(NOTHING_DONE) from error


def tell(problems: Iterable[Problem]) -> None:
    """List problems on standard error."""
    for problem in problems:
        message = printable(problem.message)
        click.echo(f"{problem.severity}: {message} [{problem.kind}]", err=True)


def exit_code(problems: Iterable[Problem]) -> int:
    """The exit code that a finished verb has with these problems."""
    faults = [p for p in problems if p.severity is Severity.ERROR]
    if any(p.scope is Scope.FILE for p in faults):
        return NOTHING_DONE
    return SOME_ITEMS if faults else DONE
