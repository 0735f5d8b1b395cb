"""What waits to be published leaves in the right order and never silently disappears."""

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
