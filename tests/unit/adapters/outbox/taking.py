"""A daemon that takes and sends as fast as it can, to be killed at any moment.

Run as `python -m tests.unit.adapters.outbox.taking OUTBOX TAKEN SENT`: it appends a line to TAKEN
after each take has returned, and the id to SENT when a channel would have got it, before recording.
"""

import asyncio
import os
import sys
from pathlib import Path

from monitord.adapters.outbox import Outbox
from monitord.domain.notifications import DeliveryState, Outcome
from monitord.domain.time import MINUTE
from tests.notifications import NINE, call

STEPS = 3


async def main(path: Path, taken: Path, sent: Path) -> None:
    told, got = (os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND) for file in (taken, sent))
    async with await Outbox.open(path) as outbox:
        n = (await outbox.load_progress()).get("n", -1)
        while True:
            n += 1
            now = NINE + n
            batch = [
                call(alert=f"a{n}", step=step, expires_at=now + 10 * MINUTE)
                for step in range(STEPS)
            ]
            await outbox.take(batch, {"n": n}, now)
            os.write(told, b"%d\n" % n)
            for due in await outbox.due("pager", now):
                os.write(got, due.notification.id.encode() + b"\n")
                await outbox.record(due.notification.id, Outcome(DeliveryState.SENT), now)


if __name__ == "__main__":
    asyncio.run(main(*map(Path, sys.argv[1:])))
