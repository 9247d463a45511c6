"""A second start finds the window, the tools and each data set as they were left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from maskstudio.core.layer import GROUND_TRUTH, PREDICTIONS
from maskstudio.core.transaction import Over
from maskstudio.raster.brush import Tip
from maskstudio.tools.base import Reads, ToolOptions
from maskstudio.ui.choices import Pair
from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.models.sample_filter import SampleFilter
from maskstudio.ui.models.sample_order import SampleOrder
from maskstudio.ui.panels.samples_panel import SamplesPanel
from maskstudio.ui.settings import BRUSH_SIZE, TIP, TOOL, Settings
from maskstudio.ui.source_choices import PaintSource
from maskstudio.ui.view_choices import View
from maskstudio.ui.widgets.segmented import Segmented
from maskstudio.workflows.open_dataset import OpenRequest
from tests.ui.helpers import child
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]


def set_up(window: MainWindow, windows: Windows) -> None:
    """Leave everything otherwise than it is at first."""
    workbench = window.workbench
    workbench.show_sample("street_03")
    windows.wait(window)
    workbench.toggle_checked()
    child(window, SamplesPanel).set_filter(SampleFilter(text="street_0"))
    window.canvas.zoom_to(3.0)
    choices = workbench.choices
    choices.set_active_key(PREDICTIONS)
    choices.set_class(2)
    choices.set_look(GROUND_TRUTH, replace(choices.look(GROUND_TRUTH), opacity=0.25))
    choices.set_protected(PREDICTIONS, {3})
    window.furnishing.layers_dock.hide()
    window.furnishing.history_dock.show()


def assert_set_up(window: MainWindow) -> None:
    workbench = window.workbench
    document = workbench.document
    assert document is not None
    assert document.name == "street_03"
    assert workbench.dataset is not None
    assert workbench.dataset.checked == {"street_03"}
    assert child(window, SamplesPanel).model.filter == SampleFilter(text="street_0")
    assert window.canvas.view_state() is not None
    assert window.canvas.viewport is not None
    assert window.canvas.viewport.zoom == 3.0
    choices = workbench.choices
    assert (choices.active_key, choices.current_class) == (PREDICTIONS, 2)
    assert choices.look(GROUND_TRUTH).opacity == 0.25
    assert choices.protected(PREDICTIONS) == {3}


def test_a_data_set_is_found_as_it_was_left(windows: Windows) -> None:
    window = windows.start(windows.request)
    set_up(window, windows)
    centre = window.canvas.view_state()
    windows.end(window)
    again = windows.start(windows.request)
    assert_set_up(again)
    assert again.canvas.view_state() == centre
    assert again.furnishing.layers_dock.isHidden()
    assert not again.furnishing.history_dock.isHidden()


def test_the_comparison_is_found_as_it_was_left(windows: Windows) -> None:
    window = windows.start(windows.request)
    choices = window.workbench.choices
    choices.set_pair(Pair(GROUND_TRUTH, PREDICTIONS))
    choices.set_ignored({1})
    choices.views.set_view(View.SWIPE)
    choices.views.set_of_dataset(False)
    choices.sources.choose(GROUND_TRUTH, PaintSource(PREDICTIONS, 5))
    child(window, SamplesPanel).set_order(SampleOrder("pixel_accuracy", worst_first=False))
    window.furnishing.comparison_dock.show()
    windows.wait(window)
    listed = names_listed(window)
    windows.end(window)
    again = windows.start(windows.request)
    choices = again.workbench.choices
    assert choices.pair == Pair(GROUND_TRUTH, PREDICTIONS)
    assert choices.ignored == {1}
    assert choices.view is View.SWIPE
    assert choices.sources.of(GROUND_TRUTH) == PaintSource(PREDICTIONS, 5)
    assert child(again, Segmented, "comparison_scope").value() == "sample"
    assert child(again, SamplesPanel).model.order == SampleOrder("pixel_accuracy", False)
    windows.qtbot.waitUntil(lambda: names_listed(again) == listed)
    assert listed != sorted(listed)


def names_listed(window: MainWindow) -> list[str]:
    model = child(window, SamplesPanel).model
    return [model.name_at(row) for row in range(model.rowCount())]


def test_another_data_set_starts_with_its_defaults(windows: Windows) -> None:
    window = windows.start(windows.request)
    set_up(window, windows)
    window.open(OpenRequest(images=windows.folder / "images"))
    windows.qtbot.waitUntil(lambda: window.workbench.choices.active_key == GROUND_TRUTH)
    windows.wait(window)
    assert child(window, SamplesPanel).model.filter == SampleFilter()
    assert window.canvas.is_fitted
    assert window.workbench.dataset is not None
    assert not window.workbench.dataset.checked


def test_tool_and_options_come_back_at_the_next_start(windows: Windows) -> None:
    chosen = ToolOptions(
        size=77,
        tip=Tip.SQUARE,
        pressure=True,
        over=Over.EMPTY,
        whole_picture=True,
        tolerance=99,
        reads=Reads.PICTURE,
    )
    window = windows.start()
    window.workbench.choices.change_options(**vars(chosen))
    window.tools.choose("polygon")
    windows.end(window)
    again = windows.start()
    assert again.workbench.choices.options == chosen
    assert again.tools.active.id == "polygon"


def test_what_the_settings_hold_wrongly_counts_as_the_default(windows: Windows) -> None:
    settings = Settings(windows.folder / "settings.ini")
    settings.set(TOOL, "lasso of tomorrow")
    settings.set(TIP, "star")
    settings.set(BRUSH_SIZE, -4)
    settings.sync()
    window = windows.start()
    assert window.tools.active.id == "brush"
    assert window.workbench.choices.options == ToolOptions()


def test_recent_items_tell_the_progress_and_open_again(windows: Windows) -> None:
    window = windows.start(windows.request)
    window.workbench.toggle_checked()
    windows.end(window)
    again = windows.start()
    (item,) = again.recent.items
    assert (item.n_checked, item.n_samples) == (1, 12)
    assert item.place.is_relative_to(windows.folder)
    again.open(item.request)
    windows.wait(again)
    assert again.workbench.dataset is not None
    assert len(again.workbench.dataset.checked) == 1


# workspaces


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(
        QDropEvent(
            QPointF(100, 100),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_a_workspace_brings_sources_marks_choices_and_view_to_another_place(
    windows: Windows,
) -> None:
    window = windows.start(windows.request)
    set_up(window, windows)
    window.state_keeper.write_workspace(windows.folder / "work.maskstudio")
    windows.end(window)
    moved = windows.folder.parent / "elsewhere"
    windows.folder.rename(moved)
    windows.folder = moved
    again = windows.start()
    drop(again, moved / "work.maskstudio")
    windows.wait(again)
    assert_set_up(again)
    assert again.workbench.dataset is not None
    assert again.workbench.dataset.keys == (GROUND_TRUTH, PREDICTIONS)


def test_sources_outside_the_folder_of_a_workspace_are_told(windows: Windows) -> None:
    window = windows.start(windows.request)
    (windows.folder / "sub").mkdir()
    path = windows.folder / "sub" / "work.maskstudio"
    window.state_keeper.write_workspace(path)
    window.open(OpenRequest((path,)))
    windows.qtbot.waitUntil(
        lambda: (
            window.workbench.opened is not None
            and window.workbench.opened.request.workspace == path
        )
    )
    windows.wait(window)
    assert window.workbench.dataset is not None
    outside = [p.found for p in window.workbench.dataset.problems if "outside" in p.found]
    assert len(outside) == 3


def test_later_marks_are_kept_in_the_workspace_that_was_saved(windows: Windows) -> None:
    window = windows.start(windows.request)
    path = windows.folder / "work.maskstudio"
    window.state_keeper.write_workspace(path)
    window.workbench.toggle_checked()
    windows.end(window)
    again = windows.start(OpenRequest((path,)))
    assert again.workbench.dataset is not None
    assert len(again.workbench.dataset.checked) == 1
    assert again.recent.items[0].request.workspace == path
