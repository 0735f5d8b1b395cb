"""One connection to the broker: aiomqtt's client with three of its hooks taken over.

A message goes from the socket's callback straight to `receive`, with no queue in between; a
broker's refusal of something we published is seen, which aiomqtt drops; and a connection that no
longer answers can be cut without asking the broker. A link is used once and never reconnects.
Knowledge: aiomqtt 2.5.1 and paho 2; their hooks are pinned by `test_link.py`.
"""

import asyncio
import contextlib
import socket
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import aiomqtt
import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from monitord.domain.time import SECOND, Millis

Receive = Callable[[str, bytes], None]

_LONGEST_EXPIRY_S: Final = 0xFFFF_FFFE  # MQTT 5.0, 3.1.2.11.2: the largest that is not "never"
# MQTT 5.0, 3.1.2.11.3: how many messages may wait for our acknowledgement; this is the most.
_RECEIVE_MAXIMUM: Final = 0xFFFF
_UNSUPPORTED_PROTOCOL: Final = 0x84  # MQTT 5.0, table 3.2.2.2; also what paho makes of 3.1.1's 0x01
# MQTT 5.0, 3.14.2.1. The first is also what paho makes of a line that breaks off: in 3.1.1, and
# from mosquitto 2.0 in 5, that is all one hears when a session is taken over.
_UNSPECIFIED: Final = 0x80
_TAKEN_OVER: Final = 0x8E

# A socket that both publishes and acknowledges must not wait to fill a packet: a publication that
# waits for its acknowledgement was measured at 40 ms so (NATS server 2.15), 1 ms without.
_AT_ONCE: Final = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Publication(NamedTuple):
    """One message to be published at QoS 1."""

    topic: str
    payload: bytes
    retain: bool


@dataclass(frozen=True, slots=True)
class BrokerOptions:
    """Where the broker is and how to talk to it; files are paths, an empty text means none."""

    host: str
    port: int
    client_id: str
    protocol: str = "auto"
    username: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    keepalive_ms: Millis = 30 * SECOND
    session_expiry_ms: Millis = 86_400 * SECOND
    answer_within_ms: Millis = 10 * SECOND


