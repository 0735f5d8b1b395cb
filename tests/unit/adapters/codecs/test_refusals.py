"""Whatever is wrong with a payload is refused by name, and nothing stops the reader."""

import json
from collections.abc import Iterable
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.adapters.codecs import reading
from monitord.adapters.codecs.native import KINDS, MOST_EVENTS, TOLD_ALONE, decode
from monitord.domain.events import Arrival, Observation, Rejection
from monitord.domain.signals import SIGNALS
from tests.unit.adapters.codecs.payloads import (
    NINE,
    Sent,
    command,
    observation,
    only,
    refused,
    sent,
    stay,
    treatment,
    with_value,
)


class Topic(TypedDict, total=False):
    """What a topic may say of its payload."""

    ward: str
    patient: str
    kind: str


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"[]", "empty"),
        (b"{", "not_json"),
        (b"{} {}", "not_json"),
        (b"{'a': 1}", "not_json"),
        (b"[{}", "not_json"),
        (b"\xff\xfe{\x00}\x00", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"a":' * 50_000, "not_json"),
        (b"5", "wrong_type"),
        (b"null", "wrong_type"),
        (b'"text"', "wrong_type"),
        (b"[[]]", "wrong_type"),
        (b"[" + b"0," * MOST_EVENTS + b"0]", "too_many_events"),
        (b"x" * 1_000_000, "payload_too_large"),
        (with_value("NaN"), "not_finite"),
        (with_value("Infinity"), "not_finite"),
        (with_value("-Infinity"), "not_finite"),
        (with_value("1e400"), "impossible_value"),
        (with_value("1e99999999999999999999"), "not_finite"),
        (with_value("-1e-99999999999999999999"), "not_finite"),
        (with_value("1" + "0" * 5000), "impossible_value"),
        (with_value("[" * 900 + "]" * 900), "wrong_type"),
    ],
)
def test_bytes_that_are_no_event(payload: bytes, reason: str) -> None:
    """Junk on the wire has a name."""
    assert reason == refused(payload).reason


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (observation(kind="observe"), "unknown_kind"),
        (observation(kind=["observation"]), "wrong_type"),
        (observation(patient=...), "patient_missing"),
        (observation(patient=5), "wrong_type"),
        (observation(patient="a/b"), "bad_patient"),
        (observation(patient="x" * 65), "bad_patient"),
        (observation(patient="p1\n"), "bad_patient"),
        (observation(patient=""), "bad_patient"),
        (observation(patient="_feed"), "reserved_patient"),
        (stay(patient="_feed"), "reserved_patient"),
        (treatment(patient="_feed"), "reserved_patient"),
        (observation(time=...), "missing_field"),
        (observation(time=1767862800), "wrong_type"),
        (observation(time="2026-01-08T09:00:00"), "bad_time"),
        (observation(time="2026-01-08"), "bad_time"),
        (observation(time="0001-01-01T00:00:00+14:00"), "bad_time"),
        (observation(time="9999-12-31T23:59:59-14:00"), "bad_time"),
        (observation(time="2106-01-01T00:00:00Z"), "bad_time"),
        (observation(time="T" * 70), "bad_time"),
        (observation(time="2026-01-08T09:02:01Z"), "future_time"),
        (observation(signal=...), "missing_field"),
        (observation(signal="temprature"), "unknown_signal"),
        (observation(signal="x" * 100), "unknown_signal"),
        (observation(signal="\ud800"), "wrong_type"),
        (observation(value=...), "missing_field"),
        (observation(value=None), "missing_field"),
        (observation(value="38.05"), "wrong_type"),
        (observation(value=True), "wrong_type"),
        (observation(value={}), "wrong_type"),
        (observation(value=99), "impossible_value"),
        (observation(unit=...), "unit_missing"),
        (observation(unit="kg"), "unit_does_not_fit"),
        (observation(unit=5), "wrong_type"),
        (observation(status="fnal"), "unknown_word"),
        (observation(quality=1), "wrong_type"),
        (observation(attributable_elsewhere="yes"), "wrong_type"),
        (observation(seq=1.5), "wrong_type"),
        (observation(seq=True), "wrong_type"),
        (observation(seq=1 << 63), "wrong_type"),
        (observation(seq=-(1 << 63) - 1), "wrong_type"),
        (observation(source="x" * 300), "too_long"),
        (observation(ward="a/b"), "bad_ward"),
        (observation(ward="\x85x"), "bad_ward"),  # a broker hangs up on a control character
        (observation(ward="\uffff"), "bad_ward"),  # and on what is no character
        (observation(signal="oxygen_device", value="mask", unit=...), "unknown_word"),
        (observation(signal="oxygen_device", value=3, unit=...), "wrong_type"),
        (observation(signal="oxygen_device", value="x" * 90, unit=...), "unknown_word"),
        (observation(status="entered-in-error", signal="x"), "unknown_signal"),
        (stay(action="leave"), "unknown_word"),
        (stay(age_years=-1), "impossible_value"),
        (stay(age_years=float("nan")), "not_finite"),
        (stay(age_years="9"), "wrong_type"),
        (stay(baseline={"sistolic": 120}), "unknown_signal"),
        (stay(baseline={"systolic_bp": 999}), "impossible_value"),
        (stay(baseline=[1]), "wrong_type"),
        (stay(baseline={str(n): n for n in range(100)}), "too_long"),
        (treatment(treatment="norepinephrin"), "unknown_treatment"),
        (treatment(treatment=...), "missing_field"),
        (treatment(action="begun"), "unknown_word"),
        (treatment(dose=float("inf")), "not_finite"),
        (treatment(dose=[1]), "wrong_type"),
        (command(by=...), "missing_field"),
        (command(alert=...), "missing_field"),
        (command(until="later"), "bad_time"),
    ],
)
def test_events_that_break_the_contract(event: Sent, reason: str) -> None:
    """Each mistake has its own name, and a sentence that says what was expected."""
    rejection = refused(sent(event))
    assert reason == rejection.reason
    assert "expected" in rejection.detail
    assert "; " in rejection.detail
    assert rejection.received == NINE


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-01-08T09:00:00", "a time with its offset; write for example"),
        ("soon", "a time with its offset; write for example"),
        ("2106-01-01T00:00:00Z", "a time of the years 1900 to 2105; set the sender's clock"),
        ("1899-12-31T23:59:59Z", "a time of the years 1900 to 2105; set the sender's clock"),
        ("0001-01-01T00:00:00+14:00", "a time of the years 1900 to 2105; set the sender's clock"),
    ],
)
def test_a_bad_time_is_told_for_what_is_wrong_with_it(time: str, expected: str) -> None:
    """A missing offset and a wrong year are mended at different places."""
    assert f"'{time}', expected {expected}" in refused(sent(observation(time=time))).detail


