"""Logging to a run through the real client of Weights & Biases, which is imported here alone, late.

MaskStudio writes no log itself. Offline nothing of the machine, an account or a network is needed,
and all that the client leaves is the folder of the run (`formats.md` section 4.6).
"""

from __future__ import annotations

import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from maskstudio.errors import DataError, Kind, Problem, Scope, Severity

from .atomic import not_writable, part_folder
from .base import Content, Progress, SaveReport, WriteItem, WriteOptions
from .wandb_objects import narrow
from .wandb_target import items_by_name, require_free

KEY = "images"
_STEP = re.compile(r"(?P<key>.+)/(?P<step>0|[1-9][0-9]{0,8})")
_HOMES = ("WANDB_CONFIG_DIR", "WANDB_CACHE_DIR", "WANDB_DATA_DIR", "WANDB_ARTIFACT_DIR")
Place = tuple[str, int]


def is_installed() -> bool:
    """Whether the client is there; nothing is imported."""
    return find_spec("wandb") is not None


def places_of(names: list[str]) -> dict[str, Place]:
    """Key and step of each sample: its own where all names end in steps, else one after another."""
    found = [_STEP.fullmatch(name) for name in names]
    if names and all(found):
        return {m[0]: (m["key"], int(m["step"])) for m in found if m is not None}
    return {name: (KEY, step) for step, name in enumerate(names)}


def log_run(
    target: Path, content: Content, options: WriteOptions, progress: Progress
) -> SaveReport:
    """Log every sample with its layers; the folder of the run becomes the target.

    Raises:
        DataError: not_writable (the client is missing or refuses), target_exists, cannot_hold, or
            a fault of what is read; offline nothing is left behind.
        CancelledError: offline nothing is left behind.
    """
    if not is_installed():
        found = "the package `wandb` is not installed, which MaskStudio logs through"
        raise DataError(Kind.NOT_WRITABLE, str(target), found, "maskstudio[wandb]")
    require_free(target, options)
    if target.is_dir() and any(target.iterdir()) and not any(target.glob("*.wandb")):
        raise DataError(Kind.TARGET_EXISTS, str(target), "the folder holds something else", "a run")
    try:
        with part_folder(target) as place:
            problems = _log(place, content, progress, is_online=options.online)
            (run,) = (p for p in (place / "wandb").glob("*run-*") if not p.is_symlink())
            _put_in_place(run, target, place / "before")
    except OSError as error:
        raise not_writable(target, error) from error
    return SaveReport(tuple(problems))


def _put_in_place(run: Path, target: Path, before: Path) -> None:
    """Let the new run take the place of the old one, which stays where that cannot be."""
    if target.exists():
        target.rename(before)
    try:
        run.rename(target)
    except OSError:
        if before.exists():
            before.rename(target)
        raise


def _log(folder: Path, content: Content, progress: Progress, *, is_online: bool) -> list[Problem]:
    by_name = items_by_name(content)
    places = places_of(list(by_name))
    steps: dict[int, list[str]] = defaultdict(list)
    for name, (_, step) in places.items():
        steps[step].append(name)
    with _client(folder, is_online=is_online) as wandb:
        images = _Images(wandb, folder / "pictures", content)
        try:
            run = _begin(wandb, folder, is_online=is_online)
            for done, step in enumerate(sorted(steps)):
                progress(done, len(steps), steps[step][0])
                row = {places[name][0]: images.make(by_name[name]) for name in steps[step]}
                run.log({key: image for key, image in row.items() if image}, step=step)
                images.forget()
            run.finish()
        except (wandb.errors.Error, ValueError, TypeError) as error:
            wandb.teardown(exit_code=1)
            raise DataError(Kind.NOT_WRITABLE, "wandb", f"the client refuses ({error})") from error
        except BaseException:
            wandb.teardown(exit_code=1)
            raise
    progress(len(steps), len(steps), "")
    return images.problems


def _begin(wandb: Any, folder: Path, *, is_online: bool) -> Any:
    """A run that says nothing, and looks at nothing of the machine."""
    settings = wandb.Settings(silent=True, console="off", x_disable_stats=True, x_disable_meta=True)
    mode = "online" if is_online else "offline"
    return wandb.init(mode=mode, dir=str(folder), settings=settings)


class _Images:
    """Makes the client's objects of samples."""

    def __init__(self, wandb: Any, folder: Path, content: Content) -> None:
        """Pictures lie in the folder until they are logged."""
        self._wandb = wandb
        self._folder = folder
        self._names = {
            layer.key: {c.index: c.name for c in layer.label_map}
            for layer in (content, *content.others)
        }
        self.problems: list[Problem] = []

    def make(self, items: Mapping[str, WriteItem]) -> Any:
        """The object of one sample, or None where nothing tells how large it is."""
        first = next(iter(items.values()))
        masks: dict[str, dict[str, Any]] = {}
        for key, item in items.items():
            data = item.read()
            if data is not None:
                masks[key] = {"mask_data": narrow(data.pixels, item.name)}
                if self._names[key]:
                    masks[key]["class_labels"] = self._names[key]
        picture = self._picture(items, first.name)
        for mask in masks.values():
            if picture is None:
                picture = np.zeros((*mask["mask_data"].shape, 3), np.uint8)
        caption = first.caption or (None if _STEP.fullmatch(first.name) else first.name)
        return (
            None
            if picture is None
            else self._wandb.Image(picture, masks=masks or None, caption=caption)
        )

    def forget(self) -> None:
        """Remove the pictures, which the client has copied."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _picture(self, items: Mapping[str, WriteItem], name: str) -> Any:
        """A file of the picture, unchanged; None where there is none that can be read."""
        image = next((item.image for item in items.values() if item.image is not None), None)
        if image is None:
            return None
        try:
            data = image.stored_bytes()
        except DataError as error:
            self.problems.append(error.problem(Scope.ITEM, severity=Severity.WARNING, sample=name))
            return None
        self._folder.mkdir(exist_ok=True)
        path = self._folder / f"{len(list(self._folder.iterdir()))}{image.suffix.lower()}"
        path.write_bytes(data)
        return str(path)


@contextmanager
def _client(folder: Path, *, is_online: bool) -> Iterator[Any]:
    """The client, which offline keeps all its own files below a folder and reports to nobody."""
    words = {} if is_online else dict.fromkeys(_HOMES, str(folder / "home"))
    words |= {"WANDB_SILENT": "true"}
    if not is_online:
        words |= {"WANDB_ERROR_REPORTING": "false", "WANDB_MODE": "offline"}
    before = {name: os.environ.get(name) for name in words}
    os.environ.update(words)
    try:
        yield import_module("wandb")
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
