from __future__ import annotations

import threading

import numpy as np
import pytest

from maskstudio.core.geometry import Rect
from maskstudio.render.strips import run_all, strip_jobs


@pytest.mark.parametrize("zoom", [0.1, 1.0, 1.7, 20.0])
@pytest.mark.parametrize("height", [1, 134, 135, 136, 1080])
def test_every_row_is_drawn_once(height: int, zoom: float) -> None:
    rows = np.zeros(height + 10, np.int64)

    def draw(strip: Rect) -> None:
        assert (strip.x0, strip.x1) == (3, 9)
        rows[strip.y0 : strip.y1] += 1

    run_all(strip_jobs(Rect(3, 5, 9, height + 5), zoom, draw))
    assert rows.tolist() == [0] * 5 + [1] * height + [0] * 5


def test_an_error_is_raised_and_no_thread_stays() -> None:
    before = set(threading.enumerate())

    def draw(strip: Rect) -> None:
        if strip.y0 >= 500:
            raise ValueError(strip.y0)

    with pytest.raises(ValueError, match=r"\d+"):
        run_all(strip_jobs(Rect(0, 0, 1920, 1080), 1.0, draw))
    assert set(threading.enumerate()) == before
