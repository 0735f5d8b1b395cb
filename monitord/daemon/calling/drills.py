"""Drills that are asked for: when each begins and ends, and the calls of both.

What runs is kept with the calls themselves, so that a drill is also ended after a restart.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from monitord.alerts.drills import drill_id
from monitord.alerts.escalation import Escalation
from monitord.domain.notifications import Notification
from monitord.domain.time import MINUTE, NEVER, Millis

# The house's own number: by then a call has arrived, or the drill has shown that it does not.
LONGEST_MS: Final = 15 * MINUTE


class Drill(NamedTuple):
    """One drill; at `ends_at` every channel is told that it is over."""

    drill: str
    ward: str
    began_at: Millis
    ends_at: Millis


class NoDrill(ValueError):
    """A drill cannot begin; `reason` names why, the text says what was found and expected."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)


class Drills:
    """The drills that run; `on_news` is called when there are calls to be made."""

    def __init__(self, escalation: Escalation, now: Callable[[], Millis]) -> None:
        self.on_news: Callable[[], None] = lambda: None
        self._escalation = escalation
        self._now = now
        self._running: dict[str, Drill] = {}
        self._made: list[Notification] = []

    def begin(self, ward: str) -> Drill:
        """Call over every step of every chain of a ward; at most one drill a ward at a time.

        Raises `NoDrill`.
        """
        now = self._now()
        if any(one.ward == ward for one in self._running.values()):
            raise NoDrill("drill_is_running", f"found a drill of ward {ward}, expected none now")
        calls = self._escalation.drill(ward, now)
        if not calls:
            raise NoDrill("no_such_ward", f"found no chain that covers ward {ward}, expected one")
        ends_at = min(max(one.expires_at for one in calls), now + LONGEST_MS)
        begun = Drill(drill_id(ward, now), ward, now, ends_at)
        self._running[begun.drill] = begun
        self._made += calls
        self.on_news()
        return begun

    def running(self, drill: str) -> Drill | None:
        """Return a drill that runs; None for one that is over, or never was."""
        return self._running.get(drill)

    def decide(self, now: Millis) -> list[Notification] | None:
        """Return the calls to be made by now; None when there are none."""
        made, self._made = self._made, []
        for one in [one for one in self._running.values() if one.ends_at <= now]:
            del self._running[one.drill]
            made += self._escalation.drill_over(one.ward, one.began_at, now)
        return made or None

    def next_deadline(self) -> Millis:
        """Return when the next drill ends, or NEVER."""
        return min((one.ends_at for one in self._running.values()), default=NEVER)

    def snapshot(self) -> Sequence[Sequence[object]]:
        """Return what runs, as plain JSON data."""
        return [list(one) for one in self._running.values()]

    def restore(self, progress: Mapping[str, Any], key: str) -> None:
        """Go on from what an earlier run left."""
        self._running = {one[0]: Drill(*one) for one in progress.get(key, [])}
