"""A channel over which everything hangs until a test ends it, and the caller that works on it."""

import asyncio
from collections.abc import Collection, Sequence
from typing import cast

from monitord.adapters.clock import Clock
from monitord.adapters.outbox import Outbox, OutboxProblem
from monitord.daemon.calling.caller import Caller
from monitord.domain.notifications import DeliveryState, Notification, Outcome, Purpose
from monitord.domain.time import NEVER, Millis
from tests.notifications import NINE


class StandingClock:
    """A clock that stands, until `instant` is set."""

    def __init__(self, instant: Millis = NINE) -> None:
        self.instant = instant

    def now(self) -> Millis:
        """Read it."""
        return self.instant

    async def sleep_until(self, _instant: Millis) -> None:
        """Never come to it by itself."""
        await asyncio.Event().wait()


class Hanging:
    """Keeps each call until it is told what comes of it; breaks when two are of one alert."""

    kind = "webhook"
    at_once = 4
    refresh_every_ms: Millis | None = None

    def __init__(self) -> None:
        self.has_begun = asyncio.Event()
        self.begun: list[Notification] = []
        self.said_again: list[str] = []
        self.kept: set[str] = set()
        self._open: dict[str, tuple[Notification, asyncio.Future[Outcome]]] = {}
        self._saying: asyncio.Future[Outcome] | None = None

    async def send(self, notification: Notification) -> Outcome:
        """Hang."""
        alert = notification.alert
        assert alert not in self._open, f"two calls of {alert} at once"
        assert alert not in self.said_again, f"{alert} is sent while it is said again"
        assert len(self._open) < self.at_once
        self.begun.append(notification)
        self._open[alert] = notification, asyncio.get_running_loop().create_future()
        self.has_begun.set()
        try:
            return await self._open[alert][1]
        finally:
            del self._open[alert]

    async def refresh(
        self, standing: Sequence[Notification], besides: Collection[str] = ()
    ) -> Outcome:
        """Hang too."""
        self.kept = set(besides)
        self.said_again = [one.alert for one in standing]
        assert not self._open.keys() & set(self.said_again)
        if not standing:
            return Outcome(DeliveryState.SENT)
        self._saying = asyncio.get_running_loop().create_future()
        try:
            return await self._saying
        finally:
            self._saying, self.said_again = None, []

    async def close(self) -> None:
        """Hold nothing."""

    def alerts(self) -> list[str]:
        """Tell of which alerts something is under way, in the order in which that began."""
        return list(self._open)

    def under_way(self) -> list[tuple[str, Purpose]]:
        """Tell what is under way."""
        return [(alert, one.purpose) for alert, (one, _) in self._open.items()]

    def end(self, alert: str, outcome: Outcome) -> None:
        """Let one call be over."""
        self._open[alert][1].set_result(outcome)

    def end_saying(self, outcome: Outcome) -> None:
        """Let what is said again be over."""
        assert self._saying is not None, "nothing is being said again"
        self._saying.set_result(outcome)

    def let_go(self) -> None:
        """Let everything be over."""
        for _, one in self._open.values():
            one.set_result(Outcome(DeliveryState.SENT))
        if self._saying is not None:
            self._saying.set_result(Outcome(DeliveryState.SENT))


class Line:
    """One channel, its caller and its outbox, at an instant that stands."""

    def __init__(self, outbox: Outbox, sink: Hanging, exchanges: asyncio.TaskGroup) -> None:
        self.outbox = outbox
        self.sink = sink
        self.clock = StandingClock()
        self.came: list[tuple[str, DeliveryState, int]] = []
        self.wake_at: Millis = NEVER
        self._exchanges = exchanges
        self.caller = self._caller()

    def kept_alive(self, every_ms: Millis) -> None:
        """Make the channel one that must be told again what stands."""
        self.sink.refresh_every_ms = every_ms
        self.caller = self._caller()

    async def add(self, *notifications: Notification) -> None:
        """Let something wait in the outbox."""
        await self.outbox.take(notifications, {}, self.clock.now())

    async def take(self, *notifications: Notification) -> None:
        """Let something wait in the outbox, and the caller go on."""
        await self.add(*notifications)
        await self.go_on()

    async def go_on(self) -> None:
        """Let the caller do all there is to do now."""
        self.wake_at = await self.caller._go_on(self._exchanges)
        await asyncio.sleep(0)
        while self.caller.woken.is_set() or not self._has_begun():
            self.caller.woken.clear()
            await asyncio.sleep(0)
            self.wake_at = await self.caller._go_on(self._exchanges)

    async def end(self, alert: str, outcome: Outcome) -> None:
        """Let one call be over, and the caller go on."""
        await self.ends(alert, outcome)
        await self.go_on()

    async def ends(self, alert: str, outcome: Outcome) -> None:
        """Let one call be over, and the caller try to go on where the disk may be full."""
        self.sink.end(alert, outcome)
        await self.caller.woken.wait()
        self.caller.woken.clear()
        try:
            await self.caller._go_on(self._exchanges)
        except OutboxProblem:
            return

    async def end_saying(self, outcome: Outcome) -> None:
        """Let what is said again be over, and the caller go on."""
        self.sink.end_saying(outcome)
        await self.caller.woken.wait()
        await self.go_on()

    def _has_begun(self) -> bool:
        hanging = [one for one in self.caller._under_way.values() if one.outcome is None]
        return len(hanging) == len(self.sink.alerts())

    def _caller(self) -> Caller:
        return Caller(
            "pager",
            self.sink,
            self.outbox,
            cast("Clock", self.clock),
            came=lambda one, state, _detail, attempt: self.came.append((one.alert, state, attempt)),
            tried=lambda _channel, _state: None,
        )
