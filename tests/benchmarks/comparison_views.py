"""Full repaint of the comparison views, next to the plain overlay; prints JSON.

    python -m tests.benchmarks.comparison_views [--side 16384] [--repeats 40]

A view of 1920x1080 over an RGB picture and two uint8 masks, in one run: the overlay of both masks
is the reference, once with two fills and once as the window has it at first (ground truth filled,
predictions outlined). Swipe and side by side are composed as the canvas does it, pane by pane.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from maskstudio.core.geometry import Rect, Size
from maskstudio.render.comparison import PairRules, ShownPair
from maskstudio.render.compose import Part, Scene, ShownLayer, compose, compose_parts
from maskstudio.render.palette import Look, Style
from maskstudio.render.pyramid import Pyramid
from maskstudio.render.viewport import Viewport
from tests.benchmarks.repaint import VIEW, blocky_mask, palette, picture, timed, viewports

GAP = 4
DIRTY = Rect(900, 500, 1020, 620)
LIMIT = 1.5


def scenes(side: int) -> dict[str, Scene]:
    """Every scene that a view shows, over the same arrays; predictions differ in every fifth."""
    truth = blocky_mask(side, seed=2)
    prediction = np.where(blocky_mask(side, seed=4, n_classes=5) == 0, blocky_mask(side, 3), truth)
    colors = Pyramid(picture(side), is_mask=False)
    masks = [Pyramid(pixels, is_mask=True) for pixels in (truth, prediction)]
    for pyramid in (colors, *masks):
        pyramid.build()
    same = np.arange(65536, dtype=np.int32)
    rules = PairRules(same, same, ignored=frozenset({20}), nothing=frozenset({0}))
    bare = Scene(colors)
    fill, outline = Look(opacity=0.5), Look(opacity=1.0, style=Style.OUTLINE)
    truth_layer, prediction_layer = (ShownLayer(mask, palette(), fill) for mask in masks)

    def difference(rules: PairRules) -> Scene:
        return replace(bare, pair=ShownPair(masks[1], masks[0], rules))

    return {
        "overlay, two fills": replace(bare, layers=(truth_layer, prediction_layer)),
        "overlay, fill and outline": replace(
            bare, layers=(truth_layer, replace(prediction_layer, look=outline))
        ),
        "prediction": replace(bare, layers=(prediction_layer,)),
        "ground truth": replace(bare, layers=(truth_layer,)),
        "difference of all classes": difference(rules),
        "difference of one class": difference(replace(rules, shown_class=1)),
    }


def repaints(
    shown: dict[str, Scene], viewport: Viewport, area: Rect
) -> dict[str, Callable[[], object]]:
    """How each view repaints a part of the canvas."""
    frame = np.zeros((VIEW.height, VIEW.width), np.uint32)
    width = (VIEW.width - GAP) // 2
    pane_size = Size(width, VIEW.height)
    pane = viewport.resized(pane_size)
    if viewport == Viewport.fitted(viewport.image_size, VIEW):
        pane = Viewport.fitted(viewport.image_size, pane_size)
    half = Rect(0, 0, VIEW.width // 2, VIEW.height)
    other = Rect(half.x1, 0, VIEW.width, VIEW.height)

    swipe = (
        Part(frame, area & half, viewport, shown["prediction"]),
        Part(frame, area & other, viewport, shown["ground truth"]),
    )
    side_by_side = tuple(
        Part(frame[:, left:], area.moved(-left, 0), pane, shown[name])
        for left, name in ((0, "prediction"), (VIEW.width - width, "ground truth"))
    )

    whole_canvas = {
        name: partial(compose, frame, area, viewport, scene)
        for name, scene in shown.items()
        if name not in ("prediction", "ground truth")
    }
    return {
        **whole_canvas,
        "swipe": partial(compose_parts, swipe),
        "side by side": partial(compose_parts, side_by_side),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--side", type=int, default=16384, help="side of the picture")
    parser.add_argument("--repeats", type=int, default=40)
    options = parser.parse_args()
    shown = scenes(options.side)
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for name, viewport in viewports(options.side).items():
        for part, area in (("full", Rect.of_size(VIEW)), ("dirty 120", DIRTY)):
            taken = timed(repaints(shown, viewport, area), options.repeats)
            reference = taken["overlay, two fills"]
            for figure in taken.values():
                figure["to_overlay"] = round(figure["median_ms"] / reference["median_ms"], 2)
            figures[f"{name}, {part}"] = taken
    worst = max(
        figure["to_overlay"]
        for name, taken in figures.items()
        for view, figure in taken.items()
        if name.endswith("full") and not view.startswith("overlay")
    )
    result = {
        "side": options.side,
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "limit_to_overlay": LIMIT,
        "worst_full_to_overlay": worst,
        "figures": figures,
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
