"""Objects of a Labelbox file in the real window: listed, painted one by one, saved."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskstudio.core.document import load_sample
from maskstudio.core.geometry import Point
from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.core.object_layer import ObjectLayer
from maskstudio.core.objects import MaskObject
from maskstudio.tools.base import PickFrom, Pointer
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.objects.objects_panel import ObjectsPanel
from maskstudio.workflows.open_dataset import OpenRequest, open_dataset
from tests.helpers.labelbox_files import line, write_lines
from tests.helpers.shared import shared
from tests.ui.helpers import child
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]


@pytest.fixture
def file(windows: Windows) -> Path:
    """The golden file of one data row with a cat, a dog, and a polygon over the dog."""
    return Path(shutil.copy(shared("golden/labelbox/inline.ndjson"), windows.folder))


@pytest.fixture
def window(windows: Windows, file: Path) -> MainWindow:
    return windows.start(OpenRequest(paths=(file,)))


@pytest.fixture
def said(window: MainWindow) -> list[str]:
    words: list[str] = []
    window.workbench.said.connect(words.append)
    return words


def layer_of(window: MainWindow) -> ObjectLayer:
    layer = window.workbench.active_layer
    assert isinstance(layer, ObjectLayer)
    return layer


def names(window: MainWindow) -> list[str]:
    label_map = window.workbench.active_label_map
    return [label_map.name_of(found.index) for found in layer_of(window).objects]


def object_called(window: MainWindow, name: str) -> MaskObject:
    return layer_of(window).objects[names(window).index(name)]


def index_called(window: MainWindow, name: str) -> int:
    return window.workbench.active_label_map.by_name[name].index


def drag(window: MainWindow, tool_id: str, *points: tuple[float, float], size: int = 1) -> None:
    window.workbench.choices.change_options(size=size)
    window.tools.choose(tool_id)
    tool = window.tools.tool(tool_id)
    tool.press(Pointer(Point(*points[0])))
    for point in points[1:]:
        tool.move(Pointer(Point(*point)))
    tool.release(Pointer(Point(*points[-1])))


def save(window: MainWindow, windows: Windows) -> None:
    window.actions_["file.save"].trigger()
    windows.qtbot.waitUntil(lambda: not window.saver.is_saving, timeout=10_000)


def panel_of(window: MainWindow) -> ObjectsPanel:
    return child(window.furnishing.objects_dock, ObjectsPanel)


def test_every_object_is_listed_from_the_top(window: MainWindow) -> None:
    model = panel_of(window).model
    rows = [model.row(number) for number in range(model.rowCount())]
    assert [(row.number, row.name, row.area) for row in rows] == [
        (3, "from polygon", 161),
        (2, "dog", 192),
        (1, "cat", 256),
    ]
    assert window.furnishing.objects_dock.isVisible()


def test_other_data_has_no_list_of_objects(windows: Windows) -> None:
    window = windows.start(windows.request)
    assert not window.furnishing.objects_dock.isVisible()
    assert not window.actions_["object.new"].isEnabled()


def test_opening_and_saving_changes_no_byte(
    window: MainWindow, windows: Windows, file: Path
) -> None:
    before = file.read_bytes()
    save(window, windows)
    assert file.read_bytes() == before


def test_painting_one_object_leaves_every_other_line_as_it_is(
    window: MainWindow, windows: Windows, file: Path
) -> None:
    before = file.read_bytes().splitlines(keepends=True)
    dog, others = object_called(window, "dog"), names(window)
    window.tools.objects.choose(dog.uid)
    drag(window, "brush", (0.5, 23.5), (5.5, 23.5))
    save(window, windows)
    after = file.read_bytes().splitlines(keepends=True)
    changed = [i for i, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert changed == [others.index("dog")]
    old, new = (json.loads(text[changed[0]]) for text in (before, after))
    assert {k: v for k, v in old.items() if k != "mask"} == {
        k: v for k, v in new.items() if k != "mask"
    }
    expected = dog.drawn(layer_of(window).size)
    expected[23, 0:6] = True
    opened = open_dataset(OpenRequest(paths=(file,)))
    objects = load_sample(opened.dataset.samples[0]).masks[GROUND_TRUTH].objects
    opened.close()
    assert objects is not None
    assert np.array_equal(objects[1].drawn(layer_of(window).size), expected)
    assert not window.workbench.dataset.history.modified()  # type: ignore[union-attr]


def test_the_object_below_is_painted_and_undone(window: MainWindow) -> None:
    dog, pixels = object_called(window, "dog"), layer_of(window).pixels.copy()
    upper = layer_of(window).objects[2]
    column, row = upper.rect.x0 + 2, upper.rect.y0 + 1
    assert not dog.holds(column, row)
    window.tools.objects.choose(dog.uid)
    drag(window, "brush", (column + 0.5, row + 0.5))
    assert object_called(window, "dog").holds(column, row)
    assert layer_of(window).objects[2] is upper
    assert np.array_equal(layer_of(window).pixels, pixels)
    window.workbench.undo()
    assert not object_called(window, "dog").holds(column, row)


def test_the_eraser_takes_from_the_chosen_object_alone(window: MainWindow, said: list[str]) -> None:
    cat = object_called(window, "cat")
    drag(window, "eraser", (0.5, 0.5))
    assert said == ["Choose the object to erase from"]
    window.tools.objects.choose(cat.uid)
    drag(window, "eraser", (0.5, 0.5), (31.5, 23.5), size=3)
    assert object_called(window, "cat").area < cat.area
    assert [found.area for found in layer_of(window).objects[1:]] == [192, 161]


def test_another_class_begins_a_new_object(window: MainWindow) -> None:
    window.tools.objects.choose(object_called(window, "dog").uid)
    window.workbench.choices.set_class(index_called(window, "cat"))
    assert window.tools.objects.active is None
    assert "begin a new cat" in window.tools.hint
    drag(window, "brush", (2.5, 20.5), (4.5, 20.5))
    drag(window, "brush", (2.5, 22.5))
    assert names(window) == ["cat", "dog", "from polygon", "cat"]
    assert layer_of(window).objects[3].area == 4
    window.workbench.undo()
    window.workbench.undo()
    assert names(window) == ["cat", "dog", "from polygon"]


def test_escape_leaves_no_object_behind(window: MainWindow) -> None:
    before = layer_of(window).objects
    window.tools.choose("brush")
    brush = window.tools.tool("brush")
    window.actions_["object.new"].trigger()
    brush.press(Pointer(Point(2.5, 20.5)))
    brush.cancel()
    assert layer_of(window).objects == before


def test_fill_and_polygon_go_through_the_same_door(window: MainWindow) -> None:
    window.tools.objects.choose(object_called(window, "dog").uid)
    drag(window, "fill", (1.5, 9.5))  # everything that is background, between cat and dog
    assert object_called(window, "dog").holds(1, 9)
    assert [layer_of(window).objects[i].area for i in (0, 2)] == [256, 161]
    window.workbench.undo()
    window.tools.choose("polygon")
    polygon = window.tools.tool("polygon")
    for point in ((0.0, 20.0), (4.0, 20.0), (4.0, 24.0), (0.0, 24.0)):
        polygon.press(Pointer(Point(*point), zoom=20.0))
        polygon.release(Pointer(Point(*point), zoom=20.0))
    polygon.finish()
    assert object_called(window, "dog").area == 192 + 16


def test_picking_again_goes_to_the_object_below(window: MainWindow) -> None:
    upper, dog = layer_of(window).objects[2], object_called(window, "dog")
    both = upper.drawn(layer_of(window).size) & dog.drawn(layer_of(window).size)
    row, column = (int(value) for value in np.argwhere(both)[0])
    window.workbench.choices.change_options(pick_from=PickFrom.ACTIVE)
    found: list[Any] = []
    for _ in range(3):
        drag(window, "pick_class", (column + 0.5, row + 0.5))
        found.append(window.tools.objects.active_uid)
    assert found == [upper.uid, dog.uid, upper.uid]
    assert window.workbench.choices.current_class == upper.index


def test_hidden_objects_are_not_painted_and_not_picked(window: MainWindow, said: list[str]) -> None:
    cat = object_called(window, "cat")
    window.tools.objects.choose(cat.uid)
    window.tools.objects.toggle_hidden(cat.uid)
    drag(window, "brush", (1.5, 20.5))
    assert said == ["The chosen object is hidden: show it to paint on it"]
    assert object_called(window, "cat") is cat
    window.tools.objects.choose(None)
    drag(window, "pick_class", (1.5, 1.5))
    assert window.tools.objects.active is None


def test_objects_are_moved_given_a_class_and_deleted_as_edits(window: MainWindow) -> None:
    window.tools.objects.choose(object_called(window, "dog").uid)
    window.actions_["object.raise"].trigger()
    assert names(window) == ["cat", "from polygon", "dog"]
    assert not window.actions_["object.raise"].isEnabled()
    window.furnishing._object_deeds.give_class(index_called(window, "cat"))
    assert names(window) == ["cat", "from polygon", "cat"]
    window.actions_["object.delete"].trigger()
    assert names(window) == ["cat", "from polygon"]
    for _ in range(3):
        window.workbench.undo()
    assert names(window) == ["cat", "dog", "from polygon"]


def test_closed_samples_keep_their_objects(windows: Windows) -> None:
    pixels = np.zeros((4, 6), np.uint8)
    pixels[:2, :3] = 1
    rows = [{"id": name} for name in ("a", "b")]
    path = write_lines(
        windows.folder / "two.ndjson",
        *(line(pixels, row=row, name=name) for row in rows for name in ("cat", "dog")),
    )
    before = path.read_bytes().splitlines()
    window = windows.start(OpenRequest(paths=(path,)))
    window.tools.objects.choose(object_called(window, "cat").uid)
    drag(window, "brush", (5.5, 3.5))
    dataset = window.workbench.dataset
    assert dataset is not None
    window.workbench.show_sample("b")
    windows.wait(window)
    dataset.close_document("a")
    save(window, windows)
    after = path.read_bytes().splitlines()
    assert [i for i in range(4) if before[i] != after[i]] == [0]


def test_a_fault_is_listed_and_not_edited(windows: Windows) -> None:
    pixels = np.ones((4, 6), np.uint8)
    path = write_lines(
        windows.folder / "broken.ndjson",
        line(pixels, name="cat"),
        line(name="dog", mask={"png": "not base64"}),
    )
    window = windows.start(OpenRequest(paths=(path,)))
    words: list[str] = []
    window.workbench.said.connect(words.append)
    row = panel_of(window).model.row(0)
    assert (row.name, bool(row.fault)) == ("dog", True)
    window.tools.objects.choose(row.uid)
    drag(window, "brush", (1.5, 1.5))
    assert words[-1].startswith("dog is not edited: ")
    assert not window.actions_["object.delete"].isEnabled()
    assert not window.workbench.dataset.history.edits  # type: ignore[union-attr]


def test_flattening_says_first_what_is_covered(
    window: MainWindow, windows: Windows, file: Path
) -> None:
    asked: list[tuple[str, int]] = []

    def answer(key: str, n_covered: int, taken: object) -> str:
        asked.append((key, n_covered))
        return "classes"

    command = window.furnishing._flatten
    command._ask = answer
    objects, pixels, text = layer_of(window).objects, layer_of(window).pixels, file.read_bytes()
    covered = sum(found.area for found in objects) - int(np.count_nonzero(pixels))
    window.actions_["object.flatten"].trigger()
    windows.wait(window)
    document = window.workbench.document
    assert document is not None
    assert asked == [(GROUND_TRUTH, covered)]
    assert not isinstance(document.layer("classes"), ObjectLayer)
    assert np.array_equal(document.layer("classes").pixels, pixels)
    kept = document.layer(GROUND_TRUTH)
    assert isinstance(kept, ObjectLayer)
    assert kept.objects == objects
    window.workbench.undo()
    assert not document.layer("classes").pixels.any()
    assert file.read_bytes() == text
