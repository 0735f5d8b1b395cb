"""One record of the audit, as it stands in its line, and the hash that chains it to the next.

A record's hash is the SHA-256 of its line up to the `,"hash":"` that ends it; the line begins with
the hash of the record before. So the bytes in the file are the canonical ones: nobody needs to
write JSON as we do to check them. `docs/audit.md` has the script that does.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

import orjson

from monitord.domain.time import Millis, format_time

# Longer fields are cut; the longest record of our own is a notification, of one or two KiB.
LONGEST_FIELDS: Final = 16 * 1024
_SHOWN_OF_LONGER: Final = 1024
_START: Final = re.compile(rb'\{"before":"[0-9a-f]{64}","sequence":[1-9][0-9]*,"time":"')
_END: Final = re.compile(rb',"hash":"([0-9a-f]{64})"\}\Z')
_END_BYTES: Final = len(b',"hash":""}') + 64


class Entry(NamedTuple):
    """Something that happened and is to be recorded; `fields` is a JSON object."""

    what: str
    at: Millis
    fields: bytes


class Link(NamedTuple):
    """The end of a chain: the number of its last record, and that one's hash."""

    sequence: int
    hash: str


class AuditRecord(NamedTuple):
    """A record as it was read; `time` is RFC 3339 text in UTC."""

    before: str
    sequence: int
    time: str
    what: str
    fields: Mapping[str, Any]
    hash: str

    @property
    def link(self) -> Link:
        """The chain's end while this is its last record."""
        return Link(self.sequence, self.hash)


# Before the first record there is none, and its hash is written as zeros.
NO_HASH: Final = "0" * 64
BEGINNING: Final = Link(0, NO_HASH)


def make_entry(what: str, at: Millis, fields: Mapping[str, object]) -> Entry:
    """Write the fields down; what cannot be written as JSON, or is too long, is told as text."""
    try:
        written = orjson.dumps(fields, default=str)
    except TypeError:
        written = orjson.dumps({"unwritable": ascii(fields)[:_SHOWN_OF_LONGER]})
    if len(written) > LONGEST_FIELDS:
        begins = written[:_SHOWN_OF_LONGER].decode(errors="replace")
        written = orjson.dumps({"cut_from_bytes": len(written), "begins": begins})
    return Entry(what, at, written)


def seal(entry: Entry, before: Link) -> tuple[bytes, Link]:
    """Return the line of a record, with its newline, and the chain's new end."""
    sequence = before.sequence + 1
    head = {"before": before.hash, "sequence": sequence, "time": format_time(entry.at)}
    start = orjson.dumps(head | {"what": entry.what})[:-1]
    sealed = b'%b,"fields":%b' % (start, entry.fields)
    digest = sha256(sealed).hexdigest()
    return b'%b,"hash":"%b"}\n' % (sealed, digest.encode()), Link(sequence, digest)


def read_record(line: bytes) -> AuditRecord:
    """Read a line without its newline.

    Raises `ValueError`, with what was found, where it is not as it was written.
    """
    end = _END.search(line, max(0, len(line) - _END_BYTES))
    if end is None or _START.match(line) is None:
        raise ValueError("found a line that is no record")
    if sha256(line[: end.start()]).hexdigest().encode() != end[1]:
        raise ValueError("found a record whose hash does not fit it")
    try:
        return AuditRecord(**orjson.loads(line))
    except (orjson.JSONDecodeError, TypeError):
        raise ValueError("found a record that is not JSON with the six fields") from None
