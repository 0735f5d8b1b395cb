"""What the daemon did and when, read from its audit, as a story that a test can be held to.

Instants are the daemon's own, in seconds since an alert was raised: when it decided and queued. How
slowly the machine or the other side went changes none of them but by a tick.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

# A deadline is met by a tick of a second, or by a task that was busy for as long.
A_TICK: Final = 1.0

_WORDS: Final = {
    "alert.raised": "raised {rule}",
    "answer.accepted": "{outcome} {rule}",
    "alert.ended": "ended {rule}",
    "notification.queued": "{purpose} {channel}",
    "notification.delayed": "{channel} not yet",
    "notification.failed": "{channel} failed",
    "notification.expired": "{channel} expired",
}


@dataclass(frozen=True)
class Happened:
    """One thing, `second` seconds after the beginning; `of` is what the audit tells of it."""

    second: float
    what: str
    of: dict[str, Any]


class Timeline:
    """All that was decided, queued and lost for the alerts of one rule, since it was raised."""

    def __init__(self, folder: Path, rule: str) -> None:
        files = sorted((folder / "audit").glob("audit-*.jsonl"))
        told = [json.loads(line) for path in files for line in path.read_bytes().splitlines()]
        ours = [
            one
            for one in told
            if one["what"] in _WORDS and rule in {one["fields"]["rule"], one["fields"].get("of")}
        ]
        begin = next(_instant(one) for one in ours if one["what"] == "alert.raised")
        self.all = [Happened(_instant(one) - begin, _said(one), one["fields"]) for one in ours]

    def between(self, since: float, until: float, *, exactly: list[str]) -> None:
        """Between two seconds exactly this happened, in any order."""
        found = [one.what for one in self.all if since <= one.second < until]
        assert sorted(exactly) == sorted(found), f"between {since} and {until} s of:\n{self}"

    def at(self, second: float, *exactly: str) -> float:
        """From this second on, for a tick, exactly this; return the last instant of it."""
        self.between(second, second + A_TICK, exactly=list(exactly))
        return max(one.second for one in self.all if second <= one.second < second + A_TICK)

    def second_of(self, what: str) -> float:
        """Return when something happened, which it must have done exactly once."""
        found = [one.second for one in self.all if one.what == what]
        assert len(found) == 1, f"{what!r} {len(found)} times in:\n{self}"
        return found[0]

    def ids(self, channel: str, purpose: str) -> set[str]:
        """Return the ids of what was queued, tried and lost over a channel for a purpose."""
        told = [one.of for one in self.all if one.of.get("channel") == channel]
        return {one["notification"] for one in told if one["purpose"] == purpose}

    def __str__(self) -> str:
        return "\n".join(f"{one.second:8.3f} {one.what}" for one in self.all)


def _instant(record: dict[str, Any]) -> float:
    return datetime.fromisoformat(record["time"]).timestamp()


def _said(record: dict[str, Any]) -> str:
    return _WORDS[record["what"]].format(**record["fields"])
