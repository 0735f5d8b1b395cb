"""Metrics are declared once, named by the rules, bounded in labels, and written two ways."""

import re
from pathlib import Path

import pytest

from monitord.adapters.feed_metrics import FeedMetrics
from monitord.adapters.kpi_metrics import KpiMetrics
from monitord.adapters.metrics import REASONS, Metrics
from monitord.domain.alerts import Condition, Phase, Priority
from monitord.domain.decisions import AlertChange, Notice, Rejected
from monitord.domain.events import Command, CommandAction, Observation, Rejection

PACKAGE = Path(__file__).parents[3] / "monitord"
OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"
OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


def change(before: Phase, after: Phase) -> AlertChange:
    return AlertChange(
        alert="a1",
        patient="p-1",
        ward="w-1",
        time=0,
        rule="r",
        rule_version=1,
        pack="k",
        condition=Condition.PHYSIOLOGICAL,
        priority=Priority.HIGH,
        from_phase=before,
        to_phase=after,
        reason="held",
        message="m",
        evidence=(),
        action="a",
        source="s",
    )


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_arrivals_are_counted_by_kind() -> None:
    """An inbox adds to the counters of the events it holds; kinds start at zero."""
    metrics = Metrics()
    reading = Observation("p-1", 0, 0, 0, 80)
    order = Command("p-1", 0, 0, CommandAction.ACKNOWLEDGE, "nurse")
    metrics.count_inbox([reading, Rejection(0, "not_json", "", ""), reading, order])
    assert value(metrics, "monitord_events_total", kind="observation") == 2
    assert value(metrics, "monitord_events_total", kind="command") == 1
    assert value(metrics, "monitord_events_total", kind="stay") == 0


def test_a_reason_without_a_label_is_counted_as_other() -> None:
    """Nothing a sender writes can make a new label."""
    metrics = Metrics()
    metrics.count_decisions([Rejected(0, "not_json", "", ""), Rejected(0, "made_up", "", "")])
    assert value(metrics, "monitord_rejections_total", reason="not_json") == 1
    assert value(metrics, "monitord_rejections_total", reason="other") == 1
    assert value(metrics, "monitord_rejections_total", reason="made_up") is None


def test_decisions_are_counted_and_alerts_followed() -> None:
    """An alert counts in the phase it is in, and in none once it is quiet."""
    metrics = Metrics()
    metrics.count_decisions([change(Phase.QUIET, Phase.ACTIVE), Notice(0, "n", "p-1", "")])
    assert value(metrics, "monitord_alerts", priority="high", phase="active") == 1
    metrics.count_decisions([change(Phase.ACTIVE, Phase.QUIET)])
    assert value(metrics, "monitord_alerts", priority="high", phase="active") == 0
    assert value(metrics, "monitord_alert_transitions_total", priority="high", to="quiet") == 1
    assert value(metrics, "monitord_decisions_total", kind="alert") == 2
    assert value(metrics, "monitord_decisions_total", kind="notice") == 1


def test_the_build_is_told_once() -> None:
    """New rule packs replace the old in the build's labels."""
    metrics = Metrics()
    metrics.tell_build("0.1.0", "aa")
    metrics.tell_build("0.1.0", "bb")
    assert value(metrics, "monitord_build_info", version="0.1.0", rule_pack="bb") == 1
    assert value(metrics, "monitord_build_info", version="0.1.0", rule_pack="aa") is None


def test_a_signals_age_needs_a_signal_of_the_table() -> None:
    """Labels stay bounded by the table of signals."""
    metrics = Metrics()
    metrics.tell_signal_age("spo2", 12.5)
    assert value(metrics, "monitord_signal_last_reading_age_seconds", signal="spo2") == 12.5
    with pytest.raises(AssertionError, match="is no signal"):
        metrics.tell_signal_age("mood", 1.0)


def test_the_accept_header_chooses_the_text() -> None:
    """Prometheus text by default, OpenMetrics when asked."""
    metrics = Metrics()
    body, content_type = metrics.render("")
    assert content_type.startswith("text/plain")
    assert b"monitord_ticks_total 0.0" in body
    body, content_type = metrics.render(OPEN_METRICS)
    assert content_type.startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")


def test_names_follow_the_rules() -> None:
    """Prefix, lower case, base units."""
    names = {family.name for family in Metrics().registry.collect()}
    ours = {name for name in names if not name.startswith("process_")}
    assert {name for name in ours if not re.fullmatch(r"monitord_[a-z_]+", name)} == set()
    assert {name for name in ours if re.search(r"_(ms|minutes|percent|kib|mib)$", name)} == set()


def test_no_label_can_name_a_patient() -> None:
    """No metric is labelled by patient or bed."""
    metrics = Metrics()
    KpiMetrics(metrics.registry, [("fever", Priority.HIGH)])
    labels = {
        label
        for family in metrics.registry.collect()
        for sample in family.samples
        for label in sample.labels
    }
    assert labels <= {"kind", "reason", "priority", "phase", "to", "le", "of", "rule"}


def test_every_metric_is_explained_in_the_operations_page() -> None:
    """docs/operations.md tells of each metric who looks at it and when, and of no other."""
    explained = set(re.findall(r"^\| `(monitord_\w+)", OPERATIONS.read_text("utf-8"), re.MULTILINE))
    metrics = Metrics()
    KpiMetrics(metrics.registry)
    FeedMetrics(metrics.registry)
    families = metrics.registry.collect()
    ours = [family for family in families if family.name.startswith("monitord_")]
    declared = {f"{f.name}_total" if f.type == "counter" else f.name for f in ours}
    assert declared == explained


def test_every_reason_that_the_code_gives_has_a_label() -> None:
    """A refusal written anywhere in the program is counted under its own name."""
    sources = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    given = set(re.findall(r'\b(?:Refused|_refused)\(\s*(?:\w+, )?"([a-z_]+)"', sources))
    assert given
    assert given <= REASONS
