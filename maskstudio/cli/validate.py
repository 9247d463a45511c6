"""`maskstudio validate`: everything that is wrong with masks, for people or as JSON."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from maskstudio.errors import DataError, Scope, Severity
from maskstudio.workflows.convert import require_writable_format
from maskstudio.workflows.validate import Verdict
from maskstudio.workflows.validate import validate as judge

from .faults import exit_code, tell, told
from .opening import format_name, opened_masks
from .options import downloads_option
from .progress import progress
from .words import counted


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--images", type=click.Path(path_type=Path), help="Folder of images for the masks.")
@click.option("--labels", metavar="FILE", help="Label map: a file, or names with commas.")
@downloads_option
@click.option("--target", metavar="FORMAT", help="List what this format cannot hold as well.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.pass_context
def validate(
    context: click.Context,
    path: Path,
    images: Path | None,
    labels: str | None,
    downloads: Path | None,
    target: str | None,
    as_json: bool,
) -> None:
    """Decode all of PATH and list every problem."""
    with told():
        if target is not None:
            require_writable_format(target)
        verdict = _judged(path, images, labels, downloads, target)
    tell(verdict.problems)
    if as_json:
        _print_json(verdict)
    else:
        click.echo(_summary(verdict))
    context.exit(exit_code(verdict.problems))


def _judged(
    path: Path,
    images: Path | None,
    labels: str | None,
    downloads: Path | None,
    target: str | None,
) -> Verdict:
    """Open and judge; what cannot be opened at all has no samples and one problem."""
    try:
        with (
            opened_masks(path, images, labels, downloads) as opened,
            progress("Reading") as report,
        ):
            return judge(opened, target=target, progress=report)
    except DataError as error:
        return Verdict(format_name(path), 0, (error.problem(Scope.FILE),))


def _print_json(verdict: Verdict) -> None:
    from maskstudio.workflows.problem_document import problems_json

    from .json_output import print_json

    print_json(
        {
            "format": verdict.format,
            "samples": verdict.n_samples,
            "problems": problems_json(verdict.problems),
        }
    )


def _summary(verdict: Verdict) -> str:
    counts = Counter(p.severity for p in verdict.problems)
    parts = (
        counted(counts[Severity.ERROR], "error"),
        counted(counts[Severity.WARNING], "warning"),
        counted(counts[Severity.INFO], "note"),
    )
    return f"{counted(verdict.n_samples, 'sample')}: {', '.join(parts)}"
