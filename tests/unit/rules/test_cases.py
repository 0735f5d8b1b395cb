"""Cases: good ones become events and expectations, bad ones a list of everything that is wrong."""

import pytest

from monitord.domain.alerts import FEED, Phase
from monitord.domain.events import (
    Command,
    CommandAction,
    Event,
    Observation,
    Status,
    Stay,
    StayAction,
    TreatmentAction,
    TreatmentEvent,
)
from monitord.domain.signals import SIGNAL
from monitord.domain.time import DAY, HOUR, MINUTE
from monitord.domain.treatments import TREATMENT
from monitord.rules.case_events import PATIENT, REPEATS_MAX
from monitord.rules.case_schema import RULE_KINDS, CaseKind
from monitord.rules.cases import Case, load_cases
from monitord.rules.expectations import Expectation
from monitord.rules.problems import PackProblems
from tests.unit.rules.packs import FAMILY, GOOD, HEAD, RULE, load_one
from tests.unit.rules.trees import VOCABULARY

BOOK = load_one(GOOD)
ADMISSION = Stay(PATIENT, 0, 0, StayAction.ADMIT)
TEMPERATURE = SIGNAL["temperature"]


def case(rule: str, kind: str, given: str = "", more: str = "", phase: str = "QUIET") -> str:
    return f"""
[[case]]
rule = "{rule}"
kind = "{kind}"
story = "A patient."
given = [{given}]
{more}
expect = [{{ at = "10min", phase = "{phase}" }}]
"""


def given(entry: str) -> str:
    return case("fever", "silent", f"{{ {entry} }}")


def more(line: str) -> str:
    return case("fever", "silent", more=line)


def three(rule: str) -> str:
    return case(rule, "fires", phase="ACTIVE") + case(rule, "silent") + case(rule, "missing")


FIRES = case("fever", "fires", phase="ACTIVE")
COMPLETE = three("fever") + three("stale-spo2")


def first(text: str) -> Case:
    return load_cases({"crs.toml": text + COMPLETE}, BOOK, VOCABULARY)[0]


def told(given: str, more: str = "") -> tuple[Event, ...]:
    """What one entry tells of a patient who was never infused."""
    patient = "" if "patient" in more else 'patient = { infused = "no" }\n'
    events = first(case("fever", "silent", given, patient + more)).events
    return tuple(event for event in events if event != ADMISSION)


def complaints(text: str, file: str = "crs.toml") -> list[str]:
    with pytest.raises(PackProblems) as caught:
        load_cases({file: text}, BOOK, VOCABULARY)
    return list(map(str, caught.value.problems))


def reading(time: int, value: str) -> Observation:
    return Observation(PATIENT, time, time, TEMPERATURE.index, TEMPERATURE.whole(value))


def test_a_case_becomes_events_and_expectations() -> None:
    """A case arrives whole, ready for the engine to play."""
    found = first(FIRES.replace('"ACTIVE"', '"ACTIVE", reason = "hold elapsed"'))
    infusion = TREATMENT["car_t_infusion"].index

    assert (
        Case(
            file="cases/crs.toml",
            rule="fever",
            kind=CaseKind.FIRES,
            story="A patient.",
            events=(
                ADMISSION,
                TreatmentEvent(PATIENT, -3 * DAY, 0, infusion, TreatmentAction.GIVEN),
            ),
            expectations=(Expectation(10 * MINUTE, Phase.ACTIVE, "hold elapsed"),),
        )
        == found
    )


@pytest.mark.parametrize("written", ["38.5", '"38.5"', '"38.50"'])
def test_values_are_exact(written: str) -> None:
    """A value is the decimal that was written, with or without quotes."""
    assert (reading(0, "38.5"),) == told(f'{{ at = "0s", temperature = {written} }}')


def test_values_repeat() -> None:
    """A value may be measured again every so often until a time, the last one included."""
    given = '{ at = "1min", temperature = 38, every = "5min", until = "11min" }'

    assert tuple(reading(m * MINUTE, "38") for m in (1, 6, 11)) == told(given)


def test_events_come_in_order_of_time() -> None:
    """Events of several entries are merged by the time they are received."""
    given = (
        '{ at = "0s", temperature = 38, every = "10min", until = "10min" }, '
        '{ at = "5min", temperature = 39 }'
    )
    times = [event.received for event in told(given)]

    assert [0, 5 * MINUTE, 10 * MINUTE] == times