@pytest.mark.parametrize(
    ("event", "word"),
    [
        (observation(signal="hart_rate"), "heart_rate"),
        (observation(kind="observaton"), "observation"),
        (observation(status="fnal"), "final"),
        (treatment(treatment="norepinephrin"), "norepinephrine"),
        (observation(signal="oxygen_device", value="nasal_canula", unit=...), "nasal_cannula"),
        (stay(baseline={"sistolic_bp": 120}), "systolic_bp"),
    ],
)
def test_the_nearest_word_is_suggested(event: Sent, word: str) -> None:
    """An unknown word is answered with the one that was meant."""
    assert f"did you mean {word!r}?" in refused(sent(event)).detail


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        ({"patient": "p2"}, "patient_mismatch"),
        ({"patient": "a b"}, "bad_patient"),
        ({"kind": "stay"}, "kind_mismatch"),
    ],
)
def test_a_payload_may_not_contradict_its_topic(topic: Topic, reason: str) -> None:
    """What a broker let through on one patient's topic is never another patient's."""
    arrival = only(decode(sent(observation()), NINE, **topic))
    assert isinstance(arrival, Rejection)
    assert reason == arrival.reason


def test_the_limit_of_a_payload_is_the_caller_s() -> None:
    """One byte more than allowed is too many."""
    payload = sent(observation())
    assert isinstance(only(decode(payload, NINE, max_bytes=len(payload))), Observation)
    arrival = only(decode(payload, NINE, max_bytes=len(payload) - 1))
    assert isinstance(arrival, Rejection)
    assert arrival.reason == "payload_too_large"


def test_an_array_as_long_as_allowed_is_read() -> None:
    """The limit on elements is the caller's, and that many are not too many."""
    payload = sent([observation()] * 3)
    assert len(decode(payload, NINE, max_events=3)) == 3
    assert ["too_many_events"] == reasons(decode(payload, NINE, max_events=2))


def reasons(arrivals: list[Arrival]) -> list[str]:
    return [one.reason for one in arrivals if isinstance(one, Rejection)]


