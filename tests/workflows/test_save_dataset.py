from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskstudio.core.document import load_sample
from maskstudio.core.geometry import Rect
from maskstudio.core.labels import LabelClass
from maskstudio.errors import DataError, Kind
from maskstudio.formats.base import no_progress
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from maskstudio.workflows.save_dataset import (
    finish_export,
    finish_save,
    modified_keys,
    prepare_export,
    prepare_save,
    run_export,
    run_save,
)
from tests.helpers.masks import mask

COLORS = {0: (0, 0, 0), 1: (10, 20, 30), 2: (40, 50, 60)}


def color_png(path: Path, pixels: np.ndarray) -> None:
    rgb = np.zeros((*pixels.shape, 3), np.uint8)
    for index, color in COLORS.items():
        rgb[pixels == index] = color
    Image.fromarray(rgb).save(path)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A zip of two color masks and a third item without one, made with Pillow and zipfile."""
    target = tmp_path / "masks.zip"
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("labelmap.txt", "background:0,0,0::\ncat:10,20,30::\ndog:40,50,60::\n")
        file.writestr("ImageSets/Segmentation/train.txt", "a\nb\n")
        file.writestr("ImageSets/Segmentation/val.txt", "c\n")
        for name, pixels in (("a", mask("..11", "..11")), ("b", mask("2222", "...."))):
            color_png(tmp_path / "m.png", pixels)
            file.write(tmp_path / "m.png", f"SegmentationClass/{name}.png")
        file.comment = b"made by hand"
    return target


def opened(archive: Path, *names: str) -> OpenedDataset:
    found = open_dataset(OpenRequest(paths=(archive,)))
    for name in names:
        found.dataset.open_document(load_sample(found.dataset.sample(name)))
    return found


def paint(found: OpenedDataset, name: str, rect: Rect, index: int) -> None:
    transaction = found.dataset.begin(name, "ground_truth", label="Brush")
    transaction.paint(rect, np.ones((rect.height, rect.width), np.bool_), index)
    transaction.commit()


def save(found: OpenedDataset) -> None:
    job = prepare_save(found, "ground_truth")
    finish_save(found, job, run_save(job, no_progress))


def stored(archive: Path, name: str) -> list[list[int]]:
    """Class indices of a mask in the zip, read with Pillow alone."""
    with zipfile.ZipFile(archive) as file, file.open(f"SegmentationClass/{name}.png") as png:
        rgb = np.asarray(Image.open(png).convert("RGB"))
    by_color = {color: index for index, color in COLORS.items()}
    return [[by_color[int(r), int(g), int(b)] for r, g, b in row] for row in rgb]


def test_a_save_writes_the_painted_pixels_and_nothing_else(archive: Path) -> None:
    before = {
        i.filename: zipfile.ZipFile(archive).read(i) for i in zipfile.ZipFile(archive).infolist()
    }
    found = opened(archive, "a")
    paint(found, "a", Rect(0, 0, 1, 2), 2)
    assert modified_keys(found.dataset) == ("ground_truth",)
    save(found)
    assert stored(archive, "a") == [[2, 0, 1, 1], [2, 0, 1, 1]]
    assert modified_keys(found.dataset) == ()
    with zipfile.ZipFile(archive) as file:
        assert file.comment == b"made by hand"
        assert [i.filename for i in file.infolist()] == list(before)
        after = {i.filename: file.read(i) for i in file.infolist()}
    assert [n for n in before if before[n] != after[n]] == ["SegmentationClass/a.png"]


def test_a_closed_document_is_saved_from_what_was_put_aside(archive: Path) -> None:
    found = opened(archive, "a", "b")
    paint(found, "a", Rect(0, 0, 1, 1), 1)
    paint(found, "b", Rect(3, 1, 4, 2), 1)
    found.dataset.close_document("a")
    save(found)
    assert stored(archive, "a")[0] == [1, 0, 1, 1]
    assert stored(archive, "b") == [[2, 2, 2, 2], [0, 0, 0, 1]]
    reopened = found.dataset.open_document(load_sample(found.dataset.sample("a")))
    assert reopened.layer("ground_truth").pixels[0].tolist() == [1, 0, 1, 1]


def test_undo_after_a_save_is_a_change_that_can_be_saved_again(archive: Path) -> None:
    found = opened(archive, "a")
    paint(found, "a", Rect(0, 0, 4, 2), 2)
    save(found)
    found.dataset.undo()
    assert found.dataset.modified_samples() == {"a"}
    save(found)
    assert stored(archive, "a") == [[0, 0, 1, 1], [0, 0, 1, 1]]


def test_painting_while_files_are_written_stays_unsaved(archive: Path) -> None:
    found = opened(archive, "a")
    paint(found, "a", Rect(0, 0, 1, 1), 2)
    job = prepare_save(found, "ground_truth")
    paint(found, "a", Rect(1, 1, 2, 2), 1)
    finish_save(found, job, run_save(job, no_progress))
    assert stored(archive, "a") == [[2, 0, 1, 1], [0, 0, 1, 1]]
    assert found.dataset.modified_samples() == {"a"}
    save(found)
    assert stored(archive, "a") == [[2, 0, 1, 1], [0, 1, 1, 1]]


def test_a_failed_save_leaves_the_file_and_the_marks(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = archive.read_bytes()
    found = opened(archive, "a")
    paint(found, "a", Rect(0, 0, 1, 1), 2)
    job = prepare_save(found, "ground_truth")

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(DataError) as caught:
        run_save(job, no_progress)
    assert caught.value.kind is Kind.NOT_WRITABLE
    assert archive.read_bytes() == before
    assert [p.name for p in archive.parent.iterdir() if "masks" in p.name] == ["masks.zip"]
    assert found.dataset.modified_samples() == {"a"}


def test_an_item_without_a_mask_gets_one_when_it_is_painted(archive: Path, tmp_path: Path) -> None:
    Image.new("RGB", (3, 1)).save(tmp_path / "c.png")
    (tmp_path / "images").mkdir()
    (tmp_path / "c.png").rename(tmp_path / "images" / "c.png")
    found = open_dataset(
        OpenRequest(images=tmp_path / "images", layers=(("ground_truth", archive),))
    )
    found.dataset.open_document(load_sample(found.dataset.sample("c")))
    paint(found, "c", Rect(0, 0, 1, 1), 1)
    save(found)
    assert stored(archive, "c") == [[1, 0, 0]]
    assert found.dataset.sample("c").masks["ground_truth"].size() == (3, 1)


def test_without_background_one_is_added_last_for_pixels_nobody_painted(tmp_path: Path) -> None:
    target = tmp_path / "masks.zip"
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("labelmap.txt", "cat:10,20,30::\ndog:40,50,60::\n")
        file.writestr("ImageSets/Segmentation/default.txt", "a\n")
    (tmp_path / "images").mkdir()
    Image.new("RGB", (3, 1)).save(tmp_path / "images" / "a.png")
    found = open_dataset(
        OpenRequest(images=tmp_path / "images", layers=(("ground_truth", target),))
    )
    found.dataset.open_document(load_sample(found.dataset.sample("a")))
    paint(found, "a", Rect(0, 0, 1, 1), 1)
    save(found)
    with zipfile.ZipFile(target) as file:
        lines = file.read("labelmap.txt").decode().splitlines()
        with file.open("SegmentationClass/a.png") as png:
            rgb = np.asarray(Image.open(png).convert("RGB")).tolist()
    named = [line for line in lines if not line.startswith("#")]
    assert named == ["cat:10,20,30::", "dog:40,50,60::", "background:0,0,0::"]
    assert rgb == [[[40, 50, 60], [0, 0, 0], [0, 0, 0]]]
    assert found.dataset.label_maps["ground_truth"].background == 2


def test_images_alone_are_saved_to_a_new_zip_and_live_there_from_then_on(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    for name in ("a", "b"):
        Image.new("RGB", (3, 2)).save(tmp_path / "images" / f"{name}.png")
    found = open_dataset(OpenRequest(images=tmp_path / "images"))
    dataset = found.dataset
    label_map = dataset.label_maps["ground_truth"]
    index = label_map.free_index()
    from maskstudio.core.labels import LabelClass

    dataset.change_label_map(
        "Add cat", "ground_truth", label_map.with_class(LabelClass(index, "cat", (10, 20, 30)))
    )
    dataset.open_document(load_sample(dataset.sample("a")))
    paint(found, "a", Rect(0, 0, 1, 1), index)
    with pytest.raises(DataError, match="ground_truth"):
        prepare_save(found, "ground_truth")
    target = tmp_path / "new.zip"
    job = prepare_export(found, "ground_truth", format_name="cvat-segmentation-mask", target=target)
    finish_export(found, job, run_export(job, no_progress))
    assert stored(target, "a") == [[1, 0, 0], [0, 0, 0]]
    assert not dataset.history.modified()
    paint(found, "a", Rect(2, 1, 3, 2), 1)
    save(found)
    assert stored(target, "a") == [[1, 0, 0], [0, 0, 1]]
    with zipfile.ZipFile(target) as file:
        assert file.read("ImageSets/Segmentation/default.txt").decode().split() == ["a", "b"]


def write_archive(target: Path, labels: str, names: str, masks: dict[str, np.ndarray]) -> Path:
    """A zip with a label map, one list and mask files by entry name."""
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("labelmap.txt", labels)
        file.writestr("ImageSets/Segmentation/default.txt", names)
        for name, pixels in masks.items():
            buffer = io.BytesIO()
            Image.fromarray(pixels).save(buffer, "PNG")
            file.writestr(name, buffer.getvalue())
    return target


def layer_of(found: OpenedDataset, name: str) -> list[list[int]]:
    """Class indices of an open sample."""
    rows: list[list[int]] = found.dataset.document(name).layer("ground_truth").pixels.tolist()
    return rows


def open_again(found: OpenedDataset, name: str) -> None:
    if found.dataset.is_open(name):
        found.dataset.close_document(name)
    found.dataset.open_document(load_sample(found.dataset.sample(name)))


def test_classes_painted_where_only_instances_were_are_saved(tmp_path: Path) -> None:
    labels = "background:0,0,0::\ncat:10,20,30::\ndog:40,50,60::\n"
    target = write_archive(
        tmp_path / "o.zip", labels, "a\nb\n",
        {f"SegmentationObject/{name}.png": mask("..11", "..11") for name in "ab"},
    )  # fmt: skip
    found = opened(target, "a", "b")
    paint(found, "a", Rect(0, 0, 1, 2), 2)
    save(found)
    assert stored(target, "a") == [[2, 0, 0, 0], [2, 0, 0, 0]]
    with zipfile.ZipFile(target) as file:
        assert "SegmentationClass/b.png" not in file.namelist()
    open_again(found, "a")
    assert layer_of(found, "a") == [[2, 0, 0, 0], [2, 0, 0, 0]]


def test_redo_after_pixels_without_a_class_were_saved_gives_no_strange_index(
    tmp_path: Path,
) -> None:
    target = write_archive(tmp_path / "m.zip", "cat:10,20,30::\ndog:40,50,60::\n", "a\n", {})
    (tmp_path / "images").mkdir()
    Image.new("RGB", (3, 1)).save(tmp_path / "images" / "a.png")
    found = open_dataset(
        OpenRequest(images=tmp_path / "images", layers=(("ground_truth", target),))
    )
    found.dataset.open_document(load_sample(found.dataset.sample("a")))
    paint(found, "a", Rect(0, 0, 1, 1), 1)
    save(found)
    found.dataset.undo()
    save(found)
    open_again(found, "a")
    assert layer_of(found, "a") == [[2, 2, 2]]
    found.dataset.redo()
    assert layer_of(found, "a") == [[1, 2, 2]]


def test_an_edited_sample_the_target_cannot_hold_stops_the_export(tmp_path: Path) -> None:
    """Left out of it, its edit would count as saved and be lost."""
    source = write_archive(
        tmp_path / "s.zip", "background:0,0,0::\ncat:10,20,30::\n", "a\nb\n",
        {"SegmentationClass/a.png": mask("..17"), "SegmentationClass/b.png": mask("..1.")},
    )  # fmt: skip
    found = opened(source, "a", "b")
    paint(found, "a", Rect(0, 0, 1, 1), 1)
    target = tmp_path / "t.zip"
    job = prepare_export(found, "ground_truth", format_name="cvat-segmentation-mask", target=target)
    with pytest.raises(DataError) as caught:
        run_export(job, no_progress)
    assert caught.value.kind is Kind.UNDECLARED_INDEX
    assert not target.exists()
    assert found.dataset.modified_samples() == {"a"}
    found.dataset.undo()
    job = prepare_export(found, "ground_truth", format_name="cvat-segmentation-mask", target=target)
    saved = run_export(job, no_progress)
    assert [p.sample for p in saved.problems] == ["a"]


def test_an_export_to_plain_masks_never_writes_a_stand_in_as_an_index(tmp_path: Path) -> None:
    strange = np.zeros((1, 2, 3), np.uint8)
    strange[0, 1] = (1, 2, 3)
    source = write_archive(
        tmp_path / "s.zip", "background:0,0,0::\ncat:10,20,30::\n", "a\n",
        {"SegmentationClass/a.png": strange},
    )  # fmt: skip
    found = opened(source, "a")
    target = tmp_path / "plain"
    job = prepare_export(found, "ground_truth", format_name="index-png", target=target)
    with pytest.raises(DataError) as caught:
        run_export(job, no_progress)
    assert caught.value.kind is Kind.UNDECLARED_COLOR
    assert not target.exists()


def test_a_data_set_that_was_exported_can_be_saved_again(tmp_path: Path) -> None:
    """Writing it anew gave the class without a color one."""
    source = write_archive(
        tmp_path / "s.zip", "background:0,0,0::\ncat:10,20,30::\ndog:::\n", "a\nb\n",
        {"SegmentationClass/a.png": mask("..12"), "SegmentationClass/b.png": mask(".2..")},
    )  # fmt: skip
    found = opened(source, "a", "b")
    job = prepare_export(
        found, "ground_truth", format_name="cvat-segmentation-mask", target=tmp_path / "t.zip"
    )
    finish_export(found, job, run_export(job, no_progress))
    before = zipfile.ZipFile(tmp_path / "t.zip").read("SegmentationClass/b.png")
    paint(found, "a", Rect(0, 0, 1, 1), 1)
    save(found)
    assert zipfile.ZipFile(tmp_path / "t.zip").read("SegmentationClass/b.png") == before


def test_a_background_that_a_save_added_is_not_added_twice(tmp_path: Path) -> None:
    target = write_archive(tmp_path / "m.zip", "cat:10,20,30::\n", "a\nb\n", {})
    (tmp_path / "images").mkdir()
    for name in "ab":
        Image.new("RGB", (3, 1)).save(tmp_path / "images" / f"{name}.png")
    found = open_dataset(
        OpenRequest(images=tmp_path / "images", layers=(("ground_truth", target),))
    )
    dataset = found.dataset
    for name in "ab":
        dataset.open_document(load_sample(dataset.sample(name)))
    before = dataset.label_maps["ground_truth"]
    dog = LabelClass(1, "dog", (40, 50, 60))
    dataset.change_label_map("Add dog", "ground_truth", before.with_class(dog))
    paint(found, "a", Rect(0, 0, 1, 1), 0)
    save(found)
    dataset.undo()
    dataset.undo()
    assert dataset.label_maps["ground_truth"].background == 2
    paint(found, "b", Rect(0, 0, 1, 1), 0)
    save(found)
    with zipfile.ZipFile(target) as file:
        lines = file.read("labelmap.txt").decode().splitlines()[1:]
    assert [line.split(":")[0] for line in lines] == ["cat", "_dummy1", "background"]


def test_regions_without_an_id_get_one_also_when_their_sample_is_closed(tmp_path: Path) -> None:
    target = write_archive(
        tmp_path / "o.zip", "background:0,0,0::\ncat:10,20,30::\ndog:40,50,60::\n", "a\nb\n",
        {
            "SegmentationClass/a.png": mask("..11", "...."),
            "SegmentationObject/a.png": mask("..55", "...."),
            "SegmentationClass/b.png": mask("..11", "...."),
            "SegmentationObject/b.png": mask("....", "...."),
        },
    )  # fmt: skip
    found = opened(target, "a")
    paint(found, "a", Rect(0, 1, 2, 2), 2)
    found.dataset.close_document("a")
    untouched = zipfile.ZipFile(target).read("SegmentationObject/b.png")
    save(found)
    found.dataset.open_document(load_sample(found.dataset.sample("a")))
    ids = found.dataset.document("a").layer("ground_truth").instances
    assert ids is not None
    assert ids.tolist() == [[0, 0, 5, 5], [6, 6, 0, 0]]
    assert zipfile.ZipFile(target).read("SegmentationObject/b.png") == untouched


def test_an_export_gives_every_region_an_id_where_that_was_asked_for(tmp_path: Path) -> None:
    source = write_archive(
        tmp_path / "s.zip", "background:0,0,0::\ncat:10,20,30::\n", "a\n",
        {"SegmentationClass/a.png": mask("1..1")},
    )  # fmt: skip
    found = opened(source)
    target = tmp_path / "t.zip"
    job = prepare_export(
        found, "ground_truth",
        format_name="cvat-segmentation-mask", target=target, numbers_all=True,
    )  # fmt: skip
    finish_export(found, job, run_export(job, no_progress))
    with zipfile.ZipFile(target) as file, file.open("SegmentationObject/a.png") as png:
        voc = np.asarray(Image.open(png).convert("RGB")).tolist()
    assert voc == [[[128, 0, 0], [0, 0, 0], [0, 0, 0], [0, 128, 0]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two plain masks with a label map."""
    target = tmp_path / "masks"
    target.mkdir()
    (target / "labelmap.txt").write_text("background:0,0,0::\ncat:10,20,30::\n")
    for name in "ab":
        Image.fromarray(mask("..11", "..11")).save(target / f"{name}.png")
    return target


