from __future__ import annotations

import pytest

from maskstudio.ui.widgets.number_scale import NumberScale


def test_thousands_are_set_apart_by_thin_spaces() -> None:
    scale = NumberScale(1, 20000, unit="px")
    assert scale.with_unit(12345) == "12\u2009345 px"
    assert scale.allowed == "1 to 20\u2009000"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7.0),
        (" 1,5 ", 1.5),
        ("12\u2009345", 12345.0),
        ("20001", None),
        ("0", None),
        ("five", None),
        ("", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_typed_numbers_are_read_in_the_ways_of_the_world(text: str, number: float | None) -> None:
    assert NumberScale(1, 20000, decimals=1).parse(text) == number


@pytest.mark.parametrize("curve", [1.0, 2.0, 3.0])
def test_places_and_numbers_are_inverse(curve: float) -> None:
    scale = NumberScale(1, 500, curve=curve)
    for number in (1, 2, 24, 499, 500):
        assert scale.number_at(scale.place(number)) == pytest.approx(number)


def test_places_beyond_the_ends_give_the_ends() -> None:
    scale = NumberScale(5, 9)
    assert (scale.number_at(-1), scale.number_at(2)) == (5, 9)


def test_a_range_of_one_number_has_one_place() -> None:
    assert NumberScale(3, 3).place(3) == 0.0
