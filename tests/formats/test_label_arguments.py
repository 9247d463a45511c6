"""Label maps as users hand them over."""

from __future__ import annotations

from pathlib import Path

import pytest

from maskstudio.errors import DataError, Kind, UsageError
from maskstudio.formats.label_arguments import read_labels


def names(argument: str | Path) -> dict[int, str]:
    return {c.index: c.name for c in read_labels(argument)}


def write(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_comma_list_numbers_from_zero() -> None:
    assert names("sky, tree,road sign") == {0: "sky", 1: "tree", 2: "road sign"}
    assert names("sky") == {0: "sky"}


def test_a_labelmap_keeps_its_colors(tmp_path: Path) -> None:
    for name in ("labelmap.txt", "other.txt"):
        found = read_labels(write(tmp_path, name, "# head\nbackground:0,0,0::\ncat:1,2,3:a:b\n"))
        assert [(c.name, c.color) for c in found] == [
            ("background", (0, 0, 0)),
            ("cat", (1, 2, 3)),
        ]
        assert found.background == 0


def test_lines_are_names(tmp_path: Path) -> None:
    path = write(tmp_path, "names.txt", "\ufeffsky\r\nroad: wet\n\n tree \n")
    assert names(path) == {0: "sky", 1: "road: wet", 2: "tree"}


def test_json_names_indices_with_gaps(tmp_path: Path) -> None:
    path = write(tmp_path, "names.json", '{"255": "void", "0": "background", "7": "cat"}')
    found = read_labels(path)
    assert [(c.index, c.name) for c in found] == [(0, "background"), (7, "cat"), (255, "void")]
    assert len({c.color for c in found}) == 3


def test_json_classes_keep_their_colors(tmp_path: Path) -> None:
    text = """[{"index": 0, "name": "sky", "color": [128, 128, 128]},
               {"index": 11, "name": "road", "color": [0, 0, 0]}, {"index": 3, "name": "tree"}]"""
    for document in (text, f'{{"classes": {text}, "ignore_index": 255}}'):
        found = read_labels(write(tmp_path, "classes.json", document))
        assert [(c.index, c.name) for c in found] == [(0, "sky"), (3, "tree"), (11, "road")]
        assert (found.color_of(0), found.color_of(11)) == ((128, 128, 128), (0, 0, 0))
        assert found.color_of(3) not in {(128, 128, 128), (0, 0, 0)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"0": NaN}', Kind.JSON_INVALID),
        ('{"0": "a"', Kind.JSON_INVALID),
        ('["a"]', Kind.JSON_INVALID),
        ('{"0": 1}', Kind.JSON_INVALID),
        ('{"0": "a", "0": "b"}', Kind.JSON_INVALID),
        ('{"0": "a", "00": "b"}', Kind.JSON_INVALID),
        ('{"x": "a"}', Kind.VALUE_OUT_OF_RANGE),
        ('{"-1": "a"}', Kind.VALUE_OUT_OF_RANGE),
        ('{"65536": "a"}', Kind.VALUE_OUT_OF_RANGE),
        ('{"0": "a", "1": "a"}', Kind.DUPLICATE_LABEL),
        ('{"0": ""}', Kind.MISSING_FIELD),
        ('[{"index": 0}]', Kind.MISSING_FIELD),
        ('[{"name": "a"}]', Kind.MISSING_FIELD),
        ('[{"index": "0", "name": "a"}]', Kind.VALUE_OUT_OF_RANGE),
        ('[{"index": true, "name": "a"}]', Kind.VALUE_OUT_OF_RANGE),
        ('[{"index": 65536, "name": "a"}]', Kind.VALUE_OUT_OF_RANGE),
        ('[{"index": 0, "name": "a", "color": [0, 0, 256]}]', Kind.VALUE_OUT_OF_RANGE),
        ('[{"index": 0, "name": "a"}, {"index": 0, "name": "b"}]', Kind.JSON_INVALID),
        (
            '[{"index": 0, "name": "a", "color": [1, 1, 1]},'
            ' {"index": 1, "name": "b", "color": [1, 1, 1]}]',
            Kind.DUPLICATE_COLOR,
        ),
        ('{"0": ' + "[" * 201 + "]" * 201 + "}", Kind.JSON_TOO_DEEP),
        ('{"0": ' + "[" * 200_000 + "}", Kind.JSON_TOO_DEEP),
    ],
)
def test_bad_json_is_told(tmp_path: Path, text: str, kind: Kind) -> None:
    with pytest.raises(DataError) as caught:
        read_labels(write(tmp_path, "names.json", text))
    assert caught.value.kind == kind


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(DataError) as caught:
        read_labels("none/labelmap.txt")
    assert caught.value.kind == Kind.FILE_MISSING


def test_no_name_at_all_is_a_wrong_word() -> None:
    with pytest.raises(UsageError):
        read_labels(" , ")
