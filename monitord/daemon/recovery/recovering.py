"""Tells how far a recovery is: the service manager, the log, and whoever asks over HTTP.

It also lets others work in between: a start that takes minutes must answer meanwhile, or somebody
takes it for dead and ends it, again and again.
"""

import asyncio
from typing import Final

import structlog

from monitord.adapters.clock import stopwatch_s
from monitord.adapters.service_manager import ServiceManager
from monitord.adapters.web.health import Check
from monitord.domain.time import LONG_AGO, Millis, format_time

_SAY_ALIVE_EVERY_S: Final = 5
_LOG_EVERY_S: Final = 10
_WORK_AT_MOST_S: Final = 0.02  # before somebody who asks is answered

log = structlog.get_logger("monitord.recovery")


class Recovering:
    """Counts what is read; `look` may be called as often as one likes."""

    def __init__(self, service_manager: ServiceManager) -> None:
        """Begin now, with nothing read."""
        self.ticks = 0
        self.events = 0
        self.until: Millis = LONG_AGO
        self._service_manager = service_manager
        self._paused_s = self._logged_s = stopwatch_s()
        self._said_s = self._logged_s - _SAY_ALIVE_EVERY_S

    def begin(self) -> None:
        """Count from the beginning again: the past is read another time."""
        self.ticks = self.events = 0
        self.until = LONG_AGO

    def count(self, now: Millis, events: int) -> None:
        """Count one tick."""
        self.ticks += 1
        self.events += events
        self.until = now

    def look(self) -> None:
        """Tell the service manager that we are alive, and the log how far we are."""
        now_s = stopwatch_s()
        if now_s - self._said_s >= _SAY_ALIVE_EVERY_S:
            self._said_s = now_s
            self._service_manager.starting(self._sentence())
        if now_s - self._logged_s >= _LOG_EVERY_S:
            self._logged_s = now_s
            log.info("recovery.goes_on", ticks=self.ticks, events=self.events, until=self._until())

    def done(self) -> None:
        """Give the rest of the start the time that any start has."""
        self._service_manager.starting("starting")

    async def pause(self) -> None:
        """Let others work, if it is time."""
        if stopwatch_s() - self._paused_s >= _WORK_AT_MOST_S:
            await asyncio.sleep(0)
            self._paused_s = stopwatch_s()

    def live(self) -> list[Check]:
        """Return what is true while we recover: we are at work, and nobody need restart us."""
        return [Check("recovery", True, self._sentence(), "at work")]

    def ready(self) -> list[Check]:
        """Return that nobody may rely on us yet."""
        return [Check("recovery", False, self._sentence(), "done: nobody is watched before")]

    def _sentence(self) -> str:
        until = f", until {self._until()}" if self.ticks else ""
        return f"recovering: {self.events} events read{until}"

    def _until(self) -> str | None:
        return format_time(self.until) if self.ticks else None
