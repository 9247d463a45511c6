"""Options that several verbs have; light, for the window starts with them."""

from __future__ import annotations

from pathlib import Path

import click

downloads_option = click.option(
    "--downloads",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of rasters fetched from the addresses that a source names.",
)
"""For every verb that opens sources; MaskStudio itself fetches nothing."""
