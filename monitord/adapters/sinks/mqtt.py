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

# Publishes at QoS 1, not retained. Returns when the broker has acknowledged, with its refusal in
# words or nothing; raises `ConnectionError` when there is no broker to publish to.
Publish = Callable[[str, bytes], Awaitable[str]]

TOPIC: Final = "{root}/out/{ward}/{patient}/notification/{id}"


class Mqtt:
    """Publishes each notification on a topic of its own."""

    kind = "mqtt"
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

    async def send(self, notification: Notification) -> Outcome:
        """Try once to publish; DELIVERED when the broker acknowledged."""
        topic = TOPIC.format(
            root=self._root,
            ward=notification.ward,
            patient=notification.patient,
            id=notification.id,
        )
        payload = orjson.dumps(document(notification, self._detail, self._say))
        try:
            async with asyncio.timeout(self._limit_ms / SECOND):
                refusal = await self._publish(topic, payload)
        except TimeoutError:
            return too_slow(self._limit_ms)
        except ConnectionError:
            return again("no connection to the broker")
        if refusal:
            return refused(f"the broker refused it ({refusal}); see its access list")
        return Outcome(DeliveryState.DELIVERED, "the broker acknowledged")

    async def close(self) -> None:
        """Hold nothing: the connection is the daemon's."""
