"""The key figures of alerting, as facts: what was raised, answered, escalated, and for how long.

Decisions go in, in their order; each fact that a figure counts comes out once, when it is known.
The daemon's metrics and `monitord kpi` add up the same facts, so they cannot differ. What is
remembered is bounded by the patients who are here and the rules, whatever the time.
`docs/kpi.md` tells the definitions to their readers; `tests/reference/kpi.py` is the slow twin.
"""

from collections import Counter, deque
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from monitord.alerts.transitions import Reason
from monitord.domain.alerts import FEED, FEED_WARD, Phase, Priority
from monitord.domain.decisions import (
    AlertChange,
    Announcement,
    Assessment,
    Notice,
    NotificationChange,
)
from monitord.domain.notifications import Purpose
from monitord.domain.time import LONG_AGO, MINUTE, Millis

# More than 10 alarms in 10 minutes are a flood (EEMUA 191, for one operator). That the ward takes
# the operator's place is the house's own.
FLOOD_MORE_THAN: Final = 10
FLOOD_SPAN_MS: Final = 10 * MINUTE
# The ward of a patient whose ward no decision has told yet.
NOT_KNOWN: Final = ""

# A person took the alert, or ended it. A silence is no answer: nobody has the alert then. The
# house's own, as no source at hand defines the word for wards.
_ANSWERS: Final = frozenset(
    {
        Reason.ACKNOWLEDGED,
        Reason.ACKNOWLEDGED_AFTER_END,
        Reason.RESOLVED,
        Reason.RESOLVED_WHILE_UNKNOWN,
    }
)
_BEFORE: Final = frozenset({Phase.QUIET, Phase.PENDING})
_WARD: Final = "ward "
_AS_BEFORE: Final = "as before"


class About(NamedTuple):
    """The alert that a fact is of; `ward` is where it was raised, `raised_at` when."""

    rule: str
    priority: Priority
    ward: str
    raised_at: Millis


class Raised(NamedTuple):
    """An alert called for the first time."""

    about: About


class HeldBack(NamedTuple):
    """An alert was raised, and called nobody because a worse one was raised: it is not counted."""

    about: About


class Answered(NamedTuple):
    """A person acknowledged or resolved an alert for the first time, this long after it called."""

    about: About
    after_ms: Millis


class CameBack(NamedTuple):
    """An alert that had ended by itself was raised again under its name, the `times`-th time."""

    about: About
    times: int


class Called(NamedTuple):
    """The first call for an alert over a channel."""

    about: About


class Escalated(NamedTuple):
    """The first call for an alert beyond the first step of its chain."""

    about: About


class Flooded(NamedTuple):
    """More than `FLOOD_MORE_THAN` alerts within `FLOOD_SPAN_MS` in a ward, for the first time."""

    ward: str
    at: Millis


class Stayed(NamedTuple):
    """So many patients were in a ward from one instant to another."""

    ward: str
    patients: int
    since: Millis
    until: Millis


class BegunBefore(NamedTuple):
    """A patient is here whose admission was not told: their time before is not known."""

    at: Millis


Fact: TypeAlias = (
    Raised | HeldBack | Answered | CameBack | Called | Escalated | Flooded | Stayed | BegunBefore
)


@dataclass(slots=True)
class _Life:
    """What is known of one alert; `about` is None until it has called."""

    alert: str
    flaps: int
    about: About | None = None
    times_back: int = 0
    is_answered: bool = False
    is_called: bool = False
    is_escalated: bool = False


