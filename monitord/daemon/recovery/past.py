"""Which journals a start goes on from, and what is read of them.

The newest journal leads to all that its ward was rebuilt from (`lineage`). A file that is gone or
cannot be read ends the way back; the past then begins after it. `monitord replay` follows the same
way, and so comes to the same ward.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from monitord.adapters.journal import JournalProblem, read_header, read_lines, read_past
from monitord.daemon.recovery.broken import Broken
from monitord.daemon.recovery.lineage import Lineage, ends, has_ticks, header_of, name_of
from monitord.domain.decisions import Notice
from monitord.domain.events import Arrival
from monitord.domain.time import HOUR, LONG_AGO, Millis, format_time, parse_time
from monitord.engine.replay import repeat
from monitord.engine.ward import Ward

# A clock that was set back by no more than this is waited for; no guideline gives a number.
MOST_AHEAD_MS: Final = HOUR
NOTICE: Final = "recovery"
_EARLIER: Final = "earlier"
_NAMES: Final = ("*.jsonl", "*.jsonl.gz")

OnLost = Callable[[Path, Exception], None]


def _nothing(*_: object) -> None:
    """Pass over in silence what the daemon told when it recovered."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told, while the past is read, of what is not given.

    `on_lost` hears of ticks and files that cannot be read, `on_torn` of last lines that were cut
    short, `on_left_out` of ticks that broke the step.
    """

    on_lost: OnLost = _nothing
    on_torn: Callable[[Path, int], None] = _nothing
    on_left_out: Callable[[Millis, Sequence[Arrival]], None] = _nothing


@dataclass(frozen=True, slots=True)
class Past:
    """The journals of earlier runs, oldest first; all is read from `since` on.

    What a run ticked after the next one began, or after `until`, it did on a clock that was ahead.
    Of what `broken` names, the ticks are left out, and only what lasts is read before its instant.
    """

    files: tuple[Path, ...]
    since: Millis
    until: Millis
    broken: Broken = field(default_factory=Broken)

    def ticks(self, listener: Listener) -> Iterator[tuple[Millis, list[Arrival]] | None]:
        """Give every tick that can be read and is not left out, and None for each line between.

        Of a file that breaks off, what comes before is given, and the rest is told as lost.
        """
        before, since = LONG_AGO, max(self.since, self.broken.before)
        for path, until in zip(self.files, [*self._ends(), self.until], strict=True):
            lost, torn = partial(listener.on_lost, path), partial(listener.on_torn, path)
            try:
                for told in read_past(read_lines(path), since, lost, torn):
                    if told is None:
                        yield None
                        continue
                    now, inbox = told
                    if not before < now <= until:
                        lost(_misplaced(now, before, until))
                        yield None
                        continue
                    before = now
                    if now in self.broken.ticks:
                        listener.on_left_out(now, inbox)
                        yield None
                        continue
                    yield told
            except (OSError, JournalProblem) as problem:
                lost(problem)

    def document(self, ticks: int) -> dict[str, object]:
        """Write what a journal's header says of the past that its ward was rebuilt from."""
        told = {"files": ends(self.files), "since": format_time(self.since), "ticks": ticks}
        return told | self.broken.document()

    def _ends(self) -> list[Millis]:
        return [_started(header_of(path)) for path in self.files[1:]]


class Found(NamedTuple):
    """What a start goes on from; None where there is nothing, or nothing that can be read.

    `header` is what the new journal must say of the others, so that a later start finds the newest.
    `newest` is the header of the newest journal of the past that holds a tick.
    """

    past: Past | None
    header: dict[str, object]
    newest: Mapping[str, Any]


