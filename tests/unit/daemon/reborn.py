"""Journals as runs of the daemon leave them, and wards that are rebuilt from them."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from monitord.adapters.clock import ScaledClock
from monitord.adapters.journal import Journal
from monitord.adapters.service_manager import ServiceManager
from monitord.daemon.configuration.settings import Settings
from monitord.daemon.records.journaling import open_journal
from monitord.daemon.recovery.recovered import Recovered
from monitord.daemon.recovery.recovering import Recovering
from monitord.daemon.recovery.recovery import recover
from monitord.domain.decisions import Decision
from monitord.domain.events import Arrival
from monitord.domain.time import HOUR, MINUTE, SECOND, Millis
from monitord.rules.book import RuleBook
from tests.unit.engine.making import BOOK, START, saw

Tick = tuple[Millis, Sequence[Arrival]]


class Run:
    """One run of a daemon on a folder of journals, from its start to a sudden end."""

    def __init__(self, folder: Path, now: Millis = START, book: RuleBook = BOOK, **journal: str):
        told = {"journal": {"directory": str(folder), "fsync": "never"} | journal}
        settings = Settings.model_validate({**told, "limits": {"beds": 6}})
        self.clock = ScaledClock(1, now)
        recovering = Recovering(ServiceManager(""))
        self.recovered: Recovered = asyncio.run(recover(settings, book, self.clock, recovering))
        self.opened = ExitStack()
        started = self.clock.now() if self.recovered.ticks else now
        opened = open_journal(settings, self.recovered, started, self.opened)
        assert opened is not None
        self.journal: Journal = opened

    def live(self, ticks: Sequence[Tick]) -> list[Decision]:
        """Journal and step ticks; return what was decided."""
        made: list[Decision] = []
        for now, inbox in ticks:
            self.journal.append(now, inbox)
            made += self.recovered.heart.step(inbox, now)
        return made

    def end(self) -> Path:
        """Leave only the file; return it."""
        self.opened.close()
        return self.journal.path


def feverish(count: int, begin: Millis = START) -> list[Tick]:
    """Let a patient's temperature come each minute, too high from the third one on."""
    times = [begin + minute * MINUTE for minute in range(count)]
    return [
        (at + SECOND, [saw("temperature", "38.9" if place > 1 else "36.9", at)])
        for place, at in enumerate(times)
    ]


LATER = START + HOUR
