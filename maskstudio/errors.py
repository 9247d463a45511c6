"""The one hierarchy of errors, and problems: faults that are listed while the rest goes on.

A fault says where it is, what was found and what was expected, in words a user can act on.
The kinds are a public contract: they stand in the JSON of the command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_LONGEST, _HEAD, _TAIL = 600, 400, 150


class Kind(StrEnum):
    """What sort of fault or warning it is; the names of the format specification."""

    FORMAT_UNKNOWN = "format_unknown"
    TARGET_EXISTS = "target_exists"
    NOT_WRITABLE = "not_writable"
    CANNOT_HOLD = "cannot_hold"
    UNSAFE_PATH = "unsafe_path"
    ARCHIVE_CORRUPT = "archive_corrupt"
    ARCHIVE_TOO_LARGE = "archive_too_large"
    IMAGE_CORRUPT = "image_corrupt"
    IMAGE_TOO_LARGE = "image_too_large"
    IMAGE_NOT_IN_FOLDER = "image_not_in_folder"
    FILE_MISSING = "file_missing"
    LABELMAP_SYNTAX = "labelmap_syntax"
    LABELMAP_ENCODING = "labelmap_encoding"
    DUPLICATE_LABEL = "duplicate_label"
    UNDECLARED_COLOR = "undeclared_color"
    UNDECLARED_INDEX = "undeclared_index"
    SIZE_MISMATCH = "size_mismatch"
    MISSING_SUBSET_LIST = "missing_subset_list"
    JSON_INVALID = "json_invalid"
    JSON_TOO_DEEP = "json_too_deep"
    MISSING_FIELD = "missing_field"
    CONFLICTING_FIELDS = "conflicting_fields"
    VALUE_OUT_OF_RANGE = "value_out_of_range"
    MASK_NOT_BINARY = "mask_not_binary"
    BASE64_INVALID = "base64_invalid"
    REMOTE_UNAVAILABLE = "remote_unavailable"
    VIDEO_UNSUPPORTED = "video_unsupported"
    LOG_CORRUPT = "log_corrupt"
    LOG_VERSION = "log_version"
    DUPLICATE_COLOR = "duplicate_color"
    MASK_IMAGE_SIZE_DIFFERS = "mask_image_size_differs"
    SUBSET_IGNORED = "subset_ignored"
    LAYER_NAMES_UNKNOWN = "layer_names_unknown"
    INSTANCES_OVER_255 = "instances_over_255"
    MASK_ORIENTATION = "mask_orientation"
    UUID_REPEATED = "uuid_repeated"
    SAMPLE_UNMATCHED = "sample_unmatched"
    CLASS_UNMATCHED = "class_unmatched"
    INEXACT_COLORS = "inexact_colors"
    LABEL_GAP = "label_gap"
    LABEL_UNUSED = "label_unused"
    COLORS_TOO_CLOSE = "colors_too_close"
    BACKGROUND_UNEXPECTED = "background_unexpected"
    NAME_NOT_PORTABLE = "name_not_portable"


class Severity(StrEnum):
    """How bad it is: not loaded or not saved; loaded, but look; handled, said once."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Scope(StrEnum):
    """What a fault takes with it: everything opened, or one sample of it."""

    FILE = "file"
    ITEM = "item"


@dataclass(frozen=True)
class Problem:
    """One listed fault or warning.

    Args:
        where: file or archive entry, with line or pixel where there is one: `labelmap.txt:3`.
        found: what was there, as a clause without a full stop.
        expected: what belongs there, or nothing where that goes without saying.
        sample: name of the sample it concerns, or None for the whole source.
    """

    kind: Kind
    severity: Severity
    scope: Scope
    where: str
    found: str
    expected: str = ""
    sample: str | None = None

    def __post_init__(self) -> None:
        for name in ("where", "found", "expected"):
            object.__setattr__(self, name, _bearable(getattr(self, name)))

    @property
    def message(self) -> str:
        """The whole fault in one sentence."""
        tail = f"; expected {self.expected}" if self.expected else ""
        return f"{self.where}: {self.found}{tail}."


def _bearable(text: str) -> str:
    """A text without its middle where a file has put more into it than anybody can read."""
    return text if len(text) <= _LONGEST else f"{text[:_HEAD]} ... {text[-_TAIL:]}"


class MaskStudioError(Exception):
    """Root of all errors that MaskStudio raises on purpose; `str(error)` is for the user."""


class UsageError(MaskStudioError):
    """What the caller asked for cannot be meant: a wrong choice, not wrong data."""


class CancelledError(MaskStudioError):
    """The user stopped the work; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("Cancelled; nothing was changed.")


class DataError(MaskStudioError):
    """A file or its content is not as it must be, or cannot be written.

    Args:
        kind: the kind as users and scripts see it.
        where: file, entry, line or pixel.
        found: what was there, as a clause without a full stop.
        expected: what belongs there.
    """

    def __init__(self, kind: Kind, where: str, found: str, expected: str = "") -> None:
        self.kind = kind
        self.where = _bearable(where)
        self.found = _bearable(found)
        self.expected = _bearable(expected)
        super().__init__(self.problem(Scope.FILE).message)

    def problem(
        self, scope: Scope, *, severity: Severity = Severity.ERROR, sample: str | None = None
    ) -> Problem:
        """The same fault as an entry of a problem list."""
        return Problem(self.kind, severity, scope, self.where, self.found, self.expected, sample)


class ReadBackError(DataError):
    """A file was written whole and put in its place, and then could not be read again.

    Args:
        cause: why it could not be read.
    """

    def __init__(self, cause: DataError) -> None:
        found = f"saved, but could not be read again: {cause.found}"
        super().__init__(cause.kind, cause.where, found, cause.expected)
