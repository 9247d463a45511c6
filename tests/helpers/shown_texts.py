"""Finds texts that are shown to the user and do not go through `tr`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

SINKS: dict[str, tuple[int, ...]] = {
    "setText": (0,),
    "setToolTip": (0,),
    "setWindowTitle": (0,),
    "setPlaceholderText": (0,),
    "setAccessibleName": (0,),
    "setAccessibleDescription": (0,),
    "setInformativeText": (0,),
    "setLabelText": (0,),
    "setOkButtonText": (0,),
    "setCancelButtonText": (0,),
    "setStatusTip": (0,),
    "setTitle": (0,),
    "showMessage": (0,),
    "QLabel": (0,),
    "QAction": (0, 1),
    "QPushButton": (0,),
    "QCheckBox": (0,),
    "QRadioButton": (0,),
    "QMenu": (0,),
    "QDockWidget": (0,),
    "ElidedLabel": (0,),
    "SectionTitle": (0,),
    "primary_button": (0,),
    "link_button": (0,),
    "addAction": (0, 1),
    "addMenu": (0, 1),
    "addButton": (0,),
    "addTab": (1, 2),
    "getText": (1, 2),
    "getOpenFileName": (1, 3),
    "getOpenFileNames": (1, 3),
    "getSaveFileName": (1, 3),
    "getExistingDirectory": (1,),
    "emit": (0, 1, 2),
    "say": (0, 1),
    "_box": (0, 1),
}
"""Calls that show words, and the places of the words among their arguments."""

PROPER_NAMES = re.compile(r"MaskStudio")
NO_WORDS = re.compile(r"\{[^}]*\}|<[^>]*>")


def shown_literals(tree: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Literals with words in them that a call shows as they stand."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for place in SINKS.get(_name(node), ()):
                if place < len(node.args):
                    yield from _literals(node.args[place])


def _name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _literals(node: ast.expr) -> Iterator[ast.Constant | ast.JoinedStr]:
    match node:
        case ast.Constant(value=str(text)):
            if _has_words(text):
                yield node
        case ast.JoinedStr(values=values):
            if any(_part_has_words(part) for part in values):
                yield node
        case ast.IfExp(body=body, orelse=orelse):
            yield from _literals(body)
            yield from _literals(orelse)
        case ast.BinOp(left=left, right=right):
            yield from _literals(left)
            yield from _literals(right)
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            yield from _literals(value)


def _part_has_words(part: ast.expr) -> bool:
    """Whether a part of an f-string is words, or chooses between words."""
    if isinstance(part, ast.FormattedValue):
        return isinstance(part.value, ast.IfExp) and any(_literals(part.value))
    return isinstance(part, ast.Constant) and _has_words(str(part.value))


def _has_words(text: str) -> bool:
    plain = NO_WORDS.sub("", PROPER_NAMES.sub("", text))
    return any(letter.isalpha() for letter in plain)
