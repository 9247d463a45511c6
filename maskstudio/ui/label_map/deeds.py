"""What can be done to the classes that are chosen in the label map's window, and to all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction, QColor, QKeySequence
from PySide6.QtWidgets import QColorDialog, QFileDialog, QMenu, QWidget

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import LabelClass, LabelMap
from maskstudio.errors import DataError, UsageError
from maskstudio.formats.atomic import write_file
from maskstudio.formats.label_arguments import read_labels
from maskstudio.formats.label_dialects import Dialect
from maskstudio.ui.theme.icons import Icon, icon
from maskstudio.ui.workbench import Workbench
from maskstudio.workflows.import_labels import importing, importing_colors
from maskstudio.workflows.label_map_draft import Draft
from maskstudio.workflows.palettes import Palette, colors_for

from .classes_model import Column
from .classes_table import ClassesTable
from .draft_keeper import DraftKeeper
from .menus import delete_menu, dialect_menu, palette_menu, target_menu
from .split_dialog import SplitDialog


class Deeds(QObject):
    """Makes the actions of the window; each takes steps of the draft.

    Signals:
        pick_requested(key): the color of a class is to be taken from the picture.
        polygon_requested(LabelClass): a new class is to be drawn out of another one.
    """

    pick_requested = Signal(int)
    polygon_requested = Signal(object)

    def __init__(
        self, workbench: Workbench, keeper: DraftKeeper, table: ClassesTable, window: QWidget
    ) -> None:
        super().__init__(window)
        self._workbench = workbench
        self._keeper = keeper
        self._table = table
        self._window = window
        self.refused = keeper.refused
        tr = self.tr
        self.add = self._action("add", tr("Add"), Icon.ADD, self.add_class, "Ctrl+N")
        self.merge = self._action("merge", tr("Merge"), Icon.MERGE, self.ask_merge, "Ctrl+M")
        self.split = self._action("split", tr("Split"), Icon.SPLIT, self.ask_split)
        self.remove = self._action("remove", tr("Remove"), Icon.DELETE, self.ask_remove)
        self.palette = self._action("palette", tr("Palette"), Icon.COLOR, self.ask_palette)
        self.load = self._action("import", tr("Import"), Icon.IMPORT, self.ask_import)
        self.write = self._action("export", tr("Export"), Icon.EXPORT, self.ask_export)
        self.more = self._action("more", tr("More"), Icon.MORE, self.open_more)
        tips = {
            self.add: tr("A new class at the next free index"),
            self.merge: tr("The pixels of the chosen classes become those of one class"),
            self.split: tr("Some connected regions of the chosen class become a new one"),
            self.remove: tr("The chosen classes leave the map; their pixels go to another one"),
            self.palette: tr("Colors of a well-known data set, or for all eyes"),
            self.load: tr("Names and colors from a file of CVAT, W&B, Labelbox or ClearML"),
            self.write: tr("The label map alone, for another system"),
        }
        for action, tip in tips.items():
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            name = f"{action.text()}  ({key})" if key else action.text()
            action.setToolTip(f"{name}\n{tip}")
        table.color_requested.connect(self.choose_color)
        table.menu_requested.connect(self.open_menu)
        table.remove_requested.connect(self.ask_remove)
        table.sort_requested.connect(self.sort)
        table.chosen_changed.connect(self.update_enabled)
        keeper.changed.connect(self.update_enabled)
        keeper.busy_changed.connect(self.update_enabled)
        self.update_enabled()

    def update_enabled(self) -> None:
        """Only what can be done can be chosen."""
        is_free = self._keeper.applying is None
        keys = self._table.chosen
        for action in (self.add, self.palette, self.load, self.write, self.more):
            action.setEnabled(is_free)
        self.merge.setEnabled(is_free and bool(keys))
        self.remove.setEnabled(is_free and bool(keys))
        self.split.setEnabled(is_free and len(keys) == 1)

    # which classes there are

    def add_class(self) -> None:
        """Add a class at the next free index, and let its name be typed."""
        result = self._keeper.draft.result
        try:
            index = result.free_index()
        except ValueError:
            self.refused.emit(self.tr("No index is free"))
            return
        names = {c.name for c in result}
        name, number = self.tr("new class"), 2
        while name in names:
            name, number = f"{self.tr('new class')} {number}", number + 1
        new = LabelClass(index, name, result.free_color(index))
        if self._keeper.do(lambda draft: draft.added(new)):
            key = next(e.key for e in self._keeper.draft.entries if e.found == new)
            self._table.choose([key])
            self._table.edit_cell(key, Column.NAME)

    def ask_merge(self) -> None:
        """Let the user say which class the chosen ones become."""
        keys = self._live()
        if keys:
            title = self.tr("Merge into")
            self._popup(target_menu(title, self._keeper.draft, keys, self.merge_into, self._window))

    def merge_into(self, into: int) -> None:
        """The chosen classes become one."""
        keys = self._live()
        if self._keeper.do(lambda draft: draft.merged([*keys, into], into)):
            self._table.choose([into])

    def ask_remove(self) -> None:
        """Classes without pixels go at once; for the others the user says where pixels go."""
        keys = self._live()
        if not keys:
            return
        census, draft = self._keeper.census, self._keeper.draft
        new = [key for key in keys if draft.by_key[key].is_new]
        held = draft.changes.values()
        is_empty = census is not None and not any(census.totals.get(key) for key in keys)
        takes = any(draft.by_key[key].found.index in held for key in keys)
        if len(new) == len(keys) and not takes:
            self._keeper.do(lambda draft: draft.without_new(new))
        elif is_empty and not takes:
            self.delete_into(None)
        else:
            self._popup(delete_menu(draft, keys, self.delete_into, self._window))

    def delete_into(self, into: int | None) -> None:
        """The chosen classes leave the map."""
        keys = self._live()
        self._keeper.do(lambda draft: draft.deleted(keys, into))

    def _live(self) -> list[int]:
        by_key = self._keeper.draft.by_key
        return [key for key in self._table.chosen if key in by_key and not by_key[key].is_gone]

    def ask_split(self) -> None:
        """Let the user say which regions become a new class; that is an edit of its own."""
        keeper, document = self._keeper, self._workbench.document
        (key,) = self._table.chosen
        is_known = keeper.dataset.label_maps[keeper.key].is_declared(key)
        if document is None or not is_known:
            self.refused.emit(self.tr("Split a class of the label map as it is now"))
            return
        if keeper.census is None:
            self.refused.emit(self.tr("Count the pixels first"))
            return
        dialog = SplitDialog(keeper, key, document.name, self._window)
        dialog.polygon_requested.connect(self.polygon_requested)
        dialog.accepted.connect(partial(self._split, dialog, key, document.name))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _split(self, dialog: SplitDialog, key: int, sample: str) -> None:
        census = self._keeper.census
        names = [sample]
        if dialog.is_everywhere and census is not None:
            names = census.samples_with([key])
        self._keeper.split(key, dialog.new_class, dialog.choice, names)

    # colors

    def choose_color(self, key: int) -> None:
        """Ask for a color in the system's dialog, which can also take one from the screen."""
        entry = self._keeper.draft.by_key[key]
        if not entry.is_listed:
            return
        color = self._keeper.draft.result.color_of(entry.found.index)
        dialog = QColorDialog(QColor(*color), self._window)
        dialog.setObjectName("class_color")
        dialog.setWindowTitle(self.tr("Color of {name}").format(name=entry.found.name))
        dialog.colorSelected.connect(partial(self._take_color, key))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take_color(self, key: int, color: QColor) -> None:
        self.recolor(key, (color.red(), color.green(), color.blue()))

    def recolor(self, key: int, color: Rgb) -> None:
        """Give a class a color; the class that has it refuses."""
        self._keeper.do(lambda draft: draft.recolored({key: color}))

    def ask_palette(self) -> None:
        """Offer the palettes."""
        self._popup(palette_menu(self.take_palette, self._window))

    def take_palette(self, palette: Palette) -> None:
        """Give every class its color of a palette."""
        draft = self._keeper.draft
        colors = colors_for(palette, draft)
        n_classes = len(draft.result.visible_classes)
        if self._keeper.do(lambda draft: draft.recolored(colors)) and len(palette.colors) == 8:
            n_left = n_classes - len(palette.colors)
            if n_left > 0:
                words = self.tr("Beyond 8 classes no colors can be told apart by all eyes: "
                                "outlines and names on the picture help")  # fmt: skip
                self.refused.emit(words)

    # order and indices

    def sort(self, column: int) -> None:
        """Another order in the list, by a column; indices stay."""
        census = self._keeper.census
        totals = {} if census is None else census.totals
        samples = {} if census is None else {
            key: len(census.samples_with([key])) for key in totals
        }  # fmt: skip
        ranks: dict[int, Callable[..., object]] = {
            Column.INDEX: lambda entry: entry.found.index,
            Column.NAME: lambda entry: entry.found.name.casefold(),
            Column.PIXELS: lambda entry: -totals.get(entry.key, 0),
            Column.SAMPLES: lambda entry: -samples.get(entry.key, 0),
        }
        if column in ranks:
            rank = ranks[column]
            self._keeper.do(
                lambda draft: draft.sorted(lambda entry: (not entry.is_declared, rank(entry)))
            )

    # files

    def ask_import(self) -> None:
        """Ask for a file."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Import Label Map"), "",
            self.tr("Label maps (*.txt *.json);;All files (*)"),
        )  # fmt: skip
        if name:
            self.import_file(Path(name))

    def import_file(self, path: Path) -> None:
        """Take names and colors from a file; what has other names is asked about."""
        try:
            label_map = read_labels(path)
        except (DataError, UsageError) as error:
            self.refused.emit(str(error))
            return
        names = {c.name for c in self._keeper.draft.result}
        if not names & {c.name for c in label_map}:
            self.take_imported(label_map, by_index=True)
            return
        if names == {c.name for c in label_map}:
            self.take_imported(label_map, by_index=False)
            return
        menu = QMenu(self._window)
        menu.setObjectName("import_menu")
        menu.addAction(self.tr("{name} holds").format(name=path.name)).setEnabled(False)
        for by_index, words in (
            (False, self.tr("Colors and new classes, by name")),
            (True, self.tr("Names and colors, by index")),
        ):
            action = menu.addAction(words)
            action.triggered.connect(
                lambda _=False, by_index=by_index: self.take_imported(label_map, by_index=by_index)
            )
        self._popup(menu)

    def take_imported(self, label_map: LabelMap, *, by_index: bool) -> None:
        """Take over a label map; no index moves."""
        take: Callable[[Draft, LabelMap], Draft] = importing if by_index else importing_colors
        self._keeper.do(lambda draft: take(draft, label_map))

    def ask_export(self) -> None:
        """Offer the dialects."""
        self._popup(dialect_menu(self.ask_export_to, self._window))

    def ask_export_to(self, dialect: Dialect) -> None:
        """Ask for a file, and write the label map as it becomes."""
        stem = "labelmap" if dialect.name == "labelmap" else f"{self._keeper.key}_{dialect.name}"
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export Label Map"), f"{stem}{dialect.suffix}",
            f"{dialect.title} (*{dialect.suffix})",
        )  # fmt: skip
        if name:
            self.export_file(dialect, Path(name))

    def export_file(self, dialect: Dialect, path: Path) -> None:
        """Write the label map as it becomes."""
        try:
            write_file(path, dialect.write(self._keeper.draft.result))
        except DataError as error:
            self.refused.emit(str(error))
        else:
            self.refused.emit(self.tr("Wrote {name}").format(name=path.name))

    # menus

    def open_menu(self, place: QPoint) -> None:
        """What can be done with the chosen classes."""
        menu = QMenu(self._window)
        menu.setObjectName("draft_class_menu")
        keys, draft = self._table.chosen, self._keeper.draft
        entries = [draft.by_key[key] for key in keys]
        one = keys[0]
        if any(not e.is_declared and not e.is_gone for e in entries):
            self._entry(menu, "declare", self.tr("Declare"), Icon.ADD, self._declare)
        if entries[0].is_listed and len(keys) == 1:
            self._entry(menu, "rename", self.tr("Rename\tF2"), Icon.RENAME,
                        lambda: self._table.edit_cell(one, Column.NAME))  # fmt: skip
            self._entry(menu, "reindex", self.tr("Change Index…"), Icon.SWAP,
                        lambda: self._table.edit_cell(one, Column.INDEX))  # fmt: skip
            self._entry(menu, "recolor", self.tr("Change Color…"), Icon.COLOR,
                        lambda: self.choose_color(one))  # fmt: skip
            self._entry(menu, "pick", self.tr("Color from the Picture"), Icon.PICK_CLASS,
                        lambda: self.pick_requested.emit(one))  # fmt: skip
            menu.addSeparator()
            self._add_meanings(menu, one)
        menu.addSeparator()
        menu.addActions([self.merge, self.remove])
        if any(e.is_gone for e in entries):
            self._entry(menu, "keep", self.tr("Keep After All"), Icon.UNDO, self._keep)
        menu.popup(place)

    def _add_meanings(self, menu: QMenu, key: int) -> None:
        draft, do = self._keeper.draft, self._keeper.do
        background = None if draft.background == key else key
        void = None if draft.void == key else key
        words = self.tr("Set as Background") if background is not None else self.tr("No Background")
        self._entry(menu, "background", words, Icon.ERASER,
                    lambda: do(lambda draft: draft.with_background(background)))  # fmt: skip
        words = self.tr("Set as Void Class") if void is not None else self.tr("No Void Class")
        self._entry(menu, "void", words, Icon.UNDECIDED,
                    lambda: do(lambda draft: draft.with_void(void)))  # fmt: skip

    def open_more(self) -> None:
        """What concerns all classes."""
        menu, do = QMenu(self._window), self._keeper.do
        menu.setObjectName("more_menu")
        self._entry(menu, "fill", self.tr("Fill Gaps with Dummy Classes"), Icon.LABEL_MAP,
                    lambda: do(lambda draft: draft.filled()))  # fmt: skip
        self._entry(menu, "compact", self.tr("Compact Indices"), Icon.COLLAPSE,
                    lambda: do(lambda draft: draft.compacted()))  # fmt: skip
        menu.addSeparator()
        for column, words in (
            (Column.INDEX, self.tr("Sort by Index")),
            (Column.NAME, self.tr("Sort by Name")),
            (Column.PIXELS, self.tr("Sort by Pixels")),
        ):
            self._entry(menu, f"sort_{column}", words, None, partial(self.sort, column))
        menu.addSeparator()
        self._entry(menu, "no_background", self.tr("No Background"), None,
                    lambda: do(lambda draft: draft.with_background(None)))  # fmt: skip
        self._entry(menu, "no_void", self.tr("No Void Class"), None,
                    lambda: do(lambda draft: draft.with_void(None)))  # fmt: skip
        self._popup(menu)

    def _declare(self) -> None:
        def step(draft: Draft) -> Draft:
            for key in self._table.chosen:
                if not draft.by_key[key].is_declared:
                    draft = draft.declared(key)
            return draft

        self._keeper.do(step)

    def _keep(self) -> None:
        def step(draft: Draft) -> Draft:
            for key in self._table.chosen:
                if draft.by_key[key].is_gone:
                    draft = draft.kept(key)
            return draft

        self._keeper.do(step)

    def _entry(
        self, menu: QMenu, name: str, text: str, glyph: Icon | None, deed: Callable[[], object]
    ) -> None:
        action = menu.addAction(icon(glyph), text) if glyph else menu.addAction(text)
        action.setObjectName(f"draft_{name}")
        action.triggered.connect(lambda _checked=False: deed())

    def _popup(self, menu: QMenu) -> None:
        """Below the button that was pressed, or where the pointer is."""
        sender = self.sender()
        name = f"{sender.objectName()}_button" if isinstance(sender, QAction) else ""
        button = self._window.findChild(QWidget, name) if name else None
        if button is not None and button.isVisible():
            place = button.mapToGlobal(QPoint(0, button.height()))
        else:
            index = self._table.currentIndex()
            rect = self._table.visualRect(index)
            place = self._table.viewport().mapToGlobal(rect.bottomLeft() + QPoint(80, 0))
        menu.popup(place)

    def _action(
        self, name: str, text: str, glyph: Icon, deed: Callable[[], object], key: str = ""
    ) -> QAction:
        action = QAction(icon(glyph), text, self)
        action.setObjectName(f"draft_{name}")
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False: deed())
        return action
