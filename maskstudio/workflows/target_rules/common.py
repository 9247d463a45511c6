"""Rules that hold for every target unless its own say otherwise (`formats.md` section 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from maskstudio.core.labels import LabelMap
from maskstudio.errors import DataError, Kind, Problem, Scope, Severity
from maskstudio.formats import registry
from maskstudio.formats.base import WriteOptions
from maskstudio.formats.label_maps import LABELMAP, check_writable
from maskstudio.workflows.survey import SurveyedSample

_PLAIN_SUBSETS = ((), ("default",))
_NOT_EVERYWHERE = re.compile(r'[<>:"|?*\\\x00-\x1f]')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_SHOWN = 5


class TargetRules:
    """What one format says to what is to be written; a child for each.

    Attributes:
        needs_size: a sample without a mask is written as an empty one, so that something has to
            tell how large it is.
        names_are_files: a sample's name becomes that of a file.
        holds_opacity: masks of opacities can be written beside those of classes.
        holds_moments: places in films can be written.
    """

    needs_size = False
    names_are_files = True
    holds_opacity = False
    holds_moments = False

    def __init__(self, target: str) -> None:
        """Rules of the format of this name."""
        self._target = target

    def label_map_problems(self, label_map: LabelMap) -> Iterator[Problem]:
        """What there is to say to the classes, whether or not they occur."""
        yield from ()

    def dataset_problems(
        self, label_map: LabelMap, surveyed: Sequence[SurveyedSample]
    ) -> Iterator[Problem]:
        """What there is to say to all samples together."""
        traits = registry.traits(self._target)
        if not traits.has_subsets:
            yield from _lost_subsets(traits.title, surveyed)
        if not traits.has_instances:
            yield from _lost_instances(traits.title, surveyed)
        yield from _lost_polygons(surveyed)
        if not self.holds_moments:
            yield from _lost_moments(traits.title, surveyed)
        if self.names_are_files:
            yield from _alike_names(surveyed)

    def option_problems(self, label_map: LabelMap, options: WriteOptions) -> Iterator[Problem]:
        """What there is to say to what was chosen beside the masks."""
        if options.with_images and not registry.traits(self._target).has_images:
            found = "a folder of masks holds no images"
            yield Problem(Kind.CANNOT_HOLD, Severity.ERROR, Scope.FILE, "--with-images", found)
        if options.composite and not registry.traits(self._target).has_composite:
            found = "this format has no raster for several objects"
            yield Problem(Kind.CANNOT_HOLD, Severity.ERROR, Scope.FILE, "--composite", found)

    def sample_problems(self, source: str, surveyed: SurveyedSample) -> Iterator[Problem]:
        """What there is to say to one sample, read from a format of this name."""
        yield from self._name_problems(surveyed.sample.name)
        mask = surveyed.mask
        if mask is None:
            if self.needs_size:
                yield from _size_faults(surveyed)
        elif mask.stand_ins and not self.keeps_stand_ins(source):
            yield from _classless_pixels(surveyed)
        if mask is not None and not registry.traits(self._target).has_objects:
            yield from _covered_pixels(surveyed)

    def keeps_stand_ins(self, source: str) -> bool:
        """Whether pixels without a class come through from a source of this format."""
        return False

    def check_name(self, name: str) -> None:
        """Refuse a sample's name that the target cannot hold. Raises DataError."""

    def _name_problems(self, name: str) -> Iterator[Problem]:
        try:
            self.check_name(name)
        except DataError as error:
            yield error.problem(Scope.ITEM, sample=name)
            return
        if not self.names_are_files:
            return
        parts = name.split("/")
        is_portable = not any(
            _NOT_EVERYWHERE.search(part) or part.endswith((".", " ")) or _DEVICE.fullmatch(part)
            for part in parts
        )
        if not is_portable:
            found = f"`{name}` is no name of a file on every system"
            yield warning(Kind.NAME_NOT_PORTABLE, name, found, sample=name)


class LabelmapRules(TargetRules):
    """Of a target whose classes stand in a `labelmap.txt`."""

    def label_map_problems(self, label_map: LabelMap) -> Iterator[Problem]:
        yield from _name_faults(label_map)
        yield from gap_problems(label_map)


