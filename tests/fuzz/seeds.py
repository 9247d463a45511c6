"""What is changed: golden samples of each format, and small ones where there are none."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from .trees import Tree

_LABELMAP = (
    b"# label:color_rgb:parts:actions\nbackground:0,0,0::\ncat:10,20,30::\ndog:128,0,0:a,b:c\n"
)
_ENDINGS = {"PNG": "png", "JPEG": "jpg", "TIFF": "tif", "BMP": "bmp", "WEBP": "webp", "GIF": "gif"}


def seeds(name: str, golden: Path) -> list[Tree]:
    """Samples of a format of `FORMATS`."""
    return FORMATS[name](golden)


def _cvat_zips(golden: Path) -> list[Tree]:
    files = sorted((golden / "cvat").glob("*.zip"))
    return [Tree({"a.zip": path.read_bytes()}, "a.zip") for path in files]


def _cvat_folders(golden: Path) -> list[Tree]:
    found = []
    for tree in _cvat_zips(golden):
        with zipfile.ZipFile(io.BytesIO(tree.files["a.zip"])) as archive:
            names = [i.filename for i in archive.infolist() if not i.is_dir()]
            found.append(Tree({name: archive.read(name) for name in names}))
    return found


def _wandb_runs(golden: Path) -> list[Tree]:
    folders = [path.parent for path in sorted((golden / "wandb").rglob("*.wandb"))]
    trees = [Tree(_files(folder)) for folder in folders]
    logs = [next(n for n in tree.files if n.endswith(".wandb")) for tree in trees]
    return trees + [Tree(t.files, log) for t, log in zip(trees, logs, strict=True)]


def _wandb_artifacts(golden: Path) -> list[Tree]:
    folders = sorted((golden / "wandb").glob("artifact*"))
    trees = [Tree(_files(folder)) for folder in folders]
    tables = [next(n for n in tree.files if n.endswith(".table.json")) for tree in trees]
    return trees + [Tree(t.files, table) for t, table in zip(trees, tables, strict=True)]


def _labelbox(golden: Path) -> list[Tree]:
    folder = golden / "labelbox"
    rows = b"".join(p.read_bytes() for p in sorted(folder.glob("inline*.ndjson")))
    alone = [Tree({p.name: p.read_bytes()}, p.name) for p in sorted(folder.glob("*.ndjson"))]
    return [
        *alone,
        Tree(_files(folder / "uri"), "import.ndjson"),
        Tree({"a.ndjson": rows}, "a.ndjson"),
    ]


def _labelbox_exports(golden: Path) -> list[Tree]:
    folder = golden / "labelbox"
    composite, legacy = _files(folder / "export-composite"), _files(folder / "export-legacy")
    flat = {Path(name).name: content for name, content in composite.items()}
    downloads = ("--downloads", "{}")
    return [
        Tree(composite, "export.ndjson"),
        Tree(flat, "export.ndjson", downloads),
        Tree(legacy, "legacy.json"),
        Tree(legacy, "legacy.json", downloads),
    ]


def _frames(golden: Path) -> list[Tree]:
    folders = sorted((golden / "clearml").iterdir())
    return [Tree(_files(folder), "frames.json") for folder in folders]


def _index_pngs(golden: Path) -> list[Tree]:
    files = {"labelmap.txt": _LABELMAP}
    for number, mode in enumerate(("L", "P", "RGB", "I;16", "1", "RGBA", "LA")):
        files[f"part/{number}_{mode.replace(';', '')}.png"] = _picture("PNG", mode)
    files["deep.tif"] = _picture("TIFF", "I;16")
    bare = {name: content for name, content in files.items() if name != "labelmap.txt"}
    single = {"one_mask.png": _picture("PNG", "P")}
    return [Tree(files), Tree(bare), Tree(single, "one_mask.png")]


def _image_folders(golden: Path) -> list[Tree]:
    files = {f"a.{ending}": _picture(kind, "RGB") for kind, ending in _ENDINGS.items()}
    grays = {f"g.{ending}": _picture(kind, "L") for kind, ending in _ENDINGS.items()}
    deep = {"d.png": _picture("PNG", "I;16"), "f.tif": _picture("TIFF", "F")}
    alone = [Tree({name: content}, name) for name, content in files.items()]
    return [Tree(files), Tree(grays | deep), *alone]


def _workspaces(golden: Path) -> list[Tree]:
    masks = {"masks/a.png": _picture("PNG", "P"), "masks/labelmap.txt": _LABELMAP}
    files = masks | {"photos/a.jpg": _picture("JPEG", "RGB"), "w.maskstudio": _workspace()}
    return [Tree(files, "w.maskstudio")]


def _label_maps(golden: Path) -> list[Tree]:
    masks = {"m/a.png": _picture("PNG", "L")}
    texts = {
        "l.txt": b"background\ncat\ndog\n",
        "labelmap.txt": _LABELMAP,
        "l.json": b'{"0": "background", "1": "cat", "2": "dog"}',
        "c.json": b'{"classes": [{"index": 0, "name": "x", "color": [1, 2, 3]}, '
        b'{"index": 7, "name": "y"}]}',
    }
    return [
        Tree({**masks, name: text}, "m", ("--labels", "{}/" + name)) for name, text in texts.items()
    ]


FORMATS: dict[str, Callable[[Path], list[Tree]]] = {
    "cvat-zip": _cvat_zips,
    "cvat-folder": _cvat_folders,
    "index-png": _index_pngs,
    "image-folder": _image_folders,
    "workspace": _workspaces,
    "label-maps": _label_maps,
    "wandb-run": _wandb_runs,
    "wandb-artifact": _wandb_artifacts,
    "labelbox-ndjson": _labelbox,
    "labelbox-export": _labelbox_exports,
    "clearml-frames": _frames,
}


def _files(folder: Path) -> dict[str, bytes]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _picture(kind: str, mode: str) -> bytes:
    """A small picture of three values."""
    values = (np.indices((9, 13)).sum(axis=0) // 4 % 3).astype(np.uint8)
    if mode in ("I;16", "F"):
        picture = Image.fromarray(values.astype(np.uint16 if mode == "I;16" else np.float32))
    elif mode == "P":
        picture = Image.fromarray(values)
        picture.putpalette([0, 0, 0, 10, 20, 30, 128, 0, 0])
    else:
        picture = Image.fromarray(values).convert(mode)
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


def _workspace() -> bytes:
    classes = [{"index": 0, "name": "background", "color": [0, 0, 0]}, {"index": 1, "name": "a"}]
    content = {
        "version": 1,
        "paths": [],
        "images": "photos",
        "downloads": None,
        "layers": [{"key": "ground_truth", "path": "masks"}],
        "new_layers": [{"key": "mine", "classes": classes}],
        "backgrounds": {"ground_truth": 0, "mine": None},
        "checked": ["a"],
        "regions": [{"sample": "a", "rect": [0, 0, 3, 3], "decision": "later"}],
        "view": {"zoom": 1.5, "sample": "a", "ignored": {"ground_truth": [1]}},
    }
    return json.dumps(content, indent=1).encode()
