"""Figures and picture follow the class mask of an object layer, and leave hidden objects alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.geometry import Point, Rect, Size
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS, MaskData, MaskRef
from maskstudio.core.object_layer import ObjectLayer
from maskstudio.core.objects import MaskObject, cropped, flatten
from maskstudio.metrics.confusion import confusion_matrix
from maskstudio.tools.base import Pointer
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.pixel_counts import PixelCounts
from tests.helpers.datasets import ImageInMemory, MaskInMemory
from tests.ui.bench import STREET, Bench, bench_of

SIZE = Size(40, 30)
BOXES = {"road": (3, Rect(0, 15, 40, 30)), "car": (8, Rect(10, 10, 20, 20))}


@dataclass(frozen=True)
class ObjectsInMemory:
    """Two objects that overlap, as a file gives them."""

    where: str = "objects"

    def size(self) -> Size:
        return SIZE

    def read(self) -> MaskData:
        objects = []
        for uid, (index, rect) in BOXES.items():
            whole = np.zeros((SIZE.height, SIZE.width), np.bool_)
            whole[rect.slices] = True
            objects.append(MaskObject(uid, index, *cropped(whole)))
        return MaskData(flatten(objects, SIZE, 0), objects=tuple(objects))


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    yield from bench_of(tmp_path)


def open_objects(bench: Bench) -> None:
    mask = np.zeros((30, 40), np.uint8)
    mask[12:] = 3
    refs: dict[str, MaskRef] = {
        GROUND_TRUTH: ObjectsInMemory(),
        PREDICTIONS: MaskInMemory(mask),
    }
    picture = ImageInMemory(np.full((30, 40, 3), 100, np.uint8))
    samples = [Sample("a", image=picture, masks=refs)]
    label_maps = {GROUND_TRUTH: STREET, PREDICTIONS: STREET}
    bench.open(Dataset(samples, label_maps, holds_objects=[GROUND_TRUTH]))


def show_objects(bench: Bench, qtbot: QtBot) -> None:
    open_objects(bench)
    bench.window.resize(600, 500)
    bench.window.show()
    qtbot.waitUntil(lambda: bench.canvas.viewport is not None)


def layer_of(bench: Bench) -> ObjectLayer:
    layer = bench.workbench.active_layer
    assert isinstance(layer, ObjectLayer)
    return layer


def dab(bench: Bench, x: float, y: float, tool_id: str = "brush", size: int = 4) -> None:
    bench.workbench.choices.change_options(size=size)
    tool = bench.tools.tool(tool_id)
    tool.press(Pointer(Point(x, y)))
    tool.release(Pointer(Point(x, y)))
    tool.leave()


def color_at(bench: Bench, x: int, y: int) -> tuple[int, int, int]:
    """What the canvas shows in the middle of a pixel of the picture."""
    viewport = bench.canvas.viewport
    assert viewport is not None
    place = viewport.to_view(Point(x + 0.5, y + 0.5))
    color = bench.canvas.grab().toImage().pixelColor(int(place[0]), int(place[1]))
    return color.red(), color.green(), color.blue()


def test_figures_are_those_of_a_fresh_count(bench: Bench, qtbot: QtBot) -> None:
    figures, counts = ComparisonFigures(bench.workbench), PixelCounts(bench.workbench)
    open_objects(bench)
    qtbot.waitUntil(lambda: figures.scores("a") is not None and counts.is_known)
    rng = random.Random(4)
    for _ in range(25):
        bench.tools.objects.choose(rng.choice([*BOXES, None]))
        deed = rng.choice(["brush", "brush", "eraser", "undo", "redo"])
        if deed in ("undo", "redo"):
            getattr(bench.workbench, deed)()
        else:
            dab(bench, rng.uniform(0, 40), rng.uniform(0, 30), deed, rng.randint(1, 9))
        document = bench.workbench.document
        assert document is not None
        truth, prediction = (document.layer(key).pixels for key in (GROUND_TRUTH, PREDICTIONS))
        assert figures.counts.confusions["a"] == confusion_matrix(prediction, truth)
        assert counts.count(8) == np.count_nonzero(truth == 8)


def test_a_hidden_object_uncovers_what_lies_under_it_on_the_screen(
    bench: Bench, qtbot: QtBot
) -> None:
    show_objects(bench, qtbot)
    pixels = layer_of(bench).pixels.copy()
    car, road, bare = (color_at(bench, x, y) for x, y in ((15, 17), (30, 22), (30, 5)))
    assert len({car, road, bare}) == 3
    bench.tools.objects.toggle_hidden("car")
    assert color_at(bench, 15, 17) == road
    assert color_at(bench, 15, 12) == bare
    assert np.array_equal(layer_of(bench).pixels, pixels)
    bench.tools.objects.choose("road")
    dab(bench, 15.5, 12.5)
    assert color_at(bench, 15, 12) == road
    bench.tools.objects.set_solo(True)
    bench.tools.objects.toggle_hidden("car")
    assert color_at(bench, 15, 17) == road
    bench.tools.objects.set_solo(False)
    assert color_at(bench, 15, 17) == car


def test_the_chosen_object_has_an_outline_also_under_others(bench: Bench, qtbot: QtBot) -> None:
    show_objects(bench, qtbot)
    before = bench.canvas.grab().toImage()
    bench.tools.objects.choose("road")
    after = bench.canvas.grab().toImage()
    viewport = bench.canvas.viewport
    assert viewport is not None
    on_edge = viewport.to_view(Point(15.5, 15.0))  # the upper edge of the road, under the car
    place = int(on_edge[0]), round(on_edge[1])
    assert before.pixelColor(*place).lightness() < 128 < after.pixelColor(*place).lightness()
    bench.tools.objects.choose(None)
    assert bench.canvas.grab().toImage() == before
