"""`maskstudio convert`: masks of one format written in another."""

from __future__ import annotations

from pathlib import Path

import click

from maskstudio.formats.base import WriteOptions
from maskstudio.workflows.convert import (
    Conversion,
    prepare_conversion,
    require_free,
    require_writable_format,
    run_conversion,
)
from maskstudio.workflows.one_writer import require_unlocked
from maskstudio.workflows.outputs import require_no_input

from .faults import NOTHING_DONE, exit_code, tell, told
from .opening import opened_masks
from .options import downloads_option
from .progress import progress
from .words import counted, printable


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--to", "target_format", metavar="FORMAT", required=True, help="Format of TARGET.")
@click.option("--layer", metavar="KEY", help="Layer to convert, where there are several.")
@click.option("--images", type=click.Path(path_type=Path), help="Folder of images for the masks.")
@click.option("--with-images", is_flag=True, help="Copy the images along.")
@click.option("--labels", metavar="FILE", help="Label map: a file, or names with commas.")
@downloads_option
@click.option("--composite", is_flag=True, help="One raster for all objects of a sample.")
@click.option("--online", is_flag=True, help="Let the wandb client send what it logs.")
@click.option("--overwrite", is_flag=True, help="Replace a target that exists.")
@click.pass_context
def convert(
    context: click.Context,
    source: Path,
    target: Path,
    target_format: str,
    layer: str | None,
    images: Path | None,
    with_images: bool,
    labels: str | None,
    downloads: Path | None,
    composite: bool,
    online: bool,
    overwrite: bool,
) -> None:
    """Write the masks of SOURCE to TARGET in another format.

    What the format cannot hold, and what is lost in it, is listed before anything is written.
    """
    options = WriteOptions(
        with_images=with_images, overwrite=overwrite, composite=composite, online=online
    )
    with told():
        require_writable_format(target_format)
        require_no_input(target, (source, images, labels, downloads))
        require_free(target, overwrite=overwrite)
        require_unlocked(target)
        with opened_masks(source, images, labels, downloads) as opened:
            with progress("Reading") as report:
                plan = prepare_conversion(
                    opened, target_format, key=layer, options=options, progress=report
                )
            tell(plan.problems)
            if plan.is_refused:
                click.echo("maskstudio: nothing was written.", err=True)
                context.exit(NOTHING_DONE)
            with progress("Writing") as report:
                late = run_conversion(plan, target, options, report)
    tell(late)
    click.echo(_summary(plan, target), err=True)
    context.exit(exit_code((*plan.problems, *late)))


def _summary(plan: Conversion, target: Path) -> str:
    words = f"Wrote {counted(len(plan.content.items), 'sample')} to {printable(str(target))}"
    return f"{words}; {len(plan.left_out)} left out." if plan.left_out else f"{words}."