def test_refusals_of_one_payload_for_one_reason_are_few() -> None:
    """Twenty are told each, and one more stands for the rest; good events keep their order."""
    wrong = [observation(signal=f"mood-{n}") for n in range(TOLD_ALONE + 80)]
    goods = [observation(value=37 + n) for n in range(3)]
    events = [goods[0], *wrong[:50], 5, goods[1], *wrong[50:], goods[2]]
    arrivals = decode(sent(events), NINE)
    told = [one for one in arrivals if isinstance(one, Rejection)]
    alone, last = told[:TOLD_ALONE], told[TOLD_ALONE]

    assert [3700, 3800, 3900] == [one.value for one in arrivals if isinstance(one, Observation)]
    assert [*["unknown_signal"] * (TOLD_ALONE + 1), "wrong_type"] == reasons(arrivals)
    assert [f"mood-{n}" for n in range(TOLD_ALONE)] == [
        json.loads(one.event)["signal"] for one in alone
    ]
    assert last.detail.startswith("80 more events of this payload are refused as unknown_signal")
    assert f"mood-{TOLD_ALONE}" in last.detail
    assert json.loads(last.event) == wrong[TOLD_ALONE]


def test_a_refusal_that_stands_for_itself_alone_says_no_more() -> None:
    """With one more than are told each, all are told each."""
    arrivals = decode(sent([5] * (TOLD_ALONE + 1)), NINE)
    assert {arrivals[0]} == set(arrivals)
    assert len(arrivals) == TOLD_ALONE + 1


def test_what_is_not_told_costs_no_search_for_what_was_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The nearest word is looked for only for the refusals that are told."""
    asked: list[str] = []

    def count(word: str, known: Iterable[str]) -> str:
        asked.append(word)
        return "docs/signals.md"

    monkeypatch.setattr(reading, "did_you_mean", count)
    decode(sent([observation(signal=f"mood-{n}") for n in range(200)]), NINE)
    assert len(asked) == TOLD_ALONE + 1


def test_of_a_repeated_key_the_last_counts() -> None:
    """Two values under one key are one value."""
    payload = sent(observation()).replace(b'"value"', b'"value": 99, "value"')
    assert decode(sent(observation()), NINE) == decode(payload, NINE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: (
        st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside, max_size=4)
    ),
    max_leaves=12,
)
RARE = ("baseline", "dose", "received", "status", "quality", "seq", "until", "ward")
FIELDS = [*sorted(observation() | stay() | treatment() | command()), *RARE]
WORDS = st.sampled_from(
    [*KINDS, *(s.word for s in SIGNALS), "admit", "given", "2026-01-08T09:00:00Z"]
)
LIKELY = st.dictionaries(st.sampled_from(FIELDS), JSON | WORDS, max_size=8)
ANY_TOPIC = st.fixed_dictionaries(
    {}, optional={name: st.text(max_size=8) for name in ("ward", "patient", "kind")}
)


@given(st.binary(max_size=200), ANY_TOPIC)
def test_no_bytes_stop_the_reader(payload: bytes, topic: Topic) -> None:
    """Any bytes on any topic give at least one arrival and no error."""
    assert decode(payload, NINE, **topic) != []


@given(JSON | LIKELY | st.lists(LIKELY, min_size=1, max_size=3))
def test_no_json_stops_the_reader(value: object) -> None:
    """Any JSON gives one arrival, or one for each element of an array."""
    expected = max(1, len(value)) if isinstance(value, list) else 1
    assert expected == len(decode(json.dumps(value).encode(), NINE))
    assert expected == len(decode(json.dumps(value).encode(), None))


@given(st.sampled_from(sorted(observation())), JSON)
def test_one_wrong_field_is_refused_or_harmless(field: str, value: object) -> None:
    """Whatever stands in one field, the result is an observation or a rejection with a sentence."""
    arrival = only(decode(sent(observation(**{field: value})), NINE))
    assert isinstance(arrival, Observation) or "expected" in getattr(arrival, "detail", "")


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.data())
def test_good_elements_are_read_whatever_stands_between(
    goods: list[bool], data: st.DataObject
) -> None:
    """Bad elements are refused in their place; every good one is read."""
    bad = JSON.filter(lambda value: not isinstance(value, list))
    events = [observation() if good else data.draw(bad) for good in goods]
    arrivals = decode(json.dumps(events).encode(), NINE)
    assert goods == [isinstance(arrival, Observation) for arrival in arrivals]
