"""Keeps a directory of journals for one daemon alone, for as long as that lives.

Two that write there would each go on from what the other one journaled, with the other's patients.
Who only reads, as `monitord replay` does, asks for nothing.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from monitord.domain.refusals import CannotBeHad

LOCK_NAME: Final = ".lock"


@contextmanager
def held(directory: Path) -> Iterator[None]:
    """Hold the directory, made for the daemon's user alone, until this is left.

    The system lets go of it when we die, however that is. Raises `CannotBeHad` where another
    daemon holds it, and `OSError` where there can be no such directory.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / LOCK_NAME
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(lock, path)
        yield
    finally:
        os.close(lock)


def _take(lock: int, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CannotBeHad(
            f"{path.parent}: found another monitord that keeps its journals here, expected none; "
            "stop it, or give this one a journal.directory and an mqtt.client_id of its own"
        ) from error
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
