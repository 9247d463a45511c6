"""Where `maskstudio compare` puts what it found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from maskstudio.errors import UsageError
from maskstudio.workflows.compare import Comparison
from maskstudio.workflows.outputs import require_no_input

STANDARD_OUTPUT = "-"


@dataclass(frozen=True)
class Outputs:
    """What was asked for.

    Args:
        json: a file's name, or `-`.
    """

    json: str | None = None
    csv: Path | None = None
    html: Path | None = None

    @property
    def has_tables(self) -> bool:
        """Whether standard output is free for people."""
        return self.json != STANDARD_OUTPUT

    def require_free_of(self, inputs: tuple[Path | str | None, ...]) -> None:
        """Refuse an output that is an input, or another output. Raises UsageError."""
        seen: set[Path] = set()
        for target in self._files():
            require_no_input(target, inputs)
            if target.resolve() in seen:
                raise UsageError(f"{target} is named for two outputs; choose another target.")
            seen.add(target.resolve())

    def write(self, comparison: Comparison, html: str | None) -> None:
        """Write the files and print the rest. Raises DataError."""
        from maskstudio.formats.atomic import write_file

        if self.json is not None:
            from maskstudio.workflows.compare_document import comparison_json, json_text

            text = json_text(comparison_json(comparison))
            if self.json == STANDARD_OUTPUT:
                click.echo(text, nl=False)
            else:
                write_file(Path(self.json), text.encode("ascii"))
        if self.csv is not None:
            from maskstudio.workflows.compare_csv import comparison_csv

            write_file(self.csv, comparison_csv(comparison).encode("utf-8", "backslashreplace"))
        if self.html is not None and html is not None:
            write_file(self.html, html.encode("utf-8"))
        if self.has_tables:
            from .compare_tables import print_comparison

            print_comparison(comparison)

    def _files(self) -> Iterator[Path]:
        if self.json is not None and self.json != STANDARD_OUTPUT:
            yield Path(self.json)
        yield from (target for target in (self.csv, self.html) if target is not None)