def test_words_of_coded_signals_become_their_place() -> None:
    """A coded signal is given by its word."""
    (event,) = told('{ at = "0s", oxygen_device = "cpap" }')
    device = SIGNAL["oxygen_device"]

    assert Observation(PATIENT, 0, 0, device.index, device.words.index("cpap")) == event


def test_status_and_attribution_reach_the_observation() -> None:
    """A value may be corrected, and a finding given another cause."""
    given = (
        '{ at = "0s", temperature = 38, ice_score = 7, status = "corrected", '
        'attributable = ["ice_score"] }'
    )
    observations = [event for event in told(given) if isinstance(event, Observation)]

    assert [Status.CORRECTED] * 2 == [event.status for event in observations]
    assert [False, True] == [event.attributable_elsewhere for event in observations]


def test_treatments_happen_once() -> None:
    """A treatment of an entry happens at its time, however often its values repeat."""
    given = (
        '{ at = "1min", temperature = 38, every = "1min", until = "3min", '
        'treatments = { norepinephrine = "started" } }'
    )
    index = TREATMENT["norepinephrine"].index
    treatments = [event for event in told(given) if isinstance(event, TreatmentEvent)]

    assert [TreatmentEvent(PATIENT, MINUTE, MINUTE, index, TreatmentAction.STARTED)] == treatments


def test_a_patient_may_be_described() -> None:
    """Age, delay, baseline and infusion come from the case."""
    patient = """patient = { age_years = 7.5, developmental_delay = true, infused = "6h", \
baseline = { systolic_bp = 120 } }"""
    stay, infusion = told("", patient)

    assert isinstance(stay, Stay)
    assert (7.5, True) == (stay.age_years, stay.developmental_delay)
    assert {SIGNAL["systolic_bp"].index: 120} == stay.baseline
    assert -6 * HOUR == infusion.time
    assert 0 == infusion.received


def test_a_person_may_answer() -> None:
    """A case may acknowledge the alert of its rule, or do more."""
    more = 'acknowledge = [{ at = "2min" }, { at = "4min", action = "resolve", by = "doctor" }]'

    assert (
        Command(PATIENT, 2 * MINUTE, 2 * MINUTE, CommandAction.ACKNOWLEDGE, "nurse", rule="fever"),
        Command(PATIENT, 4 * MINUTE, 4 * MINUTE, CommandAction.RESOLVE, "doctor", rule="fever"),
    ) == told("", more)


def test_the_alert_of_a_feed_rule_is_answered_for_the_feed() -> None:
    """Nobody is the patient of a rule about the whole feed, so its answers name the feed."""
    rule = RULE.replace('maturity = "stable"', 'maturity = "stable"\nscope = "feed"')
    rule = rule.replace("temperature.last >= 38.0", "feed.silence >= 1h")
    answered = case("fever", "fires", more='acknowledge = [{ at = "2min" }]', phase="ACTIVE")
    cases = load_cases(
        {"crs.toml": answered + COMPLETE}, load_one(HEAD + rule + FAMILY), VOCABULARY
    )
    (answer,) = (event for event in cases[0].events if isinstance(event, Command))

    assert FEED == answer.patient


def test_a_family_of_rules_shares_its_cases() -> None:
    """Rules made by one for_each need their three cases once, for any of them."""
    cases = load_cases({"crs.toml": COMPLETE}, BOOK, VOCABULARY)

    assert 6 == len(cases)


@pytest.mark.parametrize("kind", RULE_KINDS)
def test_each_kind_is_asked_of_each_rule(kind: CaseKind) -> None:
    """A rule without one of the three kinds of case is told."""
    text = three("stale-spo2")
    for other in set(RULE_KINDS) - {kind}:
        phase = "ACTIVE" if other is CaseKind.FIRES else "QUIET"
        text += case("fever", other, phase=phase)

    (complaint,) = complaints(text)

    assert complaint.startswith(f'cases/crs.toml: rule "fever": found no case of kind {kind},')


