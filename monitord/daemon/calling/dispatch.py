"""From decisions to people: alerts go through escalation into the outbox, and out over channels.

One task decides who is called, when an alert changes, when a channel tells what became of a call,
and when a deadline has come; nothing else needs to happen for that. What it decides is on the disk,
together with all that escalation remembers, before any channel sends it.

What the last ticks of an earlier run decided, and no escalation took in any more, is taken in at
the start: with what is remembered stands up to which tick it was. Where an earlier run called for
an alert that the ward does not know any more, it goes on calling. When the same rule fires again
for the same patient, it is under a new name; what becomes of that one is then what becomes of the
old one too.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import structlog

from monitord.adapters.clock import Clock
from monitord.adapters.outbox import Outbox, OutboxProblem, Record, Taken
from monitord.adapters.sinks.sink import Sink
from monitord.adapters.web.health import Check
from monitord.alerts.escalation import Escalation, PlaceOf
from monitord.alerts.standing import Subject
from monitord.daemon.calling.caller import PATIENCE_MS, Caller, expire, sleep_until
from monitord.daemon.calling.channel_guard import ChannelGuard
from monitord.daemon.calling.drills import Drills
from monitord.daemon.calling.receipts import Receipts
from monitord.daemon.recovery.remembered import Remembered
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Decision, Notice
from monitord.domain.notifications import DeliveryState, Notification, Purpose
from monitord.domain.time import DAY, LONG_AGO, MINUTE, NEVER, Millis

# What waits on a channel that is no longer configured is ended this often.
_TIDY_EVERY_MS: Final = MINUTE
# As long as a question after a night's calls may still come; no guideline gives a number.
_KEPT_MS: Final = 30 * DAY
# Far more than a ward's alerts change in a day: only a disk that is full for long comes to it.
_MOST_WAITING: Final = 100_000
_MOVED: Final = "patient_transferred"
_KEY: Final = "escalation"
_TAKEN_UNTIL: Final = "taken_until"
_CHANNELS_KEY: Final = "channels"
_DRILLS_KEY: Final = "drills"

log = structlog.get_logger("monitord.calls")


class Dispatch:
    """Takes decisions, and calls people for as long as `run` is awaited."""

    def __init__(
        self,
        escalation: Escalation,
        outbox: Outbox,
        sinks: Mapping[str, Sink],
        *,
        clock: Clock,
        place_of: PlaceOf,
        receipts: Receipts,
        guard: ChannelGuard,
        drills: Drills,
        release: Callable[[], Awaitable[None]],
    ) -> None:
        """Remember everything; `release` gives back what the sinks share."""
        self._escalation = escalation
        self._outbox = outbox
        self._clock = clock
        self._place_of = place_of
        self._told = receipts
        self._guard = guard
        self.drills = drills
        self._release = release
        self._sinks = dict(sinks)
        self._callers = {
            name: Caller(name, sink, outbox, clock, came=self._came, tried=self._tried)
            for name, sink in sinks.items()
        }
        self._has_news = asyncio.Event()
        guard.on_news = drills.on_news = self._has_news.set
        # Why nothing can be written down now, or nothing.
        self.problem = ""
        self._changes: deque[tuple[AlertChange, str | None]] = deque()
        self._receipts: deque[tuple[str, DeliveryState]] = deque()
        # What was decided and is not on the disk yet; None where all is written.
        self._unwritten: list[Notification] | None = None
        self._tidy_at = clock.now()
        # The tick whose changes of alerts escalation has taken in, with all before it.
        self._taken_until = LONG_AGO
        # Alerts that an earlier run called for, and that the ward does not know.
        self._inherited: dict[tuple[str, str], list[str]] = {}

    async def resume(self, remembered: Remembered) -> int:
        """Take up what an earlier run left, and what the ward knows of before this run.

        Returns how many alerts were called for. Raises `OutboxProblem` when that cannot be read.
        """
        progress = await self._outbox.load_progress()
        taken_until = progress.get(_TAKEN_UNTIL, NEVER)
        # What is written next must not send the start after this one back to before.
        self._taken_until = LONG_AGO if taken_until == NEVER else taken_until
        standing = await self._restore(progress)
        for one in standing:
            if one.alert not in remembered.standing and one.alert not in remembered.over:
                self._inherited.setdefault((one.patient, one.rule), []).append(one.alert)
        self.take([one for one in remembered.recent if one.time > taken_until])
        # Under other rules than before, or with a new outbox, an alert may stand that escalation
        # never heard of; of all others it knows the last change already.
        self.take(list(remembered.standing.values()))
        return len(standing)

    async def _restore(self, progress: Mapping[str, Any]) -> list[Subject]:
        try:
            self._guard.restore(progress.get(_CHANNELS_KEY))
            self.drills.restore(progress, _DRILLS_KEY)
            if _KEY in progress:
                self._escalation.restore(progress[_KEY])
        except ValueError as error:
            path = self._outbox.path
            told = f"{path}: {error}; start the monitord that wrote it, or move the file away"
            raise OutboxProblem(told) from error
        standing = self._escalation.standing()
        for alert in (*(one.alert for one in standing), *self._guard.standing()):
            # What a channel told just before the end may not have been thought of any more.
            for record in await self._outbox.history(alert):
                self._hear(record.notification, record.state)
        return standing

    def take(self, decisions: Sequence[Decision]) -> None:
        """Let a tick's changes of alerts wait to be escalated."""
        if any(isinstance(one, Notice) and one.notice == _MOVED for one in decisions):
            self._has_news.set()
        changes = [one for one in decisions if isinstance(one, AlertChange)]
        if not changes:
            return
        if len(self._changes) + len(changes) > _MOST_WAITING:
            log.critical("calls.given_up", count=len(changes), waiting=len(self._changes))
            return
        for change in changes:
            # Now, for with the discharge that ends it the patient is not here any more.
            _, bed = self._place_of(change.patient) or ("", None)
            self._changes.append((change, bed))
        self._has_news.set()

    async def run(self) -> None:
        """Escalate and call until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._escalate(), name="escalate")
            for name, caller in self._callers.items():
                group.create_task(caller.run(), name=f"call {name}")

    async def finish(self) -> None:
        """Write down what was decided last, and give everything back; `run` must have ended."""
        await self._write()
        for sink in self._sinks.values():
            await sink.close()
        await self._release()
        await self._outbox.close()

    async def history(self, alert: str) -> Sequence[Record]:
        """Return what was told of an alert, in order; raises `OutboxProblem`."""
        return await self._outbox.history(alert)

    def check(self) -> Check:
        """Tell whether what is decided can be written down, and so be called."""
        return Check("outbox", not self.problem, self.problem or "written", "written")

    async def _escalate(self) -> None:
        while True:
            self._has_news.clear()
            now = self._clock.now()
            try:
                await self._tidy(now)
                await self._write()
                self.problem = ""
                timers = self._escalation, self._guard, self.drills
                wake_at = min(*(one.next_deadline() for one in timers), self._tidy_at)
            except OutboxProblem as problem:
                self.problem = str(problem)
                log.critical("outbox.not_usable", reason=str(problem))
                # News does not shorten this: a full disk is not emptied by trying.
                await self._clock.sleep_until(now + PATIENCE_MS)
                continue
            await sleep_until(self._clock, wake_at, self._has_news)

    async def _write(self) -> None:
        """Decide who is called by now, and keep it; what could not be written waits."""
        while True:
            now = self._clock.now()  # the disk takes its time, and changes come meanwhile
            if self._unwritten is None:
                self._unwritten = self._decide(now)
            if self._unwritten is None:
                return
            progress = {
                _KEY: self._escalation.snapshot(),
                _CHANNELS_KEY: self._guard.snapshot(),
                _DRILLS_KEY: self.drills.snapshot(),
                _TAKEN_UNTIL: self._taken_until,
            }
            taken = await self._outbox.take(self._unwritten, progress, now)
            self._unwritten = None
            self._tell_taken(taken)

    def _tell_taken(self, taken: Taken) -> None:
        for notification in taken.new:
            self._told.queued(notification)
            if (caller := self._callers.get(notification.channel)) is not None:
                caller.woken.set()
        for notification in taken.overtaken:
            self._told.overtaken(notification)

    def _decide(self, now: Millis) -> list[Notification] | None:
        """Let escalation go on to now; None when there was nothing for it to do."""
        made: list[Notification] = []
        has_news = bool(self._changes or self._receipts)
        while self._changes:
            change, bed = self._changes.popleft()
            self._taken_until = max(self._taken_until, change.time)
            for name in (change.alert, *self._older_names(change)):
                made += self._escalation.observe(change._replace(alert=name), bed, now)
        has_moved = self._escalation.follow(self._place_of, now)
        while self._receipts:
            made += self._escalation.receipt(*self._receipts.popleft(), now)
        is_due = self._escalation.next_deadline() <= now
        if is_due:
            made += self._escalation.elapse(now)
        aside = (
            self._guard.decide(now),
            self.drills.decide(now),
            self._escalation.leave_dead(now) or None,
        )
        if not (has_news or has_moved or is_due or any(one is not None for one in aside)):
            return None
        return [*made, *(one for some in aside for one in some or ())]

    def _older_names(self, change: AlertChange) -> list[str]:
        """Name the alerts of earlier runs to which the same happens."""
        key = (change.patient, change.rule)
        # That it is not raised yet in this run does not mean that it is over.
        if key not in self._inherited or change.to_phase is Phase.PENDING:
            return []
        names = self._inherited[key]
        if change.to_phase is Phase.QUIET:
            del self._inherited[key]
        return [name for name in names if name != change.alert]

    async def _tidy(self, now: Millis) -> None:
        if now < self._tidy_at:
            return
        await expire(self._outbox, now, self._came)
        await self._outbox.prune(now - _KEPT_MS)
        self._tidy_at = now + _TIDY_EVERY_MS

    def _came(
        self, notification: Notification, state: DeliveryState, detail: str, attempt: int
    ) -> None:
        caller = self._callers.get(notification.channel)
        trying = caller.attempt_of(notification) if caller else None
        if state is DeliveryState.EXPIRED and trying:
            if trying.has_arrived:
                return  # that is told as soon as it is written down, and replaces the expiry
            attempt += 1  # it expired while it hung, and that attempt is not written down yet
        self._told.came(notification, state, detail, attempt)
        if state is DeliveryState.EXPIRED and attempt:
            # Before any attempt it was we who were away, and that says nothing of the channel.
            self._tried(notification.channel, state)
        self._hear(notification, state)

    def _tried(self, channel: str, state: DeliveryState) -> None:
        self._guard.tried(channel, state)
        self._has_news.set()

    def _hear(self, notification: Notification, state: DeliveryState) -> None:
        if notification.purpose is Purpose.TRIGGER and state is not DeliveryState.QUEUED:
            self._receipts.append((notification.id, state))
            self._guard.receipt(notification.id, state)
            self._has_news.set()
