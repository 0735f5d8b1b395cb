"""Answers that come over HTTP: they take the way of those over MQTT, and wait for their tick.

A request becomes the raw message of a `command` in the inbox, so that it is journaled and replayed
like any other. Its `source` and `seq` tell which one it was.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, NamedTuple

import orjson

from monitord.adapters.inbox import Inbox
from monitord.adapters.mqtt.topics import BadTopic, Topics
from monitord.adapters.web.desk import Request
from monitord.daemon.telling.chronicle import Chronicle
from monitord.daemon.ticking.outcomes import Answered, outcomes
from monitord.domain.decisions import AlertChange, Announcement
from monitord.domain.events import Arrival, Command, CommandAction, Rejection
from monitord.domain.time import Millis, format_time

SOURCE: Final = "http"
NOWHERE: Final = "_"  # for a ward whose name cannot stand in a topic that comes in


class Came(NamedTuple):
    """What came of a request: its outcome by name, and for a refusal what was found."""

    outcome: str
    is_refused: bool = False
    detail: str = ""


PENDING: Final = Came("pending")
_FULL: Final = Came("inbox_full", True, "found a full inbox, expected room; ask again")


@dataclass(slots=True)
class _Waiting:
    seq: int
    received: Millis
    command: Command
    came: asyncio.Future[Came]


class Asking:
    """Hands requests to the inbox, and gives each what its tick decided."""

    def __init__(
        self,
        inbox: Inbox,
        topics: Topics,
        chronicle: Chronicle,
        *,
        now: Callable[[], Millis],
        within_s: float,
    ) -> None:
        """Remember everything; nobody waits for a tick longer than `within_s`."""
        self._inbox = inbox
        self._topics = topics
        self.chronicle = chronicle
        self._now = now
        self._within_s = within_s
        self._count = count(1)
        self._waiting: list[_Waiting] = []

    async def ask(self, request: Request, about: AlertChange) -> Came:
        """Ask something of an alert; returns when its tick has decided, or PENDING."""
        now, seq = self._now(), next(self._count)
        topic = self._topics.command(about.ward, about.patient)
        if isinstance(self._topics.read(topic), BadTopic):
            topic = self._topics.command(NOWHERE, about.patient)
        told = {
            "time": format_time(now),
            "action": request.action,
            "alert": request.alert,
            "by": request.by,
            "reason": request.reason,
            "until": request.until,
            "id": request.id,
            "source": SOURCE,
            "seq": seq,
        }
        payload = orjson.dumps({key: value for key, value in told.items() if value is not None})
        if not self._inbox.put(topic, payload, now):
            return _FULL
        action = CommandAction(request.action)
        command = Command(about.patient, now, now, action, request.by, alert=request.alert)
        waiting = _Waiting(seq, now, command, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        try:
            async with asyncio.timeout(self._within_s):
                return await waiting.came
        except TimeoutError:
            return PENDING
        finally:
            self._waiting.remove(waiting)

    def take(
        self, inbox: Sequence[Arrival], decisions: Sequence[Announcement], now: Millis
    ) -> None:
        """Take in a tick: tell those who wait what was decided, and remember every answer."""
        self.chronicle.take(decisions)
        for answered in outcomes(inbox, decisions):
            self.chronicle.answered(answered, now)
            for waiting in self._waiting:
                command = answered.command
                if (command.source, command.seq) == (SOURCE, waiting.seq):
                    _tell(waiting, answered)
        for refusal in inbox:
            if isinstance(refusal, Rejection):
                self._refused(refusal)

    def take_aside(self, decisions: Sequence[Announcement]) -> None:
        """Take in what no tick decided: alerts about channels are answered beside it."""
        self.chronicle.take(decisions)
        for waiting in self._waiting:
            [answered] = outcomes([waiting.command], decisions)
            if answered.change or answered.refusal:
                self.chronicle.answered(answered, self._now())
                _tell(waiting, answered)

    def _refused(self, refusal: Rejection) -> None:
        for waiting in self._waiting:
            mark = f'"source":"{SOURCE}","seq":{waiting.seq}}}'
            if refusal.received == waiting.received and refusal.event.endswith(mark):
                _settle(waiting, Came(refusal.reason, True, refusal.detail))


def _tell(waiting: _Waiting, answered: Answered) -> None:
    if answered.refusal:
        _settle(waiting, Came(answered.refusal.reason, True, answered.refusal.detail))
    elif answered.change:
        _settle(waiting, Came(answered.change.reason))
    else:
        _settle(waiting, Came("repeated"))


def _settle(waiting: _Waiting, came: Came) -> None:
    if not waiting.came.done():
        waiting.came.set_result(came)
