"""The consequences of a relabeling, as tables for people and as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from maskstudio.workflows.problem_document import Json
from maskstudio.workflows.relabel_source import Consequences

from .json_output import label_map_json
from .words import printable


def consequences_json(foreseen: Consequences) -> Json:
    """What changes; `label_map` is the one that belongs to the result."""
    return {
        "changes": _texts(foreseen.relabeling.moved),
        "label_map": label_map_json(foreseen.relabeling.label_map),
        "total": _texts(foreseen.totals),
        "samples": [
            {"name": name, "pixels": _texts(counts)} for name, counts in foreseen.by_sample.items()
        ],
    }


def print_consequences(foreseen: Consequences) -> None:
    """Print one table of classes and one of samples to standard output."""
    console = Console(highlight=False)
    console.print(_class_table(foreseen))
    if foreseen.by_sample:
        console.print(_sample_table(foreseen))


def _class_table(foreseen: Consequences) -> Table:
    relabeling, totals = foreseen.relabeling, foreseen.totals
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title in ("from", "to", "pixels"):
        table.add_column(title, justify="right")
    table.add_column("class afterwards")
    for old, new in sorted(relabeling.moved.items()):
        name = Text(printable(relabeling.label_map.name_of(new)), overflow="fold")
        table.add_row(str(old), str(new), str(totals.get(old, 0)), name)
    return table


def _sample_table(foreseen: Consequences) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("sample")
    table.add_column("pixels that change", justify="right")
    for name, counts in foreseen.by_sample.items():
        table.add_row(Text(printable(name), overflow="fold"), str(sum(counts.values())))
    return table


def _texts(counts: Mapping[int, int]) -> dict[str, int]:
    return {str(index): count for index, count in sorted(counts.items())}
