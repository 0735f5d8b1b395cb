"""Raw messages become arrivals or named rejections, and nothing that arrives raises."""

import json

import pytest

from monitord.adapters.inbox import Inbox
from monitord.adapters.mqtt.topics import Topics
from monitord.daemon.ticking.intake import Intake
from monitord.domain.events import Arrival, Command, Observation, Rejection
from monitord.domain.time import NEVER, parse_time

NOW = parse_time("2026-01-05T08:00:00Z")
READING = {"signal": "heart_rate", "value": 80, "unit": "/min", "time": "2026-01-05T07:59:59Z"}


def intake(max_messages: int = 100) -> Intake:
    inbox = Inbox(max_messages=max_messages, max_bytes=10**7, payload_bytes=10_000)
    return Intake(inbox, Topics("m/v1", "desk"))


def taken(topic: str, payload: bytes) -> list[Arrival]:
    made = intake()
    made.inbox.put(topic, payload, NOW - 5)
    return made.take(NOW)


def refusal(topic: str, payload: bytes) -> Rejection:
    [refused] = taken(topic, payload)
    assert isinstance(refused, Rejection)
    return refused


def test_a_reading_takes_patient_ward_and_receipt_from_where_it_came():
    """What the payload leaves out is on the topic, and the receipt is when it arrived."""
    [reading] = taken("m/v1/in/west/p1/observation", json.dumps(READING).encode())

    assert isinstance(reading, Observation)
    assert (reading.patient, reading.ward, reading.received) == ("p1", "west", NOW - 5)


@pytest.mark.parametrize(
    ("topic", "payload", "reason"),
    [
        ("m/v1/in/west/p1", b"{}", "bad_topic"),
        ("", b"{}", "bad_topic"),
        ("m/v1/in/west/p1/lab", b"{}", "bad_topic"),
        ("m/v1/in/west/p1/observation", b"x" * 10_001, "payload_too_large"),
        ("m/v1/in/west/p1/observation", b"\xff\xfe", "not_json"),
        ("m/v1/in/west/p1/observation", b'{"signal": "\\ud800", "time": "x"}', "wrong_type"),
        ("m/v1/in/west/_feed/observation", json.dumps(READING).encode(), "reserved_patient"),
        ("m/v1/in/_/_feed/observation", json.dumps(READING).encode(), "reserved_patient"),
    ],
)
def test_what_is_wrong_is_refused_by_name(topic: str, payload: bytes, reason: str):
    """Topic, size and content are each refused under their own name, with the receipt."""
    refused = refusal(topic, payload)

    assert (refused.reason, refused.received) == (reason, NOW - 5)


@pytest.mark.parametrize("ward", ["_", "west"])
def test_the_whole_feed_is_answered_on_a_topic_of_its_own(ward: str):
    """A command for the feed comes in on any ward's topic, that of no ward included."""
    answer = {
        "action": "acknowledge",
        "rule": "feed-silent",
        "by": "nurse",
        "time": READING["time"],
    }
    [command] = taken(f"m/v1/in/{ward}/_feed/command", json.dumps(answer).encode())

    assert isinstance(command, Command)
    assert (command.patient, command.ward, command.rule) == ("_feed", ward, "feed-silent")


def test_a_payload_that_is_too_large_is_shown_cut():
    """The refusal shows the first 4 KiB and tells the whole size."""
    refused = refusal("m/v1/in/west/p1/observation", b"y" * 1_000_000)

    assert refused.event == "y" * 4096
    assert "1000000 bytes" in refused.detail


def test_an_inbox_that_was_full_is_told_once_a_tick():
    """However many messages were refused, one rejection tells their number."""
    made = intake(max_messages=1)
    for _ in range(4):
        made.inbox.put("m/v1/in/west/p1/observation", json.dumps(READING).encode(), NOW)
    arrivals = made.take(NOW)

    assert [type(arrival) for arrival in arrivals] == [Observation, Rejection]
    assert isinstance(arrivals[1], Rejection)
    assert arrivals[1].reason == "inbox_full"
    assert arrivals[1].detail.startswith("3 messages")
    assert made.take(NOW + 1) == []


def test_the_first_arrival_is_that_of_the_inbox():
    """The tick is told when the oldest message came, so that it knows when it is due."""
    made = intake()
    assert made.first() == NEVER
    made.inbox.put("t", b"", NOW)

    assert made.first() == NOW


def test_a_payload_may_be_as_large_as_the_settings_allow():
    """The bound of one payload is the setting's, also where that is more than the default."""
    inbox = Inbox(max_messages=10, max_bytes=10**7, payload_bytes=10**6)
    inbox.put("m/v1/in/west/p1/observation", json.dumps([READING] * 4_000).encode(), NOW)

    assert 4_000 == len(Intake(inbox, Topics("m/v1", "desk")).take(NOW))
