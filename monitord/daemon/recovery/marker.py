"""Remembers in which tick of the past a start is, for the case that it does not come out of it.

What kills the process in a step, or hangs until somebody kills it, raises nothing that could be
caught. A few bytes beside the journals outlive it, and tell the next start how often in a row one
has ended in the same tick.
"""

import contextlib
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from monitord.domain.time import LONG_AGO, Millis

# The house's own number: once may be chance, and somebody who is impatient.
MOST_DEATHS: Final = 3
_NAME: Final = "recovering"
_BYTES: Final = 64


class Marker:
    """The file of one directory, while a start lives through the journals there."""

    def __init__(self, directory: Path) -> None:
        """Read what an earlier start left, if it ended on the way; a failing disk tells nothing."""
        self._path = directory / _NAME
        self._died_at, self._deaths = _read(self._path)
        self._file: int | None = None
        with contextlib.suppress(OSError):
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT, mode=0o600)

    def deadly(self) -> Millis | None:
        """Return the tick in which so many starts have ended in a row that it must be the cause."""
        return self._died_at if self._deaths >= MOST_DEATHS else None

    def at(self, tick: Millis) -> None:
        """Note that a tick is about to be stepped."""
        if self._file is not None:
            deaths = self._deaths + 1 if tick == self._died_at else 1
            with contextlib.suppress(OSError):
                os.pwrite(self._file, b"%020d %03d\n" % (tick, deaths), 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing: whoever comes here was not killed.

        What a failing disk keeps counts as one more death, and the ward that is known is not lost.
        """
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.close(self._file)
            with contextlib.suppress(OSError):
                self._path.unlink()


def _read(path: Path) -> tuple[Millis, int]:
    try:
        tick, deaths = path.read_bytes()[:_BYTES].split()
        return int(tick), int(deaths)
    except (OSError, ValueError):
        return LONG_AGO, 0
