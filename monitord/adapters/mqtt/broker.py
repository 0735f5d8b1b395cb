"""The broker as the daemon sees it: always trying to be connected, and sure of being heard.

One link after another, each with a new socket; between them a pause that grows and is a little
random. A canary published to ourselves proves that what is published reaches us, because a client
can be connected and deaf (peers.md section 4, complaint 3). Messages go to `receive` and nowhere
else; what happens to the connection is told, never logged, here.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import aiomqtt

from monitord.adapters.mqtt.happenings import (
    Connected,
    Deaf,
    FellBack,
    Heard,
    Lost,
    Retrying,
    Tell,
)
from monitord.adapters.mqtt.link import (
    BrokerOptions,
    Link,
    Publication,
    Receive,
    is_unsupported_protocol,
    reason_of,
)
from monitord.adapters.mqtt.publishing import Fate, Publishing
from monitord.adapters.mqtt.topics import Topics
from monitord.domain.time import SECOND, Millis

_V5: Final = aiomqtt.ProtocolVersion.V5
_V311: Final = aiomqtt.ProtocolVersion.V311
_FIRST_PROTOCOL: Final = {"auto": _V5, "5": _V5, "3.1.1": _V311}
_PROTOCOL_NAME: Final = {_V5: "5", _V311: "3.1.1"}
_MOST_DOUBLINGS: Final = 30


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: between attempts, between canaries, and for a canary to come back."""

    reconnect_min_ms: Millis = SECOND
    reconnect_max_ms: Millis = 60 * SECOND
    canary_every_ms: Millis = 10 * SECOND
    canary_deadline_ms: Millis = 30 * SECOND

    def canary_answer_ms(self) -> Millis:
        """How long one canary may take, so that deafness is known within the deadline."""
        left = self.canary_deadline_ms - self.canary_every_ms
        return left if left > 0 else self.canary_deadline_ms

    def pause_ms(self, attempt: int, chance: float) -> Millis:
        """The pause before an attempt (1 is the first); `chance` in 0..1 takes up to half off."""
        longest = self.reconnect_min_ms << min(attempt - 1, _MOST_DOUBLINGS)
        return int(min(longest, self.reconnect_max_ms) * (1 - chance / 2))


