"""Puts the HTTP API together: what it may be asked, and whom it asks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
from fastapi import FastAPI

from monitord.adapters.clock import ScaledClock, WallClock, by_our_clock, stopwatch_s
from monitord.adapters.codecs.native import encode_decision
from monitord.adapters.inbox import Inbox
from monitord.adapters.mqtt.topics import Topics
from monitord.adapters.outbox import OutboxProblem
from monitord.adapters.outbox import Record as Sent
from monitord.adapters.sinks.pagerduty import alert_of
from monitord.adapters.web.api import make_api
from monitord.adapters.web.desk import Decided, Document, NotNow, Request
from monitord.adapters.web.feed import Feed
from monitord.adapters.web.guarded import Guard, Limits
from monitord.adapters.web.limits import Limit
from monitord.adapters.web.problems import Problem
from monitord.adapters.web.signatures import Signers
from monitord.adapters.web.tokens import BadTokens, Tokens, read_tokens
from monitord.daemon.calling.dispatch import Dispatch
from monitord.daemon.calling.drill_report import report
from monitord.daemon.calling.drills import NoDrill
from monitord.daemon.calling.hearing import not_heard
from monitord.daemon.configuration.config_problems import ConfigProblem, ConfigProblems
from monitord.daemon.configuration.settings import HttpSettings
from monitord.daemon.ground import Ground
from monitord.daemon.records.audit_trail import Record
from monitord.daemon.serving.asking import Asking
from monitord.daemon.telling.chronicle import Chronicle, Given
from monitord.daemon.ticking.heart import Heart
from monitord.domain.decisions import AlertChange
from monitord.domain.time import SECOND, Millis, format_time


class WardDesk:
    """Answers what the API asks: from the ward, from the chronicle and from the outbox."""

    def __init__(
        self,
        heart: Heart,
        asking: Asking,
        clock: WallClock | ScaledClock,
        dispatch: Dispatch | None,
    ) -> None:
        """Remember everything; `dispatch` is None where nobody is called."""
        self._ward = heart.ward
        self._portrait = heart.portrait
        self._chronicle = asking.chronicle
        self._asking = asking
        self._clock = clock
        self._dispatch = dispatch

    def patients(self) -> Sequence[Document]:
        """Return who is in the ward."""
        alerts = Counter(one.patient for one in self._chronicle.open())
        return [
            {
                "patient": patient,
                "ward": self._ward.ward_of(patient),
                "bed": self._ward.bed_of(patient),
                "open_alerts": alerts[patient],
            }
            for patient in self._ward.patients()
        ]

    def state(self, patient: str) -> Document | None:
        """Return what is published of a patient; None for one who is not here."""
        if patient not in self._ward.patients():
            return None
        return self._portrait(patient, self._clock.now())

    def alerts(self) -> Sequence[Document]:
        """Return the alerts that are open, as they stand, each with the ward it is in."""
        return [self._alert(one) for one in self._chronicle.open()]

    def alert(self, alert: str) -> Document | None:
        """Return an alert as it stands or ended; None for one that nobody remembers."""
        story = self._chronicle.story(alert)
        return None if story is None else self._alert(story.last)

    async def history(self, alert: str) -> Document:
        """Return the transitions, the answers and the notifications of an alert."""
        story = self._chronicle.story(alert)
        sent = await self._history(alert)
        return {
            "alert": alert,
            "transitions": [self._alert(one) for one in (story.transitions if story else ())],
            "answers": [_given(one) for one in (story.answers if story else ())],
            "notifications": [_sent(one) for one in sent],
        }

    async def ask(self, request: Request) -> Decided:
        """Hand a request to the ward and wait for the tick that decides on it, for a while."""
        story = self._chronicle.story(request.alert)
        if story is None:
            told = f"found no alert {request.alert}, expected one of /v1/alerts"
            return Decided("no_such_alert", True, told, None)
        came = await self._asking.ask(request, story.last)
        return Decided(came.outcome, came.is_refused, came.detail, self.alert(request.alert))

    async def hear(self, request: Request, given_at: Millis) -> Decided:
        """Hand on what a pager's service heard, where it is for what rings now."""
        alert = alert_of(request.alert)
        # By our own clock, which told when the alert began to ring and may be ahead of the wall.
        ours = by_our_clock(given_at, self._clock.now(), self._clock.ahead_of_wall())
        problem = not_heard(alert, self._chronicle.story(alert), ours)
        if problem is not None:
            return Decided(problem.reason, True, problem.detail, None)
        return await self.ask(replace(request, alert=alert))

    def begin_drill(self, ward: str) -> Document:
        """Begin a drill and return its report so far; raises `NotNow`."""
        if self._dispatch is None:
            raise NotNow("nobody_is_called", "found no escalation.file, expected chains to drill")
        try:
            begun = self._dispatch.drills.begin(ward)
        except NoDrill as problem:
            raise NotNow(problem.reason, str(problem)) from problem
        return report(begun.drill, begun, [])

    async def drill(self, drill: str) -> Document | None:
        """Return the report of a drill; None for one that nobody remembers."""
        if self._dispatch is None:
            return None
        running = self._dispatch.drills.running(drill)
        sent = [one for one in await self._history(drill) if one.notification.is_drill]
        return report(drill, running, sent) if running or sent else None

    async def _history(self, alert: str) -> Sequence[Sent]:
        if self._dispatch is None:
            return []
        try:
            return await self._dispatch.history(alert)
        except OutboxProblem as problem:
            told = "found an outbox that cannot be read, expected one; see /health/ready"
            raise Problem(503, "outbox_not_usable", told) from problem

    def _alert(self, change: AlertChange) -> dict[str, Any]:
        told: dict[str, Any] = orjson.loads(encode_decision(change))
        here = change.patient in self._ward.memory.roster.row_of
        # A patient who moves takes the open alerts along.
        told["ward"] = self._ward.ward_of(change.patient) if here else change.ward
        return told


