"""Colors to indices and back; expected values are drawn by hand or computed pixel by pixel."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import LabelClass
from maskstudio.errors import DataError, Kind
from maskstudio.formats.color_codec import STRIP, ColorCodec

RED, GREEN, BLACK, PINK = (255, 0, 0), (0, 255, 0), (0, 0, 0), (255, 0, 128)


def painted(*rows: list[Rgb]) -> NDArray[np.uint8]:
    return np.array(rows, np.uint8)


def random_mask(size: tuple[int, int], n_classes: int) -> tuple[NDArray[Any], dict[Rgb, int]]:
    rng = np.random.default_rng(7)
    codes = rng.choice(1 << 24, n_classes, replace=False)
    indices = rng.choice(65_536, n_classes, replace=False)
    colors = {
        (int(c) >> 16, int(c) >> 8 & 255, int(c) & 255): int(i)
        for c, i in zip(codes, indices, strict=True)
    }
    return rng.choice(indices, size), colors


def test_each_color_becomes_the_index_of_its_class() -> None:
    codec = ColorCodec({BLACK: 0, RED: 3, GREEN: 200})
    decoded = codec.decode(painted([BLACK, RED, RED], [GREEN, GREEN, BLACK]))
    assert decoded.pixels.tolist() == [[0, 3, 3], [200, 200, 0]]
    assert decoded.pixels.dtype == np.uint8
    assert decoded.undeclared == ()
    assert decoded.pixels.flags.c_contiguous
    assert decoded.pixels.flags.writeable


@pytest.mark.parametrize(
    ("index", "dtype"), [(255, np.uint8), (256, np.uint16), (65535, np.uint16)]
)
def test_indices_have_two_bytes_only_where_one_needs_them(index: int, dtype: type) -> None:
    decoded = ColorCodec({BLACK: 0, RED: index}).decode(painted([BLACK, RED]))
    assert decoded.pixels.dtype == dtype
    assert decoded.pixels.tolist() == [[0, index]]


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (3, 5), (257, 300), (2, STRIP + 1)])
@pytest.mark.parametrize("n_classes", [1, 20, 3000])
def test_masks_of_any_size_agree_with_a_lookup_pixel_by_pixel(
    size: tuple[int, int], n_classes: int
) -> None:
    mask, colors = random_mask(size, n_classes)
    by_index = {index: color for color, index in colors.items()}
    rgb = np.array([by_index[int(i)] for i in mask.ravel()], np.uint8).reshape(*size, 3)
    codec = ColorCodec(colors)
    assert np.array_equal(codec.decode(rgb).pixels, mask)
    assert np.array_equal(codec.encode(mask.astype(np.uint16)), rgb)


def test_a_view_of_a_larger_picture_is_decoded_too() -> None:
    wide = painted([RED, BLACK, GREEN, RED], [BLACK, RED, RED, GREEN])
    decoded = ColorCodec({BLACK: 0, RED: 1, GREEN: 2}).decode(wide[:, 1:3])
    assert decoded.pixels.tolist() == [[0, 2], [1, 1]]


def test_an_unknown_color_gets_a_stand_in_with_its_count_and_first_pixel() -> None:
    codec = ColorCodec({BLACK: 0})
    decoded = codec.decode(painted([BLACK, PINK, BLACK], [RED, PINK, PINK]))
    pink, red = decoded.undeclared
    assert pink.label_class == LabelClass(65535, "#ff0080", PINK)
    assert (pink.count, pink.x, pink.y) == (3, 1, 0)
    assert red.label_class == LabelClass(65534, "#ff0000", RED)
    assert (red.count, red.x, red.y) == (1, 0, 1)
    assert decoded.pixels.tolist() == [[0, 65535, 0], [65534, 65535, 65535]]


def test_counts_of_unknown_colors_run_over_all_strips() -> None:
    rgb = np.zeros((3, STRIP, 3), np.uint8)
    rgb[1:, 5] = PINK
    (pink,) = ColorCodec({BLACK: 0}).decode(rgb).undeclared
    assert (pink.count, pink.x, pink.y) == (2, 5, 1)


def test_stand_ins_avoid_every_taken_index() -> None:
    codec = ColorCodec({BLACK: 65535}, taken=[65534, 65532])
    decoded = codec.decode(painted([PINK, RED, BLACK]))
    assert decoded.pixels.tolist() == [[65533, 65531, 65535]]


def test_an_unknown_color_means_the_same_in_every_mask_of_a_source() -> None:
    codec = ColorCodec({BLACK: 0})
    first = codec.decode(painted([PINK]))
    second = codec.decode(painted([RED, PINK]))
    assert second.pixels[0, 1] == first.pixels[0, 0]
    assert [c.color for c in codec.stand_ins()] == [PINK, RED]


def test_stand_ins_are_the_same_from_many_threads() -> None:
    rng = np.random.default_rng(3)
    masks = [rng.integers(0, 5, (64, 64, 3), np.uint8) for _ in range(16)]
    codec = ColorCodec({BLACK: 0})
    with ThreadPoolExecutor(8) as pool:
        decoded = list(pool.map(codec.decode, masks))
    for mask, found in zip(masks, decoded, strict=True):
        assert np.array_equal(codec.encode(found.pixels), mask)
    assert len(codec.stand_ins()) == 124
    assert len({c.index for c in codec.stand_ins()}) == 124


def test_stand_ins_keep_their_color_with_another_label_map() -> None:
    old = ColorCodec({BLACK: 0})
    mask = old.decode(painted([PINK, RED])).pixels
    new = ColorCodec({BLACK: 0, RED: 1}, stand_ins=old.stand_ins())
    assert new.encode(mask).tolist() == [[list(PINK), list(RED)]]
    assert new.decode(painted([PINK, RED])).pixels.tolist() == [[65535, 1]]


def test_the_later_class_is_not_written_in_the_color_of_the_earlier() -> None:
    codec = ColorCodec({RED: 1, GREEN: 2})
    assert codec.encode(np.array([[2, 1]], np.uint8)).tolist() == [[list(GREEN), list(RED)]]


def test_an_index_without_a_color_is_named_with_its_first_pixel() -> None:
    codec = ColorCodec({BLACK: 0})
    with pytest.raises(DataError, match=r"class index 7 at pixel \(2, 1\)") as caught:
        codec.encode(np.array([[0, 0, 0], [0, 0, 7]], np.uint8))
    assert caught.value.kind == Kind.UNDECLARED_INDEX


def test_black_can_be_any_class_and_unknown_too() -> None:
    assert ColorCodec({BLACK: 9}).decode(painted([BLACK])).pixels.tolist() == [[9]]
    assert ColorCodec({RED: 0}).decode(painted([BLACK])).pixels.tolist() == [[65535]]


def test_a_photograph_has_more_colors_than_indices_and_is_refused() -> None:
    codes = np.arange(65_600, dtype=np.uint32).view(np.uint8).reshape(1, -1, 4)[:, :, :3]
    with pytest.raises(DataError, match="more colors") as caught:
        ColorCodec({}).decode(np.ascontiguousarray(codes))
    assert caught.value.kind == Kind.UNDECLARED_COLOR
