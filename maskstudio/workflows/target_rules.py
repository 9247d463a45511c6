"""What a format cannot hold, or changes, of what is to be written: told before anything is written.

Every rule is of `formats.md`, sections 3.7, 6a and 7.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity
from maskstudio.formats import registry
from maskstudio.formats.cvat_listing import OBJECTS, item_path
from maskstudio.formats.cvat_rules import check_item_name, check_subset_name, over_255_warning
from maskstudio.formats.index_writer import path_of
from maskstudio.formats.label_maps import LABELMAP, check_writable, color_owners

from .survey import SurveyedMask, SurveyedSample

_PLAIN_SUBSETS = ((), ("default",))
_NOT_EVERYWHERE = re.compile(r'[<>:"|?*\\\x00-\x1f]')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_SHOWN = 5


def label_map_problems(target: str, label_map: LabelMap) -> Iterator[Problem]:
    """What a target says to the classes, whether or not they occur."""
    yield from _name_faults(label_map)
    yield from gap_problems(label_map)
    yield from _background_warning(target, label_map)


def gap_problems(label_map: LabelMap) -> Iterator[Problem]:
    """Indices below the highest that no class has."""
    highest = max(label_map.declared, default=-1)
    missing = [i for i in range(highest + 1) if i not in label_map.declared]
    if missing:
        found = (
            f"no class has {_ranges(missing)}; in a {LABELMAP} lines `_dummy<n>` keep the others"
            " in place"
        )
        yield _warning(Kind.LABEL_GAP, LABELMAP, found)


def dataset_problems(
    target: str, label_map: LabelMap, surveyed: Sequence[SurveyedSample]
) -> Iterator[Problem]:
    """What a target says to all samples together: subsets, colors in use, instances."""
    masks = [s.mask for s in surveyed if s.mask is not None]
    traits = registry.traits(target)
    if target == registry.CVAT:
        yield from _subset_faults(surveyed)
        yield from _color_faults(label_map, masks)
    if not traits.has_subsets:
        yield from _lost_subsets(traits.title, surveyed)
    if not traits.has_instances:
        yield from _lost_instances(traits.title, surveyed)
    yield from _alike_names(surveyed)


def sample_problems(target: str, source: str, surveyed: SurveyedSample) -> Iterator[Problem]:
    """What a target says to one sample.

    Args:
        source: format it was read from; only the same one keeps undeclared colors.
    """
    name, mask = surveyed.sample.name, surveyed.mask
    yield from _sample_name_problems(target, name)
    if mask is None:
        if target == registry.INDEX_PNG:
            yield from _size_faults(surveyed)
        return
    if mask.stand_ins and not _keeps_stand_ins(target, source):
        yield from _classless_pixels(surveyed)
    if target == registry.CVAT:
        where = f"{OBJECTS}{item_path(name)}.png"
        yield from over_255_warning(mask.highest_instance, where, name)


def is_left_out(
    target: str, source: str, surveyed: SurveyedSample, problems: Iterable[Problem]
) -> bool:
    """Whether a sample is not written.

    Args:
        problems: what `sample_problems` says to it.
    """
    if any(p.severity is Severity.ERROR for p in problems):
        return True
    mask = surveyed.mask
    if mask is None:
        return target == registry.INDEX_PNG and surveyed.sample.image is None
    if not mask.is_readable or (mask.stand_ins and not _keeps_stand_ins(target, source)):
        return True
    return any(
        p.kind == Kind.UNDECLARED_INDEX and p.severity is Severity.ERROR for p in surveyed.problems
    )


def _keeps_stand_ins(target: str, source: str) -> bool:
    return target == source == registry.CVAT


def _name_faults(label_map: LabelMap) -> Iterator[Problem]:
    """Names that no `labelmap.txt` can hold; both formats write one."""
    seen: dict[str, int] = {}
    for label_class in label_map:
        try:
            check_writable(LabelMap((label_class,)))
        except DataError as error:
            yield error.problem(Scope.FILE)
        if label_class.name in seen:
            found = (
                f"classes {seen[label_class.name]} and {label_class.index} are both called"
                f" `{label_class.name}`"
            )
            yield Problem(
                Kind.DUPLICATE_LABEL, Severity.ERROR, Scope.FILE, LABELMAP, found, "every name once"
            )
        seen.setdefault(label_class.name, label_class.index)


def _background_warning(target: str, label_map: LabelMap) -> Iterator[Problem]:
    background = label_map.background
    if target == registry.CVAT:
        if background not in label_map.declared:
            last = max(label_map.declared, default=-1) + 1
            found = f"no class is the background; `background` is added as class {last}, the last"
            yield _warning(Kind.BACKGROUND_UNEXPECTED, LABELMAP, found)
    elif background not in (0, None):
        found = (
            f"the background is class {background}; programs that take 0 for it would take"
            f" `{label_map.name_of(0)}`"
        )
        yield _warning(Kind.BACKGROUND_UNEXPECTED, LABELMAP, found)


def _subset_faults(surveyed: Sequence[SurveyedSample]) -> Iterator[Problem]:
    for subset in dict.fromkeys(name for s in surveyed for name in s.sample.subsets):
        try:
            check_subset_name(subset)
        except DataError as error:
            yield error.problem(Scope.FILE)


def _color_faults(label_map: LabelMap, masks: Sequence[SurveyedMask]) -> Iterator[Problem]:
    """Classes that occur and whose color would be read back as another class."""
    owners = color_owners(label_map)
    for index in sorted({i for mask in masks for i in mask.indices}):
        found = label_map.declared.get(index)
        if found is not None and found.color is not None and owners[found.color] != index:
            other = label_map.name_of(owners[found.color])
            yield Problem(
                Kind.DUPLICATE_COLOR,
                Severity.ERROR,
                Scope.FILE,
                LABELMAP,
                f"`{found.name}` occurs and would be read back as `{other}`, of the same color",
                "a color of its own for every class in use",
            )


def _lost_subsets(title: str, surveyed: Sequence[SurveyedSample]) -> Iterator[Problem]:
    if any(s.sample.subsets not in _PLAIN_SUBSETS for s in surveyed):
        names = dict.fromkeys(name for s in surveyed for name in s.sample.subsets)
        found = f"{title} has no subsets: {_listed(list(names))} are not written"
        yield _warning(Kind.CANNOT_HOLD, "subsets", found)


def _lost_instances(title: str, surveyed: Sequence[SurveyedSample]) -> Iterator[Problem]:
    names = [s.sample.name for s in surveyed if s.mask and s.mask.highest_instance]
    if names:
        found = f"{title} has no instances: those of {_listed(names)} are not written"
        yield _warning(Kind.CANNOT_HOLD, "instances", found)


def _alike_names(surveyed: Sequence[SurveyedSample]) -> Iterator[Problem]:
    """Names that differ in capitals alone, which are one file on some systems."""
    seen: dict[str, str] = {}
    for name in (s.sample.name for s in surveyed):
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            found = f"on some systems the file of `{name}` is that of `{other}`"
            yield _warning(Kind.NAME_NOT_PORTABLE, name, found, sample=name)


def _sample_name_problems(target: str, name: str) -> Iterator[Problem]:
    try:
        if target == registry.CVAT:
            check_item_name(name)
        else:
            path_of(name)
    except DataError as error:
        yield error.problem(Scope.ITEM, sample=name)
        return
    parts = name.split("/")
    is_portable = not any(
        _NOT_EVERYWHERE.search(part) or part.endswith((".", " ")) or _DEVICE.fullmatch(part)
        for part in parts
    )
    if not is_portable:
        found = f"`{name}` is no name of a file on every system"
        yield _warning(Kind.NAME_NOT_PORTABLE, name, found, sample=name)


def _size_faults(surveyed: SurveyedSample) -> Iterator[Problem]:
    """A sample whose empty mask would have no size."""
    sample = surveyed.sample
    if sample.image is None:
        yield Problem(
            Kind.FILE_MISSING,
            Severity.WARNING,
            Scope.ITEM,
            sample.name,
            "neither a mask nor an image tells how large the mask is; it is left out",
            sample=sample.name,
        )
        return
    try:
        sample.image.size()
    except DataError as error:
        yield error.problem(Scope.ITEM, sample=sample.name)


def _classless_pixels(surveyed: SurveyedSample) -> Iterator[Problem]:
    """Pixels without a class, unless reading has told so."""
    if any(p.kind == Kind.UNDECLARED_COLOR for p in surveyed.problems):
        return
    name = surveyed.sample.name
    found = "some pixels have no class: only an instance mask is there"
    yield Problem(Kind.CANNOT_HOLD, Severity.ERROR, Scope.ITEM, name, found, sample=name)


def _warning(kind: Kind, where: str, found: str, *, sample: str | None = None) -> Problem:
    scope = Scope.FILE if sample is None else Scope.ITEM
    return Problem(kind, Severity.WARNING, scope, where, found, sample=sample)


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:_SHOWN])
    more = len(names) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _ranges(indices: list[int]) -> str:
    """Ascending indices as text: `index 3`, `indices 3, 7 to 9`."""
    runs: list[list[int]] = []
    for index in indices:
        if runs and runs[-1][-1] == index - 1:
            runs[-1] = [runs[-1][0], index]
        else:
            runs.append([index])
    parts = [" to ".join(map(str, run)) for run in runs]
    shown = ", ".join(parts[:_SHOWN]) + (", ..." if len(parts) > _SHOWN else "")
    return f"index {shown}" if len(indices) == 1 else f"indices {shown}"