class Follower:
    """Turns decisions into facts; `now` is the latest instant that was told."""

    def __init__(self) -> None:
        """Begin with nobody here and nothing raised."""
        self.now: Millis = LONG_AGO
        self._ward_of: dict[str, str] = {}
        self._here: Counter[str] = Counter()
        self._lives: dict[str, dict[str, _Life]] = {}
        self._by_alert: dict[str, _Life] = {}
        self._raised: dict[str, deque[Millis]] = {}
        self._flooded: set[str] = set()

    def advance(self, now: Millis) -> list[Fact]:
        """Let time pass; a clock that was set back stands still here."""
        before, self.now = self.now, max(self.now, now)
        if before in {LONG_AGO, self.now}:
            return []
        return [Stayed(ward, n, before, self.now) for ward, n in self._here.items() if n]

    def take(self, decision: Announcement) -> list[Fact]:
        """Give the facts that one decision tells; refusals tell none.

        What became of a call is told as it comes, between two ticks, and lets no time pass.
        """
        if isinstance(decision, NotificationChange):
            return self._call(decision)
        told = self.advance(decision.time)
        match decision:
            case Notice():
                told += self._notice(decision)
            case AlertChange():
                told += self._change(decision)
            case Assessment():
                told += self._is_here(decision.patient)
        return told

    def _call(self, call: NotificationChange) -> list[Fact]:
        life = self._by_alert.get(call.alert)
        if life is None or life.about is None or call.purpose is not Purpose.TRIGGER:
            return []
        told: list[Fact] = []
        if not life.is_called:
            life.is_called = True
            told.append(Called(life.about))
        if call.step > 0 and not life.is_escalated:
            life.is_escalated = True
            told.append(Escalated(life.about))
        return told

    def _notice(self, notice: Notice) -> list[Fact]:
        patient, ward = notice.patient, notice.detail.removeprefix(_WARD)
        match notice.notice:
            case "patient_admitted":
                self._move(patient, ward)
            case "patient_transferred":
                told = self._is_here(patient)
                if ward != _AS_BEFORE:
                    self._move(patient, ward)
                return told
            case "patient_discharged":
                self._leave(patient)
        return []

    def _is_here(self, patient: str) -> list[Fact]:
        if patient in self._ward_of:
            return []
        self._move(patient, NOT_KNOWN)
        return [BegunBefore(self.now)]

    def _move(self, patient: str, ward: str) -> None:
        if patient in self._ward_of:
            self._here[self._ward_of[patient]] -= 1
        self._ward_of[patient] = ward
        self._here[ward] += 1
        self._here += Counter()  # wards that nobody is in are forgotten

    def _leave(self, patient: str) -> None:
        if patient not in self._ward_of:
            return
        self._here[self._ward_of.pop(patient)] -= 1
        self._here += Counter()
        for life in self._lives.pop(patient, {}).values():
            del self._by_alert[life.alert]

    def _change(self, change: AlertChange) -> list[Fact]:
        # The alerts of who leaves end after the notice of it; the feed is in no bed.
        is_here = change.reason != Reason.DISCHARGED and change.patient != FEED
        told = self._is_here(change.patient) if is_here else []
        life = self._life(change)
        if life is None:
            return told
        if change.to_phase is Phase.ACTIVE:
            told += self._active(life, change)
        if change.reason in _ANSWERS and life.about is not None and not life.is_answered:
            life.is_answered = True
            told.append(Answered(life.about, self.now - life.about.raised_at))
        return told

    def _life(self, change: AlertChange) -> _Life | None:
        """Find the alert, or begin with one that is raised now.

        One that was raised before anything was told is none of ours: when is not known.
        """
        lives = self._lives.get(change.patient, {})
        life = lives.get(change.rule)
        if life is not None and life.alert == change.alert:
            return life
        is_raised = change.to_phase is Phase.ACTIVE and change.from_phase in _BEFORE
        if not is_raised or change.flaps:
            return None
        if life is not None:
            del self._by_alert[life.alert]
        made = _Life(change.alert, change.flaps)
        self._lives.setdefault(change.patient, lives)[change.rule] = made
        self._by_alert[change.alert] = made
        return made

    def _active(self, life: _Life, change: AlertChange) -> list[Fact]:
        """Count an alert when it first calls, and later each time it comes back."""
        is_back, life.flaps = change.flaps > life.flaps, change.flaps
        if life.about is not None:
            life.times_back += is_back
            return [CameBack(life.about, life.times_back)] if is_back else []
        # From the notices, as a file of decisions tells no ward with an alert.
        ward = FEED_WARD if change.patient == FEED else self._ward_of.get(change.patient, NOT_KNOWN)
        about = About(change.rule, change.priority, ward, self.now)
        if change.inhibited_by is not None:
            return [HeldBack(about)] if change.from_phase in _BEFORE and not change.flaps else []
        if change.silenced_until is not None and change.silenced_until > self.now:
            return []
        life.about = about
        return [Raised(about), *self._flood(ward)]

    def _flood(self, ward: str) -> list[Fact]:
        """Say when a flood begins; it lasts while each alert is one too many of its 10 minutes."""
        now = self.now
        # The newest that can matter are kept, of wards that were not quiet for all of the span.
        for quiet in [w for w, at in self._raised.items() if at[-1] <= now - FLOOD_SPAN_MS]:
            del self._raised[quiet]
            self._flooded.discard(quiet)
        lately = self._raised.setdefault(ward, deque(maxlen=FLOOD_MORE_THAN + 1))
        lately.append(now)
        if len(lately) <= FLOOD_MORE_THAN or lately[0] <= now - FLOOD_SPAN_MS:
            self._flooded.discard(ward)
            return []
        if ward in self._flooded:
            return []
        self._flooded.add(ward)
        return [Flooded(ward, now)]