def test_a_mask_that_cannot_be_read_for_a_while_is_never_saved_empty(folder: Path) -> None:
    found = opened(folder, "a")
    paint(found, "a", Rect(0, 0, 1, 1), 1)
    found.dataset.close_document("a")
    whole = (folder / "a.png").read_bytes()
    (folder / "a.png").write_bytes(whole[:40])
    open_again(found, "a")
    assert found.dataset.document("a").layer("ground_truth").is_locked
    with pytest.raises(DataError):
        save(found)
    assert (folder / "a.png").read_bytes() == whole[:40]
    assert found.dataset.modified_samples() == {"a"}
    (folder / "a.png").write_bytes(whole)
    save(found)
    assert np.asarray(Image.open(folder / "a.png")).tolist() == [[1, 0, 1, 1], [0, 0, 1, 1]]


def test_changes_of_a_mask_that_has_another_size_by_now_are_kept_and_told(folder: Path) -> None:
    found = opened(folder, "a")
    dataset = found.dataset
    paint(found, "a", Rect(0, 0, 1, 1), 1)
    dataset.close_document("a")
    Image.fromarray(mask("...", "...")).save(folder / "a.png")
    before = (folder / "a.png").read_bytes()
    open_again(found, "a")
    assert layer_of(found, "a") == [[0, 0, 0], [0, 0, 0]]
    assert [(p.kind, p.sample) for p in dataset.problems] == [(Kind.SIZE_MISMATCH, "a")]
    assert dataset.undo() is None
    with pytest.raises(DataError) as caught:
        save(found)
    assert caught.value.kind is Kind.SIZE_MISMATCH
    assert (folder / "a.png").read_bytes() == before
    Image.fromarray(mask("..11", "..11")).save(folder / "a.png")
    open_again(found, "a")
    assert layer_of(found, "a") == [[1, 0, 1, 1], [0, 0, 1, 1]]


def test_an_edit_of_a_mask_that_has_another_size_by_now_is_not_undone(folder: Path) -> None:
    found = opened(folder, "a")
    paint(found, "a", Rect(0, 0, 1, 1), 1)
    save(found)
    Image.fromarray(mask("...", "...")).save(folder / "a.png")
    open_again(found, "a")
    assert found.dataset.undo() is None
    assert found.dataset.history.position == 1


def test_two_layers_of_one_file_are_not_saved_over_each_other(archive: Path) -> None:
    found = open_dataset(OpenRequest(layers=(("one", archive), ("two", archive))))
    dataset = found.dataset
    dataset.open_document(load_sample(dataset.sample("a")))
    for key, index in (("one", 1), ("two", 2)):
        transaction = dataset.begin("a", key, label="Brush")
        transaction.paint(Rect(0, 0, 1, 1), np.ones((1, 1), np.bool_), index)
        transaction.commit()
    job = prepare_save(found, "one")
    finish_save(found, job, run_save(job, no_progress))
    with pytest.raises(DataError) as caught:
        prepare_save(found, "two")
    assert caught.value.kind is Kind.CANNOT_HOLD
    assert stored(archive, "a")[0] == [1, 0, 1, 1]
    assert modified_keys(dataset) == ("two",)