BAD = {
    "no toml": ("case = = 1", "cases/crs.toml: found text that is not TOML"),
    "nothing": ("", "case: found nothing, expected the key case"),
    "no table": ("case = [1]", "case 1: found '1'"),
    "unknown rule": (
        FIRES.replace("fever", "fevre"),
        "rule: found 'fevre', expected a rule; did you mean \"fever\"?",
    ),
    "unknown key": (FIRES.replace("story", "stroy"), "stroy: found an unknown key"),
    "missing key": (FIRES.replace("story", "#"), "story: found nothing, expected the key story"),
    "unknown kind": (
        FIRES.replace("fires", "fire"),
        "expected one of fires, silent, missing, counts; did",
    ),
    "unknown phase": (
        FIRES.replace("ACTIVE", "RINGING"),
        "expect 1, phase: found 'RINGING', expected one of QUIET, PENDING",
    ),
    "no expectation": (
        FIRES.replace('{ at = "10min", phase = "ACTIVE" }', ""),
        "expect: found '[]'",
    ),
    "expect key": (
        FIRES.replace("phase", "fase"),
        "or a scale or index; did you mean",
    ),
    "fires not": (
        FIRES.replace("ACTIVE", "QUIET"),
        'case 1 of rule "fever", expect: found no ACTIVE',
    ),
    "silent fires": (FIRES.replace('"fires"', '"silent"'), "found ACTIVE, expected never ACTIVE"),
    "unknown signal": (
        given('at = "0s", temprature = 38'),
        "given 1: found 'temprature', expected a signal; did you mean \"temperature\"?",
    ),
    "mistyped key": (given('at = "0s", evry = "3s"'), 'did you mean "every"?'),
    "no time": (given("temperature = 38"), "given 1, at: found nothing"),
    "no value": (
        given('at = "0s", temperature = "hot"'),
        "given 1, temperature: found 'hot', expected a value of temperature",
    ),
    "truth": (given('at = "0s", temperature = true'), "found 'True', expected a number or a word"),
    "not exact": (
        given('at = "0s", heart_rate = 80.5'),
        "found '80.5', expected a value of heart_rate",
    ),
    "implausible": (given('at = "0s", temperature = 380'), "the plausible range"),
    "not a number": (given('at = "0s", temperature = nan'), "expected a value of temperature"),
    "unknown word": (
        given('at = "0s", oxygen_device = "cpapp"'),
        "expected a value of oxygen_device",
    ),
    "unknown treatment": (
        given('at = "0s", treatments = { norepinefrine = "given" }'),
        'expected a treatment; did you mean "norepinephrine"?',
    ),
    "unknown action": (
        given('at = "0s", treatments = { norepinephrine = "gave" }'),
        "expected one of given, started, stopped",
    ),
    "attributable": (
        given('at = "0s", attributable = ["ice_score"]'),
        "expected signals of the same entry",
    ),
    "no end": (given('at = "0s", temperature = 38, every = "1s"'), "expected both every and until"),
    "too often": (
        given('at = "0s", temperature = 38, every = "1s", until = "14d"'),
        f"at most {REPEATS_MAX}",
    ),
    "patient key": (more("patient = { aged = 3 }"), "patient, aged: found an unknown key"),
    "patient age": (more("patient = { age_years = 300 }"), "patient, age_years: found"),
    "infused": (
        more('patient = { infused = "maybe" }'),
        "patient, infused: found 'maybe', expected a span",
    ),
    "baseline": (
        more("patient = { baseline = { sistolic_bp = 120 } }"),
        "patient, baseline: found 'sistolic_bp'",
    ),
    "answer": (
        more('acknowledge = [{ at = "0s", action = "acknowledged" }]'),
        'did you mean "acknowledge"?',
    ),
}


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD)
def test_bad_cases_are_refused_in_three_parts(text: str, said: str) -> None:
    """Each fault is told with file, case, key, what was found and what belongs there."""
    assert any(said in complaint for complaint in complaints(text)), complaints(text)


def test_a_case_belongs_to_the_pack_of_its_file() -> None:
    """Cases of a rule stand in the file named after the rule's pack."""
    (complaint, *_) = complaints(FIRES, "icans.toml")

    assert "found a rule of pack crs, expected a rule of pack icans" in complaint


def test_everything_wrong_is_told_at_once() -> None:
    """Problems of several cases are all told."""
    text = FIRES.replace("fever", "fevre") + case("fever", "fires")

    assert 2 == len(complaints(text))
