"""Two clients of one name put each other off the broker; the log says so, or where to look."""

import asyncio

import aiomqtt
import pytest

from monitord.adapters.mqtt.happenings import Lost
from tests.integration.mosquitto import Mosquitto
from tests.integration.test_broker import Door, door, until

pytestmark = pytest.mark.network


async def test_who_is_put_off_by_another_of_its_name_is_told_where_to_look(mosquitto: Mosquitto):
    """This broker hangs up without a word, so the client id is named as what it may be."""
    async with door(mosquitto.port) as desk:
        async with aiomqtt.Client("127.0.0.1", mosquitto.port, identifier="desk"):
            await until(lambda: desk.count(Lost) > 0)

        assert Lost(
            "the connection broke off and the broker did not say why; if this goes on, look for "
            "another client that uses the mqtt.client_id 'desk'",
            was_connected=True,
        ) == next(one for one in desk.told if isinstance(one, Lost))


async def test_a_broker_that_says_the_session_was_taken_over_is_understood():
    """The reason is a sentence with the client id and the setting, not a bare code."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1_000)
        writer.write(b"\x20\x03\x00\x00\x00")  # MQTT 5.0, 3.2: let in
        subscription = await reader.read(1_000)
        writer.write(b"\x90\x05" + subscription[2:4] + b"\x00\x01\x01")  # 3.9: both granted
        writer.write(b"\xe0\x01\x8e")  # 3.14: session taken over
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        desk = Door(server.sockets[0].getsockname()[1])
        task = asyncio.create_task(desk.broker.run())
        await until(lambda: desk.count(Lost) > 0)
        task.cancel()
        await asyncio.wait({task})

    [lost, *_] = [one for one in desk.told if isinstance(one, Lost)]
    assert (
        "another client came to the broker as 'desk' and took the session over (code 142); "
        "end it, or give each an mqtt.client_id of its own"
    ) == lost.reason
