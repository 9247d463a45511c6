from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from maskstudio.core.layer import GROUND_TRUTH
from maskstudio.render.palette import Style
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from maskstudio.workflows.render_overlays import Overlay, render_overlays
from tests.cli.helpers import write_cvat, write_masks, write_picture

LABELS = "background:0,0,0::\nroad:200,0,100::\ncar:0,128,0::\n"
MASK = np.array([[0, 1, 1, 2]] * 3, np.uint8)


def opened(path: Path, images: Path | None = None) -> OpenedDataset:
    return open_dataset(OpenRequest((), images, ((GROUND_TRUTH, path),)))


def pixels(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(path) as picture:
        assert picture.mode == "RGB"
        return np.array(picture)


def test_without_a_picture_the_classes_have_their_colors_on_black(tmp_path: Path) -> None:
    render_overlays(
        opened(write_masks(tmp_path / "m", {"n/a b": MASK}, LABELS)), tmp_path / "out", Overlay()
    )
    drawn = pixels(tmp_path / "out" / "n" / "a b.png")
    assert drawn.shape == (3, 4, 3)
    assert drawn[1].tolist() == [[0, 0, 0], [200, 0, 100], [200, 0, 100], [0, 128, 0]]


def test_over_a_picture_half_of_it_is_seen_and_all_of_it_in_the_background(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "m", {"a": MASK}, LABELS)
    picture = write_picture(tmp_path / "i" / "a.png", 4, 3)
    render_overlays(opened(masks, tmp_path / "i"), tmp_path / "out", Overlay())
    drawn, plain = pixels(tmp_path / "out" / "a.png"), pixels(picture)
    assert np.array_equal(drawn[:, 0], plain[:, 0])
    halfway = (plain[:, 3].astype(int) + np.array([0, 128, 0])) / 2
    assert np.abs(drawn[:, 3] - halfway).max() <= 2


def test_opacity_0_leaves_the_picture_alone(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "m", {"a": MASK}, LABELS)
    picture = write_picture(tmp_path / "i" / "a.png", 4, 3)
    overlay = Overlay(style=Style.BOTH, opacity=0.0)
    render_overlays(opened(masks, tmp_path / "i"), tmp_path / "out", overlay)
    assert np.array_equal(pixels(tmp_path / "out" / "a.png"), pixels(picture))


def test_outlines_leave_the_inside_of_a_region_alone(tmp_path: Path) -> None:
    mask = np.zeros((40, 40), np.uint8)
    mask[5:35, 5:35] = 1
    masks = write_masks(tmp_path / "m", {"a": mask}, LABELS)
    overlay = Overlay(style=Style.OUTLINE)
    render_overlays(opened(masks), tmp_path / "out", overlay)
    drawn = pixels(tmp_path / "out" / "a.png")
    assert not drawn[12:28, 12:28].any()
    assert drawn.any()


def test_a_sample_that_cannot_be_read_is_listed_and_left_out(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "m", {"a": MASK, "b": MASK}, LABELS)
    broken = masks / "a.png"
    broken.write_bytes(broken.read_bytes()[:-30])
    rendered = render_overlays(opened(masks), tmp_path / "out", Overlay())
    assert rendered.names == ("b",)
    assert [(str(p.kind), p.sample) for p in rendered.problems] == [("image_corrupt", "a")]


def test_names_cannot_climb_out_of_the_folder(tmp_path: Path) -> None:
    names = ["../../x", "a", "./a", "b//c"]
    colors = np.zeros((3, 4, 3), np.uint8)
    source = write_cvat(
        tmp_path / "s", {"a": colors, "b/c": colors}, LABELS, lists={"default": names}
    )
    folder = tmp_path / "deep" / "out"
    folder.parent.mkdir()
    rendered = render_overlays(opened(source), folder, Overlay())
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.png")}
    assert written == {"a.png", "a (2).png", "b/c.png"}
    assert "unsafe_path" in {str(p.kind) for p in rendered.problems}
    assert [path.name for path in tmp_path.rglob("x*")] == []


def test_undeclared_classes_are_hatched(tmp_path: Path) -> None:
    mask = np.full((32, 32), 9, np.uint8)
    masks = write_masks(tmp_path / "m", {"a": mask}, LABELS)
    render_overlays(opened(masks), tmp_path / "out", Overlay())
    colors = np.unique(pixels(tmp_path / "out" / "a.png").reshape(-1, 3), axis=0)
    assert len(colors) == 2
