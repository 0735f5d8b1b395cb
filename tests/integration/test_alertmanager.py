"""A real Alertmanager starts, keeps, silences and ends our alerts, and tells its receiver so."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from monitord.adapters.sinks.alertmanager import Alertmanager
from monitord.adapters.sinks.http import Http, make_client
from monitord.adapters.sinks.text import Detail
from monitord.domain.notifications import DeliveryState, Notification, Outcome, Purpose
from monitord.domain.time import SECOND
from tests.contracts.sinks.receiver import Receiver
from tests.integration.alertmanager import FOUND, AlertmanagerServer
from tests.notifications import call

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(
        FOUND is None,
        reason="Alertmanager is not installed (apt-get install prometheus-alertmanager)",
    ),
]


def now() -> int:
    return time.time_ns() // 1_000_000


def ringing(**changes: Any) -> Notification:
    return call(raised_at=now() - SECOND, **changes)


class Stand:
    """The sink, the server, and what the server's receiver was told."""

    def __init__(self, server: AlertmanagerServer, receiver: Receiver) -> None:
        self.server = server
        self.receiver = receiver
        self._client = make_client()
        self.sink = self.restarted()

    def restarted(self, refresh_every_ms: int = 10_000) -> Alertmanager:
        http = Http(self._client, now)
        return Alertmanager(http, now, self.server.address, Detail.VITAL, refresh_every_ms)

    async def alerts(self) -> list[dict[str, Any]]:
        return await asyncio.to_thread(self.server.alerts)

    async def state(self) -> list[tuple[str, str]]:
        """Return the round and the state of each alert that stands."""
        return [(a["labels"]["round"], a["status"]["state"]) for a in await self.alerts()]

    async def until(self, holds: Callable[[list[dict[str, Any]]], bool]) -> None:
        """Wait until what stands is as it should be; Alertmanager works in steps of a second."""
        for _ in range(300):
            if holds(await self.alerts()):
                return
            await asyncio.sleep(0.05)
        pytest.fail(f"after 15 s: {await self.state()}")

    async def told(self, status: str, count: int = 1) -> None:
        """Wait until the receiver has been told so often that something rings, or is over."""
        for _ in range(300):
            if count <= sum(one.body["status"] == status for one in self.receiver.received):
                return
            await asyncio.sleep(0.05)
        pytest.fail(f"after 15 s: {[one.body['status'] for one in self.receiver.received]}")

    async def close(self) -> None:
        await self._client.aclose()


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    receiver = Receiver()
    await receiver.ready()
    server = await asyncio.to_thread(AlertmanagerServer, tmp_path, f"{receiver.address}/pager")
    stand = Stand(server, receiver)
    yield stand
    await stand.close()
    server.stop()
    await receiver.close()


def sent(came: Outcome) -> bool:
    assert DeliveryState.SENT is came.state, came
    return True


async def test_an_alert_starts_and_ends(stand: Stand) -> None:
    """It rings with ward, bed and no patient, and the receiver hears when it is over."""
    assert sent(await stand.sink.send(ringing()))
    await stand.told("firing")
    [alert] = await stand.alerts()
    assert ("crs-grade-3", "tower-3", "critical", "no") == tuple(
        alert["labels"][name] for name in ("alertname", "ward", "severity", "drill")
    )
    assert "CRS grade 3 or higher: ward tower-3, bed 7" == alert["annotations"]["summary"]
    assert call().patient not in str(alert)
    assert sent(await stand.sink.send(ringing(purpose=Purpose.RESOLVE)))
    await stand.until(lambda alerts: alerts == [])
    await stand.told("resolved")


async def test_an_answered_alert_is_silenced_and_a_new_round_rings_again(stand: Stand) -> None:
    """An answer holds back the repeats of its own round and of no other."""
    await stand.sink.send(ringing())
    await stand.told("firing")
    assert sent(await stand.sink.send(ringing(purpose=Purpose.ACKNOWLEDGE)))
    await stand.until(lambda alerts: [a["status"]["state"] for a in alerts] == ["suppressed"])
    assert sent(await stand.sink.send(ringing(round=2)))
    await stand.until(lambda alerts: [a["labels"]["round"] for a in alerts] == ["2"])
    await stand.told("firing", 2)
    assert [("2", "active")] == await stand.state()


async def test_what_is_not_said_again_ends_by_itself(stand: Stand) -> None:
    """A dead monitord leaves nothing ringing; a living one keeps it with a refresh."""
    sink = stand.restarted(refresh_every_ms=500)
    standing = ringing(alert="kept")
    await sink.send(ringing(alert="lost"))
    await sink.send(standing)
    for _ in range(8):
        assert sent(await sink.refresh([standing]))
        await asyncio.sleep(0.5)
    assert ["kept"] == [one["labels"]["alert"] for one in await stand.alerts()]
    await stand.until(lambda alerts: alerts == [])


async def test_after_a_restart_an_answered_alert_stays_silenced(stand: Stand) -> None:
    """A new daemon that refreshes what stands knows the answer again, and its end ends it."""
    answer = ringing(purpose=Purpose.ACKNOWLEDGE)
    restarted = stand.restarted()
    assert sent(await restarted.refresh([answer]))
    assert sent(await restarted.refresh([answer]))
    assert 1 == len(await asyncio.to_thread(stand.server.silences))
    await stand.until(lambda alerts: [a["status"]["state"] for a in alerts] == ["suppressed"])
    await restarted.send(ringing(purpose=Purpose.RESOLVE))
    await stand.until(lambda alerts: alerts == [])


async def test_a_patient_who_moves_does_not_ring_twice(stand: Stand) -> None:
    """The alert rings in the new ward, and in the old one it is over."""
    await stand.sink.send(ringing())
    assert sent(await stand.sink.send(ringing(ward="tower-4", step=1)))
    await stand.until(lambda alerts: [a["labels"]["ward"] for a in alerts] == ["tower-4"])


async def test_a_drill_is_marked_where_routes_can_see_it(stand: Stand) -> None:
    """A drill has labels of its own and words that begin with DRILL."""
    await stand.sink.send(ringing(is_drill=True))
    [alert] = await stand.alerts()
    assert ("yes", "none") == (alert["labels"]["drill"], alert["labels"]["severity"])
    assert alert["annotations"]["summary"].startswith("DRILL: ")
    assert alert["annotations"]["description"].startswith("DRILL: ")
