"""What waits to be published leaves in the right order and never silently disappears."""

from monitord.adapters.mqtt.link import Publication
from monitord.adapters.mqtt.outgoing import Outgoing


def payloads(outgoing: Outgoing, most: int = 100) -> list[bytes]:
    return [waiting.publication.payload for waiting in outgoing.take(most)]


def test_urgent_words_leave_first_and_refusals_last():
    """Alerts overtake states, and states overtake the line of refusals."""
    outgoing = Outgoing()
    outgoing.put_in_line("r", b"refusal", 0)
    outgoing.put_latest("s", b"state", 0)
    outgoing.put_urgent("a", b"alert", 0)

    assert [b"alert", b"state", b"refusal"] == payloads(outgoing)
    assert len(outgoing) == 0


def test_a_newer_word_replaces_an_older_one_on_its_topic():
    """Only the newest alert of a topic is sent; refusals on one topic are all sent, in order."""
    outgoing = Outgoing()
    for number in range(3):
        outgoing.put_urgent("a", b"alert %d" % number, number)
        outgoing.put_in_line("r", b"refusal %d" % number, number)

    assert [b"alert 2", b"refusal 0", b"refusal 1", b"refusal 2"] == payloads(outgoing)


def test_a_batch_is_no_larger_than_asked():
    """Taking a few leaves the rest in order."""
    outgoing = Outgoing()
    for number in range(5):
        outgoing.put_latest(f"s{number}", b"%d" % number, 0)
        outgoing.put_in_line("r", b"r%d" % number, 0)

    assert [b"0", b"1", b"2"] == payloads(outgoing, 3)
    assert [b"3", b"4", b"r0", b"r1"] == payloads(outgoing, 4)


def test_what_failed_goes_back_unless_something_newer_was_said():
    """A failed batch is put back in order, and never over a newer word."""
    outgoing = Outgoing()
    outgoing.put_urgent("a", b"old", 0)
    outgoing.put_in_line("r", b"first", 0)
    outgoing.put_in_line("r", b"second", 0)
    failed = outgoing.take(2)
    outgoing.put_urgent("a", b"new", 1)
    outgoing.give_back(failed)

    assert [b"new", b"first", b"second"] == payloads(outgoing)


def test_only_retained_words_are_marked_so():
    """Alerts and states are retained by the broker, refusals are not."""
    outgoing = Outgoing()
    outgoing.put_urgent("a", b"", 0)
    outgoing.put_latest("s", b"", 0)
    outgoing.put_in_line("r", b"", 0)

    assert [True, True, False] == [waiting.publication.retain for waiting in outgoing.take(9)]


def test_the_age_is_that_of_the_oldest_thing_unsaid():
    """Replacing a word does not make it younger, because the topic has waited all the time."""
    outgoing = Outgoing()
    assert outgoing.oldest_s(5) == 0
    outgoing.put_urgent("a", b"1", 10)
    outgoing.put_urgent("a", b"2", 20)
    outgoing.put_in_line("r", b"3", 15)

    assert outgoing.oldest_s(30) == 20
    outgoing.take(1)
    assert outgoing.oldest_s(30) == 15


def test_the_line_is_bounded_and_counts_what_it_gives_up():
    """A refusal that finds the line full is counted as dropped."""
    outgoing = Outgoing(most_in_line=2)
    for number in range(5):
        outgoing.put_in_line("r", b"%d" % number, 0)

    assert [b"0", b"1"] == payloads(outgoing)
    assert outgoing.dropped == 3


def test_an_open_alert_is_never_given_up():
    """With too many topics only alerts that are over go, and they are counted."""
    outgoing = Outgoing(most_topics=2)
    outgoing.put_urgent("over", b"", 0)
    for number in range(3):
        outgoing.put_urgent(f"open {number}", b"open", 0)

    assert [b"open"] * 3 == payloads(outgoing)
    assert outgoing.dropped == 1


def test_a_topic_waits_in_one_place_only():
    """Clearing a state that still waits leaves nothing behind that would bring it back."""
    outgoing = Outgoing()
    outgoing.put_latest("s", b"state", 0)
    failed = outgoing.take(1)
    outgoing.put_urgent("s", b"", 1)
    outgoing.give_back(failed)

    assert payloads(outgoing) == [b""]
    outgoing.put_urgent("s", b"", 2)
    outgoing.put_latest("s", b"back again", 3)
    assert payloads(outgoing) == [b"back again"]


class Hanging:
    """A broker that hangs up when a payload begins with `poison`, and has the rest."""

    def __init__(self) -> None:
        self.outgoing = Outgoing()
        self.kept: list[bytes] = []
        self.dropped: list[Publication] = []
        self.now_s = 0.0
        self.hang_ups = 0

    def connect(self, most: int = 64) -> None:
        """Publish until the broker hangs up or nothing waits."""
        while batch := self.outgoing.take(most):
            told = [waiting.publication.payload for waiting in batch]
            ends = next((i for i, p in enumerate(told) if p.startswith(b"poison")), len(told))
            self.kept += told[:ends]
            if ends < len(told):
                self.hang_ups += 1
                self.dropped += self.outgoing.suspect(batch[ends:], self.now_s)
                return


