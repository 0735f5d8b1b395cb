"""Notifications over MQTT at QoS 1, for pagers and screens that listen to the broker.

Publishing is handed in; this room knows no broker. The retained feed of open alerts is another
thing: it shows what stands, while this tells one channel once, and is not retained.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import orjson

from monitord.adapters.sinks.sink import ANSWER_WITHIN_MS, again, refused, too_slow
from monitord.adapters.sinks.text import Detail, document
from monitord.domain.language import ENGLISH, Language
from monitord.domain.notifications import DeliveryState, Notification, Outcome
from monitord.domain.time import SECOND, Millis

# Publishes at QoS 1, not retained. Returns when the broker has acknowledged, with why nobody
# received it or nothing; raises `ConnectionError` when there is no broker to publish to, and
# `ConnectionResetError` when the broker hung up over this and nothing else.
Publish = Callable[[str, bytes], Awaitable[str]]

# As often as what stands on the topics of alerts: once may be the end of a broker, thrice is not.
_MOST_HANG_UPS: Final = 3
_MOST_KNOWN: Final = 1_000

TOPIC: Final = "{root}/out/{ward}/{patient}/notification/{id}"
# Stands for the patient where the channel may not name one, and in a drill, which is about none.
NOBODY: Final = "_"


class Mqtt:
    """Publishes each notification on a topic of its own, which says no more than its document.

    A broker shows topics to whoever may subscribe, and keeps them in its log.
    """

    kind = "mqtt"
    at_once = 1  # they share one connection, and what it ends on must be found out
    refresh_every_ms: Millis | None = None

    def __init__(
        self,
        publish: Publish,
        root: str,
        detail: Detail = Detail.FULL,
        limit_ms: Millis = ANSWER_WITHIN_MS,
        say: Language = ENGLISH,
    ) -> None:
        self._publish = publish
        self._root = root
        self._detail = detail
        self._say = say
        self._limit_ms = limit_ms
        self._hang_ups: dict[str, int] = {}

    async def send(self, notification: Notification) -> Outcome:
        """Try once to publish; DELIVERED when the broker acknowledged."""
        patient = notification.patient if self._detail is Detail.FULL else ""
        topic = TOPIC.format(
            root=self._root,
            ward=notification.ward,
            patient=patient or NOBODY,
            id=notification.id,
        )
        payload = orjson.dumps(document(notification, self._detail, self._say))
        try:
            async with asyncio.timeout(self._limit_ms / SECOND):
                refusal = await self._publish(topic, payload)
        except TimeoutError:
            return too_slow(self._limit_ms)
        except ConnectionResetError:
            return self._hung_up(notification.id, len(payload))
        except ConnectionError:
            return again("no connection to the broker")
        self._hang_ups.pop(notification.id, None)
        if refusal:
            return refused(f"not taken by the broker ({refusal})")
        return Outcome(DeliveryState.DELIVERED, "the broker acknowledged")

    async def close(self) -> None:
        """Hold nothing: the connection is the daemon's."""

    def _hung_up(self, name: str, payload_bytes: int) -> Outcome:
        count = self._hang_ups.pop(name, 0) + 1
        told = f"the broker hung up on its {payload_bytes} bytes {count} times"
        if count >= _MOST_HANG_UPS:
            return refused(f"{told}; see the largest packet and the longest topic it allows")
        self._hang_ups[name] = count
        if len(self._hang_ups) > _MOST_KNOWN:
            del self._hang_ups[next(iter(self._hang_ups))]
        return again(told)
