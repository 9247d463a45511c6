"""Whatever goes wrong while files are written: the target is the old one or the new one, whole.

Faults are injected at random operations of a save, a conversion and a relabeling. After each the
edits are still there, unsaved, and the same once more goes well and leaves nothing behind.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import pytest

from maskstudio.core.document import load_sample
from maskstudio.errors import DataError
from maskstudio.formats.base import WriteOptions, no_progress
from maskstudio.formats.registry import traits
from maskstudio.workflows.convert import prepare_conversion, run_conversion
from maskstudio.workflows.open_dataset import OpenedDataset, OpenRequest, open_dataset
from maskstudio.workflows.relabel import merge_classes
from maskstudio.workflows.relabel_source import foresee, write_relabeled
from maskstudio.workflows.save_dataset import (
    finish_save,
    modified_keys,
    prepare_save,
    run_save,
)
from tests.cli.helpers import write_cvat, write_picture
from tests.helpers.failing_disk import FailingDisk, Fault, Killed

FORMATS = (
    *("cvat-segmentation-mask", "index-png", "labelbox-ndjson"),
    *("clearml-frames", "wandb-artifact"),
)
FOLDER = "cvat-folder"
NAMES = ("a", "b", "c/d")
LABELMAP = "background:0,0,0::\ncat:10,20,30::\ndog:40,50,60::\n"
OWN = (".maskstudio-part", ".maskstudio-new", ".maskstudio-journal")

Pixels = dict[str, bytes] | None


@dataclass(frozen=True)
class Deed:
    """Something that writes; it gives the data set whose edits it was to save, or None."""

    target: Path
    run: Callable[[], OpenedDataset | None]


def write_base(folder: Path) -> Path:
    """A CVAT folder of three masks with their pictures."""
    masks = {}
    for number, name in enumerate(NAMES):
        mask = np.zeros((12, 15, 3), np.uint8)
        mask[2:6, 3 : 7 + number] = 10, 20, 30
        mask[7:9, :5] = 40, 50, 60
        masks[name] = mask
        write_picture(folder / "JPEGImages" / f"{name}.png", 15, 12)
    return write_cvat(folder, masks, LABELMAP)


def opened_at(path: Path) -> OpenedDataset:
    return open_dataset(OpenRequest((path,), as_masks=True))


def pixels_at(path: Path) -> Pixels:
    """Every mask that is there, read anew; None where nothing is."""
    if not path.exists():
        return None
    with closing(opened_at(path)) as opened:
        found = {}
        for sample in opened.dataset.samples:
            loaded = load_sample(sample)
            assert not [p for p in loaded.problems if p.severity == "error"], loaded.problems
            (data,) = loaded.masks.values()
            found[sample.name] = data.pixels.tobytes()
        return found


def convert(source: Path, target: Path, name: str, *, overwrite: bool = False) -> None:
    options = WriteOptions(with_images=traits(name).needs_images, overwrite=overwrite)
    with closing(opened_at(source)) as opened:
        conversion = prepare_conversion(opened, name, options=options)
        assert not conversion.is_refused, conversion.problems
        run_conversion(conversion, target, options)


def target_in(folder: Path, name: str) -> Path:
    return folder / f"target{traits(name).suffix}"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One data set in every format that is saved in place."""
    folder = tmp_path_factory.mktemp("sources")
    found = {FOLDER: write_base(folder / "base")}
    for name in FORMATS:
        found[name] = target_in(folder / name, name)
        found[name].parent.mkdir()
        convert(found[FOLDER], found[name], name)
    return found


def painted(path: Path) -> OpenedDataset:
    """Opened, with another class in two masks."""
    opened = opened_at(path)
    dataset = opened.dataset
    (key,) = dataset.keys
    for sample in dataset.samples[:2]:
        dataset.open_document(load_sample(sample))
        layer = dataset.document(sample.name).layer(key)
        transaction = dataset.begin(sample.name, key, label="Fill")
        everything = np.ones(layer.pixels.shape, np.bool_)
        transaction.paint(layer.rect, everything, 2)
        transaction.commit()
    return opened


