"""Events are read as the contract says, and read again as they were written."""

import json

import pytest

from monitord.adapters.codecs.native import decode, encode_event
from monitord.domain.events import (
    Command,
    CommandAction,
    Observation,
    Quality,
    Rejection,
    Status,
    Stay,
    StayAction,
    TreatmentAction,
    TreatmentEvent,
)
from monitord.domain.signals import SIGNAL
from monitord.domain.time import HOUR, LONG_AGO, MINUTE
from monitord.domain.treatments import TREATMENT
from tests.unit.adapters.codecs.payloads import (
    NINE,
    Sent,
    command,
    observation,
    only,
    read,
    refused,
    sent,
    stay,
    treatment,
    with_value,
)

TEMPERATURE = SIGNAL["temperature"].index


def test_an_observation_is_read() -> None:
    """The plain observation has defaults for whatever it leaves out."""
    assert read(observation()) == Observation("p1", NINE, NINE, TEMPERATURE, 3805)


def test_an_event_without_a_kind_is_an_observation() -> None:
    """The contract's default kind."""
    assert read(observation(kind=...)) == read(observation())


def test_a_code_is_read_as_its_word() -> None:
    """LOINC and MDC codes name the same signal as its word."""
    assert read(observation(signal="8310-5")) == read(observation())
    assert read(observation(signal="MDC_TEMP_BODY")) == read(observation())


def test_every_field_of_an_observation_is_kept() -> None:
    """Nothing that the contract names is lost."""
    event = observation(
        status="corrected",
        quality="questionable",
        attributable_elsewhere=True,
        id="x-1",
        source="monitor 4",
        seq=7,
        ward="bmt",
    )
    expected = Observation(
        "p1", NINE, NINE, TEMPERATURE, 3805, "bmt", Status.CORRECTED, Quality.QUESTIONABLE, True,
        "x-1", "monitor 4", 7,
    )  # fmt: skip
    assert expected == read(event)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("38.05", 3805),
        ("37.95", 3795),
        ("3.805e1", 3805),
        ("38", 3800),
        ("37.995", 3800),
        ("37.99499999999999999999999999", 3799),
    ],
)
def test_a_decimal_is_never_a_float_on_its_way(text: str, whole: int) -> None:
    """Digits that no float could hold still decide to which side a value is rounded."""
    arrival = only(decode(with_value(text), NINE))
    assert isinstance(arrival, Observation)
    assert whole == arrival.value


def test_what_was_entered_in_error_needs_no_value() -> None:
    """A withdrawn value is not read, so that even an impossible one can be withdrawn."""
    withdrawn = Observation("p1", NINE, NINE, TEMPERATURE, 0, status=Status.ENTERED_IN_ERROR)
    assert read(observation(status="entered-in-error", value=...)) == withdrawn
    assert read(observation(status="entered-in-error", value=99)) == withdrawn


def test_null_means_that_a_field_is_absent() -> None:
    """Senders write null for what they do not know."""
    assert read(observation(id=None, seq=None, status=None)) == read(observation())


def test_keys_of_others_are_ignored() -> None:
    """Senders add keys of their own."""
    assert read(observation(colour="red", nested={"a": [1]})) == read(observation())


def test_a_stay_is_read() -> None:
    """Age, place and the usual values are kept; usual values are in canonical units."""
    event = stay(
        ward="bmt",
        bed="12",
        age_years=9.5,
        developmental_delay=False,
        baseline={"systolic_bp": 128, "ferritin": 310, "8310-5": 36.6},
        language="de",
    )
    usual = {SIGNAL["systolic_bp"].index: 128, SIGNAL["ferritin"].index: 310, TEMPERATURE: 3660}
    assert read(event) == Stay(
        "p1", NINE, NINE, StayAction.ADMIT, "bmt", "12", 9.5, False, usual, "de"
    )


def test_a_treatment_is_read() -> None:
    """The dose is kept as it was sent."""
    event = treatment(dose=0.05, unit="ug/kg/min", product="x")
    place = TREATMENT["norepinephrine"].index
    assert read(event) == TreatmentEvent(
        "p1", NINE, NINE, place, TreatmentAction.STARTED, None, "0.05", "ug/kg/min", "x"
    )


def test_a_command_is_read() -> None:
    """Who, what, why and until when."""
    event = command(action="silence", reason="at the bedside", until="2026-01-08T10:00:00Z")
    assert read(event) == Command(
        "p1", NINE, NINE, CommandAction.SILENCE, "nurse-7", None, "a1", None, "at the bedside",
        NINE + HOUR,
    )  # fmt: skip


def test_a_command_may_answer_for_the_whole_feed() -> None:
    """The feed's own alerts are answered under its name, in the payload or on the topic."""
    answered = Command(
        "_feed", NINE, NINE, CommandAction.ACKNOWLEDGE, "nurse-7", "_", rule="feed-silent"
    )
    told = command(patient="_feed", alert=..., rule="feed-silent")
    on_topic = sent(command(patient=..., kind=..., alert=..., rule="feed-silent"))

    assert [answered] == decode(sent(told), NINE, ward="_")
    assert [answered] == decode(on_topic, NINE, ward="_", patient="_feed", kind="command")


