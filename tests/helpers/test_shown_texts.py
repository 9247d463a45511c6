"""The search for texts that are not translated finds them, and nothing else."""

from __future__ import annotations

import ast

import pytest

from .shown_texts import shown_literals


@pytest.mark.parametrize(
    "line",
    [
        'label.setText("Saved")',
        'label.setText(f"Saved {name}")',
        'label.setText("Saved {n}".format(n=2))',
        'label.setText("Hide" if seen else "Show")',
        "label.setText(f\"{'Hide' if seen else 'Show'} {key}\")",
        'QAction(icon, "Open", self)',
        'self.note.say(tr("Nothing."), "Show all")',
        'workbench.said.emit("Saved")',
    ],
)
def test_words_as_they_stand_are_found(line: str) -> None:
    assert len(list(shown_literals(ast.parse(line)))) >= 1


@pytest.mark.parametrize(
    "line",
    [
        'label.setText(self.tr("Saved"))',
        'label.setText(tr("Saved {name}").format(name=name))',
        'label.setText(f"{x} {y}")',
        'label.setText("")',
        'window.setWindowTitle("MaskStudio")',
        'link_button(tr("Close"), "close_button")',
        'box.setObjectName("box")',
    ],
)
def test_translated_words_names_and_figures_are_not(line: str) -> None:
    assert list(shown_literals(ast.parse(line))) == []
