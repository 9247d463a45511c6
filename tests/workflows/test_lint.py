"""Every planted fault of a label map is found once, with its mend; clean maps have none."""

from __future__ import annotations

import numpy as np
import pytest

from maskstudio.core.labels import LabelClass, LabelMap, voc_color
from maskstudio.errors import Kind, Severity
from maskstudio.formats.label_maps import voc_label_map
from maskstudio.render.color_difference import Vision, ciede2000, differences, lab_of
from maskstudio.workflows.lint import Finding, distinct_color, lint

CLEAN = (
    LabelClass(0, "background", (0, 0, 0)),
    LabelClass(1, "road", (128, 64, 128)),
    LabelClass(2, "car", (0, 0, 230)),
    LabelClass(3, "sky", (70, 180, 255)),
)


def found(*classes: LabelClass, totals: dict[int, int] | None = None) -> list[Finding]:
    return list(lint(LabelMap(classes, 0), "ground_truth", totals))


def kinds(findings: list[Finding]) -> list[Kind]:
    return [finding.problem.kind for finding in findings]


def test_clean_maps_have_no_findings() -> None:
    assert found(*CLEAN, totals={0: 5, 1: 1, 2: 1, 3: 1}) == []


def test_colors_of_the_standard_palette_are_told_apart_by_most_people() -> None:
    found = list(lint(voc_label_map(), "voc"))
    assert {finding.problem.severity for finding in found} == {Severity.INFO}
    assert all("color blindness" in finding.problem.message for finding in found)


def test_names_that_stand_twice() -> None:
    again = found(*CLEAN, LabelClass(4, "car", (250, 250, 0)))
    assert kinds(again) == [Kind.DUPLICATE_LABEL]
    assert again[0].indices == (2, 4)
    assert again[0].mend is None


def test_a_color_that_stands_twice_gets_one_of_its_own() -> None:
    (again,) = found(*CLEAN, LabelClass(4, "bus", (0, 0, 230)))
    assert again.problem.kind == Kind.DUPLICATE_COLOR
    assert again.indices == (2, 4)
    assert again.mend is not None
    assert list(lint(again.mend().label_map, "")) == []
    assert again.mend().label_map.classes[:4] == CLEAN


def test_colors_that_nobody_can_tell_apart() -> None:
    (close,) = found(*CLEAN, LabelClass(4, "bus", (0, 0, 231)))
    assert close.problem.kind == Kind.COLORS_TOO_CLOSE
    assert close.indices == (2, 4)
    assert "blindness" not in close.problem.message


def test_colors_that_some_people_cannot_tell_apart() -> None:
    (close,) = found(
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(1, "ripe", (200, 100, 30)),
        LabelClass(2, "unripe", confused_with((200, 100, 30), Vision.DEUTAN)),
    )
    assert close.problem.kind == Kind.COLORS_TOO_CLOSE
    assert "deutan color blindness" in close.problem.message


def confused_with(color: tuple[int, int, int], blind: Vision) -> tuple[int, int, int]:
    """The color that looks most different to others, of those that look the same to some."""
    tried = [(r, g, color[2]) for r in range(0, 256, 4) for g in range(0, 256, 4)]
    seen = {v: ciede2000(lab_of([color], v), lab_of(tried, v)) for v in Vision}
    others = np.min([apart for vision, apart in seen.items() if vision is not blind], axis=0)
    return tried[int(np.argmax(np.where(seen[blind] < 2, others, 0)))]


def test_gaps_are_filled() -> None:
    (gap,) = found(*CLEAN, LabelClass(7, "bus", (250, 250, 0)))
    assert gap.problem.kind == Kind.LABEL_GAP
    assert gap.indices == (4, 5, 6)
    assert "4 to 6" in gap.problem.message
    assert gap.mend is not None
    assert list(lint(gap.mend().label_map, "")) == []


def test_pixels_without_a_class_are_declared() -> None:
    label_map = LabelMap(CLEAN, 0, (LabelClass(4, "class_4", voc_color(4)),))
    totals = {0: 1, 1: 1, 2: 1, 3: 1, 4: 77}
    (missing,) = lint(label_map, "ground_truth", totals)
    assert missing.problem.kind == Kind.UNDECLARED_INDEX
    assert "77 pixels" in missing.problem.message
    assert missing.mend is not None
    assert missing.mend().label_map.is_declared(4)
    assert Kind.UNDECLARED_INDEX not in kinds(list(lint(missing.mend().label_map, "", totals)))


def test_classes_never_used_are_told_and_left() -> None:
    (unused,) = found(*CLEAN, totals={1: 3, 2: 1})
    assert unused.problem.kind == Kind.LABEL_UNUSED
    assert (unused.indices, unused.mend) == ((3,), None)


def test_fillers_are_no_classes() -> None:
    assert found(*CLEAN, LabelClass(4, "_dummy4", (0, 0, 230)), totals={1: 1, 2: 1, 3: 1}) == []


def test_thousands_of_classes_are_looked_at() -> None:
    many = [LabelClass(i, f"c{i}", voc_color(i)) for i in range(20_000)]
    assert Kind.LABEL_GAP not in kinds(found(*many))


@pytest.mark.parametrize("n_classes", [0, 1, 30])
def test_a_distinct_color_is_far_from_all_others(n_classes: int) -> None:
    label_map = LabelMap(tuple(LabelClass(i, f"c{i}", voc_color(i)) for i in range(n_classes)))
    color = distinct_color(label_map, n_classes)
    others = [c.color for c in label_map if c.color is not None]
    assert color not in others
    for other in others:
        assert min(differences([color, other], v)[0, 1] for v in Vision) > 3
