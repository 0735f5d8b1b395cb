"""Every number the daemon shows about itself, each declared once with its unit and its reader.

No patient or bed is ever a label: metrics leave the hospital's most careful hands. The key figures
of alerting stand in `kpi_metrics`.
Naming follows Prometheus: prefix `monitord_`, base units, `_total` for what only grows.
"""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder

from monitord.domain.alerts import Phase, Priority
from monitord.domain.decisions import (
    AlertChange,
    Announcement,
    Assessment,
    Notice,
    NotificationChange,
    Rejected,
)
from monitord.domain.events import (
    Arrival,
    Command,
    Observation,
    Rejection,
    Stay,
    TreatmentEvent,
)
from monitord.domain.signals import SIGNAL

EVENT_KINDS: Final[Mapping[type, str]] = {
    Observation: "observation",
    Stay: "stay",
    TreatmentEvent: "treatment",
    Command: "command",
}
DECISION_KINDS: Final[Mapping[type, str]] = {
    Assessment: "assessment",
    AlertChange: "alert",
    Rejected: "rejected",
    Notice: "notice",
    NotificationChange: "notification",
}
RECOVERY_LOSSES: Final = ("ticks", "files", "broken_ticks", "values", "everything")
OTHER: Final = "other"
# Reasons that may become a label; any other is counted as `other`, so that labels stay bounded.
REASONS: Final = frozenset(
    {
        OTHER,
        "bad_patient",
        "bad_quality",
        "bad_time",
        "bad_topic",
        "bad_ward",
        "broke_the_step",
        "condition_still_true",
        "empty",
        "future_time",
        "given_before",
        "impossible_value",
        "inbox_full",
        "kind_mismatch",
        "missing_field",
        "no_such_alert",
        "no_such_rule",
        "not_finite",
        "not_json",
        "not_raised_yet",
        "not_silenced",
        "nothing_to_retract",
        "nothing_to_silence",
        "outdated_place",
        "patient_left",
        "patient_mismatch",
        "patient_missing",
        "payload_too_large",
        "reserved_patient",
        "too_long",
        "too_many_events",
        "unit_does_not_fit",
        "unit_missing",
        "unknown_kind",
        "unknown_patient",
        "unknown_signal",
        "unknown_treatment",
        "unknown_word",
        "until_is_past",
        "ward_full",
        "wrong_type",
    }
)
TICK_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """All metrics of one daemon, in a registry of their own."""

    def __init__(self) -> None:
        """Declare every metric; those with bounded labels start at zero."""
        # The moment each counter was made would double the page for no reader.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._declare_feed()
        self._declare_ticks()
        self._declare_ward()
        self._declare_doors()
        ProcessCollector(registry=self.registry)

    def _declare_feed(self) -> None:
        self.events = self._counter("events", "Events taken in, by kind.", "kind")
        self.rejections = self._counter("rejections", "What was refused, by reason.", "reason")
        self.inbox_messages = self._gauge("inbox_messages", "Messages waiting for the next tick.")
        self.inbox_bytes = self._gauge("inbox_bytes", "Bytes waiting for the next tick.")
        self.inbox_refused = self._counter("inbox_refused", "Messages refused by a full inbox.")
        self.feed_age = self._gauge(
            "feed_last_reading_age_seconds", "Time since the last reading of any signal arrived."
        )
        self.signal_age = self._gauge(
            "signal_last_reading_age_seconds", "Time since a signal's last reading.", "signal"
        )
        _start_at_zero(self.events, EVENT_KINDS.values())
        _start_at_zero(self.rejections, REASONS)

    def _declare_ticks(self) -> None:
        self.tick_duration = self._histogram(
            "tick_duration_seconds", "Time to read, journal and step one tick."
        )
        self.tick_lateness = self._histogram(
            "tick_lateness_seconds", "How long after its due time a tick began."
        )
        self.ticks = self._counter("ticks", "Ticks that stepped the ward.")
        self.ticks_missed = self._counter("ticks_missed", "Ticks due that were never begun.")
        self.clock_jumps = self._counter("clock_jumps", "Times the wall clock was set.")
        self.clock_ahead = self._gauge(
            "clock_ahead_seconds", "How far our time is ahead of a wall clock that was set back."
        )

    def _declare_ward(self) -> None:
        self.patients = self._gauge("patients", "Patients in the ward.")
        self.alerts = self._gauge("alerts", "Alerts that are not quiet.", "priority", "phase")
        self.alert_transitions = self._counter(
            "alert_transitions", "Moves of alerts from phase to phase.", "priority", "to"
        )
        self.decisions = self._counter("decisions", "Decisions made, by kind.", "kind")
        self.decisions_not_written = self._counter(
            "decisions_not_written", "Decisions that the decisions file lacks."
        )
        _start_at_zero(self.decisions, DECISION_KINDS.values())
        for priority in Priority:
            for phase in Phase:
                self.alert_transitions.labels(priority.value, phase.name.lower())
                if phase is not Phase.QUIET:
                    self.alerts.labels(priority.value, phase.name.lower())

    def _declare_doors(self) -> None:
        self.mqtt_connected = self._gauge("mqtt_connected", "1 while the broker is connected.")
        self.mqtt_reconnects = self._counter("mqtt_reconnects", "Connections made after the first.")
        self.canary_age = self._gauge(
            "canary_age_seconds", "Time since our own message last came back from the broker."
        )
        self.unacknowledged = self._gauge(
            "mqtt_unacknowledged_messages", "Messages received that the journal does not hold yet."
        )
        self.publish_failures = self._counter(
            "publish_failures", "Publications that failed or that the broker refused."
        )
        self.publications_dropped = self._counter(
            "publications_dropped", "Publications dropped: the broker will never take them."
        )
        self.given_up = self._gauge(
            "publications_given_up", "Publications given up since the start: too many waited."
        )
        self.undelivered = self._gauge("undelivered_messages", "Messages not yet delivered.")
        self.undelivered_age = self._gauge(
            "undelivered_age_seconds", "Age of the oldest message not yet delivered."
        )
        self.notifications = self._counter(
            "notifications",
            "Notifications, by kind of channel and what became of them.",
            "channel_kind",
            "state",
        )
        self.requests = self._counter(
            "http_requests", "Answers of the HTTP API.", "operation", "status"
        )
        self.channels_dead = self._gauge(
            "channels_dead", "Channels that carry no calls, by kind.", "channel_kind"
        )
        self.audit_waiting = self._gauge("audit_waiting_records", "Records not on the disk yet.")
        self.audit_failures = self._counter(
            "audit_write_failures", "Times the disk began to take no records of the audit."
        )
        self.audit_lost = self._counter("audit_lost", "Records lost: too many waited.")
        self.audit_breaks = self._counter("audit_breaks", "Times the chain was found broken.")
        self.journal_bytes = self._counter("journal_bytes", "Bytes appended to the journal.")
        self.recovering = self._gauge("recovering", "1 while journals are read back.")
        self.recovered_ticks = self._gauge("recovered_ticks", "Ticks read back at the start.")
        self.recovered_events = self._gauge("recovered_events", "Events read back at the start.")
        self.recovery_seconds = self._gauge("recovery_seconds", "How long reading back took.")
        self.recovery_losses = self._gauge(
            "recovery_losses", "What the start could not read back, by what it is.", "of"
        )
        _start_at_zero(self.recovery_losses, RECOVERY_LOSSES)
        self.build = self._gauge("build_info", "Always 1.", "version", "rule_pack")

    def count_inbox(self, inbox: Iterable[Arrival]) -> None:
        """Count the events that a tick took in, by kind; what was refused is a decision."""
        types = Tally(map(type, inbox))
        types.pop(Rejection, None)
        for event_type, count in types.items():
            self.events.labels(EVENT_KINDS[event_type]).inc(count)

    def count_decisions(self, decisions: Iterable[Announcement]) -> None:
        """Count decisions by kind, refusals by reason, and follow alerts from phase to phase."""
        for decision in decisions:
            self.decisions.labels(DECISION_KINDS[type(decision)]).inc()
            if isinstance(decision, AlertChange):
                self._count_move(decision)
            elif isinstance(decision, Rejected):
                self._count_rejection(decision.reason)

    def count_notification(self, kind: str, state: str) -> None:
        """Count what became of a notification over a channel of some kind."""
        self.notifications.labels(kind, state).inc()

    def count_request(self, operation: str, status: int) -> None:
        """Count an answer of the HTTP API."""
        self.requests.labels(operation, str(status)).inc()

    def tell_standing(self, changes: Iterable[AlertChange]) -> None:
        """Show the alerts that stood before this run, each by its last change."""
        for change in changes:
            self.alerts.labels(change.priority.value, change.to_phase.name.lower()).inc()

    def tell_dead_channels(self, kinds: Iterable[str], dead: Iterable[str]) -> None:
        """Say of how many channels of each kind nothing gets through now."""
        counts = Tally(dead)
        for kind in set(kinds):
            self.channels_dead.labels(kind).set(counts[kind])

    def tell_build(self, version: str, rule_pack: str) -> None:
        """Say which program and which rule packs run, and no longer which ran before."""
        self.build.clear()
        self.build.labels(version, rule_pack).set(1)

    def tell_signal_age(self, signal: str, age_seconds: float) -> None:
        """Say how old a signal's last reading is; the word must be in the table of signals."""
        assert signal in SIGNAL, f"{signal} is no signal, and labels stay bounded"
        self.signal_age.labels(signal).set(age_seconds)

    def render(self, accept: str) -> tuple[bytes, str]:
        """Write all metrics as Prometheus text or OpenMetrics, as an Accept header asks.

        Returns the body and its content type.
        """
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type

    def _count_rejection(self, reason: str) -> None:
        self.rejections.labels(reason if reason in REASONS else OTHER).inc()

    def _count_move(self, change: AlertChange) -> None:
        priority = change.priority.value
        before, after = change.from_phase, change.to_phase
        if before is after:
            return
        self.alert_transitions.labels(priority, after.name.lower()).inc()
        if before is not Phase.QUIET:
            self.alerts.labels(priority, before.name.lower()).dec()
        if after is not Phase.QUIET:
            self.alerts.labels(priority, after.name.lower()).inc()

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(f"monitord_{name}", told, labels, registry=self.registry)

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        return Gauge(f"monitord_{name}", told, labels, registry=self.registry)

    def _histogram(self, name: str, told: str) -> Histogram:
        return Histogram(f"monitord_{name}", told, registry=self.registry, buckets=TICK_BUCKETS_S)


def _start_at_zero(metric: Counter | Gauge, words: Iterable[str]) -> None:
    for word in words:
        metric.labels(word)
