"""Rebuilds the ward at the start: earlier journals run through `step` before the first live tick.

What can be read is used, and what cannot is passed over, counted and told. A tick that breaks the
step is left out, and the past is lived through again without it, because a step that broke may have
written half of it. Where that does not help, only stays and treatments are used. If not even those
can be lived through, the daemon starts with an empty ward: a monitor that refuses to start watches
nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import structlog

from monitord.adapters.clock import ScaledClock, WallClock, stopwatch_s
from monitord.daemon.configuration.settings import Settings
from monitord.daemon.recovery.broken import Broken, LeftOut, judged_by, known_broken, left_out
from monitord.daemon.recovery.marker import MOST_DEATHS, Marker
from monitord.daemon.recovery.past import MOST_AHEAD_MS, NOTICE, Listener, Past, find_past
from monitord.daemon.recovery.recovered import Recovered
from monitord.daemon.recovery.recovering import Recovering
from monitord.daemon.ticking.heart import Heart
from monitord.domain.events import Arrival
from monitord.domain.time import NEVER, Millis, format_time
from monitord.rules.book import RuleBook

_DIED: Final = f"the process ended in it {MOST_DEATHS} times"

log = structlog.get_logger("monitord.recovery")


async def recover(
    settings: Settings, book: RuleBook, clock: WallClock | ScaledClock, recovering: Recovering
) -> Recovered:
    """Return the ward as earlier journals leave it, or an empty one where there are none.

    Others may work meanwhile. Raises `ConfigProblems` as `Heart.beating` does, and nothing else.
    """
    empty = Recovered(Heart.beating(settings, book))
    # With a fixed start every run lives through the same time again.
    if settings.journal.directory is None or settings.tick.start is not None:
        return empty
    start = _Start(settings, book, clock.now(), recovering, empty)
    began_s = stopwatch_s()
    try:
        recovered = await start.recovered(settings.journal.directory)
    except Exception as problem:
        # Whatever is wrong with the past must keep nobody from watching: it is told, not raised.
        log.exception("recovery.failed")
        detail = f"failed ({type(problem).__name__}): nobody is known any more"
        recovered = replace(empty, header={**empty.header, NOTICE: detail}, has_failed=True)
    else:
        if recovered.ticks:
            clock.go_on_from(recovered.heart.ward.now)
    recovered.took_s = stopwatch_s() - began_s
    return recovered


@dataclass(slots=True)
class _Start:
    """One start, which may live through the past more than once; `empty` is what it begins with."""

    settings: Settings
    book: RuleBook
    now: Millis
    recovering: Recovering
    empty: Recovered
    left_out: list[LeftOut] = field(default_factory=list)

    async def recovered(self, directory: Path) -> Recovered:
        """Live through what the journals of a directory hold."""
        settings, empty, now = self.settings, self.empty, self.now
        back_ms = settings.journal.recover_ms
        if not back_ms:
            return empty
        latest = now + MOST_AHEAD_MS if settings.tick.speed == 1 else NEVER
        past, told, newest = find_past(directory, now, now - back_ms, latest, empty.lose)
        empty.header.update(told)
        recovered = empty
        if past is not None:
            log.info("recovery.started", files=len(past.files), since=format_time(past.since))
            known = known_broken(newest, judged_by(settings, empty.heart.rule_pack))
            with Marker(directory) as marker:
                recovered = await self._lived_through(past, known, marker)
            past = replace(past, broken=recovered.broken)
            recovered.header["continues"] = past.document(recovered.ticks)
        elif not empty.lost_files:
            return empty
        recovered.header[NOTICE] = recovered.sentence(recovered.heart.ward.now)
        ticks, events = recovered.ticks, recovered.events
        alerts = len(recovered.remembered.standing)
        log.info("recovery.done", ticks=ticks, events=events, alerts=alerts)
        return recovered

    async def _lived_through(self, past: Past, known: Broken, marker: Marker) -> Recovered:
        """Live through the past as often as a tick in it breaks that had not broken before.

        `Broken.without` bounds how often. Raises what broke last when nothing more can be tried.
        """
        broken, deadly = known, marker.deadly()
        if deadly is not None and deadly not in known.ticks:
            log.error("recovery.died", tick=format_time(deadly), times=MOST_DEATHS)
            broken = known.without(deadly, 0, self.now) or known
        while True:
            life = self._life(replace(past, broken=broken), marker)
            try:
                await life.live()
            except Exception as problem:
                if life.under_way is None:
                    raise
                tick, inbox = life.under_way
                less = broken.without(tick, life.in_a_row, self.now)
                if less is None:
                    raise
                self.left_out += left_out(tick, inbox, type(problem).__name__, self.now)
                if less.before != broken.before:
                    self.left_out = []  # most of the past is not used; the notice says that instead
                broken = less
                log.exception("recovery.broke", tick=format_time(tick), events=len(inbox))
            else:
                life.recovered.left_out = [*life.left_out, *self.left_out]
                return life.recovered

    def _life(self, past: Past, marker: Marker) -> "_Life":
        heart = Heart.beating(self.settings, self.book)
        header = dict(self.empty.header)
        recovered = Recovered(heart, header=header, broken=past.broken)
        recovered.lost_files = self.empty.lost_files
        recovered.lost_ticks = self.empty.lost_ticks
        self.recovering.begin()
        return _Life(past, recovered, self.recovering, marker, self.now)


@dataclass(slots=True)
class _Life:
    """One way through the past at a start; `under_way` is the tick that broke, if one did.

    `in_a_row` counts the ticks that were left out directly before it.
    """

    past: Past
    recovered: Recovered
    recovering: Recovering
    marker: Marker
    start: Millis
    left_out: list[LeftOut] = field(default_factory=list)
    under_way: tuple[Millis, Sequence[Arrival]] | None = None
    in_a_row: int = 0

    async def live(self) -> None:
        """Step through every tick that is not left out."""
        listener = Listener(self.recovered.lose, _tell_torn, self._leave_out)
        for tick in self.past.ticks(listener):
            if tick is not None:
                self._live_through(*tick)
            # Also between lines of which nothing is used: there may be a million of them.
            self.recovering.look()
            await self.recovering.pause()

    def _live_through(self, now: Millis, inbox: Sequence[Arrival]) -> None:
        recovered = self.recovered
        recovered.ticks += 1
        recovered.events += len(inbox)
        recovered.remembered.hear(inbox)
        self.recovering.count(now, len(inbox))
        self.under_way = now, inbox
        self.marker.at(now)
        recovered.remembered.take(recovered.heart.step(inbox, now))
        self.under_way = None
        self.in_a_row = 0

    def _leave_out(self, now: Millis, inbox: Sequence[Arrival]) -> None:
        self.in_a_row += 1
        log.error("recovery.left_out", tick=format_time(now), events=len(inbox))
        if now == self.marker.deadly():
            self.left_out += left_out(now, inbox, _DIED, self.start)


def _tell_torn(path: Path, line: int) -> None:
    log.info("recovery.torn", path=str(path), line=line)
