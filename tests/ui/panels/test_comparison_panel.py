"""The comparison panel: figures, matrix, regions, and what a click on them does."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from maskstudio.core.dataset import Dataset
from maskstudio.core.document import Sample
from maskstudio.core.geometry import Rect
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.metrics.confusion import confusion_matrix
from maskstudio.ui.choices import Cell
from maskstudio.ui.commands.compare_commands import CompareCommands
from maskstudio.ui.commands.figures_commands import FiguresCommands
from maskstudio.ui.commands.region_commands import RegionCommands
from maskstudio.ui.comparison_figures import ComparisonFigures
from maskstudio.ui.models.class_figures_model import Column
from maskstudio.ui.panels.class_figures_delegate import tick_rect
from maskstudio.ui.panels.comparison_panel import DATASET, SAMPLE, ComparisonPanel
from maskstudio.ui.panels.partner_menu import PartnerMenu
from maskstudio.ui.region_lister import RegionLister
from maskstudio.ui.region_walk import RegionWalk
from maskstudio.ui.view_choices import View
from maskstudio.ui.widgets.empty_note import EmptyNote
from maskstudio.ui.widgets.segmented import Segmented
from maskstudio.workflows.disagreement import Decision
from tests.helpers.datasets import ImageInMemory, MaskInMemory
from tests.ui.bench import STREET, Bench, street_dataset
from tests.ui.helpers import child

LEFT = Qt.MouseButton.LeftButton


def two_samples() -> Dataset:
    """`a`: 6 x 6 car (8) predicted as road (3). `b`: 8 x 8 building (1) as car, 5 x 5 as road."""
    truth = np.full((40, 40), 1, np.uint8)
    truth[20:] = 3
    truth[30:36, 30:36] = 8
    first, second = truth.copy(), truth.copy()
    first[30:36, 30:36] = 3
    second[2:10, 2:10] = 8
    second[2:7, 20:25] = 3
    picture = ImageInMemory(np.full((40, 40, 3), 90, np.uint8))
    samples = [
        Sample(name, image=picture, masks={GROUND_TRUTH: MaskInMemory(truth), PREDICTIONS: mask})
        for name, mask in (("a", MaskInMemory(first)), ("b", MaskInMemory(second)))
    ]
    return Dataset(samples, {GROUND_TRUTH: STREET, PREDICTIONS: STREET})


@dataclass
class Stage:
    """The panel with everything around it."""

    bench: Bench
    panel: ComparisonPanel
    figures: ComparisonFigures
    lister: RegionLister
    walk: RegionWalk
    qtbot: QtBot
    csv: Path

    def settle(self) -> None:
        tasks = self.bench.workbench.tasks
        self.qtbot.waitUntil(lambda: not tasks.tasks)
        self.qtbot.wait(60)
        self.qtbot.waitUntil(lambda: not tasks.tasks)
        self.panel.refresh()

    @property
    def dataset(self) -> Dataset:
        assert self.bench.workbench.dataset is not None
        return self.bench.workbench.dataset

    def trigger(self, name: str) -> None:
        self.bench.actions.update_enabled()
        assert self.bench.actions[name].isEnabled(), name
        self.bench.actions[name].trigger()

    def regions(self) -> list[tuple[str, int, int, int]]:
        model = self.lister.model
        found = [model.region_at(row) for row in range(model.rowCount())]
        return [(r.sample, r.ground_truth, r.prediction, r.area) for r in found]

    def current(self) -> tuple[str, int]:
        region = self.walk.current
        assert region is not None
        return region.sample, region.area


@pytest.fixture
def stage(empty_bench: Bench, qtbot: QtBot, tmp_path: Path) -> Stage:
    bench = empty_bench
    figures = ComparisonFigures(bench.workbench)
    lister = RegionLister(bench.workbench, bench.window)
    walk = RegionWalk(bench.workbench, lister.model)
    target = tmp_path / "figures.csv"
    CompareCommands(bench.actions, bench.workbench, lambda keys, pair: None, bench.window)
    RegionCommands(bench.actions, bench.workbench, lister, walk)
    FiguresCommands(bench.actions, bench.workbench, figures, lister, lambda name: target)
    panel = ComparisonPanel(bench.workbench, figures, lister, walk, bench.actions)
    for widget in panel.title_widgets:
        widget.setParent(panel)
    qtbot.addWidget(panel)
    panel.resize(1600, 320)
    panel.show()
    return Stage(bench, panel, figures, lister, walk, qtbot, target)


@pytest.fixture
def filled(stage: Stage) -> Stage:
    stage.bench.open(two_samples())
    stage.settle()
    return stage


def cell_place(stage: Stage, cell: Cell) -> QPoint:
    return stage.panel.matrix.rect_of(cell).center()


def test_without_a_pair_it_says_what_to_do(stage: Stage) -> None:
    note = child(stage.panel, EmptyNote)
    assert "once something is open" in note.text()
    truth = MaskInMemory(np.ones((4, 4), np.uint8))
    sample = Sample("a", masks={GROUND_TRUTH: truth})
    stage.bench.open(Dataset([sample], {GROUND_TRUTH: STREET}))
    stage.panel.refresh()
    assert "one layer" in note.text()


def test_classes_are_listed_worst_first_and_sorted_by_the_header(filled: Stage) -> None:
    table, model = filled.panel.table, filled.panel.classes
    assert [row.index for row in model.rows] == [8, 1, 3]
    header = table.header()
    place = QPoint(header.sectionPosition(Column.CLASS) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, pos=place)
    assert [row.index for row in model.rows] == [1, 3, 8]
    QTest.mouseClick(header.viewport(), LEFT, pos=place)
    assert [row.index for row in model.rows] == [8, 3, 1]


def test_figures_are_those_of_a_fresh_count(filled: Stage) -> None:
    shown = {row.index: row.scores for row in filled.panel.classes.rows}
    # building: 1600 true pixels in both samples, 64 + 25 of them missed
    assert shown[1].recall == pytest.approx((1600 - 89) / 1600)
    assert shown[8].iou == pytest.approx(36 / (36 + 36 + 64))


def test_a_class_without_its_tick_is_left_out(filled: Stage) -> None:
    row = filled.panel.classes.row_of(8)
    cell = filled.panel.table.visualRect(filled.panel.classes.index(row, 0))
    QTest.mouseClick(filled.panel.table.viewport(), LEFT, pos=tick_rect(cell).center())
    filled.settle()
    assert filled.bench.workbench.choices.ignored == {8}
    assert [(r.index, r.is_ignored) for r in filled.panel.classes.rows][-1] == (8, True)
    assert filled.regions() == [("b", 1, 8, 64), ("b", 1, 3, 25)]
    filled.panel.table.setFocus()
    filled.panel.table.setCurrentIndex(filled.panel.classes.index(2, 0))
    QTest.keyClick(filled.panel.table, Qt.Key.Key_Space)
    assert not filled.bench.workbench.choices.ignored


def test_one_sample_or_all_of_them(filled: Stage) -> None:
    scope = next(w for w in filled.panel.title_widgets if isinstance(w, Segmented))
    assert scope.segment(DATASET).text() == "All 2 samples"
    QTest.mouseClick(scope.segment(SAMPLE), LEFT)
    filled.settle()
    assert [row.index for row in filled.panel.classes.rows] == [8, 3, 1]
    assert filled.regions() == [("a", 8, 3, 36)]


def test_a_click_on_a_cell_points_its_pixels_out_and_lists_samples(filled: Stage) -> None:
    QTest.mouseClick(filled.panel.matrix.viewport(), LEFT, pos=cell_place(filled, Cell(1, 8)))
    choices = filled.bench.workbench.choices
    assert choices.shown_cell == Cell(1, 8)
    assert choices.view is View.DIFFERENCE
    filled.panel.refresh()
    samples = filled.panel.disagreements.samples
    assert [samples.model().index(i, 0).data() for i in range(samples.model().rowCount())] == ["b"]
    with filled.qtbot.waitSignal(filled.bench.workbench.document_changed):
        place = samples.visualRect(samples.model().index(0, 0)).center()
        QTest.mouseClick(samples.viewport(), LEFT, pos=place)
    assert filled.regions() == [("b", 1, 8, 64)]
    QTest.mouseClick(filled.panel.matrix.viewport(), LEFT, pos=cell_place(filled, Cell(1, 8)))
    assert choices.shown_cell is None


def test_arrow_keys_walk_the_matrix(filled: Stage) -> None:
    matrix = filled.panel.matrix
    QTest.mouseClick(matrix.viewport(), LEFT, pos=cell_place(filled, Cell(1, 1)))
    QTest.keyClick(matrix, Qt.Key.Key_Right)
    assert filled.bench.workbench.choices.shown_cell == Cell(1, 3)
    assert "Building predicted as Road: 25 px" in matrix.accessibleDescription()
    QTest.keyClick(matrix, Qt.Key.Key_Escape)
    assert filled.bench.workbench.choices.shown_cell is None


def test_a_chosen_class_narrows_the_regions(filled: Stage) -> None:
    table, classes = filled.panel.table, filled.panel.classes
    place = table.visualRect(classes.index(classes.row_of(8), 0)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=place)
    assert filled.bench.workbench.choices.views.shown_class == 8
    assert filled.regions() == [("b", 1, 8, 64), ("a", 8, 3, 36)]
    QTest.mouseClick(table.viewport(), LEFT, pos=place)
    assert filled.bench.workbench.choices.views.shown_class is None


def test_regions_are_walked_across_samples(filled: Stage) -> None:
    assert filled.regions() == [("b", 1, 8, 64), ("a", 8, 3, 36), ("b", 1, 3, 25)]
    seen = []
    for _ in range(3):
        filled.trigger("region.next")
        filled.settle()
        seen.append(filled.current())
        document = filled.bench.workbench.document
        assert document is not None
        assert document.name == seen[-1][0]
    assert seen == [("b", 64), ("a", 36), ("b", 25)]
    filled.trigger("region.previous")
    filled.settle()
    assert filled.current() == ("a", 36)


def test_accepting_changes_exactly_the_region_and_the_figures_follow(filled: Stage) -> None:
    filled.trigger("region.next")
    filled.settle()
    before = filled.dataset.document("b").layer(GROUND_TRUTH).pixels.copy()
    filled.trigger("region.accept")
    layer = filled.dataset.document("b").layer(GROUND_TRUTH)
    changed = layer.pixels != before
    assert changed.sum() == 64
    assert changed[2:10, 2:10].all()
    assert (layer.pixels[changed] == 8).all()
    prediction = filled.dataset.document("b").layer(PREDICTIONS).pixels
    assert filled.figures.confusion("b") == confusion_matrix(prediction, layer.pixels)
    filled.settle()
    assert filled.regions() == [("a", 8, 3, 36), ("b", 1, 3, 25), ("b", 1, 8, 64)]
    assert filled.lister.model.n_open == 2
    filled.trigger("region.next")
    assert filled.current() == ("a", 36)


def test_undoing_an_accepted_region_opens_it_again(filled: Stage) -> None:
    filled.trigger("region.next")
    filled.settle()
    filled.trigger("region.accept")
    filled.bench.workbench.undo()
    filled.qtbot.waitUntil(lambda: filled.lister.model.n_open == 3)
    assert filled.regions()[0] == ("b", 1, 8, 64)
    filled.trigger("region.accept")
    filled.qtbot.waitUntil(lambda: filled.lister.model.n_open == 2)


def test_undone_it_can_be_accepted_again_at_once(filled: Stage) -> None:
    filled.trigger("region.next")
    filled.settle()
    pixels = filled.dataset.document("b").layer(GROUND_TRUTH).pixels
    seen = []
    for _ in range(2):
        filled.trigger("region.accept")
        seen.append(int((pixels == 8).sum()))
        filled.bench.workbench.undo()
        seen.append(int((pixels == 8).sum()))
    assert seen == [100, 36, 100, 36]


def test_kept_regions_sink_and_later_ones_wait(filled: Stage) -> None:
    filled.trigger("region.next")
    filled.settle()
    filled.trigger("region.later")
    assert filled.regions()[-1] == ("b", 1, 8, 64)
    assert filled.lister.model.n_open == 3
    filled.trigger("region.keep")
    assert filled.lister.model.n_open == 2
    assert Decision.KEPT in filled.bench.workbench.decisions.made.values()
    assert not filled.dataset.modified_samples()
    filled.trigger("region.keep")
    assert filled.lister.model.n_open == 3


def test_the_walk_goes_on_after_a_region_was_put_off_and_comes_back_to_it(filled: Stage) -> None:
    seen = []
    for deed in ("region.later", "region.keep", "region.accept", ""):
        filled.trigger("region.next")
        filled.settle()
        seen.append(filled.current())
        if deed:
            filled.trigger(deed)
            filled.settle()
    assert seen == [("b", 64), ("a", 36), ("b", 25), ("b", 64)]
    with filled.qtbot.waitSignal(filled.bench.workbench.said) as said:
        filled.trigger("region.next")
    assert said.args == ["No more disagreements"]


def test_protected_classes_are_not_accepted_and_it_is_said(filled: Stage) -> None:
    filled.bench.workbench.choices.set_protected(GROUND_TRUTH, {1})
    filled.trigger("region.next")
    filled.settle()
    with filled.qtbot.waitSignal(filled.bench.workbench.said) as said:
        filled.trigger("region.accept")
    assert said.args == ["Not accepted: Building is protected"]


def test_small_regions_are_shown_on_request(stage: Stage) -> None:
    truth = np.ones((20, 20), np.uint8)
    prediction = truth.copy()
    prediction[3:5, 3:5] = 8
    masks = {GROUND_TRUTH: MaskInMemory(truth), PREDICTIONS: MaskInMemory(prediction)}
    stage.bench.open(Dataset([Sample("a", masks=masks)], dict.fromkeys(masks, STREET)))
    stage.settle()
    column = stage.panel.disagreements
    assert child(column, EmptyNote).text() == "No disagreements of 20 px or more."
    QTest.mouseClick(child(column, QPushButton, "disagreements_deed"), LEFT)
    stage.settle()
    assert stage.regions() == [("a", 1, 8, 4)]


def test_a_stroke_shows_in_figures_and_regions(filled: Stage) -> None:
    stroke = filled.dataset.begin("a", GROUND_TRUTH, label="Brush")
    stroke.paint(Rect(30, 30, 36, 36), np.ones((6, 6), np.bool_), 3)
    stroke.commit()
    assert filled.figures.confusion("a") is not None
    filled.qtbot.waitUntil(lambda: ("a", 8, 3, 36) not in filled.regions())
    filled.settle()
    assert [row.index for row in filled.panel.classes.rows if row.scores.support == 36] == [8]


def test_figures_are_copied_and_exported(filled: Stage) -> None:
    filled.trigger("compare.copy_figures")
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert rows[0][:3] == ["index", "name", "iou"]
    assert [row[1] for row in rows[1:]] == ["Building", "Road", "Car"]
    filled.trigger("compare.copy_matrix")
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert rows[1] == ["Building", "1511", "25", "64"]
    filled.trigger("compare.export_csv")
    filled.settle()
    with filled.csv.open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["scope"] for row in table].count("sample") == 2
    assert float(table[0]["mean_iou"]) == filled.figures.total_scores().mean_iou


def test_samples_that_cannot_be_compared_are_counted_apart(stage: Stage) -> None:
    stage.bench.open(street_dataset(2, predictions_scale=2))
    stage.settle()
    words = " ".join(
        w.text() for w in stage.panel.title_widgets if hasattr(w, "text") and w.isVisible()
    )
    assert "2 not compared" in words


def test_it_can_be_painted_with_many_classes(stage: Stage) -> None:
    random = np.random.default_rng(0)
    truth, prediction = random.integers(0, 60, (2, 40, 40)).astype(np.uint8)
    masks = {GROUND_TRUTH: MaskInMemory(truth), PREDICTIONS: MaskInMemory(prediction)}
    stage.bench.open(Dataset([Sample("a", masks=masks)], dict.fromkeys(masks, STREET)))
    stage.settle()
    assert stage.panel.grab().width() == 1600
    assert not stage.panel.matrix.rect_of(Cell(1, 3)).isEmpty()


def test_the_list_stands_still_while_regions_are_decided(stage: Stage) -> None:
    truth = np.ones((60, 600), np.uint8)
    prediction = truth.copy()
    for n in range(40):
        prediction[5:15, n * 14 : n * 14 + 8] = 8
    masks = {GROUND_TRUTH: MaskInMemory(truth), PREDICTIONS: MaskInMemory(prediction)}
    stage.bench.open(Dataset([Sample("a", masks=masks)], dict.fromkeys(masks, STREET)))
    stage.settle()
    view = stage.panel.disagreements.regions
    view.verticalScrollBar().setValue(300)
    place = view.visualRect(stage.lister.model.index(8, 0)).center()
    QTest.mouseClick(view.viewport(), LEFT, pos=place)
    stage.settle()
    stage.trigger("region.keep")
    stage.settle()
    assert view.verticalScrollBar().value() == 300
    assert stage.lister.model.row_of(stage.walk.current) == 39


def test_a_class_without_a_partner_is_matched_by_hand(stage: Stage) -> None:
    truth = np.ones((10, 10), np.uint8)
    prediction = np.full((10, 10), 255, np.uint8)
    masks = {GROUND_TRUTH: MaskInMemory(truth), PREDICTIONS: MaskInMemory(prediction)}
    vessel = LabelMap((LabelClass(255, "vessel", (255, 0, 0)),))
    label_maps = {GROUND_TRUTH: STREET, PREDICTIONS: vessel}
    stage.bench.open(Dataset([Sample("a", masks=masks)], label_maps))
    stage.settle()
    rows = {row.index: row.label_class.name for row in stage.panel.classes.rows}
    assert rows == {1: "Building", 255: "vessel"}
    assert stage.figures.total_scores().mean_iou == 0
    menu = PartnerMenu(stage.bench.workbench, 255, stage.panel)
    child(menu, QAction, "partner_1").trigger()
    stage.settle()
    assert stage.figures.total_scores().mean_iou == 1
    again = PartnerMenu(stage.bench.workbench, 1, stage.panel)
    child(again, QAction, "match_by_name").trigger()
    stage.settle()
    assert stage.figures.total_scores().mean_iou == 0


def test_the_menu_of_a_class_opens_under_the_pointer(filled: Stage) -> None:
    table = filled.panel.table
    place = table.visualRect(filled.panel.classes.index(0, 0)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, table.mapToGlobal(place))
    QApplication.sendEvent(table.viewport(), event)
    menu = child(filled.panel, QMenu, "partner_menu")
    child(menu, QAction, "ignore_class").trigger()
    menu.close()
    assert filled.bench.workbench.choices.ignored == {8}
