"""Gives the records of an audit for people to look at; whether they are genuine is `walk`'s."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from monitord.adapters.audit.layout import audit_files
from monitord.adapters.audit.records import AuditRecord, read_record


class Reading(NamedTuple):
    """One line: the record, or None where the line is not as it was written."""

    file: str
    line: int
    record: AuditRecord | None


def read_audit(directory: Path) -> Iterator[Reading]:
    """Give every line of an audit in its order. Raises `OSError` where it cannot be read.

    A last line without its end is being written, or never was written whole: it is left out.
    """
    files = audit_files(directory)
    for path in files:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.endswith(b"\n") or path != files[-1]:
                    yield Reading(str(path), number, _record(line))


def _record(line: bytes) -> AuditRecord | None:
    try:
        return read_record(line.removesuffix(b"\n"))
    except ValueError:
        return None
