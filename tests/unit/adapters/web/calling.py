"""A served API for tests: real HTTP, a desk that the test sets, three tokens and none."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
import pytest

from monitord.adapters.metrics import Metrics
from monitord.adapters.web.api import make_api
from monitord.adapters.web.desk import Decided, Document, NotNow, Request
from monitord.adapters.web.feed import Feed
from monitord.adapters.web.guarded import Guard, Limits
from monitord.adapters.web.health import Check
from monitord.adapters.web.limits import Limit
from monitord.adapters.web.server import WebServer, make_app
from monitord.adapters.web.signatures import Signer, Signers
from monitord.adapters.web.tokens import Role, Token, Tokens, hashed
from monitord.domain.time import Millis

ALERT: Final[dict[str, Any]] = {
    "kind": "alert",
    "alert": "a1",
    "patient": "p1",
    "ward": "west",
    "time": "2026-01-08T09:00:00Z",
    "rule": "fever",
    "rule_version": 1,
    "pack": "trial",
    "condition": "physiological",
    "priority": "medium",
    "from": "QUIET",
    "to": "ACTIVE",
    "reason": "condition_true",
    "message": "Fever: temperature 39 °C.",
    "evidence": [],
    "action": "Measure again.",
    "source": "A test.",
    "silenced_until": None,
    "inhibited_by": None,
    "episode": None,
    "flaps": 0,
}
STATE: Final[dict[str, Any]] = {
    "patient": "p1",
    "ward": "west",
    "bed": None,
    "time": "2026-01-08T09:00:00Z",
    "scales": {},
    "episodes": {},
    "alerts": [],
    "treatments": [],
    "signals": {},
}


DRILL: Final[dict[str, Any]] = {
    "drill": "drill-1",
    "ward": "west",
    "running": True,
    "settled": False,
    "arrived": False,
    "calls": [],
}

SECRET: Final = b"held by PagerDuty and by us"
SIGNERS: Final = Signers([Signer("pager", SECRET)])


class Ward:
    """A desk with one patient and one alert, which decides what the test wants."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.given_at: Millis | None = None
        self.decides = Decided("acknowledged", False, "", ALERT | {"to": "ACKNOWLEDGED"})

    def live(self) -> Sequence[Check]:
        return []

    def ready(self) -> Sequence[Check]:
        return []

    def patients(self) -> Sequence[Document]:
        return [{"patient": "p1", "ward": "west", "bed": None, "open_alerts": 1}]

    def state(self, patient: str) -> Document | None:
        return STATE if patient == "p1" else None

    def alerts(self) -> Sequence[Document]:
        return [ALERT]

    def alert(self, alert: str) -> Document | None:
        return ALERT if alert == "a1" else None

    async def history(self, alert: str) -> Document:
        return {"alert": alert, "transitions": [ALERT], "answers": [], "notifications": []}

    async def ask(self, request: Request) -> Decided:
        self.asked.append(request)
        return self.decides

    async def hear(self, request: Request, given_at: Millis) -> Decided:
        self.given_at = given_at
        return await self.ask(request)

    def begin_drill(self, ward: str) -> Document:
        if ward != "west":
            reason = "drill_is_running" if ward == "busy" else "no_such_ward"
            raise NotNow(reason, f"found {ward}, expected west")
        self.asked.append(Request("drill", "", ward))
        return DRILL

    async def drill(self, drill: str) -> Document | None:
        return DRILL if drill == "drill-1" else None


class Served:
    """A client of the API, and what the API told of each call."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.recorded: list[tuple[str, dict[str, object]]] = []
        self.counted: list[tuple[str, int]] = []
        self.now_s = 0.0

    async def call(
        self, method: str, path: str, role: str | None = "operator", **more: Any
    ) -> httpx.Response:
        headers = {} if role is None else {"authorization": f"Bearer {role}"}
        return await self.client.request(
            method, path, headers=headers | more.pop("headers", {}), **more
        )


def open_feed(kept: int = 8) -> Feed:
    """Make a feed that counts nothing."""
    return Feed("a0", following=lambda _: None, overrun=lambda: None, kept=kept)


def closed_feed() -> Feed:
    feed = open_feed()
    feed.close()
    return feed


@asynccontextmanager
async def served(
    ward: Ward,
    rates: tuple[int, int, int] = (100_000, 100_000, 100_000),
    feed: Feed | None = None,
    unheard_ms: int = 30_000,
) -> AsyncIterator[Served]:
    """Serve the API; the token of each role is the role's own name.

    `rates` are the calls a minute of asking, of answering and of strangers. Without a feed of the
    test's own, streams of it end once they have begun.
    """
    feed = feed or closed_feed()
    tokens = Tokens([Token(f"the-{role}", role, hashed(role)) for role in Role])
    async with httpx.AsyncClient(trust_env=False) as client:
        made = Served(client)

        def record(what: str, at: int, **fields: object) -> None:
            made.recorded.append((what, fields))

        def count(operation: str, status: int) -> None:
            made.counted.append((operation, status))

        limits = Limits(*(Limit(rate, lambda: made.now_s) for rate in rates))
        guard = Guard(tokens, limits, now=lambda: 1, record=record, count=count)
        app = make_app(Metrics().render, ward, make_api(ward, guard, SIGNERS, feed))
        server = WebServer(app, "127.0.0.1", 0, feed.close, unheard_ms)
        client.base_url = httpx.URL(server.address)
        task = asyncio.create_task(server.serve())
        try:
            yield made
        finally:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
