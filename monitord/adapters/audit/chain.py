"""The chain on the disk, open for going on: appends, turns to new files, notices other hands.

Runs on one thread. A chain that is not as it was left is never gone on with: a new file begins,
which names the break, and the old files stay as they are.
"""

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from io import FileIO
from pathlib import Path
from typing import Any, Final, NamedTuple

from monitord.adapters.audit.layout import (
    BEGUN,
    HEAD_NAME,
    BadHead,
    audit_files,
    file_name,
    first_sequence,
    read_head,
    sync_directory,
    write_head,
)
from monitord.adapters.audit.records import (
    BEGINNING,
    NO_HASH,
    Entry,
    Link,
    make_entry,
    read_record,
    seal,
)
from monitord.adapters.audit.walk import Finding, Kind, Walk
from monitord.domain.time import Millis, format_time

FORMAT: Final = 1
# A file that a person can still open, and that is checked in a moment at the start.
FILE_BYTES: Final = 16 * 1024**2

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND


class NewsKind(StrEnum):
    """What somebody should hear of the audit itself."""

    TORN = "torn"  # a last line that a crash cut short was kept aside
    BROKEN = "broken"  # the chain is not as it was left; it began anew
    NOT_WRITTEN = "not_written"  # the disk takes nothing; records wait
    WRITTEN_AGAIN = "written_again"
    LOST = "lost"  # too many waited: some are lost, and a record says so


class News(NamedTuple):
    """One thing to tell of the audit itself; `records` are how many it is about."""

    kind: NewsKind
    detail: str
    records: int = 0


Tell = Callable[[News], None]


