"""The key figures as metrics: every fact is counted once, and no label grows without a bound."""

import re
from pathlib import Path

from prometheus_client import CollectorRegistry

from monitord.adapters.kpi_metrics import OTHER, WARDS_MAX, KpiMetrics
from monitord.adapters.metrics import Metrics
from monitord.alerts.kpi import (
    About,
    Answered,
    Called,
    CameBack,
    Escalated,
    Flooded,
    HeldBack,
    Raised,
    Stayed,
)
from monitord.domain.alerts import Priority
from monitord.domain.time import MINUTE

PAGE = Path(__file__).parents[3] / "docs" / "kpi.md"
ABOUT = About("fever", Priority.HIGH, "west", 0)


def counted(*facts: object) -> CollectorRegistry:
    registry = CollectorRegistry()
    KpiMetrics(registry, [("fever", Priority.HIGH)]).count(facts)  # type: ignore[arg-type]
    return registry


def test_each_fact_has_its_counter() -> None:
    """By rule and priority; only the first return makes an alert one that came back."""
    facts = [Raised(ABOUT), HeldBack(ABOUT), Answered(ABOUT, 2 * MINUTE), Called(ABOUT)]
    registry = counted(*facts, Escalated(ABOUT), CameBack(ABOUT, 1), CameBack(ABOUT, 2))
    of_rule = {"rule": "fever", "priority": "high"}
    names = ("raised", "held_back", "acknowledged", "called", "escalated", "came_back")
    values = [registry.get_sample_value(f"monitord_alerts_{n}_total", of_rule) for n in names]
    assert [1.0] * 6 == values
    assert 2 == registry.get_sample_value("monitord_alert_flaps_total", of_rule)
    name = "monitord_alert_acknowledgement_seconds"
    assert 120 == registry.get_sample_value(f"{name}_sum", {"priority": "high"})


def test_rules_that_can_call_start_at_zero() -> None:
    """An increase from nothing would be seen by nobody."""
    of_rule = {"rule": "fever", "priority": "high"}
    assert 0 == counted().get_sample_value("monitord_alerts_raised_total", of_rule)
    assert 0 == counted(Raised(ABOUT)).get_sample_value(
        "monitord_alert_floods_total", {"ward": "west"}
    )


def test_patients_time_and_floods_are_told_by_ward_and_wards_are_bounded() -> None:
    """What does not fit any more is counted as other, and nothing is lost."""
    wards = [f"w{number}" for number in range(WARDS_MAX + 5)]
    registry = counted(*(Stayed(ward, 2, 0, MINUTE) for ward in wards), Flooded("new", 0))
    seconds = [
        registry.get_sample_value("monitord_patient_seconds_total", {"ward": w}) for w in wards
    ]
    assert [120.0] * WARDS_MAX + [None] * 5 == seconds
    assert 600 == registry.get_sample_value("monitord_patient_seconds_total", {"ward": OTHER})
    assert 1 == registry.get_sample_value("monitord_alert_floods_total", {"ward": OTHER})


def test_the_questions_on_the_page_ask_for_what_there_is() -> None:
    """Every metric that docs/kpi.md asks Prometheus for is declared, and each is asked for."""
    metrics = Metrics()
    KpiMetrics(metrics.registry)
    declared = set()
    for family in metrics.registry.collect():
        ends = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}
        declared |= {f"{family.name}{end}" for end in ends.get(family.type, [""])}
    asked = set()
    for block in re.findall(r"```promql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        asked |= set(re.findall(r"monitord_[a-z_]+", block))
    assert asked
    assert set() == asked - declared
    ours = {"patient_seconds", "alerts_raised", "alerts_acknowledged", "alerts_called"}
    ours |= {"alerts_escalated", "alerts_came_back", "alert_flaps", "alert_floods"}
    assert {f"monitord_{name}_total" for name in ours} <= asked
    assert "monitord_alert_acknowledgement_seconds_bucket" in asked
