"""Single frames of films."""

from __future__ import annotations

import sys
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from maskstudio.errors import DataError, Kind
from maskstudio.formats import video
from maskstudio.formats.video import Films
from tests.helpers.clearml_files import write_film

pytest.importorskip("av")

N_FRAMES = 60


def film(folder: Path, rate: int = 25) -> Path:
    """Frame n is gray 4 * n all over."""
    frames = [np.full((32, 48, 3), 4 * n, np.uint8) for n in range(N_FRAMES)]
    return write_film(folder / "film.mp4", frames, rate)


def number_at(films: Films, path: Path, timestamp: float) -> int:
    return round(float(films.read(path, timestamp, "film.mp4").mean()) / 4)


@pytest.mark.parametrize(
    ("timestamp", "number"),
    [(0, 0), (39, 0), (39.9, 0), (40, 1), (399, 9), (400, 10), (-5, 0), (1e9, N_FRAMES - 1)],
)
def test_the_last_frame_that_does_not_begin_after_a_time_is_shown(
    tmp_path: Path, timestamp: float, number: int
) -> None:
    films = Films()
    assert number_at(films, film(tmp_path), timestamp) == number
    films.close()


def test_times_that_were_cut_to_milliseconds_mean_their_frame(tmp_path: Path) -> None:
    films, path = Films(), film(tmp_path, rate=30)
    numbers = range(0, N_FRAMES, 7)
    assert [number_at(films, path, int(n * 1000 / 30)) for n in numbers] == list(numbers)
    films.close()


def test_any_order_gives_the_same_frames(tmp_path: Path) -> None:
    films, path = Films(), film(tmp_path)
    for number in (3, 50, 49, 49, 12, 13, 14, 59, 0, 31):
        assert number_at(films, path, number * 40) == number
    films.close()


def test_frames_in_order_are_decoded_once(tmp_path: Path) -> None:
    films, path = Films(), film(tmp_path)
    steps = 0
    step = video._Decoder._step

    def counted(self: video._Decoder) -> None:
        nonlocal steps
        steps += 1
        step(self)

    with patch.object(video._Decoder, "_step", counted):
        for number in range(N_FRAMES):
            assert number_at(films, path, number * 40) == number
    assert steps <= N_FRAMES + 2
    films.close()


def test_the_size_is_told_from_the_header(tmp_path: Path) -> None:
    films = Films()
    assert films.size(film(tmp_path), "film.mp4") == (48, 32)
    films.close()


def test_what_is_no_film_is_told(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"no film at all" * 100)
    with pytest.raises(DataError) as caught:
        Films().read(path, 0, "film.mp4")
    assert caught.value.kind == Kind.VIDEO_UNSUPPORTED
    path.unlink()
    with pytest.raises(DataError) as caught:
        Films().read(path, 0, "film.mp4")
    assert caught.value.kind == Kind.FILE_MISSING


def test_a_cut_film_is_told(tmp_path: Path) -> None:
    path = film(tmp_path)
    path.write_bytes(path.read_bytes()[:800])
    with pytest.raises(DataError) as caught:
        Films().read(path, 40, "film.mp4")
    assert caught.value.kind == Kind.VIDEO_UNSUPPORTED


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile {}\n",
    ],
)
def test_a_list_that_names_other_files_opens_none(tmp_path: Path, text: str) -> None:
    secret = film(tmp_path)
    path = tmp_path / "list.mp4"
    path.write_text(text.format(secret.name))
    with pytest.raises(DataError) as caught:
        Films().read(path, 0, "list.mp4")
    assert caught.value.kind == Kind.VIDEO_UNSUPPORTED


def test_without_the_package_films_are_told_as_unsupported(tmp_path: Path) -> None:
    path = film(tmp_path)
    with patch.dict(sys.modules, {"av": None}), pytest.raises(DataError) as caught:
        Films().read(path, 0, "film.mp4")
    assert caught.value.kind == Kind.VIDEO_UNSUPPORTED
    assert "maskstudio[video]" in str(caught.value)


def test_a_film_that_was_replaced_is_opened_anew(tmp_path: Path) -> None:
    films, path = Films(), film(tmp_path)
    assert number_at(films, path, 80) == 2
    write_film(path, [np.full((32, 48, 3), 200, np.uint8)] * 3)
    assert number_at(films, path, 80) == 50
    films.close()
