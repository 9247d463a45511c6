"""Which folders are offered as images with masks beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from maskstudio.workflows.suggest_layout import suggest_layout


def laid_out(folder: Path, *files: str) -> Path:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def test_images_with_masks_and_predictions_of_models(tmp_path: Path) -> None:
    files = ("Images/a.jpg", "gt/a.png", "preds/m1/a.png", "preds/m2/a.png", "other/a.txt")
    found = suggest_layout(laid_out(tmp_path, *files))
    assert found is not None
    assert found.images == tmp_path / "Images"
    assert found.layers == (
        ("ground_truth", tmp_path / "gt"),
        ("predictions m1", tmp_path / "preds/m1"),
        ("predictions m2", tmp_path / "preds/m2"),
    )


@pytest.mark.parametrize("files", [("images/a.jpg",), ("masks/a.png",), ("images/a", "masks/a.md")])
def test_one_without_the_other_is_no_layout(tmp_path: Path, files: tuple[str, ...]) -> None:
    assert suggest_layout(laid_out(tmp_path, *files)) is None


@pytest.mark.parametrize("name", ["frames.json", "ImageSets/Segmentation/default.txt"])
def test_a_folder_whose_samples_are_listed_is_not_split_up(tmp_path: Path, name: str) -> None:
    assert suggest_layout(laid_out(tmp_path, "images/a.png", "masks/a.png", name)) is None
