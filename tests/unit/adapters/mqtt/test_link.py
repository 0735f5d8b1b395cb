"""The hooks of aiomqtt and paho on which a link stands are where we think they are."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import aiomqtt
import paho.mqtt.client as paho
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from monitord.adapters.mqtt.link import BrokerOptions, Link, Publication

WILL = Publication("root/out/status", b"offline", retain=True)


def link_to(received: list[tuple[str, bytes]], now: Callable[[], int] | None = None) -> Link:
    options = BrokerOptions("127.0.0.1", 1, "test")
    return Link(
        options,
        aiomqtt.ProtocolVersion.V5,
        WILL,
        lambda topic, payload: received.append((topic, payload)),
        now,
    )


def message(topic: bytes, payload: bytes, mid: int = 1) -> paho.MQTTMessage:
    made = paho.MQTTMessage(mid=mid, topic=topic)
    made.payload, made.qos = payload, 1
    return made


def test_a_password_is_not_part_of_what_options_show():
    """Options that end up in a trace or a log keep the password to themselves."""
    options = BrokerOptions("127.0.0.1", 1, "test", username="ward", password="hunter2")

    assert "ward" in repr(options)
    assert "hunter2" not in f"{options!r} {options}"


async def test_paho_calls_our_hook_for_every_message():
    """A message that paho reads reaches `receive` at once, with nothing left in aiomqtt's queue."""
    received: list[tuple[str, bytes]] = []
    link = link_to(received)
    link._client._handle_on_message(message(b"a/b", b"1"))

    assert received == [("a/b", b"1")]
    assert len(link.messages) == 0


async def test_a_topic_that_is_no_text_is_received_without_a_name():
    """A broken topic does not raise into paho, which would end the connection."""
    received: list[tuple[str, bytes]] = []
    link_to(received)._client._handle_on_message(message(b"\xff\xfe", b"1"))

    assert received == [("", b"1")]


async def test_a_link_that_holds_takes_nothing_and_acknowledges_nothing():
    """After `hold` nothing is received, and paho leaves the acknowledgement to us."""
    received: list[tuple[str, bytes]] = []
    link = link_to(received)
    link.hold()
    link._client._handle_on_message(message(b"a/b", b"1"))

    assert received == []
    assert link._client._manual_ack is True


async def test_what_was_received_is_acknowledged_in_its_order_when_it_is_safe(
    monkeypatch: pytest.MonkeyPatch,
):
    """Only what came by an instant is acknowledged, once, and nothing by paho itself."""
    link = link_to([], now=iter([5, 6, 8]).__next__)
    acknowledged: list[int] = []
    monkeypatch.setattr(link._client, "ack", lambda mid, _: acknowledged.append(mid))
    for mid in (3, 1, 2):
        link._client._handle_on_message(message(b"a/b", b"1", mid))
    link.acknowledge(6)
    link.acknowledge(7)

    assert [3, 1] == acknowledged
    assert 1 == link.unacknowledged()
    assert link._client._manual_ack is True


async def test_a_refused_publication_is_seen():
    """The broker's refusal reaches the future of the publication it refuses."""
    link = link_to([])
    answers = [asyncio.get_running_loop().create_future() for _ in range(2)]
    link._sent = dict(enumerate(answers))
    for mid, name in enumerate(("Success", "Not authorized")):
        on_publish: Any = link._client.on_publish
        on_publish(
            link._client,
            None,
            mid,
            ReasonCode(PacketTypes.PUBACK, name),
            Properties(PacketTypes.PUBACK),
        )

    assert ["", "Not authorized"] == [answer.result() for answer in answers]


async def test_publishing_without_a_connection_raises_the_library_s_error():
    """A publication on a link that is not open is refused by name, and not kept inside paho."""
    link = link_to([])
    with pytest.raises(aiomqtt.MqttError, match="not currently connected"):
        link.send(Publication("t", b"", retain=False))

    assert not link._sent


def test_the_library_still_has_the_parts_we_reach_into():
    """aiomqtt keeps the three hooks, the future and the client that `link.py` depends on."""
    source = inspect.getsource(aiomqtt.Client)

    for part in (
        "self._client.on_message = self._on_message",
        "self._client.on_publish = self._on_publish",
        "self._client.on_connect = self._on_connect",
        "self._disconnected: asyncio.Future[None]",
    ):
        assert part in source
