from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from maskstudio.raster.components import connected_components


def test_corners_join_components() -> None:
    labels, count = connected_components(np.eye(4, dtype=np.bool_))
    assert count == 1
    assert labels.dtype == np.uint32
    assert labels.tolist() == np.eye(4).tolist()


@pytest.mark.parametrize("seed", range(4))
def test_components_are_those_of_scipy(seed: int) -> None:
    binary = np.random.default_rng(seed).random((60, 70)) > 0.7
    labels, count = connected_components(binary)
    expected, n_expected = ndimage.label(binary, structure=np.ones((3, 3)))
    assert count == n_expected
    assert len(np.unique(np.stack([labels, expected]).reshape(2, -1), axis=1).T) == count + 1


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (1, 1)])
def test_nothing_there_is_no_component(shape: tuple[int, int]) -> None:
    labels, count = connected_components(np.zeros(shape, np.bool_))
    assert count == 0
    assert labels.shape == shape
