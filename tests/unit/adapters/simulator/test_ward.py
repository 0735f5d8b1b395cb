"""The simulated ward as a whole: its order, its repeatability, its stories and its junk."""

import hashlib
from collections import Counter, defaultdict
from itertools import islice, pairwise

import orjson
import pytest

from monitord.adapters.codecs.native import decode
from monitord.adapters.simulator.messages import Fields
from monitord.adapters.simulator.people import WardPlan
from monitord.adapters.simulator.ward import Truth, events, messages, truths
from monitord.domain.events import Rejection
from monitord.domain.time import HOUR, MINUTE, parse_time

START = parse_time("2026-01-05T06:00:00Z")
DEMONSTRATION = WardPlan(start=START, days=7.5 / 24, compress=16, first_day=2.75)


def digest(plan: WardPlan) -> str:
    """Return a fingerprint of every byte that a plan gives."""
    hashed = hashlib.sha256()
    for event in events(plan):
        hashed.update(orjson.dumps(event))
    return hashed.hexdigest()


@pytest.fixture(scope="module")
def shown() -> list[Fields]:
    return list(events(DEMONSTRATION))


def told(name: str) -> Truth:
    return next(truth for truth in truths(DEMONSTRATION) if truth.story == name)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    """A ward is its plan: repeated to the byte, and different with another seed."""
    short = WardPlan(start=START, days=0.1, compress=16, first_day=2.75)
    other = WardPlan(start=START, days=0.1, compress=16, first_day=2.75, seed=2)

    assert digest(short) == digest(short)
    assert digest(short) != digest(other)


def test_events_come_in_order_of_receipt_and_none_before_it_was_measured(
    shown: list[Fields],
) -> None:
    """Receipt never goes back, and nothing is received before it happened."""
    received = [parse_time(str(event["received"])) for event in shown]

    assert all(before <= after for before, after in pairwise(received))
    assert all(
        parse_time(str(event["time"])) <= arrived
        for event, arrived in zip(shown, received, strict=True)
    )


def test_the_ward_is_made_as_it_is_read() -> None:
    """The first events of a thousand patients over a year come without making the rest."""
    endless = WardPlan(start=START, patients=1000, days=365)

    assert 3000 == len(list(islice(events(endless), 3000)))


def test_every_event_says_that_it_is_simulated(shown: list[Fields]) -> None:
    """No event can be taken for a real patient's."""
    assert {"simulated"} == {event["source"] for event in shown}


def test_only_junk_is_refused_and_only_by_the_plausible_range(shown: list[Fields]) -> None:
    """The door takes every event but the impossible values that were put in on purpose."""
    refused: Counter[str] = Counter()
    for event in shown:
        for arrival in decode(orjson.dumps(event), None):
            if isinstance(arrival, Rejection):
                refused[arrival.reason] += 1

    assert {"impossible_value"} == set(refused)
    assert refused["impossible_value"] < len(shown) / 1000


def test_of_twelve_patients_one_has_crs_one_icans_and_nine_are_well() -> None:
    """A ward of twelve has each story as often as the rota says, whatever the seed."""
    for seed in range(5):
        plan = WardPlan(start=START, seed=seed)
        stories = Counter(truth.story for truth in truths(plan))

        assert 12 == stories.total()
        assert (1, 1, 1) == (stories["crs"], stories["icans"], stories["infection"])
        assert 9 == sum(truth.is_healthy for truth in truths(plan))


def test_both_courses_unfold_within_the_demonstration() -> None:
    """Every milestone of CRS and ICANS lies inside the seven and a half hours that are shown."""
    for name in ("crs", "icans"):
        times = [mark.time for mark in told(name).milestones]

        assert times == sorted(times)
        assert times[0] > START + 10 * MINUTE
        assert times[-1] < START + 7 * HOUR


def values_of(shown: list[Fields], patient: str, signal: str) -> list[tuple[int, float]]:
    return [
        (parse_time(str(event["time"])), float(str(event["value"])))
        for event in shown
        if event["patient"] == patient and event.get("signal") == signal and "quality" not in event
    ]


