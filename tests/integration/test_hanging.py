"""A pager that hangs for some alerts: another patient's call does not wait behind them."""

import signal
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from tests.integration.daemon import PACK, Daemon, desk, reading, until
from tests.integration.mosquitto import Mosquitto
from tests.integration.scripted import Does, Scripted
from tests.integration.timeline import A_TICK

pytestmark = pytest.mark.network

# As many as have a place beside the one that is kept for high priority.
HANGING: Final = 3
CHAIN: Final = """\
[channels.pager]
kind = "webhook"
address = "{address}/pager"
detail = "full"
expires_after = "5min"

[[chain]]
name = "all"
priorities = ["high", "medium", "low"]
pause = "1h"

[[chain.step]]
who = "nurse on call"
channel = "pager"
after = "0s"
"""


@pytest.fixture
async def receiver() -> AsyncIterator[Scripted]:
    """Give a receiver that never answers the first calls, and takes all others."""
    made = Scripted(pager=[Does.HANGS] * HANGING + [Does.TAKES])
    yield made
    await made.close()


async def test_a_call_of_high_priority_does_not_wait_behind_those_that_hang(
    mosquitto: Mosquitto, receiver: Scripted, tmp_path: Path
) -> None:
    """Three hang for 10 s each; the fourth is sent within a tick, and the three are told later."""
    chains = tmp_path / "escalation.toml"
    chains.write_text(CHAIN.format(address=await receiver.start()))
    kept = f'file = "{chains}"\noutbox = "{tmp_path / "outbox" / "outbox.sqlite3"}"\n'
    daemon = Daemon(tmp_path, mosquitto.port, escalation=kept)
    (tmp_path / "rules" / "trial.toml").write_text(PACK.replace('hold = "20s"\n', ""))
    try:
        await daemon.start()
        async with desk(mosquitto.port) as nurse:
            for number in range(HANGING):
                fever = reading("temperature", 39.5, "Cel")
                await nurse.send(f"p{number}", "observation", fever)
            await until(lambda: len(receiver.came["pager"]) == HANGING)
            await nurse.send("p9", "observation", reading("heart_rate", 150, "/min"))
            await until(lambda: len(receiver.came["pager"]) > 2 * HANGING)
            await daemon.told("notification.told", HANGING + 1)
        await daemon.stop()
    finally:
        await daemon.stop(signal.SIGKILL)

    told = daemon.decided()
    [raised] = [one for one in told if one.get("rule") == "fast-heart" and one["to"] == "ACTIVE"]
    sent = [one for one in told if one["kind"] == "notification" and one["state"] == "sent"]
    assert raised["alert"] == sent[0]["alert"]
    took = datetime.fromisoformat(sent[0]["time"]) - datetime.fromisoformat(raised["time"])
    # A tick to be decided in, and one for a slow machine: those that hang take ten.
    assert took.total_seconds() < 2 * A_TICK
    assert [1, 2, 2, 2] == [one["attempt"] for one in sent]
    assert len(set(receiver.ids("pager"))) == HANGING + 1
