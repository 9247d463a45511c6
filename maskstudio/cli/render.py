"""`maskstudio render`: pictures with their masks over them."""

from __future__ import annotations

from pathlib import Path

import click

from maskstudio.workflows.convert import require_free
from maskstudio.workflows.outputs import require_no_input

from .faults import exit_code, tell, told
from .opening import opened_masks
from .options import downloads_option
from .progress import progress
from .words import counted, printable

STYLES = ("fill", "outline", "both")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="New or empty folder for the pictures.",
)
@click.option("--images", type=click.Path(path_type=Path), help="Folder of images for the masks.")
@click.option("--labels", metavar="FILE", help="Label map: a file, or names with commas.")
@downloads_option
@click.option("--layer", "layers", multiple=True, metavar="KEY", help="Layers; all by default.")
@click.option("--style", type=click.Choice(STYLES), default="fill", show_default=True)
@click.option(
    "--opacity",
    type=click.FloatRange(0, 1),
    help="0 to 1; by default 0.5 over a picture and 1 without one.",
)
@click.pass_context
def render(
    context: click.Context,
    path: Path,
    output: Path,
    images: Path | None,
    labels: str | None,
    downloads: Path | None,
    layers: tuple[str, ...],
    style: str,
    opacity: float | None,
) -> None:
    """Draw every sample of PATH as one PNG in the size of its image."""
    with told():
        require_no_input(output, (path, images, labels, downloads))
        require_free(output, overwrite=False)
        from maskstudio.render.palette import Style
        from maskstudio.workflows.render_overlays import Overlay, render_overlays

        overlay = Overlay(layers, Style(style), opacity)
        with (
            opened_masks(path, images, labels, downloads) as opened,
            progress("Drawing") as report,
        ):
            rendered = render_overlays(opened, output, overlay, report)
    tell(rendered.problems)
    drawn = counted(len(rendered.names), "picture")
    click.echo(f"Wrote {drawn} to {printable(str(output))}.", err=True)
    context.exit(exit_code(rendered.problems))
