"""The key figures of alerting counted slowly: all decisions are looked through for each question.

Knows the words of decisions and nothing of `monitord.alerts`. Times are whole seconds.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

ANSWERS = ("acknowledged", "acknowledged_after_end", "resolved", "resolved_while_unknown")
FLOOD_S = 600


class SlowKpis:
    """Figures by (rule, priority, ward); what is asked is looked for anew each time."""

    def __init__(self, decisions: Sequence[Any]) -> None:
        self.decisions = decisions
        self.where = self._live()
        self.counts: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
        self.spans: list[int] = []
        self.raises: dict[str, list[int]] = defaultdict(list)
        ids = dict.fromkeys(one.alert for one in decisions if hasattr(one, "to_phase"))
        begun = []
        for alert in ids:
            place = self._count(alert)
            begun += [] if place is None else [place]
        for place in sorted(begun):
            self.raises[self._ward(place)].append(decisions[place].time)

    def floods(self) -> dict[str, int]:
        """A raise is in a flood when more than ten lie in its ten minutes; one begins a flood."""
        found = {}
        for ward, times in self.raises.items():
            many = [
                sum(other > at - FLOOD_S * 1000 for other in times[: place + 1]) > 10
                for place, at in enumerate(times)
            ]
            before = [False, *many]
            found[ward] = sum(now and not was for was, now in zip(before, many, strict=False))
        return {ward: count for ward, count in found.items() if count}

    def patient_seconds(self) -> dict[str, int]:
        """Count for each patient the time between one decision and the next."""
        timed = [place for place, one in enumerate(self.decisions) if not _is_call(one)]
        seconds: Counter[str] = Counter()
        for place, after in pairwise(timed):
            passed = (self.decisions[after].time - self.decisions[place].time) // 1000
            for ward in self.where[after - 1].values():
                seconds[ward] += passed
        return {ward: count for ward, count in seconds.items() if count}

    def begun_before(self) -> int:
        """Count who is named without having been admitted."""
        return sum(
            _names(one)
            and self.ward_of(one.patient, place) is not None
            and self.ward_of(one.patient, place - 1) is None
            and getattr(one, "notice", "") != "patient_admitted"
            for place, one in enumerate(self.decisions)
        )

    def ward_of(self, patient: str, place: int) -> str | None:
        """Where a patient is after a decision; "" is a ward that is not known, None is nowhere."""
        return self.where[place].get(patient) if place >= 0 else None

    def _live(self) -> list[dict[str, str]]:
        """Write down after each decision where everybody is."""
        pages: list[dict[str, str]] = [{}]
        for one in self.decisions:
            page = dict(pages[-1])
            if _names(one):
                page.setdefault(one.patient, "")
                word = getattr(one, "notice", "")
                if word == "patient_discharged":
                    del page[one.patient]
                elif word and one.detail != "ward as before":
                    page[one.patient] = one.detail[5:]
            pages.append(page)
        return pages[1:]

    def within(self, percent: int) -> int | None:
        """The span at this rank of all spans, from the shortest to the longest."""
        spans = sorted(self.spans)
        return next(
            (span for rank, span in enumerate(spans, 1) if rank * 100 >= percent * len(spans)), None
        )

    def _count(self, alert: str) -> int | None:
        """Count one alert; return the place of its first call, if it ever called."""
        places = [p for p, one in enumerate(self.decisions) if getattr(one, "alert", "") == alert]
        changes = [p for p in places if hasattr(self.decisions[p], "to_phase")]
        first = next((p for p in changes if _is_raised(self.decisions[p])), None)
        if first is None or self.decisions[first].flaps:
            return None
        calling = [p for p in changes if p >= first and _calls(self.decisions[p])]
        if self.decisions[first].inhibited_by is not None:
            self.counts[self._key(first)]["held_back"] += 1
        if not calling:
            return None
        begin = calling[0]
        of_this = self.counts[self._key(begin)]
        of_this["raised"] += 1
        after = [self.decisions[p] for p in places if p >= begin]
        answer = next((one for one in after if getattr(one, "reason", "") in ANSWERS), None)
        if answer is not None:
            of_this["answered"] += 1
            self.spans.append(answer.time - self.decisions[begin].time)
        back = sum(_is_raised(one) for one in after[1:])
        of_this["came_back"] += back > 0
        of_this["times_back"] += back
        calls = [one for one in after if _is_call(one) and one.purpose == "trigger"]
        of_this["called"] += bool(calls)
        of_this["escalated"] += any(one.step > 0 for one in calls)
        return begin

    def _key(self, place: int) -> tuple[str, str, str]:
        change = self.decisions[place]
        return (change.rule, change.priority.value, self._ward(place))

    def _ward(self, place: int) -> str:
        patient = self.decisions[place].patient
        return "_" if patient == "_feed" else self.ward_of(patient, place) or ""


def _is_call(one: Any) -> bool:
    return hasattr(one, "attempt")


def _is_raised(one: Any) -> bool:
    is_change = hasattr(one, "to_phase") and one.to_phase.name == "ACTIVE"
    return is_change and one.from_phase.name in {"QUIET", "PENDING", "LATCHED"}


def _calls(one: Any) -> bool:
    is_silent = one.silenced_until is not None and one.silenced_until > one.time
    return one.to_phase.name == "ACTIVE" and one.inhibited_by is None and not is_silent


def _names(one: Any) -> bool:
    """Whether a decision tells that its patient is here, or where, or gone."""
    if hasattr(one, "notice"):
        return str(one.notice).startswith("patient_")
    return hasattr(one, "scale") or (hasattr(one, "to_phase") and one.reason != "discharged")
