"""The sentence a nurse reads."""

import pytest

from monitord.alerts.message import message
from monitord.domain.decisions import Evidence
from monitord.domain.signals import SIGNALS
from monitord.domain.time import HOUR, MINUTE, SECOND
from tests.unit.alerts.making import policy

NOW = 100 * HOUR
CRS = policy(title="CRS grade 3", action="Call the CRS team and repeat vital signs now.")


def test_a_sentence_says_what_is_how_old_what_is_missing_and_what_to_do() -> None:
    """Title, values with units and ages, what is not known, and the action make one sentence."""
    evidence = [
        Evidence("norepinephrine", "running", "", NOW - HOUR),
        Evidence("temperature", 39.0, "Cel", NOW - 10 * MINUTE),
    ]
    assert (
        "CRS grade 3: norepinephrine running, temperature 39.0 °C 10 min ago; "
        "not known: oxygen device; call the CRS team and repeat vital signs now."
        == message(CRS, evidence, ["oxygen_device"], NOW)
    )


def test_a_sentence_without_missing_values_does_not_speak_of_them() -> None:
    """When all is known, only values and action follow the title."""
    evidence = [Evidence("systolic_bp", 84, "mm[Hg]", NOW - 3 * MINUTE)]
    sentence = message(CRS, evidence, [], NOW)
    assert "not known" not in sentence
    assert "84 mmHg 3 min ago; call" in sentence


def test_a_sentence_without_values_says_what_is_not_known() -> None:
    """A silent patient has no values to show."""
    assert (
        "CRS grade 3: not known: temperature, baseline systolic blood pressure; call the CRS team "
        "and repeat vital signs now."
        == message(CRS, [], ["temperature", "baseline.systolic_bp"], NOW)
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Evidence("spo2", 88, "%", NOW - 5 * SECOND), "88% 5 s ago"),
        (Evidence("heart_rate", 120, "/min", NOW), "120/min just now"),
        (Evidence("heart_rate", 120, "/min", NOW + MINUTE), "120/min just now"),
        (
            Evidence("platelets", 20.5, "10*3/uL", NOW - 100 * MINUTE),
            "20.5 thousand/µL 1 h 40 min ago",
        ),
        (Evidence("oxygen_device", "nasal_cannula", "", NOW - MINUTE), "nasal cannula 1 min ago"),
        (Evidence("tocilizumab", "given", "", NOW - 3 * HOUR), "tocilizumab given 3 h ago"),
        (Evidence("lactate", 2.1, "mmol/L", NOW - 72 * HOUR), "2.1 mmol/L 3 d ago"),
        (Evidence("news2", "7 to 9", "", NOW), "news2 7 to 9 just now"),
    ],
)
def test_a_value_is_shown_as_on_a_chart(value: Evidence, expected: str) -> None:
    """Units and words are the chart's, and every value but a running treatment has an age."""
    assert f"{expected}; " in message(CRS, [value], [], NOW)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("Check the probe.", "check the probe."),
        ("ICE within the hour.", "ICE within the hour."),
        ("Repeat CRP. Reassess in 15 minutes.", "repeat CRP, then reassess in 15 minutes."),
        ("Give 0.5 L of fluid now", "give 0.5 L of fluid now."),
    ],
)
def test_an_action_ends_the_one_sentence(action: str, expected: str) -> None:
    """However the pack wrote it, the action becomes the end of one sentence."""
    assert f"Hypoxia: {expected}" == message(policy(action=action), [], [], NOW)


@pytest.mark.parametrize("signal", [signal.word for signal in SIGNALS])
def test_every_signal_has_a_name_for_people(signal: str) -> None:
    """No sentence shows a signal's word with an underscore or a UCUM bracket."""
    unit = next(s.unit for s in SIGNALS if s.word == signal)
    sentence = message(CRS, [Evidence(signal, 1, unit, NOW)], [signal], NOW)
    assert "_" not in sentence
    assert "[" not in sentence
    assert "*" not in sentence
