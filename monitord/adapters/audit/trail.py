"""Takes what happened at any moment without waiting, and has one thread write it to the chain.

What a disk does not take waits in order, up to a bound, and is tried again each second. Beyond the
bound the newest is lost, and a record in its place says how much. Nobody's alert waits for it.
"""

import fcntl
import os
import threading
from collections import deque
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from monitord.adapters.audit.chain import FILE_BYTES, Chain, News, NewsKind, Tell
from monitord.adapters.audit.layout import LOCK_NAME
from monitord.adapters.audit.records import Entry, make_entry
from monitord.domain.refusals import CannotBeHad
from monitord.domain.time import Millis, format_time

# About thirty thousand records: a busy ward's day.
MOST_WAITING_BYTES: Final = 16 * 1024**2
_MOST_AT_ONCE: Final = 1_000  # one write and one sync for all that came meanwhile
_RETRY_S: Final = 1.0
_FAREWELL_S: Final = 5.0


class AuditProblem(CannotBeHad):
    """Another daemon writes the audit of a directory."""


@dataclass(slots=True)
class _Loss:
    """Records that are lost here; the times of the first and of the last."""

    count: int
    first: Millis
    last: Millis

    def entry(self) -> Entry:
        told = {"count": self.count, "since": format_time(self.first)}
        return make_entry("chain.lost", self.last, told)


class Audit:
    """The audit of one daemon, from the start to `close`; `record` may be called by any thread."""

    def __init__(
        self,
        directory: Path,
        tell: Tell,
        *,
        most_waiting_bytes: int = MOST_WAITING_BYTES,
        file_bytes: int = FILE_BYTES,
        retry_s: float = _RETRY_S,
    ) -> None:
        """Take the directory, readable for the daemon's user alone, and begin to write.

        `tell` is called on the thread that writes. Raises `AuditProblem` where another daemon
        writes there, or `OSError` where there can be no such directory.
        """
        self.problem = ""
        self.lost = 0
        self._told_lost = 0
        self._tell = tell
        self._most_bytes = most_waiting_bytes
        self._retry_s = retry_s
        self._directory = directory
        self._chain = Chain(directory, tell, file_bytes)
        self._is_open = False
        self._waiting: deque[Entry | _Loss] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._is_closing = threading.Event()
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = _locked(directory)
        self._writer = threading.Thread(target=self._run, name="audit", daemon=True)
        self._writer.start()

    @property
    def waiting(self) -> int:
        """How many records are not on the disk yet."""
        return len(self._waiting)

    def record(self, what: str, at: Millis, **fields: object) -> None:
        """Let something be recorded; returns at once, and never raises for what the disk does.

        `what` is `noun.verb`. Fields that are no JSON are told as text, and long ones are cut.
        """
        entry = make_entry(what, at, fields)
        with self._changed:
            if self._bytes + len(entry.fields) > self._most_bytes:
                self._lose(at)
                return
            self._waiting.append(entry)
            self._bytes += len(entry.fields)
            self._changed.notify()

    def close(self, within_s: float = _FAREWELL_S) -> int:
        """Write what waits, tried once more at least; return how many records are not written."""
        self._is_closing.set()
        with self._changed:
            self._changed.notify()
        self._writer.join(within_s)
        if not self._writer.is_alive():
            os.close(self._lock)
        return len(self._waiting)

    def _lose(self, at: Millis) -> None:
        self.lost += 1
        newest = self._waiting[-1] if self._waiting else None
        if isinstance(newest, _Loss):
            newest.count += 1
            newest.last = at
        else:
            self._waiting.append(_Loss(1, at, at))
            self._changed.notify()
            self._tell_lost()

    def _run(self) -> None:
        try:
            while batch := self._next():
                written = self._write(batch)
                if not written and self._is_closing.wait(self._retry_s):
                    written = self._write(batch)
                    if not written:
                        return
                if written:
                    self._forget(len(batch))
        finally:
            self._chain.close()
            if not self._is_closing.is_set():
                self.problem = "the thread that writes has ended"

    def _next(self) -> list[Entry]:
        """Wait for what is next; nothing when all is written and we close."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closing.is_set())
            for index, one in enumerate(islice(self._waiting, _MOST_AT_ONCE)):
                if isinstance(one, _Loss):
                    # What is lost from now on is told by a record of its own.
                    self._waiting[index] = one.entry()
            return [one for one in islice(self._waiting, _MOST_AT_ONCE) if isinstance(one, Entry)]

    def _forget(self, count: int) -> None:
        lost = 0
        with self._changed:
            for _ in range(count):
                one = self._waiting.popleft()
                assert isinstance(one, Entry), "what was written was no loss any more"
                lost += one.what == "chain.lost"
                self._bytes -= 0 if one.what == "chain.lost" else len(one.fields)
            if lost:
                self._tell_lost()

    def _tell_lost(self) -> None:
        """Tell at once that records are lost, and when it is over how many more they were."""
        untold, self._told_lost = self.lost - self._told_lost, self.lost
        if untold:
            self._tell(News(NewsKind.LOST, "too many records waited for the disk", untold))

    def _write(self, batch: list[Entry]) -> bool:
        try:
            if not self._is_open:
                self._chain.open(batch[0].at)
                self._is_open = True
            self._chain.append(batch)
        except OSError as error:
            problem = error.strerror or str(error)
            if not self.problem:
                self._tell(News(NewsKind.NOT_WRITTEN, f"{self._directory}: {problem}"))
            self.problem = problem
            return False
        if self.problem:
            self.problem = ""
            self._tell(News(NewsKind.WRITTEN_AGAIN, str(self._directory)))
        return True


def _locked(directory: Path) -> int:
    """Make sure that nobody else writes; the system lets go when we die, however that is."""
    lock = os.open(directory / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise AuditProblem(
            f"{directory}: found another monitord that writes its audit here, expected none; "
            "stop it, or give this one a directory of its own"
        ) from error
    return lock
