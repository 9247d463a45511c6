"""Changes to a tree of files: each file by what it is, and the tree itself."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from random import Random

from maskstudio.formats.folder_change import JOURNAL, NEW

from .film_changes import mutate_film
from .json_changes import mutate_json, mutate_ndjson
from .log_changes import mutate_log
from .png_changes import mutate_png
from .random_bytes import CANARY, TEXTS, mutate_bytes
from .text_changes import mutate_lines
from .zip_changes import mutate_zip

FIFO, LOOP, CLIMBING_LINK, FOLDER = b"\0fifo", b"\0loop", b"\0link", b"\0folder"
CLIMBING_FOLDER = b"\0up"
_LARGEST = 4 << 20
"""Reading takes time that grows with a file; what must not grow faster shows in small ones."""
_SPECIAL = (FIFO, LOOP, CLIMBING_LINK, FOLDER, CLIMBING_FOLDER)

_NO_FOLDERS = (CLIMBING_FOLDER, CLIMBING_FOLDER, LOOP, FIFO, b"")


@dataclass(frozen=True)
class Tree:
    """Files of a data set.

    Args:
        files: content by path; a few contents stand for what is no file.
        opened: the path that is opened; empty for the folder itself.
        words: further words of the command line; `{}` is the folder.
    """

    files: dict[str, bytes]
    opened: str = ""
    words: tuple[str, ...] = field(default=())

    def write(self, folder: Path) -> None:
        """Put it on the disk."""
        for name, content in self.files.items():
            path = folder / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, content)
            except (OSError, ValueError):  # a name or place that this file system has not
                continue


def _write(path: Path, content: bytes) -> None:
    if content == FIFO:
        os.mkfifo(path)
    elif content == LOOP:
        path.symlink_to(".")
    elif content == CLIMBING_LINK:
        path.symlink_to(Path("../" * 8) / "etc" / "passwd")
        (path.parent / f"{path.stem}-2{path.suffix}").symlink_to(f"../{CANARY}")
    elif content == CLIMBING_FOLDER:
        path.symlink_to("../" * 12)
    elif content == FOLDER:
        path.mkdir()
    else:
        path.write_bytes(content)


def mutated(tree: Tree, rng: Random) -> Tree:
    """The tree with one to four changes."""
    tree = replace(tree, files=dict(tree.files))
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        if len(tree.files) > 1 and rng.random() < 0.1:
            _change_tree(tree, rng)
            continue
        name = _weighted(tree, rng)
        content = tree.files[name]
        if content not in _SPECIAL:
            changed = mutate_file(name, content, rng)
            if len(changed) < _LARGEST:
                tree.files[name] = changed
    return tree


def _weighted(tree: Tree, rng: Random) -> str:
    """A file; the one that is opened, and others that name files, more often."""
    if tree.opened in tree.files and rng.random() < 0.5:
        return tree.opened
    texts = [name for name in tree.files if _ending(name) in (".json", ".txt", ".wandb")]
    if texts and rng.random() < 0.3:
        return rng.choice(texts)
    return rng.choice(list(tree.files))


def mutate_file(name: str, content: bytes, rng: Random) -> bytes:
    """One change to a file that knows what it is."""
    match _ending(name):
        case ".zip":
            return mutate_zip(content, rng, mutate_file)
        case ".png":
            return mutate_png(content, rng)
        case ".json" | ".maskstudio":
            return mutate_json(content, rng)
        case ".ndjson":
            return mutate_ndjson(content, rng)
        case ".txt":
            return mutate_lines(content, rng)
        case ".wandb":
            return mutate_log(content, rng)
        case ".mp4":
            return mutate_film(content, rng)
        case _:
            return mutate_bytes(content, rng)


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _change_tree(tree: Tree, rng: Random) -> None:
    files = tree.files
    # A workspace may name any place, this whole disk too, and then it is meant.
    is_meant = tree.opened.endswith(".maskstudio") or "--labels" in tree.words
    name = rng.choice([n for n in files if n != tree.opened] or list(files))
    match rng.randrange(7):
        case 0:
            del files[name]
        case 6:
            _replace_folder(files, name, (LOOP, FIFO, b"") if is_meant else _NO_FOLDERS, rng)
        case 5:
            _add_journal(files, name, rng)
        case 1:
            files[name] = rng.choice(_SPECIAL[:4])
        case 2:
            files[name] = rng.choice((b"", files[rng.choice(list(files))]))
        case 3:
            path = PurePosixPath(name)
            new = str(path.parent / rng.choice((*TEXTS, path.name.upper())).strip("/\0."))
            if ".." not in PurePosixPath(new).parts and not new.startswith("/"):
                files[new + path.suffix] = files.pop(name)
        case _:
            folder = PurePosixPath(name).parent
            files[str(folder / f"more{_ending(name)}")] = rng.choice((*_SPECIAL[:4], files[name]))


def _add_journal(files: dict[str, bytes], name: str, rng: Random) -> None:
    """The journal of a writer that was killed, or what pretends to be one."""
    names = [name, rng.choice(TEXTS), f"../{CANARY}"]
    lines = [json.dumps(rng.choice(names)).encode() for _ in range(rng.choice((1, 3, 1000)))]
    content = b"\n".join([*lines, rng.choice((b'"closed"', b"closed", b"[1]"))]) + b"\n"
    files[JOURNAL] = rng.choice((content, content, mutate_bytes(content, rng), *_SPECIAL))
    path = PurePosixPath(name)
    files[str(path.with_name(f".{path.name}{NEW}"))] = rng.choice((b"", files[name], *_SPECIAL))


def _replace_folder(
    files: dict[str, bytes], name: str, others: tuple[bytes, ...], rng: Random
) -> None:
    """What is no folder, or leads elsewhere, in the place of one."""
    folders = [str(path) for path in PurePosixPath(name).parents if str(path) != "."]
    if folders:
        gone = rng.choice(folders)
        for path in [path for path in files if path.startswith(f"{gone}/")]:
            del files[path]
        files[gone] = rng.choice(others)
