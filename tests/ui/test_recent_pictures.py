"""The picture of a recent item is made while it is open, and read when the start page shows it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage

from maskstudio.ui.main_window import MainWindow
from maskstudio.ui.recent import picture_path
from maskstudio.workflows.open_dataset import OpenRequest
from tests.ui.window_helpers import Windows, windows

__all__ = ["windows"]


def pictures(windows: Windows) -> list[Path]:
    return sorted((windows.folder / "cache" / "recent").glob("*"))


def kept(window: MainWindow, windows: Windows) -> Path:
    """Where the picture of what is open lies, once it is there."""
    path = picture_path(windows.folder / "cache", windows.request)
    windows.qtbot.waitUntil(path.exists, timeout=10_000)
    return path


def test_a_small_picture_of_the_shown_sample_is_kept(windows: Windows) -> None:
    path = kept(windows.start(windows.request), windows)
    image = QImage(str(path))
    assert 0 < image.width() <= 66
    assert 0 < image.height() <= 50
    assert path.stat().st_size < 20_000


def test_pictures_of_items_that_left_the_list_are_removed(windows: Windows) -> None:
    left = picture_path(windows.folder / "cache", OpenRequest(paths=(Path("/gone"),)))
    left.parent.mkdir(parents=True)
    left.write_bytes(b"old")
    path = kept(windows.start(windows.request), windows)
    windows.qtbot.waitUntil(lambda: pictures(windows) == [path], timeout=10_000)


def test_a_cache_that_cannot_be_written_is_no_harm(windows: Windows) -> None:
    (windows.folder / "cache").write_text("a file is in the way")
    window = windows.start(windows.request)
    windows.end(window)
    assert (windows.folder / "cache").read_text() == "a file is in the way"


def test_items_are_told_apart_by_all_they_are_made_of(tmp_path: Path) -> None:
    images = Path("/d/images")
    requests = [
        OpenRequest(images=images, layers=(("a", Path("/d/m")),)),
        OpenRequest(images=images, layers=(("b", Path("/d/m")),)),
        OpenRequest(images=images),
        OpenRequest(paths=(images,), workspace=Path("/d/w.maskstudio")),
    ]
    assert len({picture_path(tmp_path, request) for request in requests}) == len(requests)
