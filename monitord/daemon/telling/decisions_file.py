"""Keeps the copy of every decision, as JSON Lines; what it cannot write it counts and tells.

The copy is for reading later, and nobody's alert waits for it: a full disk costs lines of the copy
and nothing else. A line that was begun and not ended is taken back, so that every line is whole.
"""

import contextlib
import os
from collections.abc import Callable, Sequence
from io import FileIO
from pathlib import Path
from typing import Final, Self

import structlog

from monitord.adapters.codecs.native import encode_decision
from monitord.domain.decisions import Announcement

_OPEN: Final = os.O_WRONLY | os.O_CREAT | os.O_APPEND
# More than the longest line: what a message of an inbox can be refused with, written as JSON.
_LONGEST_LINE_BYTES: Final = 4 * 1024 * 1024
_BEGINNING: Final = b'{"kind":"'

log = structlog.get_logger("monitord.decisions")


class DecisionsFile:
    """One file, open for appending; `problem` says why it is not written now, or is empty."""

    def __init__(self, path: Path, lost: Callable[[int], None]) -> None:
        """Open the file, or make it, readable for the daemon's user alone.

        `lost` is told how many decisions it lacks. Raises `OSError`.
        """
        self.problem = ""
        self._path = path
        self._lost = lost
        self._file = FileIO(os.open(path, _OPEN, mode=0o600), "a")
        _take_back_what_was_begun(path)

    def write(self, decisions: Sequence[Announcement]) -> None:
        """Append decisions, all of them or none; never raises for what the disk does."""
        if not decisions:
            return
        try:
            self._append(b"".join(encode_decision(one) + b"\n" for one in decisions))
        except OSError as error:
            self._lost(len(decisions))
            self._tell(error.strerror or str(error))
        else:
            self._tell("")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _append(self, lines: bytes) -> None:
        whole = os.fstat(self._file.fileno()).st_size
        left = memoryview(lines)
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError:
            with contextlib.suppress(OSError):  # a device or a pipe cannot be shortened
                self._file.truncate(whole)
            raise

    def _tell(self, problem: str) -> None:
        if problem and not self.problem:
            log.error("decisions.not_written", path=str(self._path), reason=problem)
        elif self.problem and not problem:
            log.info("decisions.written_again", path=str(self._path))
        self.problem = problem


def _take_back_what_was_begun(path: Path) -> None:
    """End the file after its last whole line: a power cut may have left half of one.

    What is written next would else become a part of it, and nobody could read either. A rest that
    is no decision is somebody else's, whose file was named by mistake: it is ended, never cut.
    """
    if not path.is_file():
        return  # a device or a pipe has no past
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        begin = max(0, size - _LONGEST_LINE_BYTES)
        file.seek(begin)
        *before, rest = file.read().rsplit(b"\n", 2)
        if not rest:
            return
        follows_ours = before[-1].startswith(_BEGINNING) if before else begin == 0
        # As some disks leave it after a power cut; databases and images of disks end so as well.
        is_empty_space = follows_ours and not rest.strip(b"\0")
        if is_empty_space or rest.startswith(_BEGINNING[: len(rest)]):
            log.warning("decisions.torn", path=str(path), bytes=len(rest))
            file.truncate(size - len(rest))
        else:
            file.write(b"\n")