def find_past(directory: Path, now: Millis, since: Millis, until: Millis, on_lost: OnLost) -> Found:
    """Find what a start at `now` goes on from.

    A journal that was begun after `until` is not ours to go on from. Each file that is passed over
    is told to `on_lost`. Raises `OSError` when the directory cannot be read.
    """
    begun: list[tuple[Millis, int, Path]] = []
    earlier: set[str] = set()
    # Begun before us, whatever the clock said then.
    ahead: set[str] = set()
    for path in {one for names in _NAMES for one in directory.glob(names)}:
        try:
            header = _header(path)
            if header is None:
                continue
            if _EARLIER in header and has_ticks(path):
                earlier.update(header[_EARLIER])
            started = _started(header)
            if started > now:
                ahead.add(name_of(path))
            if started > until:
                problem = JournalProblem(1, f"begun at {header['started']}", "one of the past")
                on_lost(path, problem)
                continue
        except (OSError, JournalProblem) as problem:
            on_lost(path, problem)
            continue
        begun.append((started, _count(path), path))
    told: dict[str, object] = {_EARLIER: sorted(ahead)} if ahead else {}
    begun = [one for one in begun if name_of(one[-1]) not in earlier] or begun
    if not begun:
        return Found(None, told, {})
    *_, path = max(begun)
    files = _readable(directory, name_of(path), on_lost)
    if not files:
        return Found(None, told, {})
    return Found(Past(files, since, until), told, header_of(files[-1]))


def named_past(directory: Path, header: Mapping[str, Any]) -> Past:
    """Return the past that a journal's header names; raises `JournalProblem` where it is gone."""
    continues, lineage = header["continues"], Lineage(directory)
    files: list[Path] = []
    before = lineage.set_out(header)
    while before is not None:
        try:
            path, before = lineage.come_to(before)
        except FileNotFoundError:
            found = f"that it continues {before}, which is not in {directory}"
            raise JournalProblem(1, found, "every file it continues beside it") from None
        files.append(path)
    since, broken = parse_time(continues["since"]), Broken.told(header)
    return Past(tuple(reversed(files)), since, _started(header), broken)


def live_through(ward: Ward, directory: Path, header: Mapping[str, Any]) -> None:
    """Bring an empty ward to where a journal goes on from, as its header tells.

    Raises `JournalProblem` where that cannot be had any more, and `OSError`.
    """
    continues = header["continues"]
    read = named_past(directory, header).ticks(Listener())
    count = sum(1 for _ in repeat(ward, (tick for tick in read if tick is not None)))
    if count != continues["ticks"]:
        found = f"that it continues {continues['ticks']} ticks, and {count} that can be read"
        raise JournalProblem(1, found, "the files as they were; take them from their copy")


def recovery_notice(header: Mapping[str, object]) -> Notice | None:
    """Return the notice that a journal's header asks for, live as in replay."""
    detail = header.get(NOTICE)
    return Notice(_started(header), NOTICE, "", str(detail)) if detail else None


def _readable(directory: Path, newest: str, on_lost: OnLost) -> tuple[Path, ...]:
    """Return the files that hold ticks, back to the newest that is gone or cannot be read."""
    files: list[Path] = []
    lineage = Lineage(directory)
    name: str | None = newest
    while name is not None:
        try:
            path, before = lineage.come_to(name)
            if has_ticks(path):
                files.append(path)
        except (OSError, JournalProblem) as problem:
            on_lost(directory / name, problem)
            break
        name = before
    return tuple(reversed(files))


def _header(path: Path) -> dict[str, Any] | None:
    """Read the first line; None for one that was never finished, whose run stepped nothing."""
    line = next(read_lines(path), b"")
    return read_header(line) if line.endswith(b"\n") else None


def _started(header: Mapping[str, object]) -> Millis:
    return parse_time(str(header["started"]))


def _misplaced(now: Millis, before: Millis, until: Millis) -> JournalProblem:
    if now > until:
        return JournalProblem(0, format_time(now), f"a tick until {format_time(until)}")
    return JournalProblem(0, format_time(now), f"a tick after {format_time(before)}")


def _count(path: Path) -> int:
    """Tell how many runs began at the same instant before this one, as its name says."""
    _, _, count = path.name.partition(".jsonl")[0].partition("Z-")
    return int(count) if count.isdigit() else 1
