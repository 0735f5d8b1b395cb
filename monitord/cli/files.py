"""Files that are named on the command line: opened politely, or refused in one line.

A file that is not there, or may not be used, is wrong usage (2); one that breaks off, is damaged or
has no room left is a problem that was found (1). A reader who has seen enough is neither.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from monitord.adapters.journal import read_lines
from monitord.cli.ending import FOUND_PROBLEMS, WRONG_USAGE, forget_output, in_words, stop_with

STANDARD: Final = "-"

_CANNOT_BE_USED: Final = (
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)


def lines_of(name: str) -> Iterator[bytes]:
    """Give the lines of a file of events or of a journal, or end with one line and 1 or 2."""
    try:
        yield from _standard(sys.stdin, name) if name == STANDARD else read_lines(Path(name))
    except OSError as error:
        stop_with([in_words(error, "a file of events or a journal", name)], _code(error))


@contextmanager
def written(name: str) -> Iterator[BinaryIO]:
    """Open what is written to, or end with one line and 1 or 2."""
    try:
        if name == STANDARD:
            out = _standard(sys.stdout, name)
            yield out
            out.flush()
        else:
            with Path(name).open("wb") as file:
                yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        if name == STANDARD:
            forget_output()
        expected = "a file that can be written; name another or make room"
        stop_with([in_words(error, expected, name)], _code(error))


def _standard(stream: TextIO | None, name: str) -> BinaryIO:
    if stream is None:
        stop_with([f"{name}: found a closed stream, expected an open one"], WRONG_USAGE)
    return stream.buffer


def _code(error: OSError) -> int:
    return WRONG_USAGE if isinstance(error, _CANNOT_BE_USED) else FOUND_PROBLEMS
