"""Metrics and health answer over real HTTP on a port of this machine."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest

from monitord.adapters.metrics import Metrics
from monitord.adapters.web.health import Check
from monitord.adapters.web.server import WebServer, make_app

GOOD = Check("ticks", True, "0.1 s late", "at most 5 s late")
DEAF = Check("canary", False, "45 s old", "at most 30 s")


class Ward:
    """A daemon whose health the test sets."""

    def __init__(self) -> None:
        self.live_checks: Sequence[Check] = [GOOD]
        self.ready_checks: Sequence[Check] = [GOOD]

    def live(self) -> Sequence[Check]:
        return self.live_checks

    def ready(self) -> Sequence[Check]:
        return self.ready_checks


@asynccontextmanager
async def served(ward: Ward) -> AsyncIterator[httpx.AsyncClient]:
    server = WebServer(make_app(Metrics().render, ward), "127.0.0.1", 0)
    task = asyncio.create_task(server.serve())
    try:
        async with httpx.AsyncClient(base_url=server.address, trust_env=False) as client:
            yield client
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_metrics_are_served_in_the_text_that_was_asked_for() -> None:
    """Prometheus text without an Accept header, OpenMetrics with one."""
    async with served(Ward()) as client:
        plain = await client.get("/metrics")
        assert plain.status_code == 200
        assert plain.headers["content-type"].startswith("text/plain; version=")
        assert "monitord_ticks_total 0.0" in plain.text
        accept = {"accept": "application/openmetrics-text; version=1.0.0"}
        opened = await client.get("/metrics", headers=accept)
        assert opened.headers["content-type"].startswith("application/openmetrics-text")
        assert opened.text.endswith("# EOF\n")


async def test_a_healthy_daemon_is_live_and_ready() -> None:
    """Both checks answer 200 and say what they looked at."""
    async with served(Ward()) as client:
        for path in ("/health/live", "/health/ready"):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert answer.json()["status"] == "ok"
            assert answer.headers["cache-control"] == "no-store"


async def test_a_deaf_daemon_is_live_but_not_ready() -> None:
    """Each failing check is named with what was found and expected."""
    ward = Ward()
    ward.ready_checks = [GOOD, DEAF]
    async with served(ward) as client:
        assert (await client.get("/health/live")).status_code == 200
        answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["status"] == "failing"
    assert [c for c in answer.json()["checks"] if not c["ok"]] == [
        {"check": "canary", "ok": False, "found": "45 s old", "expected": "at most 30 s"}
    ]


async def test_late_ticks_make_it_not_live() -> None:
    """A stuck daemon says so, so that it is started again."""
    ward = Ward()
    ward.live_checks = [Check("ticks", False, "9 s late", "at most 5 s late")]
    async with served(ward) as client:
        assert (await client.get("/health/live")).status_code == 503


async def test_other_paths_are_not_found() -> None:
    """There is nothing else to see."""
    async with served(Ward()) as client:
        assert (await client.get("/")).status_code == 404


async def test_the_server_leaves_signals_to_the_daemon() -> None:
    """While serving, the handlers are those from before."""
    before = signal.getsignal(signal.SIGTERM)
    async with served(Ward()) as client:
        await client.get("/health/live")
        assert signal.getsignal(signal.SIGTERM) is before


async def test_the_address_is_free_again_after_serving() -> None:
    """A cancelled server gives its port back."""
    async with served(Ward()) as client:
        await client.get("/health/live")
        port = client.base_url.port
    assert port is not None
    again = WebServer(make_app(Metrics().render, Ward()), "127.0.0.1", port)
    assert again.address == f"http://127.0.0.1:{port}"
    task = asyncio.create_task(again.serve())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_an_address_of_another_machine_is_refused_by_name() -> None:
    """The answer names the settings to change."""
    with pytest.raises(OSError, match=r"http\.host 192\.0\.2\.1 with http\.port 80 cannot be used"):
        WebServer(make_app(Metrics().render, Ward()), "192.0.2.1", 80)
