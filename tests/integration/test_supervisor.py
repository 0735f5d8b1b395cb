"""What is decided before a part of the daemon fails still reaches those who must know."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from monitord.adapters.metrics import Metrics
from monitord.daemon.assembly import assemble, clock_of
from monitord.daemon.configuration.packs import load_rules
from monitord.daemon.configuration.settings import Settings
from monitord.daemon.ground import Ground
from monitord.daemon.recovery.recovered import Recovered
from monitord.daemon.supervisor import Parts, supervise
from monitord.daemon.ticking.heart import Heart
from monitord.domain.decisions import AlertChange, Decision
from monitord.domain.events import Arrival
from monitord.domain.time import Millis
from tests.integration.daemon import PACK, ROOT, desk, reading, until
from tests.integration.mosquitto import Mosquitto

pytestmark = pytest.mark.network

MANY = 300  # several batches, so that most still wait when the tick fails


async def test_alerts_that_wait_when_a_task_fails_are_still_delivered(
    mosquitto: Mosquitto, tmp_path: Path
):
    """The tick that decides them fails in the same breath; the nurse hears every one of them."""
    (tmp_path / "trial.toml").write_text(PACK)
    settings = Settings.model_validate(
        {
            "mqtt": {"port": mosquitto.port, "root": ROOT},
            "http": {"enabled": False},
            "journal": {"directory": ""},
            "audit": {"directory": ""},
        }
    )
    heart = Heart.beating(settings, load_rules(tmp_path, None))

    def step(inbox: Sequence[Arrival], now: Millis) -> Sequence[Decision]:
        for change in heart.step(inbox, now):
            if isinstance(change, AlertChange):
                parts.delivery.take([change._replace(alert=f"a{n}") for n in range(MANY)])
        raise OSError("the journal's disk is full")

    with ExitStack() as opened:
        metrics = Metrics()
        clock = clock_of(settings, metrics)
        recovered = Recovered(replace(heart, step=step))
        ground = Ground(settings, recovered, clock, metrics, opened)
        parts: Parts = await assemble(ground, {})
        running = asyncio.create_task(supervise(parts))
        async with desk(mosquitto.port) as nurse:
            await until(lambda: nurse.status() == "online")
            await nurse.send("p1", "observation", reading("temperature", 39.5, "Cel"))
            code = await running
            await until(lambda: nurse.status() == "offline")

    assert code == 1
    # Those under way when the end came are published again.
    assert {f"a{n}" for n in range(MANY)} == {alert["alert"] for alert in nurse.alerts()}
