"""Plays the cases of the rule packs through the real `step`, and says where they differ."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Decision
from monitord.domain.events import Command, Event
from monitord.domain.time import DAY, SECOND, Millis, format_span
from monitord.engine.replay import replay
from monitord.engine.ward import Ward, WardSettings
from monitord.rules.book import RuleBook
from monitord.rules.case_events import PATIENT
from monitord.rules.cases import Case, Expectation
from monitord.windows.roster import FEED_ROW

# Case times count from here; any day does, but a fixed one makes every rehearsal the same.
START: Final[Millis] = 20_458 * DAY


class Failure(NamedTuple):
    """One expectation of a case that did not come true."""

    case: Case
    expected: Expectation
    found: str

    def __str__(self) -> str:
        """Say in one line where, what was found, what was expected."""
        at = format_span(self.expected.at_ms)
        return (
            f'{self.case.file}: rule "{self.case.rule}" ({self.case.kind}): at {at} it is '
            f"{self.found}, expected {_shown(self.expected.phase, self.expected.reason)}; "
            f"story: {self.case.story}"
        )


def rehearse(book: RuleBook, cases: Iterable[Case]) -> Iterator[tuple[Case, list[Failure]]]:
    """Play each case alone in a fresh ward and give what did not come true."""
    for case in cases:
        yield case, _play(book, case)


def _play(book: RuleBook, case: Case) -> list[Failure]:
    ward = Ward(book, WardSettings(beds=1))
    watched = next(w for w in ward.watched if w.rule.policy.rule == case.rule)
    waiting = sorted(case.events, key=lambda event: event.received)
    failures: list[Failure] = []
    reason: str | None = None
    for expected in sorted(case.expectations, key=lambda expectation: expectation.at_ms):
        coming = [event for event in waiting if event.received <= expected.at_ms]
        waiting = waiting[len(coming) :]
        for decisions in replay(ward, map(_placed, coming), SECOND, START + expected.at_ms):
            reason = _last_reason(case.rule, decisions, reason)
        row = FEED_ROW if watched.is_of_feed else ward.memory.roster.row_of.get(PATIENT)
        phase = Phase.QUIET if row is None else Phase(ward.alerts.phase[watched.place, row])
        is_same_reason = expected.reason is None or expected.reason == reason
        if phase is not expected.phase or not is_same_reason:
            failures.append(Failure(case, expected, _shown(phase, reason)))
    return failures


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