def save(folder: Path, source: Path) -> Deed:
    place = folder / "data"
    shutil.copytree(source if source.is_dir() else source.parent, place)
    path = place if source.is_dir() else place / source.name
    opened: list[OpenedDataset] = []

    def run() -> OpenedDataset:
        if not opened:
            opened.append(painted(path))
        (key,) = opened[0].dataset.keys
        job = prepare_save(opened[0], key)
        finish_save(opened[0], job, run_save(job, no_progress))
        return opened[0]

    return Deed(path, run)


def conversion(folder: Path, sources: dict[str, Path], name: str, *, overwrite: bool) -> Deed:
    target = target_in(folder, name)
    if overwrite:
        shutil.copytree(sources[FOLDER], folder / "less")
        listed = folder / "less" / "ImageSets" / "Segmentation" / "default.txt"
        listed.write_text("a\n")
        convert(folder / "less", target, name)
    return Deed(target, lambda: convert(sources[FOLDER], target, name, overwrite=overwrite))


def relabeling(folder: Path, source: Path) -> Deed:
    target = folder / "new" / source.name

    def run() -> None:
        with closing(opened_at(source)) as opened:
            (key,) = opened.dataset.keys
            found = merge_classes(opened.dataset.label_maps[key], [1, 2], into=2)
            write_relabeled(opened, key, foresee(opened, key, found), target)

    return Deed(target, run)


DEEDS = [f"{verb} {name}" for verb in ("save", "relabel") for name in (*FORMATS, FOLDER)]
DEEDS += [f"{verb} {name}" for verb in ("convert", "overwrite") for name in FORMATS]


def deed_of(words: str, folder: Path, sources: dict[str, Path]) -> Deed:
    folder.mkdir()
    verb, name = words.split()
    if verb == "save":
        return save(folder, sources[name])
    if verb == "relabel":
        return relabeling(folder, sources[name])
    return conversion(folder, sources, name, overwrite=verb == "overwrite")


@pytest.mark.parametrize("deed", DEEDS)
def test_the_target_is_the_old_one_or_the_new_one(
    tmp_path: Path, sources: dict[str, Path], count: Callable[[int], int], deed: str
) -> None:
    whole = deed_of(deed, tmp_path / "whole", sources)
    old, disk = pixels_at(whole.target), FailingDisk()
    with disk.in_force():
        close(whole.run())
    new = pixels_at(whole.target)
    assert old != new
    for seed in range(count(30)):
        rng = Random(f"{deed} {seed}")
        place, at = tmp_path / str(seed), rng.randrange(disk.count)
        check(deed_of(deed, place, sources), at, rng.choice(list(Fault)), old, new)
        shutil.rmtree(place)


def close(opened: OpenedDataset | None) -> None:
    if opened is not None:
        opened.close()


def check(deed: Deed, at: int, fault: Fault, old: Pixels, new: Pixels) -> None:
    """Let one fault happen; then do it again."""
    disk = FailingDisk(at, fault)
    said: BaseException | None = None
    with disk.in_force():
        try:
            close(deed.run())
        except (DataError, Killed) as error:
            said = error
    told = f"{fault} at {at}: {said!r}"
    found = pixels_at(deed.target)
    assert found in (old, new), told
    if said is None:
        assert found == new, told
    if found == old:
        close(deed.run())
        assert pixels_at(deed.target) == new, told
        assert leftovers(deed.target.parent) == [], told


def leftovers(folder: Path) -> list[str]:
    return [str(p.relative_to(folder)) for p in folder.rglob(".*") if p.name.endswith(OWN)]


def test_edits_that_could_not_be_saved_are_still_unsaved(
    tmp_path: Path, sources: dict[str, Path]
) -> None:
    for name in (*FORMATS, FOLDER):
        source = sources[name]
        shutil.copytree(source if source.is_dir() else source.parent, tmp_path / name)
        path = tmp_path / name if source.is_dir() else tmp_path / name / source.name
        with closing(painted(path)) as opened:
            (key,) = opened.dataset.keys
            job = prepare_save(opened, key)
            with FailingDisk(2, Fault.FULL).in_force(), pytest.raises(DataError) as caught:
                run_save(job, no_progress)
            assert "No space left on device" in str(caught.value)
            assert modified_keys(opened.dataset) == (key,)
            assert pixels_at(path) == pixels_at(source)
            job = prepare_save(opened, key)
            finish_save(opened, job, run_save(job, no_progress))
            assert modified_keys(opened.dataset) == ()
