"""What sinks keep while a call hangs and others go on beside it."""

import asyncio
import threading
from types import SimpleNamespace
from typing import Any, cast

import orjson

from monitord.adapters.sinks.alertmanager import Alertmanager
from monitord.adapters.sinks.apprise import Apprise
from monitord.adapters.sinks.http import Answer, Http
from monitord.adapters.sinks.sink import AT_ONCE, again
from monitord.domain.alerts import Priority
from monitord.domain.notifications import DeliveryState, Outcome, Purpose
from tests.contracts.sinks.behaviour import at_nine
from tests.notifications import call


class Posts:
    """Stands for HTTP: keeps what was posted, and hangs while it is held."""

    def __init__(self) -> None:
        self.posted: list[Any] = []
        self.held: asyncio.Future[Outcome] | None = None

    async def post(self, _url: str, document: bytes, _headers: object) -> Answer | Outcome:
        self.posted.append(orjson.loads(document))
        return Answer(200, b"", None) if self.held is None else await self.held


async def test_what_is_said_again_meanwhile_does_not_make_a_hanging_call_forget() -> None:
    """The alert of the ward that the patient has left is ended by the next attempt all the same."""
    http = Posts()
    sink = Alertmanager(cast("Http", http), at_nine, "http://wall")
    await sink.send(call(ward="west"))
    http.held = asyncio.get_running_loop().create_future()
    hanging = asyncio.create_task(sink.send(call(ward="east", round=2)))
    await asyncio.sleep(0)
    held, http.held = http.held, None
    await sink.refresh([call(alert="another")], {call().alert})
    held.set_result(again("no answer within 10 s"))
    assert DeliveryState.QUEUED is (await hanging).state
    await sink.send(call(ward="east", round=2))
    assert ["east", "west"] == [one["labels"]["ward"] for one in http.posted[-1]]


async def test_what_was_taken_and_is_not_written_down_yet_is_not_forgotten() -> None:
    """Its next round ends it; else it would ring on, and the answer to that round not reach it."""
    http = Posts()
    sink = Alertmanager(cast("Http", http), at_nine, "http://wall")
    await sink.send(call(round=1))
    await sink.refresh([], {call().alert})
    await sink.send(call(round=2))
    assert ["2", "1"] == [one["labels"]["round"] for one in http.posted[-1]]


async def test_the_last_thread_of_apprise_is_kept_for_calling_with_high_priority() -> None:
    """Threads that hang are not given back, so here too what is less urgent leaves one."""
    may_end = threading.Event()
    sink = Apprise(["json://localhost"], limit_ms=1)
    sink._door = cast("Any", SimpleNamespace(notify=lambda **_: may_end.wait(60)))
    try:
        for number in range(AT_ONCE - 1):
            await sink.send(call(alert=f"a{number}", priority=Priority.LOW))
        low = await sink.send(call(alert="low", priority=Priority.LOW))
        answer = await sink.send(call(alert="a9", purpose=Purpose.ACKNOWLEDGE))
        assert [low.detail, answer.detail] == ["3 attempts before this one still hang"] * 2
        assert "no answer within 0.001 s" == (await sink.send(call(alert="high"))).detail
        last = await sink.send(call(alert="higher"))
        assert "4 attempts before this one still hang" == last.detail
    finally:
        may_end.set()
