"""A bench for every sink: the real code, and a real server that does what a test asks for."""

import asyncio
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import aiomqtt
import httpx
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from monitord.adapters.mqtt.link import BrokerOptions, Link, Publication
from monitord.adapters.sinks.alertmanager import Alertmanager
from monitord.adapters.sinks.apprise import Apprise
from monitord.adapters.sinks.http import Http, make_client
from monitord.adapters.sinks.mqtt import Mqtt
from monitord.adapters.sinks.pagerduty import PagerDuty
from monitord.adapters.sinks.sink import Sink
from monitord.adapters.sinks.smtp import MailServer, Smtp
from monitord.adapters.sinks.webhook import Webhook
from tests.contracts.sinks.behaviour import Behaviour, at_nine
from tests.contracts.sinks.receiver import BreaksOff, Received, Receiver
from tests.integration.mosquitto import FOUND, Mosquitto

SECRET = b"a secret of enough bytes to keep"

MakeHttp = Callable[[str, httpx.AsyncClient, int], Sink]
Key = Callable[[Received], str]


class HttpBench:
    """A sink that speaks HTTP, before a receiver; `gone` is a port that nobody listens on."""

    def __init__(self, make: MakeHttp, key: Key, limit_ms: int) -> None:
        self.receiver = Receiver()
        self._breaks_off = BreaksOff()
        self._client = make_client()
        self._make = make
        self._key = key
        self._limit_ms = limit_ms
        self.sink = make(self.receiver.address, self._client, limit_ms)

    async def start(self) -> "HttpBench":
        await self.receiver.ready()
        return self

    async def behave(self, behaviour: Behaviour) -> None:
        self.receiver.behaviour = behaviour
        address = self.receiver.address
        if behaviour is Behaviour.GONE:
            await self.receiver.close()
        elif behaviour is Behaviour.BREAKS_OFF:
            address = await self._breaks_off.start()
            self.sink = self._make(address, self._client, self._limit_ms)

    async def arrived(self) -> None:
        await self.receiver.came.wait()

    def release(self) -> None:
        self.receiver.release()

    def keys(self) -> Sequence[str]:
        return [self._key(one) for one in self.receiver.received]

    async def close(self) -> None:
        await self.sink.close()
        await self._client.aclose()
        await self._breaks_off.close()
        await self.receiver.close()


class MailBench:
    """The sink of mail, before a server that answers as it is told."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self._behaviour = Behaviour.TAKES
        self._came = asyncio.Event()
        self._released = asyncio.Event()

    async def start(self, limit_ms: int) -> "MailBench":
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, loop=loop), "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        server = MailServer("127.0.0.1", port, tls="none")
        self.sink = Smtp(server, "monitord@ward.test", ["nurse@ward.test"], limit_ms=limit_ms)
        return self

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(envelope)
        self._came.set()
        if self._behaviour is Behaviour.HANGS:
            await self._released.wait()
        if self._behaviour is Behaviour.BREAKS_OFF:
            assert server.transport is not None
            server.transport.close()
        return {
            Behaviour.FAILS: "451 a disk is full",
            Behaviour.REFUSES: "550 no such mailbox",
            Behaviour.FORBIDS: "535 who are you",
        }.get(self._behaviour, "250 taken")

    async def behave(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        if behaviour is Behaviour.GONE:
            self._server.close()

    async def arrived(self) -> None:
        await self._came.wait()

    def release(self) -> None:
        self._behaviour = Behaviour.TAKES
        self._released.set()

    def keys(self) -> Sequence[str]:
        lines = [_text(one).splitlines() for one in self.mails]
        return [line for mail in lines for line in mail if line.startswith("Message-ID")]

    async def close(self) -> None:
        self.release()
        await self.sink.close()
        self._server.close()


class MqttBench:
    """The sink of MQTT, before a real mosquitto that may be paused, killed, or forbid."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        access = Path(self._folder.name) / "access"
        access.write_text("topic readwrite open/#\n")
        access.chmod(0o644)
        self._broker = Mosquitto(Path(self._folder.name), f"acl_file {access}\n")
        self.heard: list[tuple[str, bytes]] = []
        self._came = asyncio.Event()

    async def start(self, limit_ms: int) -> "MqttBench":
        self._limit_ms = limit_ms
        self._broker.start()
        options = BrokerOptions("127.0.0.1", self._broker.port, "sink")
        will = Publication("open/status", b"", False)
        self._link = Link(options, aiomqtt.ProtocolVersion.V5, will, self._hear)
        await self._link.open()
        await self._link.listen("open/#")
        self.sink = Mqtt(self._publish, "open", limit_ms=limit_ms)
        return self

    async def behave(self, behaviour: Behaviour) -> None:
        if behaviour is Behaviour.HANGS:
            self._broker.pause()
            # A paused broker never says that something has come.
            self._came.set()
        elif behaviour is Behaviour.GONE:
            self._broker.kill()
            await asyncio.wait([self._link.gone])
        elif behaviour is Behaviour.FORBIDS:
            self.sink = Mqtt(self._publish, "closed", limit_ms=self._limit_ms)

    async def arrived(self) -> None:
        await self._came.wait()

    def release(self) -> None:
        self._broker.resume()

    def keys(self) -> Sequence[str]:
        return [topic for topic, _ in self.heard]

    async def close(self) -> None:
        self.release()
        await self.sink.close()
        await self._link.close()
        self._broker.kill()
        self._folder.cleanup()

    def _hear(self, topic: str, payload: bytes) -> None:
        self.heard.append((topic, payload))
        self._came.set()

    async def _publish(self, topic: str, payload: bytes) -> str:
        try:
            return await self._link.send(Publication(topic, payload, False))
        except aiomqtt.MqttError as error:
            raise ConnectionError from error


def _text(mail: Envelope) -> str:
    assert isinstance(mail.content, bytes)
    return mail.content.decode()


def _http(client: httpx.AsyncClient, limit_ms: int) -> Http:
    return Http(client, at_nine, limit_ms)


def _webhook(address: str, client: httpx.AsyncClient, limit_ms: int) -> Sink:
    return Webhook(_http(client, limit_ms), at_nine, f"{address}/hook", SECRET)


def _pagerduty(address: str, client: httpx.AsyncClient, limit_ms: int) -> Sink:
    return PagerDuty(_http(client, limit_ms), "routing", address=address)


def _alertmanager(address: str, client: httpx.AsyncClient, limit_ms: int) -> Sink:
    return Alertmanager(_http(client, limit_ms), at_nine, address)


def _apprise(address: str, _: httpx.AsyncClient, limit_ms: int) -> Sink:
    return Apprise([address.replace("http://", "json://")], limit_ms=limit_ms)


async def make_bench(kind: str, limit_ms: int) -> HttpBench | MailBench | MqttBench:
    """Return a bench that runs; skips where the sink's server is not installed."""
    if kind == "smtp":
        return await MailBench().start(limit_ms)
    if kind == "mqtt":
        if FOUND is None:
            pytest.skip("mosquitto is not installed (apt-get install mosquitto)")
        return await MqttBench().start(limit_ms)
    make, key = _HTTP[kind]
    return await HttpBench(make, key, limit_ms).start()


_HTTP: Final[Mapping[str, tuple[MakeHttp, Key]]] = {
    "alertmanager": (_alertmanager, lambda one: str(one.body[0]["labels"])),
    "apprise": (_apprise, lambda one: str(one.body)),
    "pagerduty": (_pagerduty, lambda one: str(one.body["dedup_key"])),
    "webhook": (_webhook, lambda one: one.headers["idempotency-key"]),
}
