"""Decisions leave in the contract's order, and always as the same bytes."""

import json

from monitord.adapters.codecs.native import encode_decision, encode_rejection
from monitord.domain.alerts import Condition, Phase, Priority
from monitord.domain.decisions import AlertChange, Assessment, Evidence, Notice, Rejected
from monitord.domain.events import Rejection
from tests.unit.adapters.codecs.payloads import NINE

FEVER = Evidence("temperature", 38.5, "Cel", NINE - 90_500)
PULSE = Evidence("heart_rate", 112, "/min", NINE + 60_000)


def test_an_assessment_has_the_contract_s_fields_in_order() -> None:
    """Scale, interval, what is missing, and what it rests on."""
    decision = Assessment(
        "p1", NINE, "crs_astct", 2, 4, ("oxygen_device",), (FEVER,), "Fever and hypotension."
    )
    expected = (
        b'{"kind":"assessment","patient":"p1","time":"2026-01-08T09:00:00Z","scale":"crs_astct",'
        b'"low":2,"high":4,"missing":["oxygen_device"],"evidence":[{"signal":"temperature",'
        b'"value":38.5,"unit":"Cel","time":"2026-01-08T08:58:29.500Z"}],'
        b'"because":"Fever and hypotension."}'
    )
    assert expected == encode_decision(decision)


def test_an_alert_has_the_contract_s_fields_in_order() -> None:
    """Phases are told as `from` and `to`, and evidence with its age."""
    decision = AlertChange(
        "a1", "p1", "bmt", NINE, "crs-grade-2", 1, "crs", Condition.PHYSIOLOGICAL, Priority.HIGH,
        Phase.PENDING, Phase.ACTIVE, "hold elapsed", "CRS grade 2.", (FEVER, PULSE), "Call.",
        "Lee 2019", NINE, "a2", "e1", 2,
    )  # fmt: skip
    fields = json.loads(encode_decision(decision))
    expected = (
        "kind alert patient time rule rule_version pack condition priority from to reason message "
        "evidence action source silenced_until inhibited_by episode flaps"
    )
    assert expected.split() == list(fields)
    told = [fields[key] for key in ("silenced_until", "inhibited_by", "episode", "flaps")]
    assert ["2026-01-08T09:00:00Z", "a2", "e1", 2] == told
    assert (fields["kind"], fields["from"], fields["to"]) == ("alert", "PENDING", "ACTIVE")
    assert (fields["condition"], fields["priority"]) == ("physiological", "high")
    assert [evidence["age_s"] for evidence in fields["evidence"]] == [90, 0]


def test_a_rejection_leaves_with_its_event() -> None:
    """The contract's fields of a rejected event."""
    expected = (
        b'{"kind":"rejected","time":"2026-01-08T09:00:00Z","reason":"not_json","detail":"d",'
        b'"event":"{"}'
    )
    assert expected == encode_decision(Rejected(NINE, "not_json", "d", "{"))


def test_a_notice_says_what_and_of_whom() -> None:
    """A notice is short."""
    expected = (
        b'{"kind":"notice","time":"2026-01-08T09:00:00Z","notice":"admitted","patient":"p1",'
        b'"detail":"ward bmt"}'
    )
    assert expected == encode_decision(Notice(NINE, "admitted", "p1", "ward bmt"))


def test_whole_numbers_and_decimals_are_told_as_such() -> None:
    """A signal counted in ones shows no decimal point; a finer one shows the shortest decimal."""
    evidence = (Evidence("heart_rate", 80, "/min", NINE), Evidence("crp", 0.1, "mg/L", NINE))
    text = encode_decision(Assessment("p1", NINE, "news2", 0, 0, (), evidence, ""))
    assert b'"value":80,' in text
    assert b'"value":0.1,' in text


def test_a_rejection_is_kept_whole_for_the_journal() -> None:
    """What the journal writes makes the same rejection again."""
    rejection = Rejection(NINE, "not_json", "d", "{")
    assert rejection == Rejection(**encode_rejection(rejection))  # type: ignore[arg-type]