def gap_problems(
    label_map: LabelMap, where: str = LABELMAP, fillers: str = f"in a {LABELMAP} lines"
) -> Iterator[Problem]:
    """Indices below the highest that no class has; a target writes fillers for them."""
    highest = max(label_map.declared, default=-1)
    missing = [i for i in range(highest + 1) if i not in label_map.declared]
    if missing:
        found = f"no class has {ranges(missing)}; {fillers} `_dummy<n>` keep the others in place"
        yield warning(Kind.LABEL_GAP, where, found)


def opacity_fault() -> Problem:
    """Of a layer without classes, for a target that holds classes alone."""
    found = "the mask holds opacities, not classes"
    return Problem(Kind.CANNOT_HOLD, Severity.ERROR, Scope.FILE, LABELMAP, found)


def warning(kind: Kind, where: str, found: str, *, sample: str | None = None) -> Problem:
    """A warning of one sample, or of the whole."""
    scope = Scope.FILE if sample is None else Scope.ITEM
    return Problem(kind, Severity.WARNING, scope, where, found, sample=sample)


def listed(names: list[str]) -> str:
    """The first few names, and how many more."""
    shown = ", ".join(f"`{name}`" for name in names[:_SHOWN])
    more = len(names) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _name_faults(label_map: LabelMap) -> Iterator[Problem]:
    """Names that no `labelmap.txt` can hold."""
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


def _lost_subsets(title: str, surveyed: Sequence[SurveyedSample]) -> Iterator[Problem]:
    if any(s.sample.subsets not in _PLAIN_SUBSETS for s in surveyed):
        names = dict.fromkeys(name for s in surveyed for name in s.sample.subsets)
        found = f"{title} has no subsets: {listed(list(names))} are not written"
        yield warning(Kind.CANNOT_HOLD, "subsets", found)


def _lost_moments(title: str, surveyed: Sequence[SurveyedSample]) -> Iterator[Problem]:
    contexts = [s.sample.moment.context for s in surveyed if s.sample.moment is not None]
    if len(set(contexts)) < len(contexts):
        found = f"{title} has no times: the order of the samples in their films is not kept"
        yield warning(Kind.CANNOT_HOLD, "timestamps", found)


def _lost_polygons(surveyed: Sequence[SurveyedSample]) -> Iterator[Problem]:
    names = [s.sample.name for s in surveyed if s.sample.polygons]
    if names:
        found = f"the polygons of {listed(names)} are not written"
        yield warning(Kind.CANNOT_HOLD, "polygons", found)


def _lost_instances(title: str, surveyed: Sequence[SurveyedSample]) -> Iterator[Problem]:
    names = [s.sample.name for s in surveyed if s.mask and s.mask.highest_instance]
    if names:
        found = f"{title} has no instances: those of {listed(names)} are not written"
        yield warning(Kind.CANNOT_HOLD, "instances", found)


def _alike_names(surveyed: Sequence[SurveyedSample]) -> Iterator[Problem]:
    """Names that differ in capitals alone, which are one file on some systems."""
    seen: dict[str, str] = {}
    for name in (s.sample.name for s in surveyed):
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            found = f"on some systems the file of `{name}` is that of `{other}`"
            yield warning(Kind.NAME_NOT_PORTABLE, name, found, sample=name)


def _size_faults(surveyed: SurveyedSample) -> Iterator[Problem]:
    """A sample whose empty mask would have no size."""
    sample = surveyed.sample
    if sample.image is None:
        found = "neither a mask nor an image tells how large the mask is; it is left out"
        yield warning(Kind.FILE_MISSING, sample.name, found, sample=sample.name)
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
    assert surveyed.mask is not None
    colors = [c.name for c in surveyed.mask.stand_ins if c.color is not None]
    found = "some pixels have no class: only an instance mask is there"
    if colors:
        found = f"pixels of {listed(colors)} have no class"
    yield Problem(Kind.CANNOT_HOLD, Severity.ERROR, Scope.ITEM, name, found, sample=name)


def _covered_pixels(surveyed: SurveyedSample) -> Iterator[Problem]:
    """Pixels of objects that lie under later ones, which a class mask cannot hold."""
    covered = surveyed.mask.n_covered if surveyed.mask else 0
    if covered:
        name = surveyed.sample.name
        found = f"objects overlap: {covered} of their pixels lie under later ones and are lost"
        yield warning(Kind.CANNOT_HOLD, name, found, sample=name)


def ranges(indices: list[int]) -> str:
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
