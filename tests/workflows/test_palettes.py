"""Palettes and imported maps: colors and names of a draft change, indices never do."""

from __future__ import annotations

import pytest

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import UsageError
from maskstudio.render.color_difference import Vision, differences
from maskstudio.workflows.import_labels import importing, importing_colors
from maskstudio.workflows.label_map_draft import Draft
from maskstudio.workflows.palettes import colors_for, palettes

BY_TITLE = {palette.title: palette for palette in palettes()}
MAP = LabelMap(
    (
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(3, "Road", (1, 2, 3)),
        LabelClass(5, "Traffic_Light", (4, 5, 6)),
        LabelClass(9, "odd", (128, 64, 128)),
    ),
    background=0,
)


def test_the_palettes_people_have_are_there_each_color_once() -> None:
    assert [len(p.colors) for p in palettes()] == [22, 12, 32, 19, 149, 80, 8]
    for palette in palettes():
        colors = [color for _, color in palette.colors]
        assert len(set(colors)) == len(colors), palette.title
    assert BY_TITLE["Pascal VOC"].by_name["person"] == (192, 128, 128)
    assert BY_TITLE["Cityscapes"].by_name["road"] == (128, 64, 128)
    assert BY_TITLE["ADE20K"].by_name["flag"] == (92, 0, 255)
    assert BY_TITLE["COCO (80 things)"].by_name["toothbrush"] == (191, 162, 208)


def test_all_eyes_tell_the_safe_colors_apart() -> None:
    colors = [color for _, color in BY_TITLE["Color-blind safe (8)"].colors]
    for vision in Vision:
        apart = differences(colors, vision)
        assert min(apart[i, j] for i in range(8) for j in range(i)) > 10


def test_known_names_get_their_colors_and_others_give_way() -> None:
    draft = Draft.of(MAP)
    found = draft.recolored(colors_for(BY_TITLE["Cityscapes"], draft)).result
    assert found.by_name["Road"].color == (128, 64, 128)
    assert found.by_name["Traffic_Light"].color == (250, 170, 30)
    assert found.by_name["background"].color == (0, 0, 0)
    assert len({c.color for c in found}) == 4
    assert [c.index for c in found] == [0, 3, 5, 9]


def test_unknown_names_get_colors_in_the_order_of_indices() -> None:
    draft = Draft.of(MAP)
    palette = BY_TITLE["Color-blind safe (8)"]
    found = draft.recolored(colors_for(palette, draft)).result
    assert [c.color for c in found] == [color for _, color in palette.colors[:4]]


def test_more_classes_than_colors_go_on_without_repeating() -> None:
    many = LabelMap(tuple(LabelClass(i, f"c{i}", (i, 9, 9)) for i in range(40)))
    draft = Draft.of(many)
    found = draft.recolored(colors_for(BY_TITLE["CamVid"], draft)).result
    assert len({c.color for c in found}) == 40


def test_a_map_is_imported_by_index_or_by_name() -> None:
    given = LabelMap(
        (LabelClass(3, "street", (9, 9, 9)), LabelClass(0, "Road", (8, 8, 8)),
         LabelClass(7, "sign", (1, 2, 3)))
    )  # fmt: skip
    with pytest.raises(UsageError, match="Two classes would be called street"):
        importing(Draft.of(MAP.with_class(LabelClass(11, "street", (7, 7, 7)))), given)
    by_name = importing_colors(Draft.of(MAP), given)
    assert by_name.result.by_name["Road"] == LabelClass(3, "Road", (8, 8, 8))
    assert by_name.result.by_name["sign"].index == 7
    assert by_name.result.by_name["street"].index not in (0, 3, 5, 7, 9)
    by_index = importing(Draft.of(MAP), given)
    assert [c.name for c in by_index.result] == ["Road", "street", "Traffic_Light", "odd", "sign"]
    for draft in (by_name, by_index):
        assert draft.changes == {}
        assert len({c.color for c in draft.result}) == len(draft.result)
