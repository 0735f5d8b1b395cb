"""An answer over HTTP is a message in the inbox, and its caller hears what its tick decided."""

import asyncio
from dataclasses import replace

import orjson
import pytest

from monitord.adapters.inbox import Inbox
from monitord.adapters.mqtt.topics import Topics
from monitord.adapters.web.desk import Request
from monitord.daemon.serving.asking import PENDING, Asking, Came
from monitord.daemon.telling.chronicle import Chronicle
from monitord.daemon.ticking.intake import Intake
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Decision, Rejected
from monitord.domain.events import Arrival, Command
from monitord.domain.time import format_time
from monitord.engine.commands import in_short
from tests.unit.alerts.calling import START, change

TOPICS = Topics("monitord/v1", "monitord")
RAISED = change(Phase.ACTIVE)
HAVING = change(Phase.ACKNOWLEDGED, before=Phase.ACTIVE, reason="acknowledged")
ASKED = Request("acknowledge", "a1", "nurse-7", "on my way", id="k1")


class Room:
    """Asking with its inbox; ticks are the test's."""

    def __init__(self, messages: int = 10, within_s: float = 60) -> None:
        self.inbox = Inbox(max_messages=messages, max_bytes=10_000, payload_bytes=1_000)
        self.asking = Asking(self.inbox, TOPICS, Chronicle(), now=lambda: START, within_s=within_s)

    async def ask(
        self, request: Request = ASKED, about: AlertChange = RAISED
    ) -> asyncio.Task[Came]:
        task = asyncio.create_task(self.asking.ask(request, about))
        await asyncio.sleep(0)
        return task

    def arrived(self) -> list[Arrival]:
        return Intake(self.inbox, TOPICS).take(START)

    def decide(self, arrived: list[Arrival], *decisions: Decision) -> None:
        self.asking.take(arrived, decisions, START)


def refusal(command: Command, reason: str) -> Rejected:
    return Rejected(START, reason, "found one thing, expected another", in_short(command))


async def test_a_request_is_the_command_it_would_have_been_over_mqtt() -> None:
    """With patient and ward from the topic, and the idempotency key as its id."""
    room = Room()
    task = await room.ask()
    [message] = room.inbox.drain(START).messages
    task.cancel()
    assert "monitord/v1/in/west/p1/command" == message.topic
    assert {
        "time": format_time(START),
        "action": "acknowledge",
        "alert": "a1",
        "by": "nurse-7",
        "reason": "on my way",
        "id": "k1",
        "source": "http",
        "seq": 1,
    } == orjson.loads(message.payload)


async def test_each_caller_hears_what_came_of_the_own_request() -> None:
    """Two who ask for the same: the first did it, the second was refused."""
    room = Room()
    first, second = await room.ask(), await room.ask()
    arrived = room.arrived()
    _, late = arrived
    assert isinstance(late, Command)
    room.decide(arrived, HAVING, refusal(late, "not_raised_yet"))
    assert Came("acknowledged") == await first
    assert ("not_raised_yet", True) == (await second)[:2]


async def test_an_id_that_was_known_changes_nothing_and_says_so() -> None:
    """The tick passed it over without a word."""
    room = Room()
    task = await room.ask()
    room.decide(room.arrived())
    assert Came("repeated") == await task


async def test_what_the_door_refuses_is_heard_by_its_name() -> None:
    """A time that nobody can mean never reaches the ward."""
    room = Room()
    task = await room.ask(replace(ASKED, until="9999-01-01T00:00:00Z"))
    room.decide(room.arrived())
    assert ("bad_time", True) == (await task)[:2]


async def test_a_tick_of_others_leaves_the_caller_waiting() -> None:
    """The same answer by somebody at the desk is not the caller's."""
    room = Room()
    task = await room.ask()
    [mine] = room.arrived()
    assert isinstance(mine, Command)
    room.decide([mine._replace(source=None, seq=None)], HAVING)
    await asyncio.sleep(0)
    assert not task.done()
    room.decide([mine])
    assert Came("repeated") == await task


async def test_nobody_waits_longer_than_was_promised() -> None:
    """Without a tick it is pending."""
    assert PENDING == await (await Room(within_s=0).ask())


async def test_a_full_inbox_is_told_at_once() -> None:
    """What was not taken is not waited for."""
    room = Room(messages=0)
    while room.inbox.put("t/command", b"{}", 0):
        """Fill what is kept for answers too."""
    assert ("inbox_full", True) == (await (await room.ask()))[:2]


@pytest.mark.parametrize("decided", [HAVING, None])
async def test_what_is_decided_beside_the_tick_is_heard_too(decided: AlertChange | None) -> None:
    """Alerts about channels are not the ward's."""
    room = Room()
    task = await room.ask()
    [mine] = room.arrived()
    assert isinstance(mine, Command)
    room.asking.take_aside([decided or refusal(mine, "nothing_to_silence")])
    assert ("acknowledged" if decided else "nothing_to_silence") == (await task).outcome


async def test_a_ward_that_cannot_stand_in_a_topic_is_left_out() -> None:
    """The answer reaches the patient all the same."""
    room = Room()
    task = await room.ask(about=RAISED._replace(ward="West 3"))
    [mine] = room.arrived()
    task.cancel()
    assert isinstance(mine, Command)
    assert ("p1", "a1") == (mine.patient, mine.alert)
