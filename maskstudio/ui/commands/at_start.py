"""Commands whose keys stand on the start page and in the menu bar, where they are painted first."""

from __future__ import annotations

from maskstudio.ui.actions import ActionSpec
from maskstudio.ui.theme.icons import Icon

OPEN_FOLDER = ActionSpec("file.open_folder", "Open Folder…", "File", ("Ctrl+U",), Icon.OPEN_FOLDER)
OPEN_FILE = ActionSpec("file.open", "Open File…", "File", ("Ctrl+O",), Icon.OPEN_FILE)
COMMANDS = ActionSpec("help.commands", "Command Palette…", "Help", ("Ctrl+K",), Icon.COMMANDS)
