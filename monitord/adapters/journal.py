"""Keeps what each tick took in, written before it is used, so that decisions can be made again.

A file of JSON Lines: a header, then one line a tick with its checksum. Nothing here decides or
forgets: a damaged line is refused by number; only a last line that was cut short is passed over.
Who rebuilds a ward reads what can be read instead, because most of the past is better than none.
"""

import gzip
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import FileIO
from pathlib import Path
from typing import Any, Final, Self

import orjson

from monitord.adapters.codecs.native import decode, encode_event, encode_rejection
from monitord.domain.events import Arrival, Rejection, Stay, TreatmentEvent
from monitord.domain.refusals import CannotBeHad
from monitord.domain.time import LONG_AGO, Millis, format_time, parse_time

FORMAT: Final = 1
_HEADER_START: Final = b'{"monitord_journal":'
_CHECKSUM_START: Final = b'{"crc":"'
_TICK_START: Final = b'"tick":"'
# How the lines look that hold who came and went, and what was given.
_LASTING: Final = (b'"kind":"stay"', b'"kind":"treatment"')
# {"crc":"xxxxxxxx", and then the bytes that the checksum is of, up to the end of the line.
_CHECKED_FROM: Final = len(b'{"crc":"00000000",')
_MOST_STARTS_AT_ONCE: Final = 1_000  # on a clock with a fixed start every run starts at one instant
_NEW_FOR_APPENDING: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND


class JournalProblem(ValueError):
    """A journal cannot be read on; tells the line, what was found and what was expected."""

    def __init__(self, line: int, found: str, expected: str) -> None:
        super().__init__(f"journal line {line}: found {found}, expected {expected}")
        self.line = line


class Journal:
    """One run's journal, open for appending; nothing is kept back that could fail later."""

    def __init__(
        self, path: Path, file: FileIO, header: Mapping[str, object], *, fsync: bool
    ) -> None:
        self.path = path
        self.header = header
        self._file = file
        self._fsync = fsync

    @classmethod
    def open(
        cls,
        directory: Path,
        started: Millis,
        header: Mapping[str, object],
        *,
        fsync: bool = True,
    ) -> Self:
        """Begin a new file in `directory`, named after the start, and write its header.

        Only the daemon's user may read it. Raises `OSError` when it cannot be written.
        """
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, file = _create(directory, format_time(started).replace(":", ""))
        first = {"monitord_journal": FORMAT, "started": format_time(started), **header}
        journal = cls(path, file, first, fsync=fsync)
        try:
            journal._write(orjson.dumps(first) + b"\n")
            if fsync:
                _sync_directory(directory)
        except OSError as error:
            file.close()
            raise OSError(error.errno, error.strerror, str(path)) from error
        return journal

    def append(self, now: Millis, inbox: Sequence[Arrival]) -> int:
        """Write one tick, on the disk when this returns if `fsync` is on; return its bytes."""
        entries = [
            {"rejection": encode_rejection(arrival)}
            if isinstance(arrival, Rejection)
            else {"event": encode_event(arrival)}
            for arrival in inbox
        ]
        checked = orjson.dumps({"tick": format_time(now), "inbox": entries})[1:]
        line = b'%b%08x",%b\n' % (_CHECKSUM_START, zlib.crc32(checked), checked)
        self._write(line)
        return len(line)

    def close(self) -> None:
        """Put everything on the disk and close the file; raises `OSError` if it is not there."""
        if not self._file.closed:
            try:
                os.fsync(self._file.fileno())
            finally:
                self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, line: bytes) -> None:
        left = memoryview(line)
        while left:
            left = left[self._file.write(left) :]
        if self._fsync:
            os.fdatasync(self._file.fileno())


def is_journal(first_line: bytes) -> bool:
    """Tell by its first line whether a file is a journal."""
    return first_line.startswith(_HEADER_START)


def read_lines(path: Path) -> Iterator[bytes]:
    """Give the lines of a file, unpacked if its name ends in `.gz`.

    Raises `OSError`, also where a packed file breaks off or is damaged.
    """
    if path.suffix != ".gz":
        with path.open("rb") as file:
            yield from file
        return
    with gzip.open(path) as packed:
        try:
            yield from packed
        except EOFError as error:
            raise OSError("a packed file that breaks off") from error
        except zlib.error as error:
            raise OSError(f"a packed file that is damaged ({error})") from error


def read_journal(
    lines: Iterable[bytes], on_torn: Callable[[int], None] = lambda _: None
) -> Iterator[tuple[Millis, list[Arrival]]]:
    """Give each tick of a journal with its inbox; `lines` begins with the header.

    A last line without its end was never stepped: its number is told to `on_torn` and the reading
    ends. Raises `JournalProblem` at anything else that is not as it was written.
    """

    def refuse(problem: JournalProblem) -> None:
        raise problem

    return (tick for tick in read_past(lines, LONG_AGO, refuse, on_torn) if tick is not None)


