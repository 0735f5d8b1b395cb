"""While the past is read back the daemon answers for itself, and nobody need end it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from monitord.adapters.clock import ScaledClock
from monitord.adapters.journal import Journal
from monitord.adapters.metrics import Metrics
from monitord.adapters.service_manager import ServiceManager
from monitord.daemon.configuration.settings import Settings
from monitord.daemon.recovery.lobby import lobby
from monitord.daemon.recovery.recovered import Recovered
from monitord.daemon.recovery.recovering import Recovering
from monitord.daemon.recovery.recovery import recover
from monitord.domain.time import DAY
from tests.unit.daemon.reborn import LATER, feverish
from tests.unit.engine.making import BOOK, START


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def told(folder: Path, port: int, *, enabled: bool = True, recover: str = "14d") -> Settings:
    journal = {"directory": str(folder), "fsync": "never", "recover": recover}
    return Settings.model_validate(
        {"journal": journal, "limits": {"beds": 6}, "http": {"port": port, "enabled": enabled}}
    )


@asynccontextmanager
async def waiting(settings: Settings, recovering: Recovering) -> AsyncIterator[httpx.AsyncClient]:
    address = f"http://127.0.0.1:{settings.http.port}"
    async with (
        lobby(settings, Metrics(), recovering),
        httpx.AsyncClient(base_url=address, trust_env=False) as client,
    ):
        yield client


async def test_who_recovers_is_live_and_not_ready_and_says_how_far_it_is(tmp_path: Path) -> None:
    """Metrics tell that nobody is watched, and calls of the API are asked to come again."""
    recovering = Recovering(ServiceManager(""))
    recovering.count(LATER, 12)
    async with waiting(told(tmp_path, free_port()), recovering) as client:
        live, ready = await client.get("/health/live"), await client.get("/health/ready")
        metrics = (await client.get("/metrics")).text
        call = await client.get("/v1/wards")
    sentence = "recovering: 12 events read, until 2026-01-01T01:00:00Z"
    assert [200, 503] == [live.status_code, ready.status_code]
    assert sentence == ready.json()["checks"][0]["found"]
    assert "monitord_recovering 1.0" in metrics
    assert (503, "recovering", "5") == (
        call.status_code,
        call.json()["reason"],
        call.headers["retry-after"],
    )


async def answered_while(recovering: Recovering, settings: Settings) -> tuple[Recovered, int]:
    """Recover, and count how often somebody is answered meanwhile."""
    async with waiting(settings, recovering) as client:
        clock = ScaledClock(1, START + DAY)
        recovery = asyncio.create_task(recover(settings, BOOK, clock, recovering))
        answered = 0
        while not recovery.done():
            answered += (await client.get("/health/live")).status_code == 200
    return recovery.result(), answered


async def test_answers_are_given_while_the_past_is_lived_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits until all is read."""
    with Journal.open(tmp_path, START, {}, fsync=False) as journal:
        for now, inbox in feverish(400):
            journal.append(now, inbox)
    monkeypatch.setattr("monitord.daemon.recovery.recovering._WORK_AT_MOST_S", 0.0)
    recovering = Recovering(ServiceManager(""))
    recovered, answered = await answered_while(recovering, told(tmp_path, free_port()))
    assert (400, 400) == (recovered.ticks, recovering.ticks)
    assert answered >= 2


@pytest.mark.parametrize("spoils", [False, True])
async def test_answers_are_given_while_nothing_of_the_past_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, spoils: bool
) -> None:
    """Lines that are too old for `journal.recover`, or that cannot be read, hold nobody up."""
    with Journal.open(tmp_path, START, {}, fsync=False) as journal:
        for now, inbox in feverish(400):
            journal.append(now, inbox)
    if spoils:
        path = journal.path
        path.write_bytes(path.read_bytes().replace(b'"crc":"', b'"crc":"x'))
    monkeypatch.setattr("monitord.daemon.recovery.recovering._WORK_AT_MOST_S", 0.0)
    settings = told(tmp_path, free_port(), recover="14d" if spoils else "1h")
    recovered, answered = await answered_while(Recovering(ServiceManager("")), settings)
    assert (0, 400 if spoils else 0) == (recovered.ticks, recovered.lost_ticks)
    assert answered >= 2


async def test_an_address_that_cannot_be_had_is_known_before_anything_is_read(
    tmp_path: Path,
) -> None:
    """So it is with every start."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = told(tmp_path, taken.getsockname()[1])
        with pytest.raises(OSError, match="cannot be used"):
            async with lobby(settings, Metrics(), Recovering(ServiceManager(""))):
                pass


async def test_where_nothing_is_served_nobody_answers(tmp_path: Path) -> None:
    """Without HTTP there is no lobby either."""
    settings = told(tmp_path, free_port())
    silent = settings.model_copy(
        update={"http": settings.http.model_copy(update={"enabled": False})}
    )
    async with lobby(silent, Metrics(), Recovering(ServiceManager(""))):
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", settings.http.port)
