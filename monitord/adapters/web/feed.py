"""The live feed: the last decisions in one ring, and readers who go along it at their own pace.

Adding never waits for anybody. A reader is only a place in the ring; where the ring has moved on
past it, the reader is told so and ended, and never goes on as if nothing were missing.

Knowledge: the HTML standard, section 9.2 (server-sent events), for what the last id of a reader is.
"""

import asyncio
import re
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

# The house's own numbers: some minutes of a full ward; half of the server's connections.
KEPT: Final = 4096
READERS_AT_ONCE: Final = 32
READERS_OF_ONE_CALLER: Final = 8
# So many that did not fit are passed over before the reader hears how far it is.
SKIPPED_AT_MOST: Final = 512
GAP: Final = "gap"
OVERRUN: Final = "overrun"

_READ: Final = '{"read":"/v1/alerts"}'
_ID: Final = re.compile(r"([0-9a-f]{1,32})-([0-9]{1,15})")


class Entry(NamedTuple):
    """One decision: whom it is about, as far as it is about anybody, and how it is written."""

    kind: str
    patient: str
    ward: str
    write: Callable[[], bytes]


class Told(NamedTuple):
    """One block of a stream; without `event` it only says how far the reader is."""

    event: str | None
    id: str | None
    data: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants to hear; where nothing is named, everything."""

    kinds: frozenset[str] = frozenset()
    patients: frozenset[str] = frozenset()
    wards: frozenset[str] = frozenset()

    def fits(self, entry: Entry) -> bool:
        """Say whether an entry is wanted; one about nobody fits no patient and no ward."""
        return (
            (not self.kinds or entry.kind in self.kinds)
            and (not self.patients or entry.patient in self.patients)
            and (not self.wards or entry.ward in self.wards)
        )


class TooManyReaders(Exception):
    """Nobody else can follow now; the text says what was found and expected."""


class Feed:
    """The ring, and everybody who follows it."""

    def __init__(
        self,
        run: str,
        *,
        following: Callable[[int], None],
        overrun: Callable[[], None],
        kept: int = KEPT,
    ) -> None:
        """Begin empty; `run` is hexadecimal and stands in every id.

        `following` is told how many readers there are, `overrun` of each who fell behind.
        """
        self._run = run
        self._following = following
        self._overrun = overrun
        self._ring: deque[Entry] = deque(maxlen=kept)
        self._readers: set[Reader] = set()
        self.newest = 0
        self.is_closed = False

    @property
    def oldest(self) -> int:
        """The number of the oldest entry that is held; one after the newest where none is."""
        return self.newest - len(self._ring) + 1

    def add(self, entries: Sequence[Entry]) -> None:
        """Add what was decided, and wake everybody who waits for it."""
        self._ring.extend(entries)
        self.newest += len(entries)
        for reader in self._readers:
            if reader.falls_behind():
                self._overrun()
            reader.wake()

    def entry(self, number: int) -> Entry:
        """Return an entry that is held."""
        return self._ring[number - self.oldest]

    def id(self, number: int) -> str:
        """Return what a reader calls an entry."""
        return f"{self._run}-{number}"

    def follow(self, caller: str, wanted: Wanted, last_id: str | None) -> "Reader":
        """Let somebody follow: after the last id they saw, or from now on.

        Raises `TooManyReaders`.
        """
        if len(self._readers) >= READERS_AT_ONCE:
            told = f"found {READERS_AT_ONCE} streams, expected fewer"
            raise TooManyReaders(f"{told}; ask again, or read /v1/alerts")
        if Counter(one.caller for one in self._readers)[caller] >= READERS_OF_ONE_CALLER:
            told = f"found {READERS_OF_ONE_CALLER} streams of {caller}, expected fewer"
            raise TooManyReaders(f"{told}; end one, or use another token")
        after = self.newest if last_id is None else self._number(last_id)
        reader = Reader(self, caller, wanted, after)
        self._readers.add(reader)
        self._following(len(self._readers))
        return reader

    def leave(self, reader: "Reader") -> None:
        """Forget a reader."""
        self._readers.discard(reader)
        self._following(len(self._readers))

    def close(self) -> None:
        """End every stream once it has told what is held; who comes later is ended at once."""
        self.is_closed = True
        for reader in self._readers:
            reader.wake()

    def _number(self, last_id: str) -> int | None:
        """Return the entry with this id, if what came after it is held; None where it is not."""
        found = _ID.fullmatch(last_id)
        if found is None or found[1] != self._run:
            return None
        number = int(found[2])
        return number if self.oldest - 1 <= number <= self.newest else None


class Reader:
    """One place in the ring; `take` until nothing is there, then `wait`, until `is_over`."""

    def __init__(self, feed: Feed, caller: str, wanted: Wanted, after: int | None) -> None:
        """Begin after an entry; None where what the reader saw last is not held any more."""
        self.caller = caller
        self.is_over = False
        self._feed = feed
        self._wanted = wanted
        self._last = feed.newest if after is None else after
        self._skipped = 0
        self._is_behind = False
        self._woken = asyncio.Event()
        # It gives an id in any case, so that even one who heard nothing can resume.
        first = Told(None, self._id(), None) if after is not None else Told(GAP, self._id(), _READ)
        self._first: Told | None = first

    def take(self) -> Told | None:
        """Return the next block; None when there is nothing now, or no more ever."""
        if self.is_over:
            return None
        if self._first is not None:
            told, self._first = self._first, None
            return told
        if self._is_behind:
            # It has no id: who comes back with the last one hears of the gap again.
            self.is_over = True
            return Told(OVERRUN, None, _READ)
        while self._last < self._feed.newest:
            self._last += 1
            entry = self._feed.entry(self._last)
            if self._wanted.fits(entry):
                self._skipped = 0
                return Told(entry.kind, self._id(), entry.write().decode())
            self._skipped += 1
            if self._skipped >= SKIPPED_AT_MOST:
                self._skipped = 0
                return Told(None, self._id(), None)
        self.is_over = self._feed.is_closed
        return None

    async def wait(self) -> None:
        """Wait until there may be more to take."""
        await self._woken.wait()
        self._woken.clear()

    def wake(self) -> None:
        """Look again."""
        self._woken.set()

    def falls_behind(self) -> bool:
        """Say once that the next entry is not held any more; the reader is then ended."""
        was_behind = self._is_behind
        self._is_behind = was_behind or self._last + 1 < self._feed.oldest
        return self._is_behind and not was_behind

    def _id(self) -> str:
        return self._feed.id(self._last)
