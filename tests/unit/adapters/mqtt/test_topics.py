"""Topics read and written as the outside contract has them."""

import pytest

from monitord.adapters.mqtt.topics import Address, BadTopic, Published, Topics

TOPICS = Topics("monitord/v1", "desk")


def test_a_good_topic_names_ward_patient_and_kind():
    """The three levels below `in/` are the ward, the patient and the kind."""
    assert Address("w-1", "p.2_3", "stay") == TOPICS.read("monitord/v1/in/w-1/p.2_3/stay")


def test_the_whole_feed_is_answered_on_a_topic_like_a_patient_s():
    """The feed has its own name where a patient's stands, and needs no ward."""
    assert Address("_", "_feed", "command") == TOPICS.read("monitord/v1/in/_/_feed/command")


@pytest.mark.parametrize(
    ("topic", "why"),
    [
        ("monitord/v1/in/w/p", "wrong shape"),
        ("monitord/v1/in/w/p/observation/more", "wrong shape"),
        ("monitord/v2/in/w/p/observation", "wrong shape"),
        ("", "wrong shape"),
        ("monitord/v1/in/w//observation", "patient must be"),
        ("monitord/v1/in//p/observation", "ward must be"),
        ("monitord/v1/in/w/p q/observation", "patient must be"),
        ("monitord/v1/in/w/" + "p" * 65 + "/observation", "patient must be"),
        ("monitord/v1/in/wärd/p/observation", "ward must be"),
        ("monitord/v1/in/w/p/observatoin", "did you mean 'observation'"),
        ("monitord/v1/in/w/p/zzz", "expected one of observation, stay, treatment, command"),
    ],
)
def test_a_bad_topic_says_what_is_wrong_with_it(topic: str, why: str):
    """Each way of being wrong has its own words, and none raises."""
    answer = TOPICS.read(topic)

    assert isinstance(answer, BadTopic)
    assert why in answer.detail


def test_the_longest_names_are_allowed():
    """A ward and a patient may be 64 characters long."""
    name = "x" * 64

    assert Address(name, name, "command") == TOPICS.read(f"monitord/v1/in/{name}/{name}/command")


def test_a_hostile_topic_is_cut_in_the_answer():
    """The detail stays short however long the topic is."""
    answer = TOPICS.read("monitord/v1/in/" + "a/" * 5_000)

    assert isinstance(answer, BadTopic)
    assert len(answer.detail) < 400


def test_outgoing_topics_are_those_of_the_contract():
    """Every outgoing topic starts with the root and its direction."""
    assert (
        "monitord/v1/in/#",
        "monitord/v1/canary/desk",
        "monitord/v1/out/rejected",
        "monitord/v1/out/status",
        "monitord/v1/out/w/p/alert/a1",
        "monitord/v1/out/w/p/state",
    ) == (
        TOPICS.inbound,
        TOPICS.canary,
        TOPICS.rejected,
        TOPICS.status,
        TOPICS.alert("w", "p", "a1"),
        TOPICS.state("w", "p"),
    )


def test_an_outgoing_topic_gives_its_ward_patient_and_alert_back():
    """What a retained message is about can be read from its topic; status is about nobody."""
    for ward, patient in (("w", "p"), ("alert", "p"), ("w", "alert"), ("state", "alert")):
        alert, state = TOPICS.alert(ward, patient, "a1"), TOPICS.state(ward, patient)
        assert Published(ward, patient, "a1") == TOPICS.published_for(alert)
        assert Published(ward, patient, "") == TOPICS.published_for(state)
    strangers = ("w/p", "w/p/alert", "w/p/alert/a1/more", "w/p/state/more", "w/p/other")
    for topic in (TOPICS.status, TOPICS.rejected, *(f"{TOPICS.root}/out/{s}" for s in strangers)):
        assert TOPICS.published_for(topic) is None
    assert TOPICS.published_for("elsewhere/out/w/p/state") is None
