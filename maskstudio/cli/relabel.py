"""`maskstudio relabel`: other class indices over a whole data set, with the consequences first."""

from __future__ import annotations

from pathlib import Path

import click

from maskstudio.formats.class_changes import read_class_changes
from maskstudio.workflows.one_writer import require_unlocked
from maskstudio.workflows.outputs import require_no_input
from maskstudio.workflows.relabel import relabeling_of_words
from maskstudio.workflows.relabel_source import Consequences, foresee, write_relabeled
from maskstudio.workflows.survey import choose_layer

from .faults import exit_code, tell, told
from .opening import opened_masks
from .progress import progress
from .words import counted, printable


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help='JSON {"old index or name": new index or "name"}; what is not listed stays.',
)
@click.option("--layer", metavar="KEY", help="Layer to relabel, where there are several.")
@click.option("--labels", metavar="FILE", help="Label map: a file, or names with commas.")
@click.option("--dry-run", is_flag=True, help="List what would change, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--overwrite", is_flag=True, help="Replace a target that exists.")
@click.pass_context
def relabel(
    context: click.Context,
    source: Path,
    target: Path,
    map_file: Path,
    layer: str | None,
    labels: str | None,
    dry_run: bool,
    as_json: bool,
    overwrite: bool,
) -> None:
    """Write SOURCE to TARGET with other class indices; the format stays.

    All changes are made at once, so {"1": 2, "2": 1} swaps two classes. Where no class has the new
    index, the old class moves there with its name and color.
    """
    with told():
        words = read_class_changes(map_file)
        require_no_input(target, (source, map_file, labels))
        require_unlocked(target)
        with opened_masks(source, None, labels) as opened:
            key = choose_layer(opened.layer_sources, layer)
            relabeling = relabeling_of_words(opened.dataset.label_maps[key], words)
            with progress("Reading") as report:
                foreseen = foresee(opened, key, relabeling, report)
            problems = [*opened.dataset.problems, *foreseen.problems]
            if not dry_run:
                with progress("Writing") as report:
                    problems += write_relabeled(
                        opened, key, foreseen, target, overwrite=overwrite, progress=report
                    )
            format_name = opened.layer_sources[key].format
    problems = list(dict.fromkeys(problems))
    tell(problems)
    if as_json:
        from maskstudio.workflows.problem_document import problems_json

        from .json_output import print_json
        from .relabel_output import consequences_json

        document = consequences_json(foreseen)
        head = {"format": format_name, "layer": key, "written": not dry_run}
        print_json({**head, **document, "problems": problems_json(problems)})
    else:
        from .relabel_output import print_consequences

        print_consequences(foreseen)
    click.echo(_summary(foreseen, target, dry_run=dry_run), err=True)
    context.exit(exit_code(problems))


def _summary(foreseen: Consequences, target: Path, *, dry_run: bool) -> str:
    samples = counted(len(foreseen.by_sample), "sample")
    if dry_run:
        return f"{samples} would change; nothing was written."
    return f"{samples} changed; wrote {printable(str(target))}."
