"""Time from a change of view or mask to a finished frame; prints JSON.

    python tests/benchmarks/repaint.py [--largest 16384] [--repeats 60]

A view of 1920x1080 over an RGB picture and two layers. Every figure stands beside references
measured in the same run: copying three such frames, and, where PySide6 is there, Qt drawing the
same picture and two Indexed8 masks.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from maskstudio.core.geometry import Point, Rect, Size
from maskstudio.core.labels import LabelClass, LabelMap, voc_color
from maskstudio.render.compose import Scene, ShownLayer, compose
from maskstudio.render.palette import Look, Palette, Style
from maskstudio.render.pyramid import Pyramid
from maskstudio.render.viewport import Viewport

VIEW = Size(1920, 1080)
N_CLASSES = 21
DIRTY = 120

Action = Callable[[], object]


def timed(actions: dict[str, Action], repeats: int) -> dict[str, dict[str, float]]:
    """Median and 95th percentile in ms; the actions take turns, so that noise meets all alike."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for action in actions.values():
        action()
    for _ in range(repeats):
        for name, action in actions.items():
            start = time.perf_counter()
            action()
            times[name].append((time.perf_counter() - start) * 1000)
    return {
        name: {
            "median_ms": round(statistics.median(taken), 3),
            "p95_ms": round(float(np.percentile(taken, 95)), 3),
        }
        for name, taken in times.items()
    }


def blocky_mask(side: int, seed: int, n_classes: int = N_CLASSES) -> NDArray[np.uint8]:
    """Regions of 64 px, of all classes."""
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, n_classes, (side // 64, side // 64), dtype=np.uint8)
    return np.repeat(np.repeat(blocks, 64, axis=0), 64, axis=1)


def picture(side: int) -> NDArray[np.uint8]:
    rng = np.random.default_rng(1)
    block = rng.integers(0, 256, (1024, 1024, 3), dtype=np.uint8)
    return np.tile(block, (side // 1024, side // 1024, 1))


def palette() -> Palette:
    classes = tuple(LabelClass(i, f"class {i}", voc_color(i)) for i in range(N_CLASSES))
    return Palette(LabelMap(classes, background=0))


def viewports(side: int) -> dict[str, Viewport]:
    size = Size(side, side)
    middle = Point(side / 2, side / 2)
    at = {
        name: Viewport(size, VIEW, zoom, Point(0, 0)).centred_on(middle)
        for name, zoom in (("1:1", 1.0), ("8x", 8.0), ("1.5x", 1.5))
    }
    at["fit"] = Viewport.fitted(size, VIEW)
    at["fills view"] = Viewport(size, VIEW, max(VIEW.width / side, 1 / 64), Point(0, 0))
    return at


def scenes(side: int) -> dict[str, Scene]:
    """Two filled layers; the upper one outlined; the same at 16 bit."""
    colors = Pyramid(picture(side), is_mask=False)
    masks = [Pyramid(blocky_mask(side, seed), is_mask=True) for seed in (2, 3)]
    wide = [Pyramid(mask.pixels.astype(np.uint16), is_mask=True) for mask in masks]
    for pyramid in (colors, *masks, *wide):
        pyramid.build()
    looks = {"fill": Look(opacity=0.5), "outline": Look(opacity=1.0, style=Style.OUTLINE)}
    shown = palette()

    def scene(below: Pyramid, above: Pyramid, look: Look) -> Scene:
        lower = ShownLayer(below, shown, looks["fill"])
        return Scene(colors, (lower, ShownLayer(above, palette(), look)))

    return {
        "2 fills uint8": scene(masks[0], masks[1], looks["fill"]),
        "fill and outline uint8": scene(masks[0], masks[1], looks["outline"]),
        "2 fills uint16": scene(wide[0], wide[1], looks["fill"]),
        "picture alone": Scene(colors),
    }


def repaint_actions(side: int) -> dict[str, Action]:
    frame = np.zeros((VIEW.height, VIEW.width), np.uint32)
    whole = Rect.of_size(VIEW)
    dirty = Rect(0, 0, DIRTY, DIRTY).moved(VIEW.width // 2, VIEW.height // 2)
    actions: dict[str, Action] = {}
    for scene_name, scene in scenes(side).items():
        for view_name, viewport in viewports(side).items():
            name = f"{side}, {scene_name}, {view_name}"
            actions[f"{name}, full"] = partial(compose, frame, whole, viewport, scene)
            actions[f"{name}, dirty {DIRTY}"] = partial(compose, frame, dirty, viewport, scene)
    return actions


def copy_reference() -> dict[str, Action]:
    frames = [np.ones((VIEW.height, VIEW.width), np.uint32) for _ in range(3)]
    target = np.zeros_like(frames[0])

    def copy_three() -> None:
        for frame in frames:
            np.copyto(target, frame)

    return {"reference: copy 3 frames": copy_three}


def qt_reference(side: int) -> dict[str, Action]:
    """Qt drawing the same picture and two masks, straight from their arrays."""
    try:
        from PySide6.QtCore import QRectF
        from PySide6.QtGui import QGuiApplication, QImage, QPainter
    except ImportError:
        return {}
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication.instance() or QGuiApplication([])
    words = np.full((side, side, 4), 255, np.uint8)
    words[..., :3] = picture(side)
    masks = [blocky_mask(side, seed) for seed in (2, 3)]
    images = [QImage(words.data, side, side, 4 * side, QImage.Format.Format_RGB32)]
    for mask in masks:
        image = QImage(mask.data, side, side, side, QImage.Format.Format_Indexed8)
        image.setColorTable([0x80000000 | index * 0x0A0B0C for index in range(256)])
        images.append(image)
    target = QImage(VIEW.width, VIEW.height, QImage.Format.Format_RGB32)

    kept = (app, words, masks)  # Qt holds no references to what it draws from.

    def draw(viewport: Viewport) -> None:
        assert kept
        painter = QPainter(target)
        first = viewport.to_image(0, 0)
        source = QRectF(first.x, first.y, VIEW.width / viewport.zoom, VIEW.height / viewport.zoom)
        for image in images:
            painter.drawImage(QRectF(0, 0, VIEW.width, VIEW.height), image, source)
        painter.end()

    return {
        f"reference: Qt, {side}, {name}": partial(draw, viewport)
        for name, viewport in viewports(side).items()
    }


def with_ratios(figures: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Each figure also as a multiple of the references' medians."""
    copied = figures["reference: copy 3 frames"]["median_ms"]
    for name, figure in figures.items():
        figure["p95_to_copy"] = round(figure["p95_ms"] / copied, 2)
        side, *_, view, part = name.split(", ") if name.count(", ") == 3 else ("", "", "")
        drawn = figures.get(f"reference: Qt, {side}, {view}")
        if drawn and part == "full":
            figure["p95_to_qt"] = round(figure["p95_ms"] / drawn["median_ms"], 2)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--largest", type=int, default=16384, help="side of the largest picture")
    parser.add_argument("--repeats", type=int, default=60)
    options = parser.parse_args()
    figures: dict[str, dict[str, float]] = {}
    for side in sorted({min(1024, options.largest), options.largest}):
        actions = {**copy_reference(), **repaint_actions(side)}
        if side <= 8192:
            actions |= qt_reference(side)
        figures |= with_ratios(timed(actions, options.repeats))
    result = {
        "view": list(VIEW),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "figures": figures,
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
