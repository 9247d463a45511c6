"""The names that users of the Labelbox SDK know, with values worked out by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from maskstudio.errors import DataError, Kind
from maskstudio.labelbox import Mask, MaskData, Point, Polygon, combined
from tests.helpers.masks import mask, text

DRAWN = mask(".77.", "5775")
DATA = MaskData.from_2D_arr(DRAWN)
TRIANGLE = Polygon([Point(1.9, 1.2), Point(4.7, 1.2), Point(4.7, 3.9)])


def drawn(array: np.ndarray[Any, Any]) -> tuple[str, ...]:
    return text((array > 0).astype(np.uint8))


def test_a_flat_array_stands_in_all_three_channels() -> None:
    assert DATA.arr is not None
    assert DATA.arr.shape == (2, 4, 3)
    assert all(np.array_equal(DATA.value[:, :, c], DRAWN) for c in range(3))
    assert np.array_equal(MaskData.from_2D_array(DRAWN).value, DATA.value)


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.int8, np.uint16, np.bool_, np.float64])
def test_other_types_are_refused_whatever_they_hold(dtype: type) -> None:
    with pytest.raises(ValueError, match=np.dtype(dtype).name):
        MaskData.from_2D_arr(np.zeros((2, 2), dtype))
    with pytest.raises(TypeError, match="uint8"):
        MaskData(arr=np.zeros((2, 2, 3), dtype))


@pytest.mark.parametrize("shape", [(2, 2), (2, 2, 4), (2, 2, 1), (2,)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        MaskData(arr=np.zeros(shape, np.uint8))
    if len(shape) != 2:
        with pytest.raises(ValueError, match="expected"):
            MaskData.from_2D_arr(np.zeros(shape, np.uint8))


def test_something_must_be_given() -> None:
    with pytest.raises(ValueError, match="array or the path"):
        MaskData()
    with pytest.raises(TypeError):
        MaskData.from_2D_arr([[1]])  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Mask(mask=DRAWN, color=1)  # type: ignore[arg-type]


def test_a_picture_is_read_from_its_path_and_never_fetched(tmp_path: Path) -> None:
    Image.fromarray(DRAWN).save(tmp_path / "a.png")
    assert np.array_equal(MaskData(url=tmp_path / "a.png").value, DATA.value)
    with pytest.raises(DataError) as caught:
        _ = MaskData(url="https://example.invalid/a.png?token=secret").value
    assert caught.value.kind == Kind.REMOTE_UNAVAILABLE
    assert "secret" not in str(caught.value)


def test_drawing_gives_one_object_in_its_color() -> None:
    of_rgb = Mask(mask=DATA, color=(7, 7, 7)).draw()
    assert of_rgb.shape == (2, 4, 3)
    assert drawn(of_rgb[:, :, 0]) == (".11.", ".11.")
    assert set(of_rgb.reshape(-1)) == {0, 7}
    flat = Mask(mask=DATA, color=5).draw()
    assert flat.tolist() == [[0, 0, 0, 0], [5, 0, 0, 5]]
    assert Mask(mask=DATA, color=(7, 7, 8)).draw().max() == 0


def test_another_color_may_be_drawn_and_black_is_one() -> None:
    black = Mask(mask=DATA, color=(0, 0, 0))
    assert black.draw().max() == 0
    assert black.draw(color=9).tolist() == [[9, 0, 0, 9], [0, 0, 0, 0]]
    assert black.draw(color=(1, 2, 3))[0, 0].tolist() == [1, 2, 3]
    assert Mask(mask=DATA, color=7).draw(color=0).max() == 0


@pytest.mark.parametrize("color", [(1, 2), (1, 2, 256), (1, 2, -1), 256, -1, "red", None, 1.5])
def test_what_is_no_color_is_refused(color: Any) -> None:
    with pytest.raises(ValueError, match="no color"):
        Mask(mask=DATA, color=color)
    if color is not None:
        with pytest.raises(ValueError, match="no color"):
            Mask(mask=DATA, color=7).draw(color=color)


def test_another_size_is_interpolated() -> None:
    half = Mask(mask=MaskData.from_2D_arr(mask("1111....", "1111....")), color=1)
    assert text(half.draw(height=1, width=4)) == ("11..",)
    assert text(half.draw(height=4)) == ("1111....",) * 4
    assert half.draw(width=16).shape == (2, 16)


def test_polygons_include_their_border_or_not() -> None:
    inclusive = TRIANGLE.draw(height=6, width=8, color=(1, 2, 3))
    assert inclusive[1, 1].tolist() == [1, 2, 3]
    assert drawn(inclusive[:, :, 0]) == (
        "........",
        ".1111...",
        "..111...",
        "....1...",
        "........",
        "........",
    )
    assert drawn(TRIANGLE.draw(6, 8, fill="center")[:, :, 0]) == (
        "........",
        "..111...",
        "...11...",
        "....1...",
        "........",
        "........",
    )
    with pytest.raises(ValueError, match="choose `center`"):
        TRIANGLE.draw(6, 8, fill="round")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="three points"):
        Polygon([Point(0, 0), Point(1, 1)])
    with pytest.raises(TypeError):
        TRIANGLE.draw(6, 8, color=5)  # type: ignore[arg-type]


@pytest.mark.parametrize("far", [float("nan"), float("inf"), 1e300])
def test_points_that_are_nowhere_are_refused(far: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        Polygon([Point(0, 0), Point(1, 1), Point(far, 0)]).draw(2, 2)


def test_combined_polygons_are_told_apart_by_color() -> None:
    left = Polygon([Point(0, 0), Point(2, 0), Point(2, 2), Point(0, 2)])
    right = Polygon([Point(2, 0), Point(3, 0), Point(3, 2), Point(2, 2)])
    raster = combined([(left, (255, 255, 255)), (right, (255, 0, 0))], 3, 4)
    data = MaskData(arr=raster)
    assert drawn(Mask(mask=data, color=(255, 255, 255)).pixels()) == ("111.",) * 3
    assert drawn(Mask(mask=data, color=(255, 0, 0)).pixels()) == ("...1",) * 3


def test_qt_is_not_needed() -> None:
    code = "import sys, maskstudio.labelbox; sys.exit(any('PySide6' in m for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
