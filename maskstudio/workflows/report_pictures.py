"""Pictures for a report: where predictions differ from the ground truth, in few bytes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from maskstudio.core.geometry import Point, Rect, Size
from maskstudio.core.image import FULL_8_BIT, Image
from maskstudio.core.labels import MAX_INDEX
from maskstudio.errors import DataError
from maskstudio.formats.pictures import encode_mask_png
from maskstudio.render.comparison import Difference, Joint, PairRules, ShownPair, swatch
from maskstudio.render.compose import Scene, compose
from maskstudio.render.palette import Words
from maskstudio.render.pyramid import Pyramid
from maskstudio.render.thumbnail import fitted_size
from maskstudio.render.viewport import Viewport

from .comparer import ComparedMasks, Comparer
from .sample_pairs import SamplePair

BOX = Size(560, 420)
"""Largest picture; smaller ones keep their size."""

SWATCH_SIDE = 32
GROUND = (0x80, 0x80, 0x80)
"""Shown where a sample has no picture."""

LEGEND = (
    (Difference.CORRECT, "correct"),
    (Difference.MISSED, "missed: predicted as nothing"),
    (Difference.SPURIOUS, "spurious: nothing in truth"),
    (Difference.CONFUSED, "confused: another class"),
    (Difference.NOT_COUNTED, "not counted: ignored in truth"),
)

_NEVER_MET = 1 << 20


@dataclass(frozen=True)
class ReportPicture:
    """A picture as it stands in a document."""

    size: Size
    uri: str


def difference_picture(comparer: Comparer, pair: SamplePair) -> ReportPicture | None:
    """Where the masks of a pair differ, over its picture; None where they cannot be read."""
    try:
        masks = comparer.read(pair)
    except DataError:
        return None
    mask_size = Size.of(masks.ground_truth.pixels)
    image = _image_of(pair, mask_size)
    scene = Scene(
        picture=Pyramid(image.pixels, is_mask=False) if image else None,
        pair=ShownPair(
            Pyramid(masks.prediction.pixels, is_mask=True),
            Pyramid(masks.ground_truth.pixels, is_mask=True),
            _rules(comparer, masks),
        ),
        window=image.window if image else FULL_8_BIT,
        grid=False,
        ground=GROUND,
    )
    box = Size(min(BOX.width, mask_size.width), min(BOX.height, mask_size.height))
    size = fitted_size(mask_size, box)
    words = np.empty((size.height, size.width), np.uint32)
    zoom = max(size.width / mask_size.width, size.height / mask_size.height)
    compose(words, Rect.of_size(size), Viewport(mask_size, size, zoom, Point(0, 0)), scene)
    return _picture(words)


def legend_picture(kind: Difference) -> ReportPicture:
    """A square that looks as a kind of difference does."""
    return _picture(swatch(kind, SWATCH_SIDE))


def _image_of(pair: SamplePair, size: Size) -> Image | None:
    """The picture of a pair, where it has one of the masks' size that can be read."""
    for sample in (pair.ground_truth, pair.prediction):
        if sample.image is None:
            continue
        try:
            image = sample.image.read()
        except DataError:
            continue
        if image.size == size:
            return image
    return None


def _rules(comparer: Comparer, masks: ComparedMasks) -> PairRules:
    return PairRules(
        _table(masks.of_prediction),
        _table(masks.of_ground_truth),
        ignored=comparer.ignored,
        nothing=comparer.alignment.backgrounds,
    )


def _table(joint: Mapping[int, int]) -> Joint:
    table = np.arange(_NEVER_MET, _NEVER_MET + MAX_INDEX + 1, dtype=np.int32)
    table[list(joint)] = list(joint.values())
    return table


def _picture(words: Words) -> ReportPicture:
    """Words of a frame as a PNG inside the document."""
    height, width = words.shape
    blue_first = words.view(np.uint8).reshape(height, width, 4)
    png = encode_mask_png(np.ascontiguousarray(blue_first[..., 2::-1]))
    uri = f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
    return ReportPicture(Size(width, height), uri)
