"""The key figures of alerting as counters, so that any span and any ratio can be asked of them.

They count the same facts as `monitord kpi`; docs/kpi.md has the questions to ask. A ward is a label
of two of them, and there are only so many wards: the rest is counted as `other`.
"""

from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

from monitord.alerts.kpi import (
    About,
    Answered,
    Called,
    CameBack,
    Escalated,
    Fact,
    Flooded,
    HeldBack,
    Raised,
    Stayed,
)
from monitord.domain.alerts import Priority
from monitord.domain.time import SECOND

# More wards than one daemon watches; the bound is for names that a sender makes up.
WARDS_MAX: Final = 64
OTHER: Final = "other"
# From seconds to a shift; the house's own.
ANSWER_BUCKETS_S: Final = (15, 30, 60, 120, 180, 300, 600, 900, 1800, 3600, 7200, 28_800)


class KpiMetrics:
    """Declares the metrics in a registry, and counts facts."""

    def __init__(
        self, registry: CollectorRegistry, rules: Iterable[tuple[str, Priority]] = ()
    ) -> None:
        """Declare every metric; those of the `rules` that can call start at zero."""
        self._wards: set[str] = set()

        def counter(name: str, told: str, *labels: str) -> Counter:
            return Counter(f"monitord_{name}", told, labels, registry=registry)

        by_rule = ("rule", "priority")
        self.patient_seconds = counter(
            "patient_seconds", "Time that patients were in a ward, added up.", "ward"
        )
        self.floods = counter("alert_floods", "Floods: over 10 alerts in 10 minutes.", "ward")
        self.raised = counter("alerts_raised", "Alerts that called, counted once.", *by_rule)
        self.held_back = counter(
            "alerts_held_back", "Alerts that a worse one kept from calling.", *by_rule
        )
        self.answered = counter(
            "alerts_acknowledged", "Alerts that a person acknowledged or resolved.", *by_rule
        )
        self.called = counter("alerts_called", "Alerts with a call over a channel.", *by_rule)
        self.escalated = counter(
            "alerts_escalated", "Alerts called beyond the first step.", *by_rule
        )
        self.came_back = counter(
            "alerts_came_back", "Alerts that came back after they had ended.", *by_rule
        )
        self.flaps = counter("alert_flaps", "Times that alerts came back.", *by_rule)
        self.answer_seconds = Histogram(
            "monitord_alert_acknowledgement_seconds",
            "Time from the first call to the first answer.",
            ("priority",),
            registry=registry,
            buckets=ANSWER_BUCKETS_S,
        )
        for priority in Priority:
            self.answer_seconds.labels(priority.value)
        counted = (self.raised, self.held_back, self.answered, self.called, self.escalated)
        for rule, priority in rules:
            for one in (*counted, self.came_back, self.flaps):
                one.labels(rule, priority.value)

    def count(self, facts: Iterable[Fact]) -> None:
        """Count facts."""
        for fact in facts:
            match fact:
                case Stayed(ward, patients, since, until):
                    seconds = patients * (until - since) / SECOND
                    self.patient_seconds.labels(self._ward(ward)).inc(seconds)
                case Flooded(ward, _):
                    self.floods.labels(self._ward(ward)).inc()
                case Answered(about, after_ms):
                    _inc(self.answered, about)
                    priority = about.priority.value
                    self.answer_seconds.labels(priority).observe(after_ms / SECOND)
                case CameBack(about, times):
                    _inc(self.flaps, about)
                    if times == 1:
                        _inc(self.came_back, about)
                case Raised(about):
                    _inc(self.raised, about)
                    self.floods.labels(self._ward(about.ward))
                case HeldBack(about):
                    _inc(self.held_back, about)
                case Called(about):
                    _inc(self.called, about)
                case Escalated(about):
                    _inc(self.escalated, about)

    def _ward(self, ward: str) -> str:
        """Return the label of a ward, and remember it where there is room."""
        if ward not in self._wards and len(self._wards) >= WARDS_MAX:
            return OTHER
        self._wards.add(ward)
        return ward


def _inc(counter: Counter, about: About) -> None:
    counter.labels(about.rule, about.priority.value).inc()
