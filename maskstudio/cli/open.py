"""`maskstudio open`: the window, or a picture of it. The only verb that imports Qt."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click

from maskstudio.collector import without_collector
from maskstudio.errors import UsageError
from maskstudio.workflows.open_request import OpenRequest

from .faults import NOTHING_DONE, told
from .options import downloads_option

DEFAULT_SIZE = "1440x900"


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--images", type=click.Path(path_type=Path), help="Folder of images for all layers.")
@click.option("--layer", "layers", multiple=True, metavar="KEY=PATH", help="Masks as a layer.")
@click.option("--labels", metavar="FILE", help="Label map: a file, or names with commas.")
@downloads_option
@click.option("--sample", metavar="NAME", help="Sample to show first.")
@click.option(
    "--screenshot", type=click.Path(path_type=Path, dir_okay=False), help="Write a PNG and exit."
)
@click.option("--size", default=DEFAULT_SIZE, metavar="WxH", help="Size of the screenshot.")
@click.option("--theme", type=click.Choice(["light", "dark"]), help="Look of the window.")
def open(  # noqa: A001 - the verb is called so
    paths: tuple[Path, ...],
    images: Path | None,
    layers: tuple[str, ...],
    labels: str | None,
    downloads: Path | None,
    sample: str | None,
    screenshot: Path | None,
    size: str,
    theme: str | None,
) -> None:
    """Open images and masks in the window."""
    with told():
        request = open_request(paths, images, layers, labels, downloads)
        if screenshot is not None:
            _take_screenshot(request, screenshot, size, sample, theme)
            return
        if not _has_display():
            click.echo(
                "maskstudio: there is no display to open a window on; "
                "--screenshot FILE renders it to a picture instead.",
                err=True,
            )
            sys.exit(NOTHING_DONE)
        with without_collector():
            from maskstudio.ui.application import run

        sys.exit(run(request, sample=sample, theme=theme))


def open_request(
    paths: tuple[Path, ...],
    images: Path | None,
    layers: tuple[str, ...],
    labels: str | None,
    downloads: Path | None = None,
) -> OpenRequest | None:
    """What the words name, or None when they name nothing.

    Raises:
        UsageError: a layer without key or path.
        DataError: the label map cannot be read.
    """
    if not (paths or images or layers):
        return None
    label_map = None
    if labels is not None:
        from maskstudio.formats.label_arguments import read_labels

        label_map = read_labels(labels)
    pairs = tuple(_layer(words) for words in layers)
    return OpenRequest(paths, images, pairs, label_map, downloads=downloads)


def _layer(words: str) -> tuple[str, Path]:
    key, separator, path = words.partition("=")
    if not key or not separator or not path:
        raise UsageError(f"--layer {words}: expected KEY=PATH.")
    return key, Path(path)


def _take_screenshot(
    request: OpenRequest | None, target: Path, size: str, sample: str | None, theme: str | None
) -> None:
    match = re.fullmatch(r"([0-9]{2,5})x([0-9]{2,5})", size)
    if match is None:
        raise UsageError(f"--size {size}: expected WIDTHxHEIGHT, such as {DEFAULT_SIZE}.")
    if not _has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QSize

    from maskstudio.ui.application import take_screenshot

    take_screenshot(
        request, target, size=QSize(int(match[1]), int(match[2])), sample=sample, theme=theme
    )


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)
