"""Classes as people write them: a number is an index, anything else a name.

`name:9` is the class called 9. Names are compared as they stand; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from maskstudio.core.labels import MAX_INDEX
from maskstudio.errors import UsageError

BY_NAME = "name:"


def find_class(word: str, indices: Mapping[str, int], owner: str) -> int:
    """Index of the class that is meant.

    Args:
        indices: class index by name.
        owner: whose classes they are, for the message.

    Raises:
        UsageError: no class has this name, or no mask can hold this index.
    """
    if word.isascii() and word.isdecimal():
        if len(word) > len(str(MAX_INDEX)) or int(word) > MAX_INDEX:
            raise UsageError(f"{word} is no class index; they go from 0 to {MAX_INDEX}.")
        return int(word)
    name = word.removeprefix(BY_NAME)
    if name not in indices:
        close = get_close_matches(name, indices, n=3)
        hint = f" Close to it: {', '.join(close)}." if close else ""
        raise UsageError(f"There is no class {name} in the {owner}.{hint}")
    return indices[name]