class Link(aiomqtt.Client):
    """A connection that hands each message to `receive` the moment it is read."""

    def __init__(
        self,
        options: BrokerOptions,
        protocol: aiomqtt.ProtocolVersion,
        will: Publication,
        receive: Receive,
        now: Callable[[], Millis] | None = None,
    ) -> None:
        """Prepare the connection; `open` makes it.

        With `now`, what is received is acknowledged by `acknowledge` alone, else at once.
        """
        is_5 = protocol is aiomqtt.ProtocolVersion.V5
        super().__init__(
            options.host,
            options.port,
            identifier=options.client_id,
            username=options.username or None,
            password=options.password or None,
            protocol=protocol,
            clean_session=None if is_5 else False,
            clean_start=False if is_5 else paho.MQTT_CLEAN_START_FIRST_ONLY,
            properties=_session(options) if is_5 else None,
            will=aiomqtt.Will(will.topic, will.payload, qos=1, retain=will.retain),
            keepalive=max(1, options.keepalive_ms // SECOND),
            timeout=options.answer_within_ms / SECOND,
            tls_context=_tls(options) if options.tls else None,
            socket_options=(_AT_ONCE,),
        )
        self._receive = receive
        self._answer_within_s = options.answer_within_ms / SECOND
        self._now = now
        # What the broker waits to hear of, by the instant at which it had been received.
        self._unacknowledged: deque[tuple[Millis, int]] = deque()
        self._client.manual_ack_set(now is not None)
        self._holds = False
        self._sent: dict[int, asyncio.Future[str]] = {}
        self.session_present = False
        # MQTT 5.0, 3.2.2.3.6: the largest packet that the broker takes, where it names one.
        self._most_bytes: int | None = None
        self.was_cut = False  # by us, so that nobody else is blamed for its end

    @property
    def gone(self) -> asyncio.Future[None]:
        """Done when the connection has ended, with the error that ended it if any."""
        return self._disconnected

    async def open(self) -> None:
        """Connect; raises `aiomqtt.MqttError` when the broker refuses or does not answer."""
        try:
            await self.__aenter__()
        except BaseException:
            self.abort()
            raise
        self._disconnected.add_done_callback(_seen)

    async def close(self) -> None:
        """Say goodbye, so that the last will is not sent; cut the line if nobody answers."""
        try:
            await self.__aexit__(None, None, None)
        except (aiomqtt.MqttError, OSError):
            self.abort()

    def abort(self) -> None:
        """Cut the line without a word; the broker will send the last will."""
        self.was_cut = self.was_cut or not self._disconnected.done()
        line = self._client.socket()
        if isinstance(line, socket.socket):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def hold(self) -> None:
        """Neither take nor acknowledge from now on: the broker keeps what comes for our return."""
        self._holds = True
        self._client.manual_ack_set(True)

    def acknowledge(self, until: Millis) -> None:
        """Tell the broker that everything received by an instant is in safe hands, in its order."""
        waiting = self._unacknowledged
        while waiting and waiting[0][0] <= until:
            self._client.ack(waiting.popleft()[1], 1)

    def unacknowledged(self) -> int:
        """Return how many messages the broker waits to hear of."""
        return len(self._unacknowledged)

    def too_large(self, publication: Publication) -> str:
        """Say that the broker takes nothing so large and would hang up on it, or nothing."""
        found = _packet_bytes(publication)
        if self._most_bytes is None or found <= self._most_bytes:
            return ""
        return f"found a packet of {found} bytes, the broker takes at most {self._most_bytes}"

    def send(self, publication: Publication) -> asyncio.Future[str]:
        """Publish; the future holds the broker's refusal in words, or nothing if it accepted.

        Raises `aiomqtt.MqttError` when there is no connection to publish on.
        """
        topic, payload, retain = publication
        info = self._client.publish(topic, payload, qos=1, retain=retain)
        if info.rc != paho.MQTT_ERR_SUCCESS:
            raise aiomqtt.MqttCodeError(info.rc, "could not publish")
        answer: asyncio.Future[str] = self._loop.create_future()
        self._sent[info.mid] = answer
        return answer

    async def settled(self, answers: Sequence[asyncio.Future[str]]) -> None:
        """Return when all are answered, the connection has ended, or it has taken too long."""
        if not answers:
            return
        everything = asyncio.ensure_future(asyncio.wait(answers))
        either: set[asyncio.Future[Any]] = {everything, self.gone}
        await asyncio.wait(
            either, timeout=self._answer_within_s, return_when=asyncio.FIRST_COMPLETED
        )
        everything.cancel()

    async def listen(self, *topics: str) -> None:
        """Subscribe at QoS 1; raises `aiomqtt.MqttError` when the broker refuses one of them."""
        granted: Sequence[int | ReasonCode] = await self.subscribe([(name, 1) for name in topics])
        for topic, code in zip(topics, granted, strict=True):
            value = code.value if isinstance(code, ReasonCode) else code
            if value >= 0x80:  # MQTT 3.1.1, 3.9.3 and 5.0, 3.9.3: failure
                raise aiomqtt.MqttError(
                    f"the broker refused the subscription to {topic} (code {value}); "
                    "allow it in the broker's access list"
                )

    def _on_message(
        self,
        client: paho.Client,  # noqa: ARG002
        userdata: Any,  # noqa: ANN401, ARG002
        message: paho.MQTTMessage,
    ) -> None:
        if self._holds:
            return
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        self._receive(topic, bytes(message.payload))
        if self._now is not None and message.qos:
            # Asked for afterwards, so that whoever received it did so no later than this.
            self._unacknowledged.append((self._now(), message.mid))

    def _on_connect(
        self,
        client: paho.Client,
        userdata: Any,  # noqa: ANN401
        flags: paho.ConnectFlags,
        reason_code: ReasonCode,
        properties: Properties | None = None,
    ) -> None:
        self.session_present = flags.session_present
        self._most_bytes = getattr(properties, "MaximumPacketSize", None)
        super()._on_connect(client, userdata, flags, reason_code, properties)

    def _on_publish(
        self,
        client: paho.Client,  # noqa: ARG002
        userdata: Any,  # noqa: ANN401, ARG002
        mid: int,
        reason_code: ReasonCode,
        properties: Properties,  # noqa: ARG002
    ) -> None:
        answer = self._sent.pop(mid, None)
        if answer is not None and not answer.done():
            answer.set_result(str(reason_code) if reason_code.is_failure else "")


def _seen(gone: asyncio.Future[None]) -> None:
    # A link that was cut on purpose ends with an error that nobody waits for.
    if not gone.cancelled():
        gone.exception()


def is_unsupported_protocol(error: aiomqtt.MqttError) -> bool:
    """Whether the broker said that it does not speak this version of MQTT."""
    code = error.rc if isinstance(error, aiomqtt.MqttCodeError) else None
    return isinstance(code, ReasonCode) and code.value == _UNSUPPORTED_PROTOCOL


def reason_of(error: BaseException, client_id: str) -> str:
    """Tell in words why a connection ended; nothing where the error has none."""
    code = error.rc if isinstance(error, aiomqtt.MqttCodeError) else None
    value = code.value if isinstance(code, ReasonCode) else None
    if value == _UNSPECIFIED:
        return (
            "the connection broke off and the broker did not say why; if this goes on, look for "
            f"another client that uses the mqtt.client_id {client_id!r}"
        )
    if value == _TAKEN_OVER:
        return (
            f"another client came to the broker as {client_id!r} and took the session over "
            f"(code {_TAKEN_OVER}); end it, or give each an mqtt.client_id of its own"
        )
    return str(error)


def _packet_bytes(publication: Publication) -> int:
    # MQTT 5.0, 3.3: the topic with its length, a packet identifier, no properties, the payload.
    rest = 2 + len(publication.topic.encode()) + 2 + 1 + len(publication.payload)
    length_of_rest = max(1, -(-rest.bit_length() // 7))  # 1.5.5: seven bits a byte
    return 1 + length_of_rest + rest


def _session(options: BrokerOptions) -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    expiry_s = min(options.session_expiry_ms // SECOND, _LONGEST_EXPIRY_S)
    properties.SessionExpiryInterval = expiry_s
    properties.ReceiveMaximum = _RECEIVE_MAXIMUM
    return properties


def _tls(options: BrokerOptions) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=options.ca_file or None)
    if options.certificate_file:
        context.load_cert_chain(options.certificate_file, options.key_file or None)
    return context