def read_past(
    lines: Iterable[bytes],
    since: Millis,
    on_lost: Callable[[JournalProblem], None],
    on_torn: Callable[[int], None],
) -> Iterator[tuple[Millis, list[Arrival]] | None]:
    """Give the ticks that can be read, for rebuilding a ward; `lines` begins with the header.

    Of ticks before `since` only stays and treatments are read, which matter for as long as the
    patient is here. None stands for each line of which nothing is used, so that whoever reads can
    do something else between any two. A last line without its end was never stepped and is told to
    `on_torn`; every other one that is not as it was written to `on_lost`. Raises `JournalProblem`
    for the header.
    """
    numbered = enumerate(lines, start=1)
    read_header(next(numbered, (1, b""))[1])
    before = LONG_AGO
    for number, line in numbered:
        if not line.endswith(b"\n"):
            on_torn(number)
            return
        try:
            told = _tick_since(number, line, since)
        except JournalProblem as problem:
            on_lost(problem)
            told = None
        if told is not None and told[0] <= before:
            expected = f"a tick after {format_time(before)}"
            on_lost(JournalProblem(number, format_time(told[0]), expected))
            told = None
        yield told
        if told is not None:
            before = told[0]


def read_header(line: bytes) -> dict[str, Any]:
    """Return what the first line tells; raises `JournalProblem` where this is not our format."""
    if not is_journal(line):
        raise JournalProblem(1, "no header", f"{_HEADER_START.decode()}{FORMAT}, ...}}")
    try:
        header: dict[str, Any] = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise JournalProblem(1, "a damaged header", "the header as it was written") from None
    if header["monitord_journal"] != FORMAT:
        found = f"format {header['monitord_journal']}"
        raise JournalProblem(1, found, f"format {FORMAT}; read it with the monitord that wrote it")
    return header


def _create(directory: Path, name: str) -> tuple[Path, FileIO]:
    for count in range(1, _MOST_STARTS_AT_ONCE):
        path = directory / (f"{name}.jsonl" if count == 1 else f"{name}-{count}.jsonl")
        try:
            descriptor = os.open(path, _NEW_FOR_APPENDING, mode=0o600)
        except FileExistsError:
            continue
        return path, FileIO(descriptor, "a")
    found = f"found {_MOST_STARTS_AT_ONCE} journals of one start"
    expected = "expected fewer; remove those that are no longer needed"
    raise CannotBeHad(f"{directory}: {found}, {expected}")


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _tick(number: int, line: bytes) -> tuple[Millis, list[Arrival]]:
    checked = line[_CHECKED_FROM:-1]
    start = b'%b%08x",' % (_CHECKSUM_START, zlib.crc32(checked))
    if line[:_CHECKED_FROM] != start:
        expected = "the line as it was written; take the file from its copy"
        raise JournalProblem(number, "a checksum that does not fit", expected)
    tick = orjson.loads(line)
    return parse_time(tick["tick"]), _inbox(number, tick["inbox"])


def _tick_since(number: int, line: bytes, since: Millis) -> tuple[Millis, list[Arrival]] | None:
    """Read a tick; of one before `since` only what lasts, and None where it holds nothing such."""
    if since == LONG_AGO or _may_be_since(line, since):
        return _tick(number, line)
    if not any(mark in line for mark in _LASTING):
        return None
    now, inbox = _tick(number, line)
    lasting: list[Arrival] = [one for one in inbox if isinstance(one, Stay | TreatmentEvent)]
    return (now, lasting) if lasting else None


def _may_be_since(line: bytes, since: Millis) -> bool:
    start = _CHECKED_FROM + len(_TICK_START)
    try:
        return parse_time(line[start : line.index(b'"', start)].decode()) >= since
    except ValueError:
        return True  # damaged, which reading it will tell


def _inbox(number: int, entries: Sequence[Mapping[str, Mapping[str, object]]]) -> list[Arrival]:
    events = [entry["event"] for entry in entries if "event" in entry]
    # One call of the codec for all events of a tick; the rejections are put back between them.
    payload = orjson.dumps(events)
    most, count = len(payload), len(events)
    read = iter(decode(payload, None, max_bytes=most, max_events=count) if events else ())
    inbox: list[Arrival] = []
    for entry in entries:
        arrival = next(read) if "event" in entry else _rejection(entry["rejection"])
        if "event" in entry and isinstance(arrival, Rejection):
            expected = "one that this monitord still accepts; read it with the one that wrote it"
            raise JournalProblem(number, f"an event refused now ({arrival.detail})", expected)
        inbox.append(arrival)
    return inbox


def _rejection(fields: Mapping[str, object]) -> Rejection:
    received = fields["received"]
    assert isinstance(received, int), "the checksum fits, so this is what we wrote"
    return Rejection(received, str(fields["reason"]), str(fields["detail"]), str(fields["event"]))
