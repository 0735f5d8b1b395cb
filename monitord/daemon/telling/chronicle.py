"""The story of each alert, for those who ask over HTTP: how it changed, and who answered.

In memory and bounded. What is older, and who answered before a restart, is in the audit.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from monitord.daemon.recovery.remembered import Remembered
from monitord.daemon.ticking.outcomes import Answered
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Announcement
from monitord.domain.events import Command
from monitord.domain.time import Millis

# The house's own numbers: a night's story of one alert, and the alerts of some days.
TRANSITIONS_KEPT: Final = 64
ANSWERS_KEPT: Final = 64
ENDED_KEPT: Final = 4096


class Given(NamedTuple):
    """An answer and what came of it, at the tick that took it in."""

    time: Millis
    command: Command
    outcome: str


@dataclass(slots=True)
class Story:
    """One alert that was raised; the last of `transitions` is how it stands."""

    transitions: deque[AlertChange] = field(default_factory=lambda: deque(maxlen=TRANSITIONS_KEPT))
    answers: deque[Given] = field(default_factory=lambda: deque(maxlen=ANSWERS_KEPT))

    @property
    def last(self) -> AlertChange:
        """The alert as it stands, or as it ended."""
        return self.transitions[-1]


class Chronicle:
    """All alerts that are open, and those that ended lately; an open one is never forgotten."""

    def __init__(self) -> None:
        self._stories: dict[str, Story] = {}
        self._ended: dict[str, None] = {}

    def go_on_from(self, remembered: Remembered) -> None:
        """Take in what the decisions of earlier runs left."""
        self.take(remembered.recent)
        self.take(remembered.standing.values())

    def take(self, decisions: Iterable[Announcement]) -> None:
        """Take in changes of alerts; one that was never raised has no story."""
        for change in decisions:
            if isinstance(change, AlertChange):
                self._take(change)

    def answered(self, answered: Answered, now: Millis) -> None:
        """Take in an answer with what came of it."""
        command, change, refusal = answered
        alert = change.alert if change else command.alert
        story = self._stories.get(alert or "")
        if story is not None:
            outcome = change.reason if change else refusal.reason if refusal else "repeated"
            story.answers.append(Given(now, command, outcome))

    def story(self, alert: str) -> Story | None:
        """Return the story of an alert, or None where nobody remembers it."""
        return self._stories.get(alert)

    def open(self) -> Sequence[AlertChange]:
        """Return the alerts that are open, as they stand, the first that was raised first."""
        return [one.last for alert, one in self._stories.items() if alert not in self._ended]

    def _take(self, change: AlertChange) -> None:
        story = self._stories.get(change.alert)
        if story is None:
            if change.to_phase in (Phase.PENDING, Phase.QUIET):
                return
            story = self._stories[change.alert] = Story()
        if story.transitions and story.last == change:
            return
        story.transitions.append(change)
        self._ended.pop(change.alert, None)
        if change.to_phase in (Phase.PENDING, Phase.QUIET):
            self._ended[change.alert] = None
        if len(self._ended) > ENDED_KEPT:
            oldest = next(iter(self._ended))
            del self._ended[oldest], self._stories[oldest]
