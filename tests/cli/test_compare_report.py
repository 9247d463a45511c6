"""`compare --html`: one file that is complete in itself, and says the figures of the comparison."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskstudio.formats.workspace import Workspace, write_workspace
from tests.cli.helpers import run, write_masks, write_picture
from tests.helpers.masks import mask

LABELS = "background:0,0,0::\nroad:200,0,100::\ncar:0,200,100::\n"
TRUTH = mask("..11", ".111", "2222")
PREDICTION = mask("..11", "..11", "2211")
VOID = {"br", "img", "meta", "link", "hr", "input"}
LOADING = {"src", "href", "srcset", "data", "action", "poster", "background"}


class Document(HTMLParser):
    """Checks that elements are closed in order, and collects what matters here."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.loaded: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.loaded += [value or "" for name, value in attrs if name in LOADING]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def report(*words: str | Path, target: Path, code: int = 0) -> Document:
    ran = run("compare", *words, "--html", target)
    assert ran.exit_code == code, ran.stderr
    return Document(target.read_text(encoding="utf-8"))


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return write_masks(tmp_path / "truth", {"a": TRUTH, "b": TRUTH, "c": TRUTH}, LABELS)


@pytest.fixture
def prediction(tmp_path: Path) -> Path:
    worst = np.zeros_like(TRUTH)
    masks = {"a": PREDICTION, "b": TRUTH, "c": worst}
    return write_masks(tmp_path / "pred", masks, LABELS)


def test_the_report_says_the_figures(prediction: Path, truth: Path, tmp_path: Path) -> None:
    found = report(prediction, truth, target=tmp_path / "r.html")
    total = run("compare", prediction, truth, "--json", "-").json["total"]
    for name in ("pixel_accuracy", "mean_iou", "mean_dice", "cohen_kappa"):
        assert f"{total[name]:.4f}" in found.text
    assert "pred against truth" in found.text
    for scores in total["per_class"]:
        assert f"{scores['name']} {scores['iou']:.4f}" in found.text


def test_nothing_is_loaded_and_nothing_runs(prediction: Path, truth: Path, tmp_path: Path) -> None:
    target = tmp_path / "r.html"
    found = report(prediction, truth, target=target)
    assert all(uri.startswith("data:image/png;base64,") for uri in found.loaded)
    assert not found.names & {"script", "link", "iframe", "object", "embed", "base", "form"}
    text = target.read_text(encoding="utf-8")
    assert "url(" not in text
    assert "@import" not in text
    assert "http:" not in text
    assert "https:" not in text


def test_both_light_and_dark_are_there(prediction: Path, truth: Path, tmp_path: Path) -> None:
    target = tmp_path / "r.html"
    report(prediction, truth, target=target)
    assert "prefers-color-scheme: dark" in target.read_text(encoding="utf-8")


def pictures(found: Document) -> list[np.ndarray]:
    data = [base64.b64decode(uri.partition(",")[2]) for uri in found.loaded]
    return [np.asarray(Image.open(io.BytesIO(png))) for png in data]


def test_the_worst_samples_come_first_as_pictures(
    prediction: Path, truth: Path, tmp_path: Path
) -> None:
    """Sample `c` misses all; `b` has no mistake and is not shown."""
    found = report(prediction, truth, target=tmp_path / "r.html")
    *_legend, first, second = pictures(found)
    assert first.shape == second.shape == (3, 4, 3)
    is_blue = (first[..., 2] > first[..., 0] + 40).tolist()
    assert is_blue == (TRUTH > 0).tolist()
    at = found.text.index("Worst samples")
    assert re.findall(r"\b([abc]) mean IoU", found.text[at:]) == ["c", "a"]


def test_pictures_lie_below_where_there_are_some(
    prediction: Path, truth: Path, tmp_path: Path
) -> None:
    """A sample is drawn at most 560 x 420."""
    large = write_masks(tmp_path / "t", {"a": np.zeros((500, 1000), np.uint8)}, LABELS)
    wrong = np.zeros((500, 1000), np.uint8)
    wrong[:, :100] = 1
    other = write_masks(tmp_path / "p", {"a": wrong}, LABELS)
    write_picture(tmp_path / "images" / "a.png", 1000, 500)
    workspace = tmp_path / "w.maskstudio"
    layers = (("ground_truth", large), ("predictions", other))
    write_workspace(workspace, Workspace(images=tmp_path / "images", layers=layers))
    found = report(workspace, workspace, target=tmp_path / "r.html")
    (picture,) = pictures(found)[-1:]
    assert picture.shape == (280, 560, 3)
    assert len(np.unique(picture[:, 100:].reshape(-1, 3), axis=0)) > 20


def test_names_are_words_and_nothing_else(tmp_path: Path) -> None:
    labels = 'background:0,0,0::\n<script>alert(1)</script>:1,1,1::\n"><img src=x>&amp;:2,2,2::\n'
    pixels = mask("..12")
    prediction = write_masks(tmp_path / "p<b>&", {"<i>&'\"": pixels[:, ::-1]}, labels)
    truth = write_masks(tmp_path / "t", {"<i>&'\"": pixels}, labels)
    found = report(prediction, truth, target=tmp_path / "r.html")
    assert not found.names & {"script", "i", "s"}
    assert "<script>alert(1)</script>" in found.text
    assert '"><img src=x>&amp;' in found.text
    assert "<i>&'\"" in found.text
    assert "p<b>& against t" in found.text


def test_of_many_classes_the_worst_are_in_the_matrix(tmp_path: Path) -> None:
    pixels = np.repeat(np.arange(60, dtype=np.uint8), 4).reshape(6, 40)
    wrong = pixels.copy()
    wrong[wrong >= 40] -= 1
    truth = write_masks(tmp_path / "t", {"a": pixels})
    prediction = write_masks(tmp_path / "p", {"a": wrong})
    found = report(prediction, truth, target=tmp_path / "r.html")
    assert "The 24 worst of 60 classes" in found.text


def test_problems_are_listed(prediction: Path, truth: Path, tmp_path: Path) -> None:
    (truth / "a.png").unlink()
    found = report(prediction, truth, target=tmp_path / "r.html", code=3)
    assert "Without ground truth: 1 sample." in found.text
    assert "pred/a.png: there is no ground truth of this name" in found.text


def test_without_a_pair_there_is_a_report_all_the_same(tmp_path: Path, truth: Path) -> None:
    other = write_masks(tmp_path / "p", {"x": TRUTH}, LABELS)
    found = report(other, truth, target=tmp_path / "r.html", code=3)
    assert "0 samples" in found.text


def test_two_layers_of_one_source_are_told_by_their_keys(tmp_path: Path, truth: Path) -> None:
    workspace = tmp_path / "w.maskstudio"
    write_workspace(workspace, Workspace(layers=(("one", truth), ("two", truth))))
    keys = ("--prediction-key", "one", "--truth-key", "two")
    found = report(workspace, workspace, *keys, target=tmp_path / "r.html")
    assert "truth: one against two" in found.text


def test_the_report_is_no_input(prediction: Path, truth: Path, tmp_path: Path) -> None:
    target = truth / "labelmap.txt"
    words = ("--labels", target, "--html", target)
    assert run("compare", prediction, truth, *words).exit_code == 2
    out = tmp_path / "out"
    assert run("compare", prediction, truth, "--csv", out, "--html", out).exit_code == 2
