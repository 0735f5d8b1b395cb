"""What a start goes on with: the ward as the past leaves it, and what of the past is missing."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from monitord.adapters.journal import JournalProblem
from monitord.adapters.web.health import Check
from monitord.daemon.recovery.broken import Broken, LeftOut
from monitord.daemon.recovery.remembered import Remembered
from monitord.daemon.ticking.heart import Heart
from monitord.domain.time import Millis, format_time

_TOLD_LOST: Final = 20  # damaged lines that are logged one by one
_NOTHING: Final = "nothing was lost"

log = structlog.get_logger("monitord.recovery")


@dataclass(slots=True)
class Recovered:
    """A ward to go on with; `header` is what its journal says of where it came from.

    `broken` is what was left out of the past, and `left_out` are the events of ticks that are left
    out for the first time, to be told in the first tick.
    """

    heart: Heart
    remembered: Remembered = field(default_factory=Remembered)
    header: dict[str, object] = field(default_factory=dict)
    broken: Broken = field(default_factory=Broken)
    left_out: list[LeftOut] = field(default_factory=list)
    ticks: int = 0
    events: int = 0
    lost_files: int = 0
    lost_ticks: int = 0
    has_failed: bool = False
    took_s: float = 0

    def lose(self, path: Path, problem: Exception) -> None:
        """Count and log a tick, or a whole file, that could not be read."""
        if isinstance(problem, JournalProblem) and problem.line != 1:
            self.lost_ticks += 1
        else:
            self.lost_files += 1
        if self.lost_ticks + self.lost_files <= _TOLD_LOST:
            log.error("recovery.lost", path=str(path), reason=str(problem))

    def sentence(self, until: Millis) -> str:
        """Say for the notice what is known again, and what is not."""
        told = f"{self.events} events of {self.ticks} ticks"
        told += f" until {format_time(until)}" if self.ticks else ""
        return "; ".join([told, *self._losses()])

    def check(self) -> Check:
        """Tell what is missing of the past; that does not make us one not to rely on now."""
        lost = ["everything"] if self.has_failed else self._losses()
        return Check("recovery", True, "; ".join(lost) or _NOTHING, _NOTHING)

    def _losses(self) -> list[str]:
        told = []
        if self.lost_files:
            told.append(f"{self.lost_files} journals could not be read")
        if self.lost_ticks:
            told.append(f"{self.lost_ticks} ticks could not be read")
        return told + self.broken.sentences()
