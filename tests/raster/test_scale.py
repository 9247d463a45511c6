from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from maskstudio.core.geometry import Size
from maskstudio.raster.scale import scaled
from tests.helpers.masks import mask, text


def test_each_pixel_is_the_one_its_centre_lies_in() -> None:
    assert text(scaled(mask("12", "34"), Size(4, 6))) == (
        ("1122",) * 3 + ("3344",) * 3
    )  # fmt: skip
    assert text(scaled(mask("123456"), Size(2, 1))) == ("25",)


@pytest.mark.parametrize("size", [Size(1, 1), Size(7, 5), Size(13, 40), Size(31, 17)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32])
def test_it_scales_as_another_library_does(size: Size, dtype: type[np.unsignedinteger]) -> None:
    before = np.random.default_rng(3).integers(0, 255, (19, 23)).astype(dtype)
    picture = Image.fromarray(before.astype(np.uint8))
    expected = np.asarray(picture.resize((size.width, size.height), Image.Resampling.NEAREST))
    after = scaled(before, size)
    assert after.dtype == dtype
    np.testing.assert_array_equal(after, expected)