def test_the_topic_stands_in_for_what_is_left_out() -> None:
    """Ward, patient and kind may come from the topic alone."""
    payload = sent(observation(patient=..., kind=...))
    arrivals = decode(payload, NINE, ward="bmt", patient="p9", kind="observation")
    assert arrivals == [Observation("p9", NINE, NINE, TEMPERATURE, 3805, "bmt")]


def test_the_topic_s_ward_counts_but_for_a_stay() -> None:
    """A transfer is told on the old ward's topic and names the new one."""
    observed = only(decode(sent(observation(ward="a")), NINE, ward="b"))
    moved = only(decode(sent(stay(action="transfer", ward="a")), NINE, ward="b"))
    assert isinstance(observed, Observation)
    assert isinstance(moved, Stay)
    assert (observed.ward, moved.ward) == ("b", "a")


def test_a_replayed_event_tells_when_it_was_received() -> None:
    """Without an instant of receipt the event's own counts, and else its time."""
    late = observation(received="2026-01-08T11:00:00Z")
    assert only(decode(sent(late), None)).received == NINE + 2 * HOUR
    assert only(decode(sent(observation()), None)).received == NINE
    assert only(decode(sent(late), NINE)).received == NINE


def test_a_refused_replayed_event_tells_it_too() -> None:
    """A rejection stands where its event would have stood, as far as that can be read."""
    late = observation(received="2026-01-08T11:00:00Z", unit="kg")
    assert only(decode(sent(late), None)).received == NINE + 2 * HOUR
    assert only(decode(sent(observation(unit="kg")), None)).received == NINE
    assert only(decode(b"{", None)).received == LONG_AGO


def test_two_minutes_ahead_is_borne_and_more_is_not() -> None:
    """The contract's limit on a sender's clock."""
    assert isinstance(only(decode(sent(observation()), NINE - 2 * MINUTE)), Observation)
    ahead = only(decode(sent(observation()), NINE - 2 * MINUTE - 1))
    assert isinstance(ahead, Rejection)
    assert ahead.reason == "future_time"


def test_a_bad_element_does_not_harm_the_others() -> None:
    """Each element of an array stands for itself and keeps its place."""
    events = [observation(), {"x": [1]}, 5, observation(unit="kg"), stay()]
    arrivals = decode(sent(events), NINE)
    names = [a.reason if isinstance(a, Rejection) else type(a).__name__ for a in arrivals]
    assert ["Observation", "missing_field", "wrong_type", "unit_does_not_fit", "Stay"] == names


def test_a_rejection_keeps_the_element_s_own_text() -> None:
    """What is shown of a refused element is what was sent, not a retelling."""
    payload = b'[ {"a" : 1e400, "b":"\xc3\xbc"} ,\n' + sent(observation()) + b" ]"
    bad, good = decode(payload, NINE)
    assert isinstance(bad, Rejection)
    assert bad.event == '{"a" : 1e400, "b":"ü"}'
    assert isinstance(good, Observation)


def test_what_is_kept_of_a_payload_is_cut_at_4_kib() -> None:
    """Also when its letters take three bytes each."""
    kept = refused(b"x" * 100_000).event
    assert len(kept) == 4096
    wide = refused(sent("é" * 9000).replace(b"\\u00e9", "€".encode())).event
    assert 4094 <= len(wide.encode()) <= 4096


@pytest.mark.parametrize(
    "event",
    [
        observation(),
        observation(signal="heart_rate", value=72, unit="/min"),
        observation(signal="oxygen_device", value="cpap", unit=...),
        observation(signal="creatinine", value=100, unit="umol/L", seq=0, id="", source="x"),
        observation(status="entered-in-error", value=...),
        observation(status="corrected", quality="bad", attributable_elsewhere=True),
        observation(received="2026-01-08T11:00:00.250Z", time="2026-01-08T16:59:59.999+08:00"),
        stay(),
        stay(baseline={"temperature": 36.6, "oxygen_device": "room_air"}, age_years=9),
        stay(ward="a b", bed="1", developmental_delay=False, language="de"),
        treatment(dose=0.05, unit="ug/kg/min"),
        treatment(dose="two tablets", product="x"),
        command(until="2026-01-08T10:00:00Z", reason="r", rule="crs"),
        command(patient="_feed", ward="_", alert=..., rule="feed-silent"),
    ],
)
def test_an_event_written_and_read_is_the_same_event(event: Sent) -> None:
    """The journal gives back what was put in."""
    (first,) = decode(sent(event), None)
    assert not isinstance(first, Rejection), first.detail
    assert [first] == decode(json.dumps(encode_event(first)).encode(), None)


def test_a_written_event_has_only_the_fields_that_are_set() -> None:
    """Canonical units, UTC, and nothing that a default says as well."""
    event = observation(
        value=100.4, unit="[degF]", time="2026-01-08T17:00:00+08:00", status="final"
    )
    expected = observation(value=38.0)
    assert list(expected.items()) == list(encode_event(read(event)).items())
