"""Everything that Apprise reaches: SMS gateways, chats, push services, by a URL each.

Apprise waits in the thread that calls it and may never come back. So each attempt has a thread of
its own that nobody waits for when the daemon ends; there are few of them, and an attempt that is
made again while the first still runs waits for that one and is not made twice.
Apprise says only whether it worked. So a failure is always tried again, until it expires.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Final

import apprise

from monitord.adapters.sinks.sink import (
    ANSWER_WITHIN_MS,
    AT_ONCE,
    again,
    is_pressing,
    refused,
    too_slow,
)
from monitord.adapters.sinks.text import Detail, words
from monitord.domain.alerts import Priority
from monitord.domain.language import ENGLISH, Language
from monitord.domain.notifications import DeliveryState, Notification, Outcome, Purpose
from monitord.domain.time import SECOND, Millis

# As many as may be under way, and of these too the last for calling somebody with high priority.
# A thread that hangs is never given back; when all hang, the channel is dead and is told so.
_MOST_THREADS: Final = AT_ONCE

_TYPES: Final = {
    Priority.HIGH: apprise.NotifyType.FAILURE,
    Priority.MEDIUM: apprise.NotifyType.WARNING,
    Priority.LOW: apprise.NotifyType.INFO,
}

# Apprise logs the addresses it uses, and with them what is secret in them.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


class Apprise:
    """Tells one or more Apprise URLs; SENT when all of them took it."""

    kind = "apprise"
    at_once = AT_ONCE
    refresh_every_ms: Millis | None = None

    def __init__(
        self,
        urls: list[str],
        detail: Detail = Detail.NONE,
        limit_ms: Millis = ANSWER_WITHIN_MS,
        say: Language = ENGLISH,
    ) -> None:
        self._door = apprise.Apprise()
        self.is_usable = bool(urls) and self._door.add(urls)
        self._detail = detail
        self._say = say
        self._limit_ms = limit_ms
        self._running: dict[str, asyncio.Future[bool]] = {}

    async def send(self, notification: Notification) -> Outcome:
        """Try once to tell; SENT when every service took it."""
        if not self.is_usable:
            return refused("Apprise knows no service by this URL; correct the channel's address")
        running = self._running.get(notification.id)
        if running is None:
            most = _MOST_THREADS if is_pressing(notification) else _MOST_THREADS - 1
            if len(self._running) >= most:
                return again(f"{len(self._running)} attempts before this one still hang")
            running = self._start(notification)
        try:
            async with asyncio.timeout(self._limit_ms / SECOND):
                worked = await asyncio.shield(running)
        except TimeoutError:
            return too_slow(self._limit_ms)
        if worked:
            return Outcome(DeliveryState.SENT, "Apprise handed it over")
        return again("Apprise could not hand it over")

    async def close(self) -> None:
        """Wait for nobody: what still hangs ends with the process."""

    def _start(self, notification: Notification) -> asyncio.Future[bool]:
        subject, body = words(notification, self._detail, self._say)
        calls = notification.purpose is Purpose.TRIGGER and not notification.is_drill
        kind = _TYPES[notification.priority] if calls else apprise.NotifyType.INFO

        def tell() -> bool:
            return bool(self._door.notify(body=body, title=subject, notify_type=kind))

        running = _in_a_thread(tell)
        self._running[notification.id] = running
        running.add_done_callback(lambda _: self._running.pop(notification.id))
        return running


def _in_a_thread(work: Callable[[], bool]) -> asyncio.Future[bool]:
    """Run in a thread that does not keep the process alive; what it raises counts as a failure."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[bool] = loop.create_future()

    def settle(worked: bool) -> None:
        if not result.done():
            result.set_result(worked)

    def run() -> None:
        worked = False
        try:
            worked = work()
        finally:
            try:
                loop.call_soon_threadsafe(settle, worked)
            except RuntimeError:
                return  # the daemon has ended, and nobody waits any more

    threading.Thread(target=run, name="apprise", daemon=True).start()
    return result
