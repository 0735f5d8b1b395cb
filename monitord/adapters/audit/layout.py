"""The names of the audit's files, and the head beside them that tells how far the chain got.

The head is written after the records it tells of, so it may be behind them and is never ahead: a
chain that ends before its head was cut off.
"""

import os
import re
from pathlib import Path
from typing import Final

import orjson

from monitord.adapters.audit.records import Link

HEAD_NAME: Final = "head.json"
LOCK_NAME: Final = ".lock"
BEGUN: Final = "chain.begun"  # the first record of every file

_FILE: Final = re.compile(r"audit-[0-9]{12}\.jsonl")


class BadHead(ValueError):
    """The head is not as it was written."""


def file_name(sequence: int) -> str:
    """Name a file after its first record, so that names sort as the chain goes.

    >>> file_name(17)
    'audit-000000000017.jsonl'
    """
    return f"audit-{sequence:012}.jsonl"


def first_sequence(path: Path) -> int:
    """The number of the record that a file is named after."""
    return int(path.name[len("audit-") : -len(".jsonl")])


def audit_files(directory: Path) -> list[Path]:
    """The files of the chain, in its order."""
    return sorted(path for path in directory.iterdir() if _FILE.fullmatch(path.name))


def read_head(directory: Path) -> Link | None:
    """Read how far the chain got; None where there is no head.

    Raises `BadHead` where it is not as it was written.
    """
    try:
        document = orjson.loads((directory / HEAD_NAME).read_bytes())
        return Link(int(document["sequence"]), str(document["hash"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise BadHead(f"{directory / HEAD_NAME}: found a head that nobody can read") from None


def write_head(directory: Path, link: Link) -> None:
    """Put the new head in the old one's place, whole or not at all. Raises `OSError`."""
    path, made = directory / HEAD_NAME, directory / f"{HEAD_NAME}.new"
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, orjson.dumps(link._asdict()) + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    made.replace(path)


def sync_directory(directory: Path) -> None:
    """Put the names of new files on the disk too. Raises `OSError`."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
