"""`maskstudio info`: what a path holds, for people or as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from maskstudio.errors import DataError, Scope
from maskstudio.workflows.dataset_facts import DatasetFacts
from maskstudio.workflows.describe import describe
from maskstudio.workflows.open_dataset import OpenRequest
from maskstudio.workflows.opening import opened

from .faults import exit_code, tell, told
from .opening import format_name, read_label_map
from .options import downloads_option
from .progress import progress


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--images", type=click.Path(path_type=Path), help="Folder of images for the masks.")
@click.option("--labels", metavar="FILE", help="Label map: a file, or names with commas.")
@downloads_option
@click.option("--pixels", is_flag=True, help="Decode everything: counts, and faults of pixels.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.pass_context
def info(
    context: click.Context,
    path: Path,
    images: Path | None,
    labels: str | None,
    downloads: Path | None,
    pixels: bool,
    as_json: bool,
) -> None:
    """Tell what PATH holds: label maps, samples, layers and problems."""
    with told():
        facts = look_at(path, images, labels, downloads, pixels=pixels)
    problems = list(facts.all_problems())
    tell(problems)
    if as_json:
        from .info_json import facts_json
        from .json_output import print_json

        print_json(facts_json(facts))
    else:
        from .info_tables import print_tables

        print_tables(facts)
    context.exit(exit_code(problems))


def look_at(
    path: Path,
    images: Path | None,
    labels: str | None,
    downloads: Path | None = None,
    *,
    pixels: bool,
) -> DatasetFacts:
    """Open and describe; what cannot be opened at all has no samples and one problem."""
    try:
        request = OpenRequest(
            (path,), images, label_map=read_label_map(labels), downloads=downloads
        )
        with opened(request) as found, progress("Reading") as report:
            return describe(found, pixels=pixels, progress=report)
    except DataError as error:
        return DatasetFacts(format_name(path), {}, (), (error.problem(Scope.FILE),))
