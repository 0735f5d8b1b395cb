"""Carries a simulated ward to a broker at its own pace, as the bedside devices would.

One message a monitor and period, an array of observations each, QoS 1.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Final, Protocol

import orjson

from monitord.adapters.clock import Clock
from monitord.adapters.simulator.messages import Message

_QOS: Final = 1


class Publisher(Protocol):
    """What we need of an MQTT client; aiomqtt's is one."""

    async def publish(self, topic: str, payload: bytes, qos: int) -> None:
        """Return when the broker has the message."""
        ...


async def publish(
    messages: Iterable[Message], client: Publisher, clock: Clock, root: str, ward: str
) -> AsyncIterator[Message]:
    """Publish each message when `clock` reaches its receipt; yield it once the broker has it.

    Raises `aiomqtt.MqttError` when the broker goes away.
    """
    for message in messages:
        if clock.now() < message.received:
            await clock.sleep_until(message.received)
        topic = f"{root}/in/{ward}/{message.patient}/{message.kind}"
        await client.publish(topic, orjson.dumps(message.events), qos=_QOS)
        _heed_cancellation()
        yield message


def _heed_cancellation() -> None:
    # In Python 3.11 `asyncio.wait_for`, which aiomqtt uses, forgets a cancellation that comes in
    # the same turn of the loop as the broker's answer; then we would publish for ever.
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
