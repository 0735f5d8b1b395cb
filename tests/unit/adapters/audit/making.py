"""An audit on a real disk, written by the real thread, for the tests beside this file."""

import json
import threading
from pathlib import Path
from typing import Any

from monitord.adapters.audit import Audit, News, NewsKind
from monitord.domain.time import MINUTE, parse_time

START = parse_time("2026-01-08T09:00:00Z")
LONG_S = 60.0  # far more than any machine needs: nothing waits for so long


class Heard:
    """Keeps what the audit tells of itself, and lets a test wait for it."""

    def __init__(self) -> None:
        self.news: list[News] = []
        self._changed = threading.Condition()

    def __call__(self, news: News) -> None:
        """Take one thing in."""
        with self._changed:
            self.news.append(news)
            self._changed.notify_all()

    def wait_for(self, kind: NewsKind) -> News:
        """Return the first news of a kind, once it was told."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._first(kind) is not None, LONG_S)
        found = self._first(kind)
        assert found is not None
        return found

    def kinds(self) -> list[NewsKind]:
        """Return the kinds of all that was told, in order."""
        return [one.kind for one in self.news]

    def _first(self, kind: NewsKind) -> News | None:
        return next((one for one in self.news if one.kind is kind), None)


def written(directory: Path, count: int, first: int = 0, **options: Any) -> Heard:
    """Record some things, a minute apart, in a run of their own."""
    heard = Heard()
    audit = Audit(directory, heard, **options)
    for number in range(first, first + count):
        audit.record("thing.happened", START + number * MINUTE, number=number)
    assert 0 == audit.close(LONG_S)
    return heard


def lines_of(directory: Path) -> list[bytes]:
    """Return all lines of all files, in their order."""
    files = sorted(directory.glob("audit-*.jsonl"))
    return [line for path in files for line in path.read_bytes().splitlines(keepends=True)]


def told_in(directory: Path) -> list[tuple[str, Any]]:
    """Return what was recorded and its number, without the files' own first records."""
    records = [json.loads(line) for line in lines_of(directory)]
    return [
        (one["what"], one["fields"].get("number", one["fields"].get("count")))
        for one in records
        if one["what"] != "chain.begun"
    ]
