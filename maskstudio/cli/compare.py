"""`maskstudio compare`: figures of predictions against ground truth."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from maskstudio.errors import DataError, Scope, UsageError
from maskstudio.formats.class_changes import read_class_changes
from maskstudio.workflows.compare import Comparison, Extras
from maskstudio.workflows.compare import compare as run_compare
from maskstudio.workflows.compare_figures import figures_of, known_figures
from maskstudio.workflows.comparer import Comparer
from maskstudio.workflows.open_dataset import OpenedDataset
from maskstudio.workflows.sample_pairs import choose_side

from .compare_outputs import Outputs
from .faults import NOTHING_DONE, exit_code, tell, told
from .opening import opened_masks
from .options import downloads_option
from .progress import progress

BELOW_LIMIT = 4


@dataclass(frozen=True)
class Words:
    """The command's words, but for its outputs."""

    prediction: Path
    ground_truth: Path
    prediction_key: str | None
    truth_key: str | None
    ignored: tuple[str, ...]
    labels: str | None
    map_prediction: Path | None
    downloads: Path | None = None

    @property
    def inputs(self) -> tuple[Path | str | None, ...]:
        """Everything that is read."""
        return (
            self.prediction,
            self.ground_truth,
            self.labels,
            self.map_prediction,
            self.downloads,
        )


@click.command()
@click.argument("prediction", type=click.Path(path_type=Path))
@click.argument("ground_truth", type=click.Path(path_type=Path))
@click.option("--prediction-key", metavar="KEY", help="Layer of PREDICTION, if it has several.")
@click.option("--truth-key", metavar="KEY", help="Layer of GROUND_TRUTH, if it has several.")
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="NAME|INDEX",
    help="Leave out pixels whose ground truth is this class; may be repeated.",
)
@click.option("--labels", metavar="FILE", help="Label map: a file, or names with commas.")
@downloads_option
@click.option(
    "--map-prediction",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help='JSON {"class of PREDICTION": "class of GROUND_TRUTH"}, by index or name.',
)
@click.option("--boundary", is_flag=True, help="How well outlines agree, too.")
@click.option("--panoptic", is_flag=True, help="Panoptic quality, where both sides have instances.")
@click.option("--json", "json_target", metavar="FILE|-", help="All figures; - is standard output.")
@click.option(
    "--csv",
    "csv_target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="One table; column `scope` is total, class or sample.",
)
@click.option(
    "--html",
    "html_target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A report with figures, confusion matrix and the worst samples as pictures.",
)
@click.option(
    "--fail-under",
    "limits",
    multiple=True,
    metavar="METRIC=VALUE",
    help="Exit code 4 where a figure of the total is below; may be repeated.",
)
@click.pass_context
def compare(
    context: click.Context,
    prediction: Path,
    ground_truth: Path,
    prediction_key: str | None,
    truth_key: str | None,
    ignored: tuple[str, ...],
    labels: str | None,
    downloads: Path | None,
    map_prediction: Path | None,
    boundary: bool,
    panoptic: bool,
    json_target: str | None,
    csv_target: Path | None,
    html_target: Path | None,
    limits: tuple[str, ...],
) -> None:
    """Compare the masks of PREDICTION with those of GROUND_TRUTH.

    Classes are matched by name, samples too. Give a source twice to compare two of its layers.

    \b
    The rows of --csv have the columns
      scope    total, class or sample
      index    class index; empty but for classes
      name     of the class or sample
      pixels   evaluated; of a class, its pixels in the ground truth
    and one column for each figure, empty where it has no value.
    """
    words = Words(
        prediction,
        ground_truth,
        prediction_key,
        truth_key,
        ignored,
        labels,
        map_prediction,
        downloads,
    )
    extras = Extras(boundary=boundary, panoptic=panoptic)
    outputs = Outputs(json_target, csv_target, html_target)
    with told():
        required = _limits(limits, extras)
        outputs.require_free_of(words.inputs)
        comparison, html = _compared(words, extras, outputs)
        outputs.write(comparison, html)
    tell(comparison.problems)
    if panoptic and comparison.panoptic is None:
        click.echo("maskstudio: no sample has instances on both sides.", err=True)
    code = exit_code(comparison.problems)
    if code != NOTHING_DONE and _tell_missed(comparison, required):
        code = BELOW_LIMIT
    context.exit(code)


def _limits(words: tuple[str, ...], extras: Extras) -> dict[str, float]:
    """Least value by figure. Raises UsageError."""
    known = known_figures(extras)
    limits: dict[str, float] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if name not in known:
            raise UsageError(f"{name} is no figure of these; choose one of {', '.join(known)}.")
        try:
            limit = float(value)
        except ValueError:
            limit = math.nan
        if not sign or not math.isfinite(limit):
            raise UsageError(f"{word} names no number; write {name}=0.5, for example.")
        limits[name] = max(limit, limits.get(name, -math.inf))
    return limits


def _compared(words: Words, extras: Extras, outputs: Outputs) -> tuple[Comparison, str | None]:
    """Open and compare, and make the report while the masks can be read.

    For JSON, what cannot be opened has no samples and one problem; else it is a DataError.
    """
    try:
        with _comparer(words) as comparer:
            with progress("Comparing") as report:
                comparison = run_compare(comparer, extras, report)
            if outputs.html is None:
                return comparison, None
            from maskstudio.workflows.report import html_report

            with progress("Drawing") as report:
                return comparison, html_report(comparison, comparer, report)
    except DataError as error:
        if outputs.json is None:
            raise
        return Comparison.failed(error.problem(Scope.FILE)), None


@contextmanager
def _comparer(words: Words) -> Iterator[Comparer]:
    """Both sides; a source that is named twice is opened once. Raises DataError, UsageError."""
    with opened_masks(words.prediction, None, words.labels, words.downloads) as predicted:
        if words.ground_truth.resolve() == words.prediction.resolve():
            yield _paired(words, predicted, predicted)
            return
        with opened_masks(words.ground_truth, None, words.labels, words.downloads) as true:
            yield _paired(words, predicted, true)


def _paired(words: Words, predicted: OpenedDataset, true: OpenedDataset) -> Comparer:
    changes = None if words.map_prediction is None else read_class_changes(words.map_prediction)
    return Comparer(
        choose_side(predicted, words.prediction_key, is_prediction=True),
        choose_side(true, words.truth_key, is_prediction=False),
        ignored=words.ignored,
        map_prediction=changes,
    )


def _tell_missed(comparison: Comparison, limits: Mapping[str, float]) -> bool:
    """Whether a figure is below its limit, or has no value; says which ones."""
    missed = False
    figures = figures_of(comparison)
    for name, limit in limits.items():
        value = figures.get(name)
        if value is None or value < limit:
            shown = "has no value" if value is None else f"is {value:.6g}"
            click.echo(f"maskstudio: {name} {shown}, below {limit:g}.", err=True)
            missed = True
    return missed
