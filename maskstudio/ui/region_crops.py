"""Small pictures of regions: made beside the window for the rows that are seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage

from maskstudio.core.document import Sample
from maskstudio.core.geometry import Size
from maskstudio.core.image import Image
from maskstudio.errors import DataError
from maskstudio.render.comparison import PairRules
from maskstudio.render.palette import Words
from maskstudio.render.region_crop import crop_around, crop_words
from maskstudio.workflows.current_masks import CurrentPair, current_pair
from maskstudio.workflows.disagreement import Region

from .canvas.pair_rules import pair_rules
from .workbench import Workbench
from .workers import Task

KEPT = 1000
PRIORITY = -1
"""Below everything a user waits for."""


class RegionCrops(QObject):
    """Makes the crops of one sample at a time; a region looks the same as long as it is one.

    Signals:
        changed(): there are new crops.
    """

    changed = Signal()

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        """Begin with none."""
        super().__init__(parent)
        self._workbench = workbench
        self._size = Size(44, 34)
        self._kept: OrderedDict[Region, QImage] = OrderedDict()
        self._wanted: tuple[Region, ...] = ()
        self._failed: set[str] = set()
        self._task: Task | None = None
        workbench.compared.changed.connect(self._forget)
        workbench.compared.classes_changed.connect(self._forget)

    def get(self, region: Region) -> QImage | None:
        """The crop of a region as far as it is there."""
        return self._kept.get(region)

    def set_size(self, size: QSize) -> None:
        """Make crops that fit this size, in device pixels."""
        if (size.width(), size.height()) != self._size:
            self._size = Size(size.width(), size.height())
            self._forget()

    def want(self, regions: Sequence[Region]) -> None:
        """Make these, and nothing that was wanted before and is not among them."""
        self._wanted = tuple(regions)
        self._make_next()

    def _forget(self) -> None:
        self._kept.clear()
        self._failed.clear()
        self._wanted = ()
        if self._task is not None:
            self._task.cancel()

    def _make_next(self) -> None:
        dataset, keys = self._workbench.dataset, self._workbench.compared.keys
        if self._task is not None or dataset is None or keys is None:
            return
        missing = [r for r in self._wanted if r not in self._kept and r.sample not in self._failed]
        if not missing:
            return
        name = missing[0].sample
        pair = current_pair(dataset, name, *keys)
        if pair is None:
            self._failed.add(name)
            return
        image = dataset.document(name).image if dataset.is_open(name) else None
        regions = [region for region in missing if region.sample == name]
        # A crop is kept: it shows every mistake, whatever the canvas points out meanwhile.
        rules = replace(pair_rules(self._workbench), shown_class=None, shown_cell=None)
        self._task = self._workbench.tasks.start(
            f"Pictures of {name}",
            partial(_make, dataset.sample(name), image, pair, rules, regions, self._size),
            done=self._take,
            failed=lambda _: self._failed.add(name),
            is_shown=False,
            priority=PRIORITY,
        )
        self._task.ended.connect(self._on_ended)

    def _take(self, crops: dict[Region, Words]) -> None:
        for region, words in crops.items():
            height, width = words.shape
            image = QImage(words.data, width, height, 4 * width, QImage.Format.Format_RGB32)
            self._kept[region] = image.copy()
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.changed.emit()

    def _on_ended(self) -> None:
        self._task = None
        self._make_next()


def _make(
    sample: Sample,
    image: Image | None,
    pair: CurrentPair,
    rules: PairRules,
    regions: Sequence[Region],
    size: Size,
    task: Task,
) -> dict[Region, Words]:
    """Decode a sample where it is not open, and cut its regions out. Raises DataError."""
    masks = pair.read()
    task.report(1, 2)
    if image is None and sample.image is not None:
        try:
            image = sample.image.read()
        except DataError:
            image = None
    task.report(2, 2)
    whole = Size.of(masks.ground_truth.pixels)
    return {
        region: crop_words(
            image,
            masks.prediction.pixels,
            masks.ground_truth.pixels,
            rules,
            crop_around(region.rect, size, whole),
            size,
        )
        for region in regions
    }
