"""Carries what was decided to the broker, and never loses an alert.

Taking a tick's decisions is quick and waits for nobody; publishing goes on beside it, and while the
broker is away what must be said waits, the newest word per topic. A patient's state is drawn when
it can be sent, at every change and at least once a minute.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Protocol

import orjson

from monitord.adapters.mqtt.broker import Broker
from monitord.adapters.mqtt.link import Publication
from monitord.adapters.mqtt.outgoing import Outgoing
from monitord.adapters.mqtt.publishing import Fate
from monitord.adapters.mqtt.topics import Topics
from monitord.daemon.telling.bulletins import Bulletins
from monitord.domain.decisions import AlertChange, Assessment, Decision, Notice, Rejected
from monitord.domain.time import MINUTE, SECOND, Millis

Portrait = Callable[[str, Millis], Mapping[str, object]]

_BATCH: Final = 64  # publications under way at once; the broker answers each
_STATE_EVERY_MS: Final = MINUTE
# On a fast clock a minute is soon over; states are drawn no more often than this in wall time.
_STATES_EVERY_WALL_S: Final = 0.5
_IDLE_WALL_S: Final = 0.1
_SETTLE_MS: Final = SECOND // 2  # after our canary, for brokers that send kept messages late


class Patients(Protocol):
    """What is asked of the ward about who is in it."""

    def patients(self) -> list[str]:
        """Return the patients in the ward."""
        ...

    def ward_of(self, patient: str) -> str:
        """Return the ward a patient is in."""
        ...


class Delivery:
    """Takes decisions, and publishes what follows from them for as long as `run` is awaited."""

    def __init__(
        self,
        broker: Broker,
        topics: Topics,
        ward: Patients,
        portrait: Portrait,
        *,
        now: Callable[[], Millis],
        stopwatch_s: Callable[[], float],
        status: Callable[[str], bytes],
        inherited: Callable[[int | None], None],
        failed: Callable[[int], None],
        dropped: Callable[[Publication], None],
    ) -> None:
        """Remember everything; `status` writes the document for `online` and `offline`.

        `inherited` is told how many alerts of an earlier run stand, or None when nobody can say.
        """
        self.outgoing = Outgoing()
        self._broker = broker
        self._topics = topics
        self._ward = ward
        self._portrait = portrait
        self._now = now
        self._stopwatch_s = stopwatch_s
        self._status = status
        self._tell_inherited = inherited
        self._tell_failed = failed
        self._tell_dropped = dropped
        self._bulletins = Bulletins(topics, self.outgoing)
        self._changed: set[str] = set()
        self._all_drawn_at: Millis | None = None
        self._drawn_at_s = -_STATES_EVERY_WALL_S
        self._has_inherited = False
        self._greeted = 0
        self._has_news = asyncio.Event()

    def go_on_from(self, standing: Iterable[AlertChange], over: AbstractSet[str]) -> None:
        """Show the alerts that stood before this run, in the ward where the patient is now.

        Those that are `over` are taken down where an earlier run left them.
        """
        here = set(self._ward.patients())
        placed = [
            one._replace(ward=self._ward.ward_of(one.patient)) if one.patient in here else one
            for one in standing
        ]
        self._bulletins.go_on_from(placed, over, self._stopwatch_s())

    def take(self, decisions: Sequence[Decision]) -> None:
        """Let what follows from a tick's decisions wait to be sent."""
        self._has_news.set()
        now_s = self._stopwatch_s()
        for decision in decisions:
            match decision:
                case AlertChange():
                    self._bulletins.alert(decision, now_s)
                    self._changed.add(decision.patient)
                case Rejected():
                    self._bulletins.rejected(decision, now_s)
                case Assessment() | Notice():
                    self._changed.add(decision.patient)

    def undelivered_s(self) -> float:
        """Return for how long the oldest publication has been waiting."""
        return self.outgoing.oldest_s(self._stopwatch_s())

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            await self._broker.wait_until_connected()
            await self._greet()
            self._draw_states()
            if not await self._publish_some():
                await self._rest()

    async def finish(self, within_s: float, *, draws_states: bool = True) -> bool:
        """Publish what is left and that we go; false when that took too long.

        `run` must have ended. The states are drawn one last time, where the ward can be trusted.
        """
        if draws_states and self._broker.is_connected:
            self._drawn_at_s = -_STATES_EVERY_WALL_S
            self._draw_states()
        offline = Publication(self._topics.status, self._status("offline"), retain=True)
        try:
            async with asyncio.timeout(within_s):
                while self._broker.is_connected and len(self.outgoing):
                    await self._publish_some()
                [fate] = await self._broker.publish([offline])
                return fate is Fate.ANSWERED and not len(self.outgoing)
        except TimeoutError:
            return False

    async def _inherit(self) -> None:
        found = await self._broker.collect_retained(
            self._topics.every_alert, self._topics.every_state, settle_ms=_SETTLE_MS
        )
        if found is None:
            self._tell_inherited(None)
            return
        self._has_inherited = True
        self._tell_inherited(self._bulletins.inherit(found, self._now(), self._stopwatch_s()))

    async def _rest(self) -> None:
        self._has_news.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_IDLE_WALL_S):
                await self._has_news.wait()

    async def _publish_some(self) -> bool:
        batch = self.outgoing.take(_BATCH)
        if not batch:
            return False
        try:
            fates = await self._broker.publish([waiting.publication for waiting in batch])
        except BaseException:
            self.outgoing.give_back(batch)
            raise
        told = list(zip(batch, fates, strict=True))
        unanswered = [waiting for waiting, fate in told if fate is Fate.UNANSWERED]
        suspects = [waiting for waiting, fate in told if fate is Fate.HUNG_UP]
        too_large = [waiting for waiting, fate in told if fate is Fate.TOO_LARGE]
        for dropped in self.outgoing.drop(too_large, self._stopwatch_s()):
            self._tell_dropped(dropped)
        if unanswered or suspects:
            self.outgoing.give_back(unanswered)
            for dropped in self.outgoing.suspect(suspects, self._stopwatch_s()):
                self._tell_dropped(dropped)
            self._tell_failed(len(unanswered) + len(suspects))
            await asyncio.sleep(_IDLE_WALL_S)
        return True

    def _draw_states(self) -> None:
        now_s = self._stopwatch_s()
        if now_s - self._drawn_at_s < _STATES_EVERY_WALL_S:
            return
        now = self._now()
        here = self._ward.patients()
        for patient in set(self._bulletins.shown_patients()).difference(here):
            self._bulletins.gone(patient, now_s)
        drawn = here if self._is_minute_over(now) else sorted(self._changed.intersection(here))
        for patient in drawn:
            document = orjson.dumps(self._portrait(patient, now))
            self._bulletins.state(self._ward.ward_of(patient), patient, document, now_s)
        self._changed.clear()
        self._bulletins.expire(now, now_s)
        self._drawn_at_s = now_s

    async def _greet(self) -> None:
        # Our last will may have been sent, and a broker that was killed forgets what it kept.
        if self._greeted == self._broker.connections:
            return
        self._greeted = self._broker.connections
        self._announce()
        self._bulletins.repeat(self._stopwatch_s())
        self._changed.update(self._bulletins.shown_patients())
        if not self._has_inherited:
            # That we are here is said at once, with the time it is now.
            await self._publish_some()
            await self._inherit()

    def _announce(self) -> None:
        online = self._status("online")
        self.outgoing.put_urgent(self._topics.status, online, self._stopwatch_s())

    def _is_minute_over(self, now: Millis) -> bool:
        if self._all_drawn_at is not None and now - self._all_drawn_at < _STATE_EVERY_MS:
            return False
        self._all_drawn_at = now
        self._announce()
        return True
