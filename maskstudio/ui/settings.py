"""Settings: one declared schema, kept in an INI file of the user's configuration folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import platformdirs
from PySide6.QtCore import QByteArray, QObject, QSettings

from maskstudio.workflows.state_folder import APP, state_folder

__all__ = ["SCHEMA", "Setting", "Settings", "cache_folder", "config_folder", "state_folder"]

T = TypeVar("T")


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting.

    Args:
        name: key in the file, `group/name`.
        default: also fixes the type.
        description: one line for people.
    """

    name: str
    default: T
    description: str


THEME = Setting("look/theme", "system", "Light, dark, or as the system has it")
DENSITY = Setting("look/density", "automatic", "Comfortable, compact, or by the window's size")
BRUSH_SIZE = Setting("tools/brush_size", 24, "Brush diameter in image pixels")
TIP = Setting("tools/tip", "round", "Whether the brush is round or square")
PRESSURE = Setting("tools/pressure", False, "Whether the pressure of a pen sets the brush size")
OVER = Setting("tools/over", "everything", "What painting may cover: all, empty, or one class")
WHOLE_PICTURE = Setting("tools/whole_picture", False, "Whether fill leaves the connected region")
READS = Setting("tools/reads", "mask", "Whether fill looks at the mask or the picture")
PICK_FROM = Setting("tools/pick_from", "top", "Which layer a class is picked from")
TOOL = Setting("tools/active", "brush", "The tool in hand")
TOLERANCE = Setting("tools/tolerance", 12, "Largest difference per channel when fill reads pixels")
RECENT = Setting("recent/paths", "[]", "What was opened lately, as JSON")
KEYS = Setting("keys/changed", "{}", "Keys that differ from the defaults, as JSON")
SMOOTH = Setting("look/smooth", True, "Smooth the image, never a mask, where it is shrunk")
SAVE_INSTANCES = Setting(
    "save/instances", False, "Give each connected region an instance id when a zip is written"
)
WINDOW_STATE = Setting("window/state", QByteArray(), "Docks and tool bars")
WINDOW_GEOMETRY = Setting("window/geometry", QByteArray(), "Place and size of the window")

SCHEMA: tuple[Setting[Any], ...] = (
    THEME,
    DENSITY,
    BRUSH_SIZE,
    TIP,
    PRESSURE,
    OVER,
    WHOLE_PICTURE,
    READS,
    PICK_FROM,
    TOOL,
    TOLERANCE,
    RECENT,
    KEYS,
    SMOOTH,
    SAVE_INSTANCES,
    WINDOW_STATE,
    WINDOW_GEOMETRY,
)


def config_folder() -> Path:
    """Where settings live."""
    return Path(platformdirs.user_config_dir(APP, appauthor=False))


def cache_folder() -> Path:
    """Where lies what can be made again."""
    return Path(platformdirs.user_cache_dir(APP, appauthor=False))


class Settings(QObject):
    """Reads and writes declared settings; a value of the wrong type counts as the default."""

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        """Open the user's file, or another one.

        Attributes:
            state_folder: where state of data sets is kept; beside another file with it.
            cache_folder: where lies what can be made again; beside another file with it.
        """
        super().__init__(parent)
        self.state_folder = state_folder() if path is None else path.parent / "state"
        self.cache_folder = cache_folder() if path is None else path.parent / "cache"
        file = path or config_folder() / "settings.ini"
        self._store = QSettings(str(file), QSettings.Format.IniFormat, self)

    def get(self, setting: Setting[T]) -> T:
        """Value of a setting."""
        value = self._store.value(setting.name, setting.default, type(setting.default))
        return value if isinstance(value, type(setting.default)) else setting.default

    def set(self, setting: Setting[T], value: T) -> None:
        """Keep a value."""
        self._store.setValue(setting.name, value)

    def sync(self) -> None:
        """Write to disk now."""
        self._store.sync()
