"""What is wrong, or likely to go wrong, with a label map; and the mend, where there is a right one.

The files a label map was read from tell their own faults on reading; this looks at the map as it
is now, and at what its masks hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import LabelClass, LabelMap, next_free_color, voc_color
from maskstudio.errors import Kind, Problem, Scope, Severity
from maskstudio.render.color_difference import Vision, ciede2000, differences, lab_of

from .edit_label_map import LabelMapChange, can_declare, declare_class
from .relabel import fill_gaps
from .target_rules.common import listed, ranges

TOO_CLOSE = 3.0
"""CIEDE2000 below which two colors on a picture cannot be told apart."""

_TRIED = 256
"""Colors of the VOC sequence that are looked at for one that is far from all others."""
_COMPARED = 512
"""Classes whose colors are compared, pair by pair; nobody tells more than these apart anyway."""


@dataclass(frozen=True)
class Finding:
    """Something about a label map.

    Args:
        indices: the classes it concerns.
        mend: makes the changed map that ends it, where one is right without asking.
    """

    problem: Problem
    indices: tuple[int, ...]
    mend: Callable[[], LabelMapChange] | None = None


def lint(
    label_map: LabelMap, where: str, totals: Mapping[int, int] | None = None
) -> Iterator[Finding]:
    """Look at a label map, and at its masks where they were counted.

    Args:
        where: what it is the label map of, for messages.
        totals: pixels by class index over all masks, or None where nobody counted.
    """
    yield from _same_names(label_map, where)
    yield from _close_colors(label_map, where)
    yield from _gaps(label_map, where)
    if totals is not None:
        yield from _without_class(label_map, where, totals)
        yield from _unused(label_map, where, totals)


def _same_names(label_map: LabelMap, where: str) -> Iterator[Finding]:
    owners: dict[str, list[int]] = {}
    for found in label_map:
        owners.setdefault(found.name, []).append(found.index)
    for name, indices in owners.items():
        if len(indices) > 1:
            said = f"the classes {listed([str(i) for i in indices])} are all called `{name}`"
            problem = _problem(Kind.DUPLICATE_LABEL, where, said, "every name once", is_error=True)
            yield Finding(problem, tuple(indices))


def _close_colors(label_map: LabelMap, where: str) -> Iterator[Finding]:
    """Each class whose color an earlier one has, or nearly has, with the nearest of these."""
    colored = [c for c in label_map.visible_classes if c.color is not None][:_COMPARED]
    if len(colored) < 2:
        return
    colors = [c.color for c in colored if c.color is not None]
    apart = {vision: np.triu(differences(colors, vision) + 1e-9, 1) for vision in Vision}
    for later in range(1, len(colored)):
        for vision, found in apart.items():
            earlier = int(np.argmin(found[:later, later]))
            if found[earlier, later] < TOO_CLOSE:
                yield _close(label_map, where, colored[earlier], colored[later], vision)
                break


def _close(
    label_map: LabelMap, where: str, earlier: LabelClass, later: LabelClass, vision: Vision
) -> Finding:
    names = f"{earlier.index} `{earlier.name}` and {later.index} `{later.name}`"
    mend = partial(_other_color, label_map, later)
    if earlier.color == later.color:
        said = f"{names} have the same color"
        problem = _problem(Kind.DUPLICATE_COLOR, where, said, "a color of its own for every class")
    else:
        whose = "" if vision is Vision.NORMAL else f" by people with {vision} color blindness"
        said = f"the colors of {names} cannot be told apart{whose}"
        problem = _problem(Kind.COLORS_TOO_CLOSE, where, said)
        if vision is not Vision.NORMAL:
            problem = replace(problem, severity=Severity.INFO)
    return Finding(problem, (earlier.index, later.index), mend)


def _other_color(label_map: LabelMap, found: LabelClass) -> LabelMapChange:
    color = distinct_color(label_map, found.index)
    changed = label_map.with_class(replace(found, color=color))
    return LabelMapChange(f"Change color of {found.name}", changed)


def distinct_color(label_map: LabelMap, index: int) -> Rgb:
    """A color for a class that everybody can tell from those of all others.

    The first such one of the VOC sequence from its index on; where there is none among many, the
    one that is farthest from its nearest.
    """
    others = [c.color for c in label_map if c.color is not None and c.index != index]
    best, reached = next_free_color(index, set(others)), 0.0
    for step in range(_TRIED):
        color = voc_color(index + step)
        nearest = min((float(_nearest(color, others, v)) for v in Vision), default=np.inf)
        if nearest > reached and color not in others:
            best, reached = color, nearest
        if reached >= 2 * TOO_CLOSE:
            break
    return best


def _nearest(color: Rgb, others: list[Rgb], vision: Vision) -> float:
    seen = lab_of([color, *others], vision)
    return float(ciede2000(seen[:1], seen[1:]).min()) if others else np.inf


def _gaps(label_map: LabelMap, where: str) -> Iterator[Finding]:
    highest = max(label_map.declared, default=-1)
    missing = tuple(i for i in range(highest + 1) if not label_map.is_declared(i))
    if missing:
        said = f"no class has {ranges(list(missing))}"
        yield Finding(_problem(Kind.LABEL_GAP, where, said), missing, partial(_filled, label_map))


def _filled(label_map: LabelMap) -> LabelMapChange:
    return LabelMapChange("Fill gaps", fill_gaps(label_map))


def _without_class(label_map: LabelMap, where: str, totals: Mapping[int, int]) -> Iterator[Finding]:
    for index, count in totals.items():
        if label_map.is_declared(index) or index == label_map.background:
            continue
        said = f"{count} pixels hold {index}, which no class has"
        known = {c.index: c for c in label_map.undeclared}
        mend = None
        if index in known and can_declare(known[index]):
            mend = partial(declare_class, label_map, index)
        yield Finding(_problem(Kind.UNDECLARED_INDEX, where, said), (index,), mend)


def _unused(label_map: LabelMap, where: str, totals: Mapping[int, int]) -> Iterator[Finding]:
    for found in label_map.visible_classes:
        if found.index != label_map.background and not totals.get(found.index):
            said = f"class {found.index} `{found.name}` occurs in no mask"
            told = Problem(Kind.LABEL_UNUSED, Severity.INFO, Scope.FILE, where, said)
            yield Finding(told, (found.index,))


def _problem(
    kind: Kind, where: str, found: str, expected: str = "", *, is_error: bool = False
) -> Problem:
    severity = Severity.ERROR if is_error else Severity.WARNING
    return Problem(kind, severity, Scope.FILE, where, found, expected)