def test_crs_brings_fever_then_low_pressure_then_a_vasopressor(shown: list[Fields]) -> None:
    """The scripted order of Ann Intensive Care 2024;14:20 is what the monitors show."""
    truth = told("crs")
    fever, low, pressor = (mark.time for mark in truth.milestones)
    temperature = values_of(shown, truth.patient, "temperature")
    pressure = values_of(shown, truth.patient, "systolic_bp")
    given = [event for event in shown if event.get("treatment") == "norepinephrine"]

    first_fever = min(time for time, value in temperature if value >= 38.0)
    first_low = min(time for time, value in pressure if value < 90)
    assert abs(first_fever - fever) <= 15 * MINUTE
    assert abs(first_low - low) <= 15 * MINUTE
    assert pressor == parse_time(str(given[0]["time"]))
    assert {truth.patient} == {event["patient"] for event in given}


def test_icans_lowers_the_ice_score_of_one_patient_only(shown: list[Fields]) -> None:
    """ICE falls to 2 in the patient with ICANS and stays 10 in everybody else."""
    lowest: dict[str, float] = {}
    for event in shown:
        if event.get("signal") == "ice_score":
            patient = str(event["patient"])
            lowest[patient] = min(lowest.get(patient, 10), float(str(event["value"])))

    assert 2 == lowest.pop(told("icans").patient)
    assert {10} == set(lowest.values())


def test_who_is_well_has_no_fever_and_no_low_pressure(shown: list[Fields]) -> None:
    """No healthy patient's believable reading reaches a threshold of CRS."""
    well = [truth.patient for truth in truths(DEMONSTRATION) if truth.is_healthy]
    for patient in well:
        temperatures = [v for _, v in values_of(shown, patient, "temperature") if v < 47]

        assert max(temperatures) < 38.0
        assert min(value for _, value in values_of(shown, patient, "systolic_bp")) > 95


def test_the_probe_that_falls_off_takes_the_saturation_with_it(shown: list[Fields]) -> None:
    """For an hour the saturation of one patient is missing while the other signals go on."""
    patient = told("probe").patient
    gaps = {
        signal: max(after - before for before, after in pairwise(times))
        for signal, times in {
            signal: [time for time, _ in values_of(shown, patient, signal)]
            for signal in ("spo2", "heart_rate")
        }.items()
    }

    assert gaps["spo2"] >= 55 * MINUTE
    assert gaps["heart_rate"] <= 3 * MINUTE


def test_a_broken_feed_brings_nothing_and_then_everything(shown: list[Fields]) -> None:
    """During the gap nothing of the patient arrives; after it every reading does, late."""
    patient = told("gap").patient
    arrivals = sorted(
        (parse_time(str(event["received"])), parse_time(str(event["time"])))
        for event in shown
        if event["patient"] == patient
    )
    before, after = max(pairwise(arrivals), key=lambda pair: pair[1][0] - pair[0][0])
    burst = [measured for received, measured in arrivals if received == after[0]]

    assert after[0] - before[0] >= 45 * MINUTE
    assert len(burst) > 100
    assert after[0] - min(burst) >= 45 * MINUTE


def test_an_infection_is_attributed_once_its_cause_is_known(shown: list[Fields]) -> None:
    """Only the infected patient's temperatures are attributed elsewhere, and only later ones."""
    marked = [event for event in shown if event.get("attributable_elsewhere")]

    assert {told("infection").patient} == {event["patient"] for event in marked}
    assert {"temperature"} == {event["signal"] for event in marked}


def test_each_message_carries_one_patient_and_one_kind() -> None:
    """What is published together belongs on one topic."""
    short = WardPlan(start=START, days=0.05, compress=16, first_day=2.75)
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for message in messages(short):
        kinds[message.kind].update(str(event["kind"]) for event in message.events)

        assert {message.patient} == {event["patient"] for event in message.events}
    assert {kind: {kind} for kind in ("observation", "stay", "treatment")} == dict(kinds)
