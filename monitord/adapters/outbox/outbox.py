"""Keeps every notification on the disk before it is sent, until it has arrived or expired.

One file of SQLite in WAL mode, one writer: a lock beside the file refuses a second daemon, and a
thread of its own does one whole transaction at a time, so that the event loop never waits for the
disk and a cancelled caller never leaves half a change. A notification taken twice is kept once.
"""

import asyncio
import fcntl
import os
import random
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from monitord.adapters.outbox.records import Due, OutboxProblem, Record, Taken
from monitord.adapters.outbox.store import Store
from monitord.domain.notifications import DeliveryState, Notification, Outcome
from monitord.domain.time import LONG_AGO, Millis

_T = TypeVar("_T")

# One channel's errand: long enough to be worth a look, short enough that news overtake it.
MOST_DUE: Final = 50


class Outbox:
    """The outbox of one daemon; every method is on the disk when it returns.

    Raises `OutboxProblem` where the disk or the file does not do what it must.
    """

    def __init__(
        self,
        path: Path,
        store: Store,
        writer: ThreadPoolExecutor,
        lock: int,
        chance: Callable[[], float],
    ) -> None:
        self.path = path
        self._store = store
        self._writer = writer
        self._lock = lock
        self._chance = chance

    @classmethod
    async def open(cls, path: Path, chance: Callable[[], float] = random.random) -> Self:
        """Open the outbox, or make it, readable for the daemon's user alone.

        `chance` gives numbers in [0, 1) for the waits between attempts.
        """
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _locked(path)
        writer = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        try:
            store = await _done(writer, path, lambda: Store(path))
        except BaseException:
            writer.shutdown(wait=False)
            os.close(lock)
            raise
        return cls(path, store, writer, lock, chance)

    async def take(
        self, notifications: Sequence[Notification], progress: Mapping[str, object], now: Millis
    ) -> Taken:
        """Keep what is to be told and how far the telling got, both or neither.

        What is here already stays as it is. An acknowledgement or an end overtakes all that waits
        for the same alert and channel, and a new call overtakes these.
        """
        return await self._do(lambda: self._store.take(notifications, progress, now))

    async def due(
        self,
        channel: str,
        now: Millis,
        limit: int = MOST_DUE,
        *,
        without: Collection[str] = (),
        only_pressing: bool = False,
    ) -> list[Due]:
        """Return up to `limit` notifications to be sent now, the most urgent and oldest first.

        None of the alerts in `without`; `only_pressing` are calls of high priority.
        """
        left_out = list(without)
        return await self._do(
            lambda: self._store.due(channel, now, limit, left_out, only_pressing=only_pressing)
        )

    async def record(self, name: str, outcome: Outcome, now: Millis) -> DeliveryState | None:
        """Keep what came of an attempt, or a later receipt; return the state it is in now.

        None where that is older than what is known, as the failure of a call that was overtaken.
        """
        chance = self._chance()
        return await self._do(lambda: self._store.record(name, outcome, now, chance))

    async def expire(self, now: Millis) -> list[Due]:
        """End what could not be sent while it mattered; return it, so that somebody hears of it."""
        return await self._do(lambda: self._store.expire(now))

    async def next_due(self, channel: str | None = None, after: Millis = LONG_AGO) -> Millis:
        """Return when the next attempt or expiry is due, of one channel or of all, or `NEVER`.

        Of an attempt that was due by `after` only the expiry counts.
        """
        return await self._do(lambda: self._store.next_due(channel, after))

    async def history(self, alert: str) -> list[Record]:
        """Return what was told of an alert, in the order in which it was taken."""
        return await self._do(lambda: self._store.history(alert))

    async def standing(self, channel: str) -> list[Notification]:
        """Return the last that reached a channel of each alert that has not ended since."""
        return await self._do(lambda: self._store.standing(channel))

    async def load_progress(self) -> dict[str, Any]:
        """Return what `take` was last given, by key; empty for a new outbox."""
        return await self._do(self._store.load_progress)

    async def prune(self, before: Millis) -> int:
        """Forget what came to its end before an instant; return how many. What waits stays."""
        return await self._do(lambda: self._store.prune(before))

    async def close(self) -> None:
        """Let the running transaction end, close the file and let go of the lock."""
        try:
            await self._do(self._store.close)
        finally:
            self._writer.shutdown(wait=False)
            os.close(self._lock)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _do(self, work: Callable[[], _T]) -> _T:
        return await _done(self._writer, self.path, work)


async def _done(writer: ThreadPoolExecutor, path: Path, work: Callable[[], _T]) -> _T:
    try:
        return await asyncio.get_running_loop().run_in_executor(writer, work)
    except (sqlite3.Error, ValueError) as error:
        raise OutboxProblem(
            f"{path}: found {error}, expected an outbox that can be written; "
            "see that the disk has room, or move the file away and restore its copy"
        ) from error


def _locked(path: Path) -> int:
    """Make sure that nobody else writes; the system lets go when we die, however that is."""
    # The file is made here, because SQLite would make it readable for everybody.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise OutboxProblem(
            f"{path}: found another monitord that writes here, expected none; "
            "stop it, or give this one a path of its own"
        ) from error
    return lock
