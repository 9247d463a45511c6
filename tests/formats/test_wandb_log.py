"""The log of a run: whole, over several blocks, cut, and damaged in any way."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskstudio.errors import DataError
from maskstudio.formats.wandb_history import RunHistory, read_history
from tests.helpers.shared import shared
from tests.helpers.wandb_logs import HEADER, field, history, image_object, labels, log_of, varint

IMAGE = image_object("media/images/a.png", {"predictions": "media/images/mask/p.png"})
NAMES = {"img_wandb_delimeter_predictions": {"0": "person"}}


def read(data: bytes, folder: Path) -> RunHistory:
    path = folder / "run-x.wandb"
    path.write_bytes(data)
    return read_history(path)


def kind_of(data: bytes, folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        read(data, folder)
    return str(caught.value.kind)


def test_rows_keep_their_steps_and_only_media_are_kept(tmp_path: Path) -> None:
    rows = [history({"loss": 0.5, "img": IMAGE}, 3), history({"loss": 0.25}, 7)]
    found = read(log_of([labels(NAMES), *rows]), tmp_path)
    assert (found.n_rows, found.damage) == (2, None)
    assert [(m.key, m.step, m.value) for m in found.media] == [("img", 3, IMAGE)]
    assert found.labels["img_wandb_delimeter_predictions"]["value"] == {"0": "person"}


def test_the_last_class_names_win(tmp_path: Path) -> None:
    later = labels({"img_wandb_delimeter_predictions": {"0": "tree"}})
    found = read(log_of([labels(NAMES), later]), tmp_path)
    assert found.labels["img_wandb_delimeter_predictions"]["value"] == {"0": "tree"}


def test_not_a_number_among_the_figures_spoils_no_image(tmp_path: Path) -> None:
    found = read(log_of([history({"loss": float("nan"), "img": IMAGE}, 0)]), tmp_path)
    assert [m.fault for m in found.media] == [None]


def test_not_a_number_inside_an_image_concerns_that_image(tmp_path: Path) -> None:
    odd = {**IMAGE, "width": float("nan")}
    found = read(log_of([history({"odd": odd, "img": IMAGE}, 0)]), tmp_path)
    told = [m.fault.kind if m.fault else None for m in found.media]
    assert told == ["json_invalid", None]


@pytest.mark.parametrize("size", [32_745, 32_746, 32_752, 32_760, 100_000])
def test_records_over_several_blocks_are_put_together(size: int, tmp_path: Path) -> None:
    filler = field(99, b"x" * size)
    found = read(log_of([filler, history({"img": IMAGE}, 0), filler, filler]), tmp_path)
    assert [m.value for m in found.media] == [IMAGE]
    assert found.damage is None


def test_another_version_is_refused(tmp_path: Path) -> None:
    assert kind_of(HEADER[:-1] + b"\1", tmp_path) == "log_version"


def test_rows_before_the_damage_are_kept(tmp_path: Path) -> None:
    whole = log_of([history({"img": IMAGE}, 0), history({"img": IMAGE}, 1)])
    for n_bytes in (len(whole) - 1, len(whole) - 100):
        found = read(whole[:n_bytes], tmp_path)
        assert found.n_rows == 1
        assert found.damage is not None
        assert found.damage.kind == "log_corrupt"
    flipped = bytearray(whole)
    flipped[-5] ^= 0xFF
    assert read(bytes(flipped), tmp_path).n_rows == 1


def test_lengths_beyond_the_record_are_damage(tmp_path: Path) -> None:
    record = varint(2 << 3 | 2) + varint(1 << 40) + b"abc"
    found = read(log_of([record]), tmp_path)
    assert found.damage is not None
    assert found.damage.kind == "log_corrupt"


def test_names_nested_without_end_do_no_harm(tmp_path: Path) -> None:
    names = b"".join(field(2, b"a") for _ in range(5_000))
    record = field(2, field(1, names + field(16, b'{"_type": "image-file"}')))
    assert read(log_of([record]), tmp_path).n_rows == 1


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_behind_the_header_end_in_rows_or_damage(tail: bytes) -> None:
    with TemporaryDirectory() as folder:
        read(HEADER + tail, Path(folder))
        found = read(log_of([tail]), Path(folder))
    assert found.media == [] or found.n_rows


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_real_log_with_any_byte_changed_or_cut_never_crashes(data: st.DataObject) -> None:
    (log,) = shared("golden", "wandb", "run-two-layers").glob("*/*.wandb")
    whole = bytearray(log.read_bytes())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    cut_log = bytes(whole[:cut])
    is_other_version = cut_log[:6] == HEADER[:6] and cut_log[6:7] not in (b"", HEADER[6:])
    with TemporaryDirectory() as folder:
        if is_other_version:
            assert kind_of(cut_log, Path(folder)) == "log_version"
        else:
            assert len(read(cut_log, Path(folder)).media) <= 2