def make_asking(ground: Ground, inbox: Inbox, topics: Topics) -> Asking:
    """Make what takes answers over HTTP, and knows the alerts of earlier runs."""
    chronicle = Chronicle()
    chronicle.go_on_from(ground.recovered.remembered)
    within_s = ground.settings.http.answer_within_ms / SECOND
    return Asking(inbox, topics, chronicle, now=ground.clock.now, within_s=within_s)


def tokens_of(settings: HttpSettings) -> Tokens | None:
    """Read who may call the API; None where nobody may.

    Raises `ConfigProblems` when the file cannot be used.
    """
    path = settings.tokens_file
    if path is None:
        return None
    try:
        return read_tokens(path)
    except BadTokens as error:
        found = "tokens that cannot be used"
        raise ConfigProblems(
            [ConfigProblem("http", "tokens_file", found, one) for one in error.problems]
        ) from None


def limits_of(settings: HttpSettings) -> Limits:
    """Make what counts the calls; they are counted in wall time, however fast the clock runs."""
    rates = settings.asks_a_minute, settings.answers_a_minute, settings.strangers_a_minute
    return Limits(*(Limit(rate, stopwatch_s) for rate in rates))


def api_of(
    ground: Ground, desk: WardDesk, signers: Signers, record: Record, feed: Feed
) -> FastAPI | None:
    """Make the application, counted and recorded; None where nobody may call it.

    Raises `ConfigProblems` when the file of tokens cannot be used.
    """
    tokens = tokens_of(ground.settings.http)
    if tokens is None and not signers:
        return None
    now, count = ground.clock.now, ground.metrics.count_request
    limits = limits_of(ground.settings.http)
    guard = Guard(tokens or Tokens([]), limits, now=now, record=record, count=count)
    return make_api(desk, guard, signers, feed)


def _given(given: Given) -> dict[str, object]:
    command = given.command
    return {
        "time": format_time(given.time),
        "by": command.by,
        "action": command.action.value,
        "reason": command.reason,
        "until": None if command.until is None else format_time(command.until),
        "outcome": given.outcome,
    }


def _sent(sent: Sent) -> dict[str, object]:
    told = sent.notification
    return {
        "notification": told.id,
        "purpose": told.purpose.value,
        "channel": told.channel,
        "step": told.step,
        "state": sent.state.value,
        "attempts": sent.attempts,
        "queued": format_time(told.queued_at),
        "updated": format_time(sent.updated_at),
        "detail": sent.detail,
    }
