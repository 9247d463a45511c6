"""What `maskstudio info` shows people: the classes of each layer, and the samples, as tables."""

from __future__ import annotations

from collections import Counter

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.workflows.dataset_facts import DatasetFacts, MaskFacts, SampleFacts

from .words import counted, printable


def print_tables(facts: DatasetFacts) -> None:
    """Print everything to standard output."""
    console = Console(highlight=False)
    console.print(
        Text(f"{facts.format or 'unknown format'}, {counted(len(facts.samples), 'sample')}")
    )
    for key, label_map in facts.label_maps.items():
        console.print(_class_table(key, label_map, _totals(facts, key)))
    if facts.samples:
        console.print(_sample_table(facts))


def _name(text: str) -> Text:
    """A name as it stands; too long ones are broken, never cut."""
    return Text(printable(text), overflow="fold")


def _totals(facts: DatasetFacts, key: str) -> Counter[int | None] | None:
    """Pixels of each class over all samples, of none under None; nothing where none was decoded."""
    masks = (s.masks[key].pixels for s in facts.samples if key in s.masks)
    decoded = [pixels for pixels in masks if pixels is not None]
    totals: Counter[int | None] = Counter()
    for pixels in decoded:
        totals.update(pixels.histogram)
        totals[None] += pixels.n_unlabelled
    return totals if decoded else None


def _class_table(key: str, label_map: LabelMap, totals: Counter[int | None] | None) -> Table:
    table = Table(title=_name(key), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("index", justify="right")
    table.add_column("color")
    table.add_column("class")
    if totals is not None:
        table.add_column("pixels", justify="right")
    for label_class in (*label_map.visible_classes, *label_map.undeclared):
        row = [
            Text(str(label_class.index)),
            _swatch(label_class),
            _class_name(label_class, label_map),
        ]
        if totals is not None:
            row.append(Text(str(totals[label_class.index])))
        table.add_row(*row)
    if totals and totals[None]:
        table.add_row("", "", "unlabelled", str(totals[None]))
    return table


def _swatch(label_class: LabelClass) -> Text:
    if label_class.color is None:
        return Text("none")
    red, green, blue = label_class.color
    hexadecimal = f"#{red:02x}{green:02x}{blue:02x}"
    return Text.assemble(("  ", Style(bgcolor=hexadecimal)), f" {hexadecimal}")


def _class_name(label_class: LabelClass, label_map: LabelMap) -> Text:
    name = _name(label_class.name)
    if label_class.index == label_map.background:
        name.append(" (background)")
    if not label_map.is_declared(label_class.index):
        name.append(" (undeclared)")
    return name


def _sample_table(facts: DatasetFacts) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("sample")
    table.add_column("subset")
    table.add_column("image")
    keys = list(facts.label_maps)
    for key in keys:
        table.add_column(_name(key))
    for sample in facts.samples:
        masks = [_mask(sample.masks.get(key)) for key in keys]
        table.add_row(_name(sample.name), _name(_subsets(sample)), _size(sample), *masks)
    return table


def _subsets(sample: SampleFacts) -> str:
    return ", ".join(sample.subsets) or "-"


def _size(sample: SampleFacts) -> Text:
    return Text(str(sample.image) if sample.image else "-")


def _mask(mask: MaskFacts | None) -> Text:
    if mask is None:
        return Text("-")
    if mask.size is None:
        return Text("unreadable")
    n_instances = len(mask.pixels.areas) if mask.pixels else 0
    return Text(
        f"{mask.size}, {counted(n_instances, 'instance')}" if n_instances else f"{mask.size}"
    )