def test_what_the_broker_hangs_up_on_is_dropped_and_takes_nothing_with_it():
    """After three connections the one poisonous word is gone, and all others were said."""
    broker = Hanging()
    broker.outgoing.put_urgent("bad", b"poison", 0)
    for number in range(5):
        broker.outgoing.put_urgent(f"a{number}", b"alert %d" % number, 0)
        broker.outgoing.put_latest(f"s{number}", b"state %d" % number, 0)
        broker.outgoing.put_in_line("r", b"refusal %d" % number, 0)
    for _ in range(3):
        broker.connect()

    assert [Publication("bad", b"poison", True)] == broker.dropped
    broker.connect()
    assert (3, 0) == (broker.hang_ups, len(broker.outgoing))
    assert sorted(broker.kept) == sorted(
        b"%s %d" % (word, number)
        for word in (b"alert", b"state", b"refusal")
        for number in range(5)
    )


def test_nothing_waits_for_what_is_suspect():
    """What is new leaves before what the broker hung up on, and urgent suspects before others."""
    outgoing = Outgoing()
    outgoing.put_urgent("a", b"alert", 0)
    outgoing.put_latest("s", b"state", 0)
    outgoing.suspect(outgoing.take(9), 0)
    outgoing.put_urgent("b", b"new alert", 1)
    outgoing.put_in_line("r", b"refusal", 1)

    assert [[b"new alert"], [b"alert"], [b"state"], [b"refusal"]] == [
        payloads(outgoing) for _ in range(4)
    ]


def test_a_refusal_that_the_broker_hangs_up_on_does_not_end_the_line():
    """Refusals before and after it are told, in order."""
    broker = Hanging()
    for payload in (b"1", b"poison", b"2", b"3"):
        broker.outgoing.put_in_line("r", payload, 0)
    for _ in range(4):
        broker.connect()

    assert [b"1", b"2", b"3"] == broker.kept
    assert [b"poison"] == [one.payload for one in broker.dropped]


def test_a_count_goes_with_the_topic_and_ends_with_an_answer():
    """A newer word stands under the count of the older; what is answered is suspect no more."""
    broker = Hanging()
    for number in range(3):
        broker.outgoing.put_latest("s", b"poison %d" % number, 0)
        broker.connect()
    assert [b"poison 2"] == [one.payload for one in broker.dropped]

    broker = Hanging()
    for payload in (b"poison", b"poison", b"good", b"poison", b"poison"):
        broker.outgoing.put_urgent("a", payload, 0)
        broker.connect()
    assert [] == broker.dropped
    assert [b"good"] == broker.kept


def test_a_newer_word_said_while_the_older_was_under_way_takes_its_count():
    """No topic escapes its count by being said again in time."""
    outgoing = Outgoing()
    dropped: list[Publication] = []
    for number in range(3):
        outgoing.put_latest("s", b"%d" % number, number)
        under_way = outgoing.take(9)
        outgoing.put_latest("s", b"%d again" % number, number)
        dropped += outgoing.suspect(under_way, number)

    assert [b"2"] == [one.payload[:1] for one in dropped]
    assert len(outgoing) == 0


def dropped_at(now_s: float, *, urgent: bool) -> Outgoing:
    broker = Hanging()
    broker.now_s = now_s
    put = broker.outgoing.put_urgent if urgent else broker.outgoing.put_latest
    put("t", b"poison", 0)
    for _ in range(3):
        broker.connect()
    assert len(broker.dropped) == 1
    return broker.outgoing


def test_an_alert_that_was_dropped_is_not_repeated_for_ten_minutes_but_may_change():
    """The same words wait for the time to pass; other words, and the end of it, do not."""
    outgoing = dropped_at(100, urgent=True)
    outgoing.put_urgent("t", b"poison", 699)
    assert payloads(outgoing) == []
    outgoing.put_urgent("t", b"other", 699)
    assert payloads(outgoing) == [b"other"]
    outgoing.put_urgent("t", b"", 699)
    assert payloads(outgoing) == [b""]
    outgoing.put_urgent("t", b"poison", 700)
    assert payloads(outgoing) == [b"poison"]


def test_a_state_that_was_dropped_is_not_drawn_for_ten_minutes():
    """A state changes every second and would make the broker hang up each time."""
    outgoing = dropped_at(100, urgent=False)
    outgoing.put_latest("t", b"other", 699)
    assert payloads(outgoing) == []
    outgoing.put_latest("t", b"other", 700)
    assert payloads(outgoing) == [b"other"]
