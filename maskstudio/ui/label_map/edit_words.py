"""What an edit of a draft says of itself: a title, what follows from it, a figure, and an icon."""

from __future__ import annotations

from dataclasses import dataclass

from maskstudio.formats.registry import CVAT
from maskstudio.ui.figures import count_text
from maskstudio.ui.texts import tr
from maskstudio.ui.theme.icons import Icon
from maskstudio.workflows.class_census import Census
from maskstudio.workflows.draft_edits import REACHES_PIXELS, DraftEdit, EditKind, Reach, reach_of
from maskstudio.workflows.label_map_draft import Draft, Entry

_ICONS = {
    EditKind.MERGE: (Icon.MERGE, "warn"),
    EditKind.DELETE: (Icon.DELETE, "warn"),
    EditKind.INDEX: (Icon.SWAP, "warn"),
    EditKind.DECLARE: (Icon.ADD, "accent"),
    EditKind.NAME: (Icon.RENAME, "accent"),
    EditKind.COLOR: (Icon.COLOR, "accent"),
    EditKind.DETAILS: (Icon.RENAME, "accent"),
    EditKind.ADD: (Icon.ADD, "accent"),
    EditKind.FILL: (Icon.LABEL_MAP, "accent"),
    EditKind.ORDER: (Icon.HANDLE, "accent"),
    EditKind.BACKGROUND: (Icon.ERASER, "accent"),
    EditKind.VOID: (Icon.UNDECIDED, "accent"),
}
_SHOWN = 3


@dataclass(frozen=True)
class EditWords:
    """One block of "What will change"."""

    icon: Icon
    color: str
    title: str
    detail: str
    figure: str


def words_of(
    edit: DraftEdit, draft: Draft, census: Census | None, *, key: str, format_name: str
) -> EditWords:
    """Describe an edit.

    Args:
        census: what masks hold, or None while nobody counted.
        key: of the layer.
        format_name: what the masks are stored in.
    """
    reach = None if census is None else reach_of(edit, census)
    icon, color = _ICONS[edit.kind]
    detail, figure = _reach_words(edit, reach, key, format_name)
    return EditWords(icon, color, _title(edit, draft), detail, figure)


def files_text(n: int) -> str:
    """So many samples."""
    if n == 1:
        return tr("1 sample")
    return tr("{n} samples").format(n=count_text(n))


def change_words(entry: Entry, draft: Draft) -> str:
    """What happens to one class, for the last column of the table."""
    if entry.is_gone:
        if entry.into is None:
            return tr("Deleted")
        index = draft.index_of(entry.into)
        words = tr("Deleted, pixels to {index}") if entry.is_deleted else tr("Merged into {index}")
        return words.format(index=index)
    if entry.is_new:
        return tr("New")
    was = draft.base.declared.get(entry.key)
    if was is None:
        return tr("Declared") if entry.is_declared else tr("No class")
    found, said = entry.found, []
    if found.index != was.index:
        said.append(tr("index was {index}").format(index=was.index))
    if found.name != was.name and not found.is_filler:
        said.append(tr("renamed"))
    if found.color != was.color:
        said.append(tr("new color"))
    if (found.parts, found.actions) != (was.parts, was.actions):
        said.append(tr("parts changed"))
    if draft.background != draft.base.background and entry.key == draft.background:
        said.append(tr("now background"))
    if draft.void != draft.base.void and entry.key == draft.void:
        said.append(tr("now void"))
    words = ", ".join(said)
    return words[:1].upper() + words[1:]


def class_text(key: int, draft: Draft, *, is_old: bool = True) -> str:
    """A class as index and name, as it is or as it becomes."""
    entry = draft.by_key.get(key)
    if is_old and key in draft.base.by_index:
        return f"{key} {draft.base.name_of(key)}"
    return f"{entry.found.index} {entry.found.name}" if entry else str(key)


def _title(edit: DraftEdit, draft: Draft) -> str:
    names = _names(edit.keys, draft)
    into = "" if edit.into is None else class_text(edit.into, draft, is_old=False)
    new = draft.by_key[edit.keys[0]].found if edit.keys and edit.keys[0] in draft.by_key else None
    match edit.kind:
        case EditKind.MERGE:
            return f"{names} → {into}"
        case EditKind.DELETE if edit.into is not None:
            return tr("{names} deleted, pixels → {into}").format(names=names, into=into)
        case EditKind.DELETE:
            return tr("{names} deleted").format(names=names)
        case EditKind.INDEX if len(edit.keys) == 1 and new is not None:
            return tr("{names} gets index {index}").format(names=names, index=new.index)
        case EditKind.INDEX if len(edit.keys) == 2:
            moved = {draft.by_key[key].found.index for key in edit.keys}
            if moved == set(edit.keys):
                return tr("{names} swap indices").format(names=names)
            return tr("{names} get other indices").format(names=names)
        case EditKind.INDEX:
            return tr("{names} get other indices").format(names=names)
        case EditKind.NAME if new is not None:
            return tr("{names} is named {name}").format(names=names, name=new.name)
        case EditKind.COLOR:
            return tr("New color: {names}").format(names=names)
        case EditKind.DETAILS:
            return tr("{names} has other parts or actions").format(names=names)
        case EditKind.DECLARE:
            return tr("{names} becomes a class").format(names=names)
        case EditKind.ADD:
            return tr("New class {names}").format(names=names)
        case EditKind.FILL:
            words = tr("{n} gaps filled with dummy classes")
            return words.format(n=len(edit.keys))
        case EditKind.BACKGROUND:
            return tr("Background is {into}").format(into=into) if into else tr("No background")
        case EditKind.VOID:
            return tr("Void class is {into}").format(into=into) if into else tr("No void class")
        case _:
            return tr("Another order in the list")


def _reach_words(
    edit: DraftEdit, reach: Reach | None, key: str, format_name: str
) -> tuple[str, str]:
    if edit.kind in REACHES_PIXELS:
        if reach is None:
            return tr("Pixels of {key} are rewritten").format(key=key), "…"
        if not reach.pixels:
            return tr("No mask holds it; no pixel changes"), _pixels(0)
        files = files_text(len(reach.samples))
        words = tr("Pixels of {key} are rewritten in {files}").format(key=key, files=files)
        return words, _pixels(reach.pixels)
    if edit.kind is EditKind.COLOR and format_name == CVAT:
        files = "…" if reach is None else files_text(len(reach.samples))
        words = tr("Color masks: the color bytes of {files} are written anew; no class changes")
        return words.format(files=files), _pixels(0)
    details = {
        EditKind.COLOR: tr("Index masks stay as they are; color masks get it on export"),
        EditKind.FILL: tr("What a one-channel import of CVAT wants; no pixel changes"),
        EditKind.ORDER: tr("Indices stay as they are; no pixel changes"),
        EditKind.BACKGROUND: tr("Transparent, left behind by the eraser, what is empty"),
        EditKind.VOID: tr("Not decided yet: hatched, counted, left out of figures"),
        EditKind.DECLARE: tr("It can be painted; no pixel changes"),
    }
    return details.get(edit.kind, tr("The label map alone; no pixel changes")), _pixels(0)


def _pixels(n: int) -> str:
    return tr("{n} px").format(n=count_text(n))


def _names(keys: tuple[int, ...], draft: Draft) -> str:
    shown = [class_text(key, draft) for key in keys[:_SHOWN]]
    more = len(keys) - _SHOWN
    if more > 0:
        shown.append(tr("{n} more").format(n=more))
    return ", ".join(shown)