class Broker:
    """Keeps a link up, hands what comes in to `receive`, and publishes what it is given."""

    def __init__(
        self,
        options: BrokerOptions,
        topics: Topics,
        patience: Patience,
        *,
        receive: Receive,
        tell: Tell,
        will: Callable[[], bytes],
        stopwatch_s: Callable[[], float],
        now: Callable[[], Millis] | None = None,
    ) -> None:
        """Remember everything; `run` connects. `will` is asked for at every connection.

        With `now`, messages are acknowledged by `acknowledge` where the broker speaks MQTT 5. In
        3.1.1 nobody can tell it how many may wait, and mosquitto stops at twenty: there, and
        without `now`, they are acknowledged as they are received.
        """
        self._options = options
        self._topics = topics
        self._patience = patience
        self._receive = receive
        self._tell = tell
        self._will = will
        self._stopwatch_s = stopwatch_s
        self._now = now
        self._protocol = _FIRST_PROTOCOL[options.protocol]
        self._link: Link | None = None
        self._publishing = Publishing(lambda: self._link if self.is_connected else None, tell)
        self._connected = asyncio.Event()
        self._closing = False
        self._attempt = 0
        self.connections = 0
        self._canary_number = 0
        self._canary_heard = asyncio.Event()
        self._heard_at_s = stopwatch_s()
        self._retained: dict[str, bytes] | None = None

    @property
    def is_connected(self) -> bool:
        """Whether there is a link with its subscriptions standing."""
        return self._connected.is_set()

    def heard_age_s(self) -> float:
        """Return the seconds since our canary last came back, or since the start if never."""
        return self._stopwatch_s() - self._heard_at_s

    async def run(self) -> None:
        """Stay connected, through everything, until `close`."""
        while not self._closing:
            reason = await self._one_link()
            self._tell(Lost(reason, was_connected=self._connected.is_set()))
            self._connected.clear()
            if not self._closing:
                await self._pause()

    async def wait_until_connected(self) -> None:
        """Return as soon as there is a link."""
        await self._connected.wait()

    async def publish(self, publications: Sequence[Publication]) -> list[Fate]:
        """Publish at QoS 1, in order; return what became of each.

        A publication that the broker refuses counts as answered and is told as `PublishRefused`.
        """
        return await self._publishing.publish(publications)

    async def publish_now(self, publication: Publication) -> str:
        """Publish one at QoS 1; return why nobody received it, or nothing if the broker accepted.

        Raises `ConnectionError` when it was not sent, or not answered in time, and of these
        `ConnectionResetError` when the broker hung up while it was all that was under way.
        """
        return await self._publishing.publish_now(publication)

    def acknowledge(self, until: Millis) -> None:
        """Tell the broker that everything received by an instant is in safe hands."""
        if self._link is not None:
            self._link.acknowledge(until)

    def unacknowledged(self) -> int:
        """Return how many messages the broker waits to hear of."""
        return self._link.unacknowledged() if self._link is not None else 0

    async def collect_retained(self, *filters: str, settle_ms: Millis) -> dict[str, bytes] | None:
        """Return what the broker keeps on the topics that match; None if the link was lost.

        Takes until our canary, sent after the subscription, is back, and then `settle_ms`.
        """
        link = self._link
        if link is None or not self.is_connected:
            return None
        found: dict[str, bytes] = {}
        self._retained = found
        try:
            await link.listen(*filters)
            await self._hear_one_canary(link)
            await asyncio.sleep(settle_ms / SECOND)
            await link.unsubscribe(list(filters))
        except (aiomqtt.MqttError, TimeoutError):
            return None
        finally:
            self._retained = None
        return found

    def hold(self) -> None:
        """Take in nothing more and acknowledge nothing more, but go on publishing."""
        self._closing = True
        if self._link is not None:
            self._link.hold()

    async def close(self) -> None:
        """Leave the broker politely; `run` returns."""
        self._closing = True
        if self._link is not None:
            await self._link.close()

    async def _pause(self) -> None:
        self._attempt += 1
        chance = random.random()
        pause_ms = self._patience.pause_ms(self._attempt, chance)
        self._tell(Retrying(pause_ms, self._attempt))
        await asyncio.sleep(pause_ms / SECOND)

    async def _one_link(self) -> str:
        try:
            async with self._linked() as link:
                return await self._stay(link)
        except aiomqtt.MqttError as problem:
            if self._options.protocol == "auto" and is_unsupported_protocol(problem):
                self._protocol = _V311
                self._tell(FellBack(str(problem)))
            return self._reason(problem) or "the broker closed the connection"
        except OSError as problem:
            return str(problem)

    @contextlib.asynccontextmanager
    async def _linked(self) -> AsyncIterator[Link]:
        will = Publication(self._topics.status, self._will(), retain=True)
        now = self._now if self._protocol is _V5 else None
        link = Link(self._options, self._protocol, will, self._take, now)
        await link.open()
        try:
            await link.listen(self._topics.inbound, self._topics.canary)
            self._link = link
            yield link
        finally:
            self._link = None
            link.abort()

    async def _stay(self, link: Link) -> str:
        self.connections += 1
        self._connected.set()
        self._tell(Connected(_PROTOCOL_NAME[self._protocol], link.session_present))
        canary = asyncio.create_task(self._canary(link), name="canary")
        try:
            await asyncio.wait({link.gone, canary}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            canary.cancel()
            await asyncio.wait({canary})
        if link.gone.done():
            error = link.gone.exception()
            return self._reason(error) if error else "the connection was closed"
        return "deaf: our own canary did not come back"

    def _reason(self, error: BaseException) -> str:
        return reason_of(error, self._options.client_id)

    async def _canary(self, link: Link) -> None:
        while True:
            began_s = self._stopwatch_s()
            try:
                await self._hear_one_canary(link)
            except TimeoutError:
                self._tell(Deaf(int(self.heard_age_s() * SECOND)))
                return
            except aiomqtt.MqttError:
                await asyncio.wait({link.gone})
                return
            self._attempt = 0
            self._tell(Heard(int((self._stopwatch_s() - began_s) * SECOND)))
            await asyncio.sleep(self._patience.canary_every_ms / SECOND)

    async def _hear_one_canary(self, link: Link) -> None:
        self._canary_number += 1
        self._canary_heard.clear()
        payload = str(self._canary_number).encode()
        async with asyncio.timeout(self._patience.canary_answer_ms() / SECOND):
            link.send(Publication(self._topics.canary, payload, retain=False))
            await self._canary_heard.wait()

    def _take(self, topic: str, payload: bytes) -> None:
        if topic == self._topics.canary:
            if payload == str(self._canary_number).encode():
                self._heard_at_s = self._stopwatch_s()
                self._canary_heard.set()
        elif self._retained is not None and self._topics.published_for(topic):
            self._retained[topic] = payload
        elif not topic.startswith(f"{self._topics.root}/out/"):
            self._receive(topic, payload)
