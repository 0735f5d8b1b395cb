"""Rebuilds the ward at the start: earlier journals run through `step` before the first live tick.

What can be read is used, and what cannot is passed over, counted and told. If the past cannot be
lived through again at all, the daemon starts with an empty ward: a monitor that refuses to start
watches nobody. The service manager is told that we are alive for as long as it takes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from monitord.adapters.clock import ScaledClock, WallClock, stopwatch_s
from monitord.adapters.journal import JournalProblem
from monitord.daemon.heart import Heart
from monitord.daemon.past import MOST_AHEAD_MS, NOTICE, Past, find_past
from monitord.daemon.remembered import Remembered
from monitord.daemon.service_manager import ServiceManager
from monitord.daemon.settings import Settings
from monitord.domain.events import Arrival
from monitord.domain.time import NEVER, Millis, format_time
from monitord.engine.replay import repeat
from monitord.rules.book import RuleBook

_SAY_ALIVE_EVERY_S: Final = 5
_LOG_EVERY_S: Final = 10
_TOLD_LOST: Final = 20  # damaged lines that are logged one by one

log = structlog.get_logger("monitord.recovery")


@dataclass(slots=True)
class Recovered:
    """A ward to go on with; `header` is what its journal says of where it came from."""

    heart: Heart
    remembered: Remembered = field(default_factory=Remembered)
    header: dict[str, object] = field(default_factory=dict)
    ticks: int = 0
    events: int = 0
    lost_files: int = 0
    lost_ticks: int = 0
    has_failed: bool = False
    took_s: float = 0

    def lose(self, path: Path, problem: Exception) -> None:
        """Count and log a tick, or a whole file, that could not be read."""
        if isinstance(problem, JournalProblem) and problem.line != 1:
            self.lost_ticks += 1
        else:
            self.lost_files += 1
        if self.lost_ticks + self.lost_files <= _TOLD_LOST:
            log.error("recovery.lost", path=str(path), reason=str(problem))

    def sentence(self, until: Millis) -> str:
        """Say for the notice what is known again, and what is not."""
        told = f"{self.events} events of {self.ticks} ticks"
        told += f" until {format_time(until)}" if self.ticks else ""
        if self.lost_files:
            told += f"; {self.lost_files} journals could not be read"
        if self.lost_ticks:
            told += f"; {self.lost_ticks} ticks could not be read"
        return told


def recover(
    settings: Settings,
    book: RuleBook,
    clock: WallClock | ScaledClock,
    service_manager: ServiceManager,
) -> Recovered:
    """Return the ward as earlier journals leave it, or an empty one where there are none.

    Raises `ConfigProblems` as `Heart.beating` does, and nothing else.
    """
    recovered = Recovered(Heart.beating(settings, book))
    # With a fixed start every run lives through the same time again.
    if settings.journal.directory is None or settings.tick.start is not None:
        return recovered
    began_s = stopwatch_s()
    try:
        _recover(recovered, settings.journal.directory, settings, clock.now(), service_manager)
    except Exception as problem:
        # Whatever is wrong with the past must keep nobody from watching: it is told, not raised.
        log.exception("recovery.failed")
        detail = f"failed ({type(problem).__name__}): nobody is known any more"
        files, ticks = recovered.lost_files, recovered.lost_ticks
        told = {key: one for key, one in recovered.header.items() if key != "continues"}
        recovered = Recovered(Heart.beating(settings, book), header={**told, NOTICE: detail})
        recovered.lost_files, recovered.lost_ticks, recovered.has_failed = files, ticks, True
    else:
        if recovered.ticks:
            clock.go_on_from(recovered.heart.ward.now)
    recovered.took_s = stopwatch_s() - began_s
    return recovered


def _recover(
    recovered: Recovered,
    directory: Path,
    settings: Settings,
    now: Millis,
    service_manager: ServiceManager,
) -> None:
    back_ms = settings.journal.recover_ms
    if not back_ms:
        return
    latest = now + MOST_AHEAD_MS if settings.tick.speed == 1 else NEVER
    past, told = find_past(directory, now, now - back_ms, latest, recovered.lose)
    recovered.header.update(told)
    if past is None and not recovered.lost_files:
        return
    if past is not None:
        log.info("recovery.started", files=len(past.files), since=format_time(past.since))
        _live_through(past, recovered, service_manager)
        recovered.header["continues"] = past.document(recovered.ticks)
    recovered.header[NOTICE] = recovered.sentence(recovered.heart.ward.now)
    log.info(
        "recovery.done",
        ticks=recovered.ticks,
        events=recovered.events,
        alerts=len(recovered.remembered.standing),
    )


class _Progress:
    """Tells the service manager that we are alive, and the log how far we are."""

    def __init__(self, recovered: Recovered, service_manager: ServiceManager) -> None:
        self._recovered = recovered
        self._service_manager = service_manager
        self._logged_s = stopwatch_s()
        self._said_s = self._logged_s - _SAY_ALIVE_EVERY_S

    def look(self) -> None:
        now_s, recovered = stopwatch_s(), self._recovered
        if now_s - self._said_s >= _SAY_ALIVE_EVERY_S:
            self._said_s = now_s
            self._service_manager.starting(f"recovering: {recovered.events} events read")
        if now_s - self._logged_s >= _LOG_EVERY_S:
            self._logged_s = now_s
            ticks, events = recovered.ticks, recovered.events
            log.info("recovery.goes_on", ticks=ticks, events=events)


def _live_through(past: Past, recovered: Recovered, service_manager: ServiceManager) -> None:
    progress = _Progress(recovered, service_manager)
    for decisions in repeat(recovered.heart.ward, _counted(past, recovered, progress.look)):
        recovered.remembered.take(decisions)
        progress.look()


def _counted(
    past: Past, recovered: Recovered, look: Callable[[], None]
) -> Iterator[tuple[Millis, list[Arrival]]]:
    for now, inbox in past.ticks(recovered.lose, _tell_torn, look):
        recovered.ticks += 1
        recovered.events += len(inbox)
        recovered.remembered.hear(inbox)
        yield now, inbox


def _tell_torn(path: Path, line: int) -> None:
    log.info("recovery.torn", path=str(path), line=line)
