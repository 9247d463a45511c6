"""Single checks of the machine for `maskstudio doctor`; Qt is tried in a process of its own."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import platformdirs

APP = "maskstudio"

PACKAGES = (
    "numpy",
    "Pillow",
    "PySide6-Essentials",
    "click",
    "rich",
    "platformdirs",
    "tifffile",
    "qtawesome",
)

EXTRAS = {
    "av": ("video", "films are listed and not shown"),
    "wandb": ("wandb", "no run of W&B can be logged"),
}
"""Packages that need not be there: the extra that brings each, and what goes without it."""

HEADLESS = "opencv-python-headless"
OPENCV_WHEELS = (HEADLESS, "opencv-contrib-python-headless")
OPENCV_WITH_QT = ("opencv-python", "opencv-contrib-python")

LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
"""Shared libraries that Qt loads on Linux, and the Debian or Ubuntu package of each."""

FONT_SUFFIXES = (".ttf", ".otf", ".ttc", ".pfb")

QT_TIMEOUT_S = 30

_TRY_QT = """
from PySide6.QtCore import qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
application = QGuiApplication([])
print(qVersion(), application.platformName(), len(QFontDatabase.families()))
"""


@dataclass(frozen=True)
class Finding:
    """One line of the report, and what can be done about it."""

    text: str
    is_fine: bool = True
    hint: str = ""


def packages() -> Iterator[Finding]:
    """Versions of what MaskStudio stands on."""
    for name in PACKAGES:
        found = installed_version(name)
        if found is None:
            yield Finding(f"{name} is missing", False, f"pip install {name}")
        else:
            yield Finding(f"{name} {found}")


def extras() -> Iterator[Finding]:
    """Packages that MaskStudio does without, if less well."""
    for name, (extra, lacking) in EXTRAS.items():
        found = installed_version(name)
        if found is None:
            hint = f"pip install 'maskstudio[{extra}]'"
            yield Finding(f"{name} is not installed: {lacking}", hint=hint)
        else:
            yield Finding(f"{name} {found} (extra {extra})")


def opencv() -> Iterator[Finding]:
    """Which OpenCV is there: wheels with a Qt of their own get in the way of the window's."""
    found = {name: installed_version(name) for name in (*OPENCV_WHEELS, *OPENCV_WITH_QT)}
    there = [f"{name} {number}" for name, number in found.items() if number]
    strange = [name for name in OPENCV_WITH_QT if found[name]]
    if not there:
        yield Finding("OpenCV is missing", False, f"pip install {HEADLESS}")
    elif strange:
        text = f"{', '.join(there)}: {' and '.join(strange)} brings a Qt of its own"
        hint = f"pip uninstall {' '.join([*strange, HEADLESS])}; pip install {HEADLESS}"
        yield Finding(text, False, hint)
    else:
        yield Finding(", ".join(there))


def shared_libraries() -> Iterator[Finding]:
    """Libraries of the system that Qt needs for a window; on Linux alone."""
    if not sys.platform.startswith("linux"):
        return
    missing = [name for name in LIBRARIES if not can_load(name)]
    if missing:
        hint = f"sudo apt install {' '.join(LIBRARIES[name] for name in missing)}"
        yield Finding(f"shared libraries missing: {', '.join(missing)}", False, hint)
    else:
        yield Finding("shared libraries of Qt: all there")


def fonts() -> Iterator[Finding]:
    """Font files of the system and the user."""
    folders = [folder for folder in font_folders() if folder.is_dir()]
    number = sum(
        path.suffix.lower() in FONT_SUFFIXES for folder in folders for path in folder.rglob("*")
    )
    if number:
        yield Finding(f"fonts: {number} files")
    else:
        yield Finding("fonts: none found", False, "sudo apt install fonts-dejavu-core")


def writable_folders() -> Iterator[Finding]:
    """Folders in which settings, marks and caches are kept."""
    folders = {
        "settings": platformdirs.user_config_dir(APP, appauthor=False),
        "state": platformdirs.user_state_dir(APP, appauthor=False),
        "cache": platformdirs.user_cache_dir(APP, appauthor=False),
    }
    for name, folder in folders.items():
        if is_writable(Path(folder)):
            yield Finding(f"{name} in {folder}")
        else:
            yield Finding(f"{name}: {folder} cannot be written", False, "check its permissions")


def qt() -> Iterator[Finding]:
    """The display, and whether Qt starts on it."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    named = [f"{name}={os.environ[name]}" for name in names if os.environ.get(name)]
    has_display = bool(named) or not sys.platform.startswith("linux")
    if has_display:
        yield Finding(f"display: {', '.join(named) or 'the system one'}")
    else:
        hint = "maskstudio open --screenshot FILE works without one"
        yield Finding("display: none", False, hint)
    yield try_qt(offscreen=not has_display)


def try_qt(*, offscreen: bool) -> Finding:
    """Start Qt in a process of its own, so that nothing it does can end this one."""
    environment = dict(os.environ)
    environment.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
    if offscreen:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    try:
        done = subprocess.run(
            [sys.executable, "-c", _TRY_QT],
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=QT_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding(f"Qt does not start within {QT_TIMEOUT_S} s", False)
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        return Finding("Qt does not start", False, said[-1].strip() if said else "it says nothing")
    number, name, n_families = done.stdout.split()
    return Finding(f"Qt {number} starts on the platform {name} with {n_families} font families")


def installed_version(name: str) -> str | None:
    """Version of an installed package, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def can_load(name: str) -> bool:
    """Whether the system finds a shared library and all that it needs."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def font_folders() -> list[Path]:
    """Where fonts usually lie."""
    home = Path.home()
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts"]
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", "C:\\Windows")) / "Fonts"]
    data = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    system = [Path(folder) / "fonts" for folder in data.split(":") if folder]
    return [*system, home / ".fonts", home / ".local" / "share" / "fonts"]


def is_writable(folder: Path) -> bool:
    """Whether a file can be made in a folder, or the folder itself where it is missing."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
