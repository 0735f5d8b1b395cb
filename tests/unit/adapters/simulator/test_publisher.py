"""The ward is published at its own pace, until it is told to stop."""

import asyncio

import orjson

from monitord.adapters.clock import ScaledClock
from monitord.adapters.simulator.people import WardPlan
from monitord.adapters.simulator.publisher import publish
from monitord.adapters.simulator.ward import messages
from monitord.domain.time import Millis

START: Millis = 1_767_571_200_000
PLAN = WardPlan(start=START, patients=2, days=365)


class Forgetful:
    """A client that forgets a cancellation that comes with the broker's answer, as aiomqtt can."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes, int]] = []

    async def publish(self, topic: str, payload: bytes, qos: int) -> None:
        """Take a message, and forget to be cancelled."""
        self.sent.append((topic, payload, qos))
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            return


class Stopping(ScaledClock):
    """A clock that cancels whoever asks it the time for the tenth time."""

    asked = 0

    def now(self) -> Millis:
        """Return the instant."""
        self.asked += 1
        if self.asked == 10:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
        return super().now()


async def test_publishing_ends_when_it_is_cancelled_even_if_the_client_forgets() -> None:
    """A cancellation that the client swallowed still ends the publishing."""
    client = Forgetful()
    clock = Stopping(1e9, START)

    async def publish_for_ever() -> None:
        async for _ in publish(messages(PLAN), client, clock, "r", "w"):
            pass

    task = asyncio.create_task(publish_for_ever())
    await asyncio.wait([task])

    assert task.cancelled()
    assert 10 >= len(client.sent) > 5


async def test_a_message_goes_to_its_patients_topic_at_qos_1() -> None:
    """Topic, payload and quality of service are those of the outside contract."""
    client = Forgetful()
    made = next(messages(PLAN))
    async for message in publish([made], client, ScaledClock(1e9, START), "r", "w"):
        assert made == message

    topic, payload, qos = client.sent[0]
    assert (f"r/in/w/{made.patient}/{made.kind}", 1) == (topic, qos)
    assert list(made.events) == orjson.loads(payload)
