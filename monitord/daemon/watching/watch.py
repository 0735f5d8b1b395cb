"""Watches the daemon itself: the numbers it shows, its health, and the service manager's watchdog.

It looks once a second of wall time and changes nothing it looks at.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from monitord.adapters.clock import ScaledClock, WallClock
from monitord.adapters.inbox import Inbox
from monitord.adapters.metrics import Metrics
from monitord.adapters.mqtt.broker import Broker
from monitord.adapters.service_manager import ServiceManager
from monitord.adapters.web.health import Check
from monitord.daemon.telling.decisions_file import DecisionsFile
from monitord.daemon.telling.delivery import Delivery
from monitord.daemon.ticking.ticks import Ticker
from monitord.daemon.watching.tally import Tally
from monitord.domain.signals import SIGNALS
from monitord.domain.time import LONG_AGO, SECOND

_LOOK_EVERY_S: Final = 1
# Ticks come every second; a daemon that has not looked at them for this long is stuck.
_MOST_SILENT_S: Final = 10

log = structlog.get_logger("monitord.watch")


class Watch:
    """Answers how the daemon is, from the parts that know."""

    def __init__(
        self,
        *,
        metrics: Metrics,
        tally: Tally,
        inbox: Inbox,
        ticker: Ticker,
        broker: Broker,
        delivery: Delivery,
        copy: DecisionsFile | None,
        service_manager: ServiceManager,
        clock: WallClock | ScaledClock,
        count_patients: Callable[[], int],
        count_rules: Callable[[], int],
        canary_deadline_s: float,
        checks: Sequence[Callable[[], Check]],
    ) -> None:
        """Remember everything that is watched; `checks` are those of other rooms."""
        self._metrics = metrics
        self._tally = tally
        self._inbox = inbox
        self._ticker = ticker
        self._broker = broker
        self._delivery = delivery
        self._copy = copy
        self._service_manager = service_manager
        self._clock = clock
        self._count_patients = count_patients
        self._count_rules = count_rules
        self._canary_deadline_s = canary_deadline_s
        self._checks = checks
        self._started = clock.now()
        self._missed = 0

    async def run(self) -> None:
        """Look once a second until cancelled."""
        while True:
            self._look()
            if all(check.ok for check in self.live()):
                self._service_manager.alive()
            await asyncio.sleep(_LOOK_EVERY_S)

    def live(self) -> list[Check]:
        """Return the check whose failing calls for a restart: ticks are looked after."""
        silent_s = self._ticker.silent_s()
        expected = f"at most {_MOST_SILENT_S} s ago"
        return [Check("ticks", silent_s <= _MOST_SILENT_S, f"{silent_s:.1f} s ago", expected)]

    def ready(self) -> list[Check]:
        """Return what must hold for this daemon to be relied on now."""
        is_connected, age_s = self._broker.is_connected, self._broker.heard_age_s()
        found = "connected" if is_connected else "not connected"
        deadline_s, rules = self._canary_deadline_s, self._count_rules()
        return [
            *self.live(),
            Check("rules", rules > 0, f"{rules} watched", "at least one watched"),
            Check("broker", is_connected, found, "connected"),
            Check(
                "canary",
                is_connected and age_s <= deadline_s,
                f"heard {age_s:.1f} s ago",
                f"heard at most {deadline_s:g} s ago on a standing connection",
            ),
            *self._copy_is_kept(),
            *(check() for check in self._checks),
        ]

    def _copy_is_kept(self) -> list[Check]:
        if self._copy is None:
            return []
        problem = self._copy.problem
        return [Check("decisions_file", not problem, problem or "written", "written")]

    def _look(self) -> None:
        metrics, now = self._metrics, self._clock.now()
        metrics.inbox_messages.set(len(self._inbox))
        metrics.inbox_bytes.set(self._inbox.bytes_held)
        metrics.patients.set(self._count_patients())
        metrics.mqtt_connected.set(self._broker.is_connected)
        metrics.canary_age.set(self._broker.heard_age_s())
        metrics.unacknowledged.set(self._broker.unacknowledged())
        metrics.given_up.set(self._delivery.outgoing.dropped)
        metrics.undelivered.set(len(self._delivery.outgoing))
        metrics.undelivered_age.set(self._delivery.undelivered_s())
        metrics.clock_ahead.set(self._clock.ahead_of_wall() / SECOND)
        metrics.feed_age.set((now - max(self._tally.of_any, self._started)) / SECOND)
        for signal in SIGNALS:
            if (received := self._tally.of_signal[signal.index]) != LONG_AGO:
                metrics.tell_signal_age(signal.word, (now - received) / SECOND)
        self._tell_missed()

    def _tell_missed(self) -> None:
        missed = self._ticker.missed - self._missed
        if missed:
            self._missed = self._ticker.missed
            self._metrics.ticks_missed.inc(missed)
            log.warning("tick.missed", count=missed)
