"""Label maps read from and written to `labelmap.txt`, to the letter of the format."""

from __future__ import annotations

import pytest

from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import DataError, Kind
from maskstudio.formats.label_maps import (
    check_writable,
    read_labelmap_txt,
    voc_label_map,
    with_all_colors,
    with_background_last,
    write_labelmap_txt,
)


def read(text: str | bytes) -> LabelMap:
    return read_labelmap_txt(text.encode() if isinstance(text, str) else text)[0]


def fault(text: str | bytes) -> tuple[Kind, str]:
    with pytest.raises(DataError) as caught:
        read(text)
    return caught.value.kind, caught.value.where


def rows(label_map: LabelMap) -> list[tuple[object, ...]]:
    return [(c.index, c.name, c.color, c.parts, c.actions) for c in label_map]


def test_lines_become_classes_in_their_order() -> None:
    text = "\ufeff# a comment\r\n\r\n  sky:1,2,3::  \r\nroad sign :4, 5,6:a, b,:c\n"
    assert rows(read(text)) == [
        (0, "sky", (1, 2, 3), (), ()),
        (1, "road sign ", (4, 5, 6), ("a", "b"), ("c",)),
    ]


def test_text_behind_the_last_colon_is_an_action() -> None:
    assert read("cat:1,2,3:: # note").classes[0].actions == ("# note",)
    assert fault("cat:1,2,3:: # note: more") == (Kind.LABELMAP_SYNTAX, "labelmap.txt:1")


@pytest.mark.parametrize(
    "line",
    ["cat", "cat:1,2,3", "cat:1,2,3:", "cat:1,2,3:::", ":1,2,3::", "cat:1,2::", "cat:1,2,3,4::",
     "cat:red::", "cat:1,2,256::", "cat:-1,2,3::", "cat:1.0,2,3::", "cat: ::"],
)  # fmt: skip
def test_other_lines_are_a_fault_of_their_line(line: str) -> None:
    assert fault(f"# head\n\n{line}\n") == (Kind.LABELMAP_SYNTAX, "labelmap.txt:3")


def test_a_name_twice_and_foreign_bytes_are_faults() -> None:
    assert fault("a:1,1,1::\nb:2,2,2::\na:3,3,3::") == (Kind.DUPLICATE_LABEL, "labelmap.txt:3")
    assert fault(b"a:1,1,1::\n\xe9:2,2,2::\n") == (Kind.LABELMAP_ENCODING, "labelmap.txt:2")


def test_a_color_twice_is_a_warning() -> None:
    label_map, problems = read_labelmap_txt(b"a:1,1,1::\nb:1,1,1::\n")
    assert [c.color for c in label_map] == [(1, 1, 1), (1, 1, 1)]
    assert [(p.kind, p.severity, p.where) for p in problems] == [
        ("duplicate_color", "warning", "labelmap.txt:2")
    ]


def test_without_any_color_the_voc_sequence_applies() -> None:
    assert [c.color for c in read("a:::\nb:::\nc:::")] == [(0, 0, 0), (128, 0, 0), (0, 128, 0)]
    assert [c.color for c in read("a:::\nb:9,9,9::")] == [None, (9, 9, 9)]


@pytest.mark.parametrize(
    ("text", "background"),
    [("a:::\n__Background_:::", 1), ("a:::\nb:::", None), ("# nothing\n", 0)],
)
def test_background_is_found_by_name(text: str, background: int | None) -> None:
    assert read(text).background == background


def test_only_line_ends_end_lines() -> None:
    assert [c.name for c in read("a\u2028b:1,1,1::\rc:2,2,2::")] == ["a\u2028b", "c"]


def test_gaps_are_written_as_fillers_in_unused_colors() -> None:
    label_map = LabelMap(
        (
            LabelClass(3, "ox", (128, 0, 0), ("horn",), ("run", "eat")),
            LabelClass(0, "sky", (0, 0, 0)),
        )
    )
    text = write_labelmap_txt(label_map).decode().splitlines()
    assert text[0] == "# label:color_rgb:parts:actions"
    assert text[1] == "sky:0,0,0::"
    assert text[4] == "ox:128,0,0:horn:run,eat"
    again = read(write_labelmap_txt(label_map))
    assert [c.name for c in again] == ["sky", "_dummy1", "_dummy2", "ox"]
    assert len({c.color for c in again}) == 4
    assert all(again.declared[i].is_filler for i in (1, 2))


def test_background_goes_last_and_is_black_if_black_is_free() -> None:
    sky = LabelMap((LabelClass(0, "sky", (1, 1, 1)),))
    assert with_background_last(sky).classes[-1] == LabelClass(1, "background", (0, 0, 0))
    dark = with_background_last(LabelMap((LabelClass(0, "night", (0, 0, 0)),)))
    assert dark.classes[-1].index == dark.background == 1
    assert dark.classes[-1].color not in {None, (0, 0, 0)}
    named = LabelMap((LabelClass(0, "sky", (1, 1, 1)), LabelClass(1, "Background", None)))
    assert with_background_last(named).classes == named.classes
    assert with_background_last(voc_label_map()) == voc_label_map()


@pytest.mark.parametrize("name", ["", "a:b", "a\nb", "a\rb", "#a", " a", "a "])
def test_names_that_cannot_be_read_back_are_refused(name: str) -> None:
    with pytest.raises(DataError) as caught:
        check_writable(LabelMap((LabelClass(0, name, None),)))
    assert caught.value.kind == Kind.CANNOT_HOLD


def test_a_blank_at_the_end_that_was_read_may_stay() -> None:
    label_map = read("road sign :1,1,1::")
    check_writable(label_map, known=label_map.by_name)
    assert read(write_labelmap_txt(label_map)) == label_map


@pytest.mark.parametrize("part", ["", "a,b", "a:b", " a", "a\nb"])
def test_parts_that_cannot_be_read_back_are_refused(part: str) -> None:
    with pytest.raises(DataError):
        check_writable(LabelMap((LabelClass(0, "a", None, parts=(part,)),)))


def test_missing_colors_come_from_the_voc_sequence_by_index_but_none_twice() -> None:
    classes = (
        LabelClass(1, "a", None),
        LabelClass(2, "b", (128, 0, 0)),
        LabelClass(9, "c", None),
    )
    found = with_all_colors(LabelMap(classes))
    # The sequence: 1 (128,0,0), 2 (0,128,0), 9 (192,0,0); that of 1 is taken by `b`.
    assert [c.color for c in found] == [(0, 128, 0), (128, 0, 0), (192, 0, 0)]
