"""The broker keeps a message until we say that it is in safe hands: a real mosquitto."""

import asyncio

import aiomqtt
import pytest

from tests.integration.mosquitto import Mosquitto
from tests.integration.test_broker import PATIENT, ROOT, door, until

pytestmark = pytest.mark.network

BURST = 5_000
BATCH = 500
LATER, NOBODY_YET = 1, -1


async def send(mosquitto: Mosquitto, count: int) -> list[bytes]:
    """Publish numbered events at QoS 1; return their payloads."""
    sent = [str(number).encode() for number in range(count)]
    async with aiomqtt.Client("127.0.0.1", mosquitto.port) as client:
        for begin in range(0, count, BATCH):
            batch = sent[begin : begin + BATCH]
            topic = f"{ROOT}/in/w/p/observation"
            await asyncio.gather(*(client.publish(topic, one, qos=1) for one in batch))
    return sent


async def test_a_burst_within_a_tick_is_taken_in_whole_before_anything_is_acknowledged(
    mosquitto: Mosquitto,
):
    """Thousands may wait for the journal at once, although the broker's own limit is a hundred."""
    async with door(mosquitto.port, patience=PATIENT, acknowledges=True) as desk:
        sent = await send(mosquitto, BURST)
        await until(lambda: len(desk.inbox) == BURST, within_s=60)

        assert set(sent) == set(desk.payloads())
        assert desk.broker.unacknowledged() >= BURST


async def test_only_what_was_not_acknowledged_comes_again(mosquitto: Mosquitto):
    """A daemon that died between two ticks is given again what the second would have taken in."""
    async with door(mosquitto.port, acknowledges=True) as desk:
        first = await send(mosquitto, 20)
        await until(lambda: len(desk.inbox) == 20)
        desk.broker.acknowledge(desk.instant)
        assert 0 == desk.broker.unacknowledged()
        desk.instant = LATER
        await send(mosquitto, 30)
        await until(lambda: len(desk.inbox) == 50)
        desk.broker.acknowledge(NOBODY_YET)
    async with door(mosquitto.port, acknowledges=True) as again:
        await until(lambda: len(again.inbox) >= 30)
        again.broker.acknowledge(again.instant)
        came = again.payloads()
    async with door(mosquitto.port, acknowledges=True) as last:
        rest = last.payloads()

    assert [str(number).encode() for number in range(30)] == came
    assert first == came[:20]
    assert [] == rest


async def test_an_old_protocol_is_acknowledged_at_once(mosquitto: Mosquitto):
    """In 3.1.1 the broker's limit cannot be raised by us, so nothing waits for the journal."""
    async with door(mosquitto.port, "3.1.1", acknowledges=True) as desk:
        await send(mosquitto, 300)
        await until(lambda: len(desk.inbox) == 300)

        assert 0 == desk.broker.unacknowledged()
