"""The inbox keeps order, keeps its bounds, and counts what it refuses."""

from monitord.adapters.inbox import ANSWERS_KEPT, CUT_BYTES, Inbox, RawMessage
from monitord.domain.time import NEVER


def roomy() -> Inbox:
    return Inbox(max_messages=100, max_bytes=1_000_000, payload_bytes=10_000)


def test_messages_come_out_in_the_order_in_which_they_went_in():
    """Draining gives every message once, in order of arrival."""
    inbox = roomy()
    for number in range(5):
        inbox.put("t", str(number).encode(), number)

    assert [b"0", b"1", b"2", b"3", b"4"] == [m.payload for m in inbox.drain(10).messages]
    assert ([], 0) == tuple(inbox.drain(20))


def test_a_tick_takes_only_what_had_arrived_by_then():
    """A message received after the tick's instant waits for the next one, and so do its bytes."""
    inbox = roomy()
    inbox.put("t", b"early", 1_000)
    inbox.put("t", b"late", 1_001)

    assert [RawMessage("t", b"early", 1_000, 5)] == inbox.drain(1_000).messages
    assert (1_001, 1, len("t") + len(b"late")) == (inbox.first(), len(inbox), inbox.bytes_held)
    assert [RawMessage("t", b"late", 1_001, 4)] == inbox.drain(2_000).messages


def test_an_empty_inbox_has_no_first_message():
    """Nothing waits, so the first arrival never was."""
    assert roomy().first() == NEVER


def test_a_full_inbox_refuses_and_counts_once():
    """What does not fit by number is refused, counted, and the count starts again after a drain."""
    inbox = Inbox(max_messages=2, max_bytes=1_000, payload_bytes=100)

    assert [True, True, False, False] == [inbox.put("t", b"x", n) for n in range(4)]
    assert (2, 2) == (len(inbox.drain(9).messages), 2)
    assert inbox.drain(9).refused == 0


def test_the_count_of_refused_messages_comes_with_the_tick_that_drains():
    """The refusals since the last drain are told by the next one."""
    inbox = Inbox(max_messages=1, max_bytes=1_000, payload_bytes=100)
    for number in range(4):
        inbox.put("t", b"x", number)

    assert inbox.drain(9).refused == 3


def test_bytes_bound_the_inbox_as_well():
    """A message that would take the bytes over the limit is refused, a smaller one is not."""
    inbox = Inbox(max_messages=100, max_bytes=10, payload_bytes=100)

    assert [True, False, True] == [inbox.put("t", b"x" * size, 0) for size in (6, 6, 2)]
    inbox.drain(1)
    assert inbox.bytes_held == 0
    assert inbox.put("t", b"x" * 6, 1)


def test_an_answer_finds_room_when_nothing_else_does():
    """A nurse is heard through a flood of readings, and a flood of answers has a bound too."""
    by_count = Inbox(max_messages=1, max_bytes=1_000_000, payload_bytes=10_000)
    by_bytes = Inbox(max_messages=10_000, max_bytes=60, payload_bytes=10_000)
    for inbox in (by_count, by_bytes):
        assert inbox.put("r/in/w/p/observation", b"x" * 40, 0)
        assert not inbox.put("r/in/w/p/observation", b"x" * 40, 0)
        assert inbox.put("r/in/w/p/command", b"{}", 0)
    took = [by_count.put("r/in/w/p/command", b"{}", 0) for _ in range(ANSWERS_KEPT + 1)]
    assert ANSWERS_KEPT - 1 == sum(took)
    huge = [by_bytes.put("r/in/w/p/command", b"x" * 10_000, 0) for _ in range(200)]
    assert 90 < sum(huge) < 110


def test_a_payload_over_the_limit_is_cut_at_the_door():
    """Only the first 4 KiB of a payload that is too large are kept, with its whole size."""
    inbox = roomy()
    inbox.put("t", b"x" * 10_001, 0)
    inbox.put("t", b"y" * 10_000, 0)
    cut, whole = inbox.drain(0).messages

    assert (CUT_BYTES, 10_001) == (len(cut.payload), cut.size)
    assert (10_000, 10_000) == (len(whole.payload), whole.size)