class Chain:
    """An open chain; every method raises `OSError` where the disk does not do what it must."""

    def __init__(self, directory: Path, tell: Tell, file_bytes: int = FILE_BYTES) -> None:
        """Remember everything; `open` must come first."""
        self._directory = directory
        self._tell = tell
        self._file_bytes = file_bytes
        self._path: Path | None = None
        self._file: FileIO | None = None
        self._size = 0
        self._month = ""
        self._end = BEGINNING
        self._is_half_written = False
        self._torn: Mapping[str, Any] = {}

    def open(self, at: Millis) -> None:
        """Check what an earlier run left, and go on from there, or begin anew."""
        self.close()
        self._is_half_written = False
        self._torn = self._put_torn_aside() or self._torn
        files = audit_files(self._directory)
        walk, problem = self._looked_through(files)
        if problem is not None:
            self._break(problem, at)
        elif walk.last is None:
            self._begin(at, {})
        else:
            self._end = walk.last
            self._take_up(files[-1])
        if torn := self._torn:
            self._write([make_entry("chain.torn", at, torn)])
            self._torn = {}
            self._tell(News(NewsKind.TORN, f"{torn['file']}, kept as {torn['kept_as']}"))

    def append(self, entries: Sequence[Entry]) -> None:
        """Write records, all of them on the disk when this returns, or none."""
        at = entries[0].at
        self._take_back_half()
        other_hands = self._other_hands()
        if other_hands is not None:
            self._break(other_hands, at)
        elif self._size >= self._file_bytes or _month(at) > self._month:
            self._turn(at)
        self._write(entries)

    def close(self) -> None:
        """Close the file; what was appended is already on the disk."""
        if self._file is not None:
            self._file.close()

    def _looked_through(self, files: Sequence[Path]) -> tuple[Walk, Finding | None]:
        """Go along the newest file, and along the one before unless that was given up."""
        walk = Walk()
        try:
            walk.head = read_head(self._directory)
        except BadHead as error:
            head = Finding(str(self._directory / HEAD_NAME), 0, Kind.HEAD, str(error))
            return walk, head
        walk.along(files[-1:] if _names_a_break(files) else files[-2:])
        walk.at_the_end(self._directory)
        return walk, next((one for one in walk.findings if one.kind is not Kind.BREAK), None)

    def _put_torn_aside(self) -> Mapping[str, Any]:
        """Keep a last line that has no end under another name; say which, or nothing."""
        files = audit_files(self._directory)
        if not files:
            return {}
        path = files[-1]
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        told: dict[str, Any] = {}
        if whole < len(content):
            kept = _free_name(path)
            _write_new(kept, content[whole:]).close()
            os.truncate(path, whole)
            told = {"file": path.name, "bytes": len(content) - whole, "kept_as": kept.name}
        if not whole:
            path.unlink()  # its very first record never reached the disk
        return told

    def _other_hands(self) -> Finding | None:
        """Say what somebody else did to the file since we last wrote it."""
        path = self._path
        assert path is not None, "it was opened"
        assert self._file is not None, "it was opened"
        ours = os.fstat(self._file.fileno())
        with contextlib.suppress(FileNotFoundError):
            found = path.stat()
            if found.st_ino == ours.st_ino and found.st_size == self._size:
                return None
            if found.st_ino == ours.st_ino:
                told = f"found {found.st_size} bytes, expected the {self._size} that were written"
                return Finding(str(path), 0, Kind.CHANGED, told)
        told = "found another file or none, expected the one that is being written"
        return Finding(str(path), 0, Kind.REMOVED, told)

    def _break(self, found: Finding, at: Millis) -> None:
        """Begin a new file that says what is wrong with those before."""
        files = audit_files(self._directory)
        highest = [self._end.sequence, *(first_sequence(path) for path in files)]
        with contextlib.suppress(BadHead):
            head = read_head(self._directory)
            highest.append(head.sequence if head else 0)
        highest += [_last_sequence(path) for path in files[-2:]]
        before, self._end = self._end, Link(max(highest), NO_HASH)
        try:
            self._begin(at, {"break": {**found._asdict(), "file": Path(found.file).name}})
        except OSError:
            # A file that was only away may come back, and is then gone on with.
            self._end = before
            raise
        self._tell(News(NewsKind.BROKEN, f"{found}; goes on in {self._path}"))

    def _turn(self, at: Millis) -> None:
        """Begin the next file of the same chain."""
        assert self._path is not None, "it was opened"
        try:
            self._begin(at, {"after": self._path.name})
        except FileExistsError:
            path = self._directory / file_name(self._end.sequence + 1)
            told = "found a file that was not written here, where the next one begins"
            self._break(Finding(str(path), 0, Kind.INSERTED, told), at)

    def _begin(self, at: Millis, told: Mapping[str, object]) -> None:
        path = self._directory / file_name(self._end.sequence + 1)
        line, end = seal(make_entry(BEGUN, at, {"format": FORMAT, **told}), self._end)
        file = _write_new(path, line)
        self.close()
        self._path, self._file, self._size = path, file, len(line)
        self._month, self._end = _month(at), end
        self._tell_head()

    def _take_up(self, path: Path) -> None:
        with path.open("rb") as lines:
            began = read_record(next(lines).removesuffix(b"\n"))
        self._month = began.time[:7]
        self._path = path
        self._file = FileIO(os.open(path, os.O_WRONLY | os.O_APPEND), "a")
        self._size = os.fstat(self._file.fileno()).st_size

    def _write(self, entries: Sequence[Entry]) -> None:
        assert self._file is not None, "it was opened"
        lines, end = [], self._end
        for entry in entries:
            line, end = seal(entry, end)
            lines.append(line)
        content = b"".join(lines)
        self._is_half_written = True
        try:
            _write_all(self._file, content)
            os.fdatasync(self._file.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                self._take_back_half()
            raise
        self._is_half_written = False
        self._size += len(content)
        self._end = end
        self._tell_head()

    def _take_back_half(self) -> None:
        if self._is_half_written:
            assert self._file is not None, "it was opened"
            self._file.truncate(self._size)
            self._is_half_written = False

    def _tell_head(self) -> None:
        # The records are on the disk; a head that is behind them only shows less.
        with contextlib.suppress(OSError):
            write_head(self._directory, self._end)


def _names_a_break(files: Sequence[Path]) -> bool:
    if not files:
        return False
    with files[-1].open("rb") as lines:
        try:
            return "break" in read_record(next(lines).removesuffix(b"\n")).fields
        except (ValueError, StopIteration):
            return False


def _last_sequence(path: Path) -> int:
    """The highest number that a file claims to hold, genuine or not."""
    highest = first_sequence(path)
    with path.open("rb") as lines:
        for line in lines:
            with contextlib.suppress(ValueError):
                highest = max(highest, read_record(line.removesuffix(b"\n")).sequence)
    return highest


def _free_name(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.name}.torn-{number}")).exists():
        number += 1
    return kept


def _write_new(path: Path, content: bytes) -> FileIO:
    """Make a file with some content, on the disk with its name; or make none."""
    file = FileIO(os.open(path, _NEW, 0o600), "a")
    try:
        _write_all(file, content)
        os.fsync(file.fileno())
        sync_directory(path.parent)
    except OSError:
        file.close()
        path.unlink()
        raise
    return file


def _write_all(file: FileIO, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]


def _month(at: Millis) -> str:
    return format_time(at)[:7]
