from __future__ import annotations

import colorsys

import numpy as np

from maskstudio.core.labels import LabelClass, LabelMap, voc_color
from maskstudio.render.oklch import outline_colors
from maskstudio.render.outline import outline_words, rank_table
from maskstudio.render.palette import Palette

MAP = LabelMap(
    (
        LabelClass(0, "background", (0, 0, 0)),
        LabelClass(2, "car", (1, 2, 3)),
        LabelClass(40_000, "far", (250, 128, 7)),
        LabelClass(5, "plain", None),
    ),
    background=0,
    undeclared=(LabelClass(7, "class_7", (9, 9, 9)),),
)


def test_declared_classes_are_one_word_each() -> None:
    words = Palette(MAP).words
    assert words[2] == 0xFF010203
    assert words[40_000] == 0xFFFA8007
    assert words[5] == 0xFF000000 | int.from_bytes(bytes(voc_color(5)), "big")


def test_background_and_hidden_classes_are_transparent() -> None:
    palette = Palette(MAP, hidden=frozenset({2, 9}))
    assert not palette.words[[0, 2, 9]].any()
    assert not palette.is_hatched[[0, 2, 9]].any()


def test_what_no_map_declares_is_hatched() -> None:
    palette = Palette(MAP)
    assert palette.is_hatched[[1, 3, 7, 65_535]].all()
    assert not palette.is_hatched[[0, 2, 5, 40_000]].any()
    assert palette.first_hatched == 1


def test_colors_of_undeclared_indices_are_those_of_the_label_map() -> None:
    colors = Palette(MAP).colors
    for index in (1, 6, 7, 255, 256, 4095, 40_001, 65_535):
        assert tuple(colors[index].tolist()) == MAP.color_of(index)


def test_no_background_hides_nothing() -> None:
    palette = Palette(LabelMap((LabelClass(0, "road", (5, 5, 5)),)))
    assert palette.words[0] == 0xFF050505


def test_ranks_tell_seen_classes_apart_and_join_the_others() -> None:
    ranks = rank_table(Palette(MAP, hidden=frozenset({3})), 256)
    assert ranks.dtype == np.uint8
    assert ranks[[0, 1, 2, 3, 4, 255]].tolist() == [0, 1, 2, 0, 3, 254]
    assert rank_table(Palette(LabelMap()), 256).dtype == np.uint16


def test_outline_words_are_light_enough_to_be_seen() -> None:
    palette = Palette(LabelMap((LabelClass(1, "table", (64, 0, 128)),), background=0))
    word = int(outline_words(palette, 256)[1])
    red, green, blue = word >> 16 & 255, word >> 8 & 255, word & 255
    assert 0.2126 * red + 0.7152 * green + 0.0722 * blue > 100


def test_outline_colors_keep_grey_hue_and_order_of_lightness() -> None:
    """A grey of OKLab lightness L is the linear shade L cubed; L of 128 is 0.600."""
    greys = outline_colors(np.array([[0, 0, 0], [128, 128, 128], [255, 255, 255]], np.uint8))
    assert (np.ptp(greys.astype(int), axis=1) <= 1).all()
    assert np.allclose(greys[:, 0], [128, 183, 222], atol=2)
    dark, light = outline_colors(np.array([[0, 0, 90], [60, 60, 255]], np.uint8)).astype(int)
    assert dark.sum() < light.sum()
    for red, green, blue in (dark, light):
        assert abs(colorsys.rgb_to_hsv(red, green, blue)[0] - 2 / 3) < 0.08


def test_outline_colors_of_every_corner_stay_in_range() -> None:
    corners = np.array([[r, g, b] for r in (0, 255) for g in (0, 255) for b in (0, 255)], np.uint8)
    assert outline_colors(corners).shape == (8, 3)
    assert outline_colors(np.zeros((0, 3), np.uint8)).shape == (0, 3)


def test_indices_that_no_class_is_listed_for_share_a_grey_outline() -> None:
    words = outline_words(Palette(MAP), 256)
    assert words[1] == 0xFFC8C8C8
    assert words[7] != 0xFFC8C8C8


def test_opacities_are_shown_in_one_color_by_their_value() -> None:
    palette = Palette(LabelMap(background=0, is_opacity=True))
    assert len(np.unique(palette.colors[1:256], axis=0)) == 1
    assert not palette.is_hatched.any()
    assert palette.weights[[0, 51, 255]].tolist() == [0, 0.2, 1]
    assert (Palette(LabelMap()).weights == 1).all()
