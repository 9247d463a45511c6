"""Changes of a label map that users ask for: judged first, then made. No index ever moves.

`*_fault` says in one clause why something cannot be, for the field it is typed in; "" is fine.
The other functions give the changed map with the words the history shows for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, count

from maskstudio.core.arrays import Rgb
from maskstudio.core.labels import MAX_INDEX, LabelClass, LabelMap, is_generated
from maskstudio.errors import UsageError


@dataclass(frozen=True)
class LabelMapChange:
    """A label map after a change, and the change in words."""

    label: str
    label_map: LabelMap


def name_fault(label_map: LabelMap, name: str, *, index: int) -> str:
    """Why a class cannot have this name.

    Args:
        index: of the class that is to have it, there already or not.
    """
    if not name:
        return "a class needs a name"
    if name != name.strip():
        return "blanks at an end cannot be saved"
    if ":" in name or not name.isprintable():
        return "colons and line breaks cannot be saved"
    if name.startswith("#"):
        return "a name cannot start with #"
    if LabelClass(index, name, None).is_filler:
        return f"{name} stands for an unused index"
    owner = label_map.by_name.get(name)
    if owner is not None and owner.index != index:
        return f"class {owner.index} has this name"
    return ""


def color_fault(label_map: LabelMap, color: Rgb, *, index: int) -> str:
    """Why a class cannot have this color: color masks tell classes apart by nothing else."""
    for other in (*label_map.classes, *label_map.undeclared):
        if other.color == color and other.index != index:
            return f"{other.index} {other.name} has this color"
    return ""


def index_fault(label_map: LabelMap, index: int) -> str:
    """Why a new class cannot have this index; the place of a filler is free."""
    if not 0 <= index <= MAX_INDEX:
        return f"0 to {MAX_INDEX}"
    owner = label_map.get(index)
    if owner is None or owner.is_filler:
        return ""
    if not label_map.is_declared(index):
        return f"pixels hold {index} already: declare that class"
    return f"{index} is {owner.name}"


def add_class(label_map: LabelMap, new: LabelClass) -> LabelMapChange:
    """With one more class.

    Raises:
        UsageError: index, name or color are taken or cannot be saved.
    """
    _require(index_fault(label_map, new.index))
    _require(name_fault(label_map, new.name, index=new.index))
    if new.color is not None:
        _require(color_fault(label_map, new.color, index=new.index))
    return LabelMapChange(f"Add class {new.name}", label_map.with_class(new))


def rename_class(label_map: LabelMap, index: int, name: str) -> LabelMapChange:
    """With another name for a declared class. Raises UsageError."""
    _require(name_fault(label_map, name, index=index))
    old = label_map.declared[index]
    changed = label_map.with_class(replace(old, name=name))
    return LabelMapChange(f"Rename {old.name} to {name}", changed)


def recolor_class(label_map: LabelMap, index: int, color: Rgb) -> LabelMapChange:
    """With another color for a declared class. Raises UsageError."""
    _require(color_fault(label_map, color, index=index))
    old = label_map.declared[index]
    changed = label_map.with_class(replace(old, color=color))
    return LabelMapChange(f"Change color of {old.name}", changed)


def declare_class(label_map: LabelMap, index: int) -> LabelMapChange:
    """With an undeclared class as an ordinary one, of the same index, color and, if free, name."""
    found = next(c for c in label_map.undeclared if c.index == index)
    color = label_map.free_color(index) if found.color is None else found.color
    names = chain([found.name], (f"class_{index}{'_' * n}" for n in count()))
    name = next(name for name in names if not name_fault(label_map, name, index=index))
    changed = label_map.with_class(replace(found, name=name, color=color))
    return LabelMapChange(f"Declare class {name}", changed)


def can_declare(found: LabelClass) -> bool:
    """Whether an undeclared class can become an ordinary one as it stands.

    Its index must be the one its files hold. The stand-ins of undeclared colors, and pixels without
    any class, have indices that are high and of this program's making: a label map with them
    would need a filler for every index below.
    """
    return is_generated(found)


def declare_all(label_map: LabelMap) -> LabelMapChange:
    """With every undeclared class that can be as an ordinary one."""
    found = [c.index for c in label_map.undeclared if can_declare(c)]
    for index in found:
        label_map = declare_class(label_map, index).label_map
    label = f"Declare {len(found)} classes" if len(found) != 1 else "Declare a class"
    return LabelMapChange(label, label_map)


def delete_class(label_map: LabelMap, index: int) -> LabelMapChange:
    """Without a declared class that no pixel uses; the caller makes sure of that.

    Raises:
        UsageError: it is the background, which masks without a file consist of.
    """
    name = label_map.name_of(index)
    if index == label_map.background:
        raise UsageError(f"{name} is the background; choose another background, or none, first.")
    return LabelMapChange(f"Delete class {name}", label_map.without_class(index))


def set_background(label_map: LabelMap, index: int | None) -> LabelMapChange:
    """With another index, or none, that means nothing."""
    label = "No background" if index is None else f"Background is {label_map.name_of(index)}"
    return LabelMapChange(label, label_map.with_background(index))


def set_void(label_map: LabelMap, index: int | None) -> LabelMapChange:
    """With another class, or none, for what nobody has decided yet. Raises UsageError."""
    if index is not None and index == label_map.background:
        raise UsageError(f"{label_map.name_of(index)} is the background already.")
    label = "No void class" if index is None else f"Void class is {label_map.name_of(index)}"
    return LabelMapChange(label, label_map.with_void(index))


def _require(fault: str) -> None:
    if fault:
        raise UsageError(f"{fault[0].upper()}{fault[1:]}.")
