"""Goes along a chain and tells where it is not as it was written: file, line, what is wrong.

Without a hash that was noted elsewhere, a chain cannot show that all of it was written anew, or
that its end was cut off together with the head; `docs/audit.md` says what to do about that.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from monitord.adapters.audit.layout import (
    BEGUN,
    HEAD_NAME,
    BadHead,
    audit_files,
    first_sequence,
    read_head,
)
from monitord.adapters.audit.records import AuditRecord, Link, read_record

# Passes on the lines of a file, for whoever wants to show how far we are.
Passing = Callable[[Iterable[bytes]], Iterator[bytes]]


class Kind(StrEnum):
    """What can be wrong with a chain."""

    CHANGED = "changed"  # a line is not as it was written
    REMOVED = "removed"  # records between two that stand are missing
    INSERTED = "inserted"  # a record stands here that was not written here
    REORDERED = "reordered"  # a record stands behind one that was written later
    REWRITTEN = "rewritten"  # whole records that do not follow from those before
    TRUNCATED = "truncated"  # the last records are missing
    HEAD = "head"  # the head is gone, or cannot be read
    BREAK = "break"  # a break that the daemon found at a start and named in a new file


class Finding(NamedTuple):
    """One thing that is wrong; `line` counts from 1, and is 0 for a file as a whole."""

    file: str
    line: int
    kind: Kind
    told: str

    def __str__(self) -> str:
        """Write the finding as one line."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.kind}: {self.told}"


@dataclass(slots=True)
class Walk:
    """How far the walk along a chain got, and what it found; `head` is what the chain must hold."""

    head: Link | None = None
    last: Link | None = None
    first: int | None = None
    count: int = 0
    highest: int = 0
    findings: list[Finding] = field(default_factory=list)
    torn: tuple[Path, int] | None = None  # the last line has no end: the file, and the line's begin
    _missing: list[range] = field(default_factory=list)
    _is_after_damage: bool = False

    def along(self, files: Sequence[Path], passing: Passing = iter) -> None:
        """Go along files, which follow one another. Raises `OSError` where one cannot be read."""
        for path in files:
            self._along_file(path, passing, is_last=path == files[-1])

    def at_the_end(self, directory: Path) -> None:
        """Compare the end with the head, when no file follows any more."""
        name = str(directory / HEAD_NAME)
        if self.head is None:
            # A first start that ends at once has its header on the disk, and no head yet.
            if self.highest > 1:
                told = "found no head: what was cut off from the end cannot be known"
                self._found(name, 0, Kind.HEAD, told)
        elif self.highest < self.head.sequence:
            told = f"records {self.highest + 1} to {self.head.sequence} are missing at the end"
            self._found(name, 0, Kind.TRUNCATED, told)

    def _along_file(self, path: Path, passing: Passing, *, is_last: bool) -> None:
        begin = 0
        with path.open("rb") as lines:
            for number, line in enumerate(passing(lines), start=1):
                if not line.endswith(b"\n") and is_last:
                    self.torn = path, begin
                    return
                begin += len(line)
                self._line(path, number, line[:-1] if line.endswith(b"\n") else line + b"?")
        if not begin and not is_last:
            self._found(str(path), 0, Kind.REMOVED, "found an empty file")

    def _line(self, path: Path, number: int, line: bytes) -> None:
        file = str(path)
        try:
            record = read_record(line)
        except ValueError as error:
            self._found(file, number, Kind.CHANGED, str(error))
            self._is_after_damage = True
            return
        if (number == 1) != (record.what == BEGUN):
            told = f"found {record.what!r}, expected {BEGUN!r} on the first line and nowhere else"
            self._found(file, number, Kind.INSERTED, told)
        if number == 1 and record.sequence != first_sequence(path):
            told = f"found record {record.sequence} first, expected the one the file is named after"
            self._found(file, number, Kind.CHANGED, told)
        self._record(file, number, record)

    def _record(self, file: str, number: int, record: AuditRecord) -> None:
        self.count += 1
        self.first = record.sequence if self.first is None else self.first
        self.highest = max(self.highest, record.sequence)
        head = self.head
        if head is not None and record.sequence == head.sequence and record.hash != head.hash:
            told = f"record {record.sequence} is not the one that the head names"
            self._found(file, number, Kind.REWRITTEN, told)
        if number == 1 and "break" in record.fields:
            self._found(file, number, Kind.BREAK, f"begins anew after {record.fields['break']}")
        elif not (self._is_after_damage or self._follows(file, number, record)):
            return
        self.last, self._is_after_damage = record.link, False

    def _follows(self, file: str, number: int, record: AuditRecord) -> bool:
        """Tell what is wrong between two records; false when the second one is out of place."""
        last = self.last
        if last is None:
            return True
        sequence, expected = record.sequence, last.sequence + 1
        if sequence < expected:
            was_missed = any(sequence in gap for gap in self._missing)
            kind = Kind.REORDERED if was_missed else Kind.INSERTED
            told = f"found record {sequence} after record {last.sequence}"
            self._found(file, number, kind, told)
            return False
        if sequence > expected:
            self._missing.append(range(expected, sequence))
            told = f"records {expected} to {sequence - 1} are missing before this one"
            self._found(file, number, Kind.REMOVED, told)
        elif record.before != last.hash:
            told = f"record {sequence} does not follow from the record {last.sequence} before it"
            self._found(file, number, Kind.REWRITTEN, told)
        return True

    def _found(self, file: str, line: int, kind: Kind, told: str) -> None:
        self.findings.append(Finding(file, line, kind, told))


class Verdict(NamedTuple):
    """What was found in a whole audit; `notes` are worth knowing and are no fault."""

    findings: Sequence[Finding]
    notes: Sequence[str]
    files: int
    records: int
    head: Link | None


def verify(directory: Path, passing: Passing = iter) -> Verdict:
    """Check every file of an audit; `passing` may count its lines as they go by.

    Raises `OSError` where they cannot be read.
    """
    walk, bad_head = Walk(), None
    # The head first: a daemon that writes meanwhile only lets the chain be ahead of it.
    try:
        walk.head = read_head(directory)
    except BadHead as error:
        bad_head = Finding(str(directory / HEAD_NAME), 0, Kind.HEAD, str(error))
    files = audit_files(directory)
    walk.along(files, passing)
    if bad_head is None:
        walk.at_the_end(directory)
    else:
        walk.findings.append(bad_head)
    return Verdict(walk.findings, _notes(walk), len(files), walk.count, walk.last)


def _notes(walk: Walk) -> list[str]:
    notes = []
    if walk.first is not None and walk.first > 1:
        notes.append(f"the chain begins here with record {walk.first}: earlier files are elsewhere")
    if walk.torn is not None:
        path, begin = walk.torn
        notes.append(
            f"{path}: the last line, from byte {begin} on, has no end: it is being written, or a "
            "crash cut it short; the next start keeps it aside"
        )
    return notes
