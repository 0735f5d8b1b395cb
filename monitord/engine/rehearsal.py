"""Plays the cases of the rule packs through the real `step`, and says where they differ."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Decision
from monitord.domain.events import Command, Event
from monitord.domain.time import DAY, SECOND, Millis, format_span
from monitord.engine.grading import inputs_of
from monitord.engine.replay import replay
from monitord.engine.ward import Ward, WardSettings
from monitord.rules.book import RuleBook
from monitord.rules.case_events import PATIENT
from monitord.rules.cases import Case
from monitord.rules.expectations import Expectation, written
from monitord.rules.tally import Standing, Tally
from monitord.windows.roster import FEED_ROW

# Case times count from here; any day does, but a fixed one makes every rehearsal the same.
START: Final[Millis] = 20_458 * DAY


class Failure(NamedTuple):
    """One expectation of a case that did not come true."""

    case: Case
    at_ms: Millis
    found: str
    expected: str

    def __str__(self) -> str:
        """Say in one line where, what was found, what was expected."""
        case = self.case
        kind = "index" if case.is_of_index else "rule"
        return (
            f'{case.file}: {kind} "{case.rule}" ({case.kind}): at {format_span(self.at_ms)} it is '
            f"{self.found}, expected {self.expected}; story: {case.story}"
        )


def rehearse(book: RuleBook, cases: Iterable[Case]) -> Iterator[tuple[Case, list[Failure]]]:
    """Play each case alone in a fresh ward and give what did not come true."""
    for case in cases:
        yield case, _play(book, case)


def _play(book: RuleBook, case: Case) -> list[Failure]:
    ward = Ward(book, WardSettings(beds=1))
    waiting = sorted(case.events, key=lambda event: event.received)
    failures: list[Failure] = []
    reason: str | None = None
    for expected in sorted(case.expectations, key=lambda expectation: expectation.at_ms):
        coming = [event for event in waiting if event.received <= expected.at_ms]
        waiting = waiting[len(coming) :]
        for decisions in replay(ward, map(_placed, coming), SECOND, START + expected.at_ms):
            reason = _last_reason(case.rule, decisions, reason)
        differing = [*_of_alert(ward, case, expected, reason), *_of_scales(ward, expected)]
        if expected.counts is not None:
            differing += _of_items(ward, book, case, expected.counts)
        failures += [Failure(case, expected.at_ms, *one) for one in differing]
    return failures


def _of_alert(
    ward: Ward, case: Case, expected: Expectation, reason: str | None
) -> Iterator[tuple[str, str]]:
    """Compare where the alert stands, when that is expected: what was found, what was expected."""
    if expected.phase is None:
        return
    watched = next(w for w in ward.watched if w.rule.policy.rule == case.rule)
    row = FEED_ROW if watched.is_of_feed else ward.memory.roster.row_of.get(PATIENT)
    phase = Phase.QUIET if row is None else Phase(ward.alerts.phase[watched.place, row])
    is_same_reason = expected.reason is None or expected.reason == reason
    if phase is not expected.phase or not is_same_reason:
        yield _shown(phase, reason), _shown(expected.phase, expected.reason)


def _of_scales(ward: Ward, expected: Expectation) -> Iterator[tuple[str, str]]:
    row = ward.memory.roster.row_of[PATIENT]
    for interval in expected.intervals:
        place = ward.grades.names.index(interval.scale)
        low, high = ward.grades.low[place, row], ward.grades.high[place, row]
        ends = (int(low), int(high)) if low == low else None
        if ends != interval.ends:
            yield f"{interval.scale} {written(ends)}", str(interval)


def _of_items(
    ward: Ward, book: RuleBook, case: Case, counts: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Compare which items of the case's index count."""
    row = ward.memory.roster.row_of[PATIENT]
    index = next(index for index in book.indices if index.name == case.rule)
    graded = next(graded for graded in ward.graded if graded.scale.name == case.rule)
    found = {
        contribution.label
        for contribution in Tally(index).contributions(inputs_of(ward, graded, row))
        if contribution.standing is Standing.COUNTS
    }
    if found != counts:
        yield f"counting {_named(found)}", f"counting {_named(counts)}"


def _named(labels: Iterable[str]) -> str:
    return ", ".join(sorted(labels)) or "nothing"


def _placed(event: Event) -> Event:
    placed = event._replace(time=START + event.time, received=START + event.received)
    if isinstance(placed, Command) and placed.until is not None:
        return placed._replace(until=START + placed.until)
    return placed


def _last_reason(rule: str, decisions: Iterable[Decision], reason: str | None) -> str | None:
    for decision in decisions:
        if isinstance(decision, AlertChange) and decision.rule == rule:
            reason = decision.reason
    return reason


def _shown(phase: Phase, reason: str | None) -> str:
    return f"{phase.name} ({reason})" if reason else phase.name
