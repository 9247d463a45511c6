"""A comparison as one HTML file that can be passed on: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import LabelClass, voc_color
from maskstudio.formats.base import Progress, no_progress
from maskstudio.metrics.scores import ClassScores
from maskstudio.render.ramps import cell_color, ink_on

from .compare import Comparison, SampleScores
from .compare_figures import figures_of
from .comparer import Comparer
from .report_pictures import LEGEND, ReportPicture, difference_picture, legend_picture
from .report_style import STYLE
from .sample_pairs import Side

N_WORST = 12
"""Samples that are shown as pictures."""

N_NUMBERED = 24
"""Most classes of a confusion matrix with numbers; of more the worst are shown, without."""

SHOWN_WIDTH = 340
"""Smaller pictures are enlarged, and keep their pixels sharp."""

SMALLEST_NUMBER = 0.005
"""Share of a row from which a cell carries its number."""

N_PROBLEMS = 500

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_NONE = "–"
_TITLES = {
    "pixel_accuracy": "Pixel accuracy",
    "mean_class_accuracy": "Mean class accuracy",
    "mean_iou": "Mean IoU",
    "mean_dice": "Mean Dice",
    "frequency_weighted_iou": "Frequency-weighted IoU",
    "cohen_kappa": "Cohen's kappa",
    "boundary_iou": "Boundary IoU",
    "boundary_f": "Boundary F",
    "hd95_px": "Hausdorff 95, px",
    "assd_px": "Average surface distance, px",
    "pq": "Panoptic quality",
    "sq": "Segmentation quality",
    "rq": "Recognition quality",
}


def html_report(
    comparison: Comparison, comparer: Comparer, progress: Progress = no_progress
) -> str:
    """The whole document; the worst samples are read again for their pictures.

    Raises:
        CancelledError: `progress` asked to stop.
    """
    title = _title(comparer.prediction, comparer.ground_truth)
    sections = (
        _figures(comparison),
        _classes(comparison),
        _matrix(comparison),
        _samples(comparison, comparer, progress),
        _problems(comparison),
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{_text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{_text(title)}</h1>\n{_summary(comparison)}\n"
        + "\n".join(section for section in sections if section)
        + "\n</main>\n</body>\n</html>\n"
    )


def _title(prediction: Side, ground_truth: Side) -> str:
    if prediction.title == ground_truth.title:
        return f"{prediction.title}: {prediction.key} against {ground_truth.key}"
    return f"{prediction.title} against {ground_truth.title}"


def _text(text: str) -> str:
    """Any text as it can stand in a document; what cannot be encoded is spelled out."""
    encodable = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return escape(encodable.replace("\0", "\\0"))


def _number(value: float | None, places: int = 4) -> str:
    return _NONE if value is None else f"{value:.{places}f}"


def _count(number: int) -> str:
    """A count with thin spaces between thousands."""
    return f"{number:,}".replace(",", "\u2009")


def _counted(number: int, thing: str) -> str:
    return f"{_count(number)} {thing}{'' if number == 1 else 's'}"


def _section(title: str, *content: str) -> str:
    return f"<section>\n<h2>{title}</h2>\n" + "\n".join(content) + "\n</section>"


def _named(comparison: Comparison, indices: Iterable[int]) -> str:
    names = {c.index: c.name for c in comparison.classes}
    return ", ".join(_text(names.get(index, f"class_{index}")) for index in indices)


def _summary(comparison: Comparison) -> str:
    scores = comparison.scores
    words = [
        f"{_counted(len(comparison.samples), 'sample')}, "
        f"{_counted(scores.n_pixels, 'pixel')} compared, {_count(scores.n_wrong)} of them wrong."
    ]
    if comparison.ignored:
        words.append(f"Not counted in the ground truth: {_named(comparison, comparison.ignored)}.")
    for names, side in (
        (comparison.unmatched_prediction, "ground truth"),
        (comparison.unmatched_ground_truth, "prediction"),
    ):
        if names:
            words.append(f"Without {side}: {_counted(len(names), 'sample')}.")
    return "\n".join(f"<p>{word}</p>" for word in words)


def _figures(comparison: Comparison) -> str:
    rows = (
        f"<div><dt>{_text(_TITLES[name])}</dt><dd>{_number(value)}</dd></div>"
        for name, value in figures_of(comparison).items()
    )
    return _section("Figures", '<dl class="figures">', *rows, "</dl>")


def _classes(comparison: Comparison) -> str:
    """Classes that occur, worst first."""
    known = {c.index: c for c in comparison.classes}
    head = "".join(
        f"<th{' class=name' if name == 'Class' else ''}>{name}</th>"
        for name in ("", "Class", "", "IoU", "Dice", "Precision", "Recall", "Support")
    )
    rows = (_class_row(s, known[s.index]) for s in _worst_classes(comparison))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>"
    return _section("Classes", '<div class="scroll">', table, *rows, "</tbody></table></div>")


def _worst_classes(comparison: Comparison) -> list[ClassScores]:
    return sorted(comparison.scores.per_class, key=lambda s: (s.iou or 0.0, s.index))


def _class_row(scores: ClassScores, label_class: LabelClass) -> str:
    share = 100 * (scores.iou or 0.0)
    figures = (scores.iou, scores.dice, scores.precision, scores.recall)
    return (
        f'<tr><td class="index">{scores.index}</td>'
        f'<td class="name">{_swatch(label_class)}{_text(label_class.name)}</td>'
        f'<td class="bar"><div><div style="width:{share:.2f}%;height:5px"></div></div></td>'
        + "".join(f"<td>{_number(value)}</td>" for value in figures)
        + f"<td>{_count(scores.support)}</td></tr>"
    )


def _swatch(label_class: LabelClass) -> str:
    color = label_class.color or voc_color(label_class.index)
    return f'<span class="swatch" style="background:{_hex(color)}"></span>'


def _hex(color: Rgb) -> str:
    return "#{:02X}{:02X}{:02X}".format(*color)


def _matrix(comparison: Comparison) -> str:
    """The heat map; ignored classes have a column, for they can be predicted, and no row."""
    confusion = comparison.confusion
    totals = {s.index: s.support for s in comparison.scores.per_class}
    chosen = [s.index for s in _worst_classes(comparison)]
    if not chosen:
        return ""
    is_large = len(chosen) > N_NUMBERED
    rows = chosen[:N_NUMBERED] if is_large else sorted(chosen)
    ignored = [i for i in confusion.classes if i in comparison.ignored]
    columns = rows if is_large else [*rows, *ignored]
    names = {c.index: _text(c.name) for c in comparison.classes}
    head = "".join(f'<th class="column"><span>{names[i]}</span></th>' for i in columns)
    body = (
        f'<tr><th class="row">{names[row]}</th>'
        + "".join(
            _cell(confusion.count(row, c), totals[row], is_right=row == c, bare=is_large)
            for c in columns
        )
        + "</tr>"
        for row in rows
    )
    note = "Rows ground truth, columns prediction; percent of the row."
    if is_large:
        note += f" The {N_NUMBERED} worst of {_count(len(chosen))} classes."
    kind = "matrix many" if is_large else "matrix"
    return _section(
        "Confusion matrix",
        f'<p class="note">{note}</p><div class="scroll">',
        f'<table class="{kind}"><thead><tr><th></th>{head}</tr></thead><tbody>',
        *body,
        "</tbody></table></div>",
    )


def _cell(count: int, total: int, *, is_right: bool, bare: bool) -> str:
    share = count / total if total else 0.0
    colors = []
    for theme, is_dark in (("light", False), ("dark", True)):
        color = cell_color(share, is_right=is_right, is_dark=is_dark)
        colors.append(f"--{theme}:{_hex(color)};--{theme}-ink:{_hex(ink_on(color))}")
    words = "" if bare or share < SMALLEST_NUMBER else f"{100 * share:.1f}"
    tip = f' title="{_count(count)} px, {100 * share:.2f} %"' if count else ""
    return f'<td style="{";".join(colors)}"{tip}>{words}</td>'


def _samples(comparison: Comparison, comparer: Comparer, progress: Progress) -> str:
    """The worst samples by mean IoU, as pictures of where the masks differ."""
    worst = [s for s in comparison.samples if s.scores.n_wrong]
    worst.sort(key=lambda s: (s.scores.mean_iou or 0.0, s.name))
    figures = list(_pictured(worst[:N_WORST], comparer, progress))
    if not figures:
        return ""
    legend = "".join(
        f'<li><img src="{legend_picture(kind).uri}" alt="">{words}</li>' for kind, words in LEGEND
    )
    return _section(
        "Worst samples",
        f'<ul class="legend">{legend}</ul><div class="samples">',
        *figures,
        "</div>",
    )


def _pictured(samples: list[SampleScores], comparer: Comparer, progress: Progress) -> Iterator[str]:
    pairs = {pair.name: pair for pair in comparer.pairing.pairs}
    for done, sample in enumerate(samples):
        progress(done, len(samples), sample.name)
        picture = difference_picture(comparer, pairs[sample.name])
        if picture is None:
            continue
        yield _figure(picture, sample)


def _figure(picture: ReportPicture, sample: SampleScores) -> str:
    kind = ' class="small"' if picture.size.width < SHOWN_WIDTH else ""
    width, height = picture.size
    scores = sample.scores
    return (
        f'<figure{kind}><img src="{picture.uri}" width="{width}" height="{height}" alt="">'
        f"<figcaption>{_text(sample.name)}<span>mean IoU {_number(scores.mean_iou)}, "
        f"{_count(scores.n_wrong)} of {_counted(scores.n_pixels, 'pixel')} wrong"
        "</span></figcaption></figure>"
    )


def _problems(comparison: Comparison) -> str:
    problems = comparison.problems
    if not problems:
        return ""
    rows = [
        f'<li><b class="{p.severity}">{p.severity}</b>{_text(p.message)}</li>'
        for p in problems[:N_PROBLEMS]
    ]
    if len(problems) > N_PROBLEMS:
        rows.append(f"<li>and {_count(len(problems) - N_PROBLEMS)} more</li>")
    return _section(
        "Problems",
        f"<details open><summary>{_count(len(problems))} listed</summary>",
        '<ul class="problems">',
        *rows,
        "</ul></details>",
    )
