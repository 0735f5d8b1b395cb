"""What a ward that was rebuilt leaves for those who tell people: alerts, and what was heard."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from monitord.alerts.kpi import Follower
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Decision
from monitord.domain.events import Arrival, Observation
from monitord.domain.time import Millis

# Changes of alerts that may not have been escalated yet: many more than the last ticks decided.
RECENT_KEPT: Final = 10_000


@dataclass(slots=True)
class Remembered:
    """What the decisions of the past leave for those who tell people.

    `standing` has the last change of each alert that is not quiet, `over` the ids of those that
    ended, `recent` the last changes in order, `heard` when each signal was last received, and
    `follower` who is here and which alerts were raised, for the key figures.
    """

    standing: dict[str, AlertChange] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    recent: deque[AlertChange] = field(default_factory=lambda: deque(maxlen=RECENT_KEPT))
    heard: dict[int, Millis] = field(default_factory=dict)
    follower: Follower = field(default_factory=Follower)

    def take(self, decisions: Sequence[Decision]) -> None:
        """Take in one tick's decisions."""
        for one in decisions:
            self.follower.take(one)
            if not isinstance(one, AlertChange):
                continue
            self.recent.append(one)
            if one.to_phase is Phase.QUIET:
                self.standing.pop(one.alert, None)
                self.over.add(one.alert)
            else:
                self.standing[one.alert] = one
                self.over.discard(one.alert)

    def hear(self, inbox: Sequence[Arrival]) -> None:
        """Take in what one tick took in."""
        for one in inbox:
            if isinstance(one, Observation):
                self.heard[one.signal] = one.received
