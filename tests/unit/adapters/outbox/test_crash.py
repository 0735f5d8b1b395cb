"""A daemon killed at any moment loses no notification and gives none a second id."""

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Final

from monitord.adapters.outbox import Outbox
from monitord.domain.notifications import DeliveryState
from tests.notifications import NINE, call
from tests.unit.adapters.outbox.taking import STEPS

KILLS: Final = int(os.environ.get("MONITORD_KILLS", "8"))
# Between a daemon that has only just begun to write and one in the middle of its work.
_MOST_LINES: Final = 40


def _killed_at(taken: Path, lines: int, more: random.Random, *arguments: Path) -> None:
    """Run until some lines were written, and a random moment longer, then kill."""
    daemon = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.adapters.outbox.taking", *map(str, arguments)]
    )
    try:
        while not taken.exists() or taken.read_bytes().count(b"\n") < lines:
            assert daemon.poll() is None, "the daemon ended by itself"
        # A number of idle turns, so that the kill falls anywhere between taking and recording.
        for _ in range(more.randrange(200_000)):
            pass
    finally:
        daemon.kill()
        daemon.wait()


async def test_a_daemon_killed_at_random_moments_loses_nothing(tmp_path: Path) -> None:
    """All that was taken is there once, and what is not recorded as sent is still due."""
    chance = random.Random(4)
    path, taken, sent = (tmp_path / name for name in ("outbox.sqlite", "taken", "sent"))
    for _ in range(KILLS):
        before = taken.read_bytes().count(b"\n") if taken.exists() else 0
        _killed_at(taken, before + chance.randrange(1, _MOST_LINES), chance, path, taken, sent)
    told = {int(line) for line in taken.read_text().split()}
    handed_over = sent.read_text().split()
    async with await Outbox.open(path) as outbox:
        reached = (await outbox.load_progress())["n"]
        records = [one for n in range(reached + 1) for one in await outbox.history(f"a{n}")]
        still_due = {
            one.notification.id for one in await outbox.due("pager", NINE + reached, 10**6)
        }
    # Every take that returned is there, and at most one that was killed before it could say so.
    assert told <= set(range(reached + 1))
    assert [
        call(alert=f"a{n}", step=step).id for n in range(reached + 1) for step in range(STEPS)
    ] == [one.notification.id for one in records]
    recorded = {one.notification.id for one in records if one.state is DeliveryState.SENT}
    assert recorded <= set(handed_over)
    assert {one.notification.id for one in records} - recorded == still_due
    # Killed between sending and recording, it is sent again: at most once for each kill.
    assert len(handed_over) - len(set(handed_over)) <= KILLS
