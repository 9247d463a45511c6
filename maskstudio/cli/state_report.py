"""Where log, journals and the rest of the state lie for `maskstudio doctor`, and how large."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import localtime, strftime

from maskstudio.workflows.journal_care import MAX_AGE_S, MAX_BYTES, journal_store
from maskstudio.workflows.recovery import read_journal

from .checkup import Finding
from .words import counted, printable

LOG_NAME = "maskstudio.log"


def state_findings(folder: Path) -> Iterator[Finding]:
    """The log, the journals and each data set with unsaved edits."""
    log = folder / LOG_NAME
    n_bytes = sum(path.stat().st_size for path in folder.glob(f"{LOG_NAME}*"))
    words = size_text(n_bytes) if n_bytes else "nothing in it yet"
    yield Finding(f"log in {log}: {words}")
    store = journal_store(folder)
    days, most = MAX_AGE_S // 86_400, size_text(MAX_BYTES)
    yield Finding(
        f"journals in {store.folder}: {counted(len(store.paths), 'journal')} of unsaved edits, "
        f"{size_text(store.n_bytes)} (kept for {days} days and up to {most})"
    )
    for path in store.paths:
        yield _waiting(path)


def _waiting(path: Path) -> Finding:
    journal = read_journal(path)
    edits = counted(len(journal.edits), "edit")
    samples = counted(len(journal.samples), "sample")
    until = strftime("%Y-%m-%d %H:%M", localtime(journal.until))
    text = f"{printable(journal.title)}: {edits} in {samples}, until {until}"
    places = ", ".join(printable(place) for place in journal.paths)
    if journal.damage is not None:
        return Finding(f"{text}; {journal.damage.message}", False, f"open {places} to restore")
    return Finding(text, hint=f"not saved; open {places} to restore")


def size_text(n_bytes: int) -> str:
    """Bytes as people read them."""
    amount, unit = float(n_bytes), "B"
    for larger in ("KiB", "MiB", "GiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
