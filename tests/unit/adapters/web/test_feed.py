"""The ring of the live feed: where a reader begins, what it may want, and how many there may be."""

import pytest

from monitord.adapters.web.feed import (
    READERS_AT_ONCE,
    READERS_OF_ONE_CALLER,
    SKIPPED_AT_MOST,
    Entry,
    Feed,
    Reader,
    Told,
    TooManyReaders,
    Wanted,
)

READ = '{"read":"/v1/alerts"}'


def made(kept: int = 4) -> tuple[Feed, list[int], list[str]]:
    """Make a feed, and lists of how many follow and of who fell behind."""
    following: list[int] = []
    behind: list[str] = []
    return (
        Feed("a0", following=following.append, overrun=lambda: behind.append("one"), kept=kept),
        following,
        behind,
    )


def entry(text: str, kind: str = "alert", patient: str = "p1", ward: str = "west") -> Entry:
    return Entry(kind, patient, ward, text.encode)


def all_of(reader: Reader) -> list[Told]:
    found = []
    while (told := reader.take()) is not None:
        found.append(told)
    return found


def test_a_new_reader_hears_only_what_is_decided_from_now_on() -> None:
    """The first block says how far it is, so that it can resume before it heard anything."""
    feed, _, _ = made()
    feed.add([entry("1")])
    reader = feed.follow("screen", Wanted(), None)
    feed.add([entry("2"), entry("3")])
    assert [
        Told(None, "a0-1", None),
        Told("alert", "a0-2", "2"),
        Told("alert", "a0-3", "3"),
    ] == all_of(reader)
    assert not reader.is_over


def test_who_comes_again_goes_on_after_the_last_id() -> None:
    """Everything that is held after it is told, however far back."""
    feed, _, _ = made()
    feed.add([entry(text) for text in "1234"])
    assert ["2", "3", "4"] == [one.data for one in all_of(feed.follow("s", Wanted(), "a0-1"))[1:]]
    assert ["1", "2", "3", "4"] == [
        one.data for one in all_of(feed.follow("s", Wanted(), "a0-0"))[1:]
    ]


@pytest.mark.parametrize(
    "last_id",
    ["a0-0", "a0-6", "b1-3", "a0-", "a0-٣", "a0-3 ", "", "a0-99999999999999999999", "a0-3\n"],
)
def test_an_id_that_is_not_held_begins_with_a_gap(last_id: str) -> None:
    """Of another run, fallen out of the ring, not there yet, or no id at all: told, not guessed."""
    feed, _, _ = made()
    feed.add([entry(text) for text in "12345"])
    reader = feed.follow("screen", Wanted(), last_id)
    feed.add([entry("6")])
    assert [Told("gap", "a0-5", READ), Told("alert", "a0-6", "6")] == all_of(reader)


@pytest.mark.parametrize(
    ("wanted", "heard"),
    [
        (Wanted(), "abcd"),
        (Wanted(kinds=frozenset({"alert"})), "ac"),
        (Wanted(patients=frozenset({"p1"})), "ab"),
        (Wanted(wards=frozenset({"east", "west"})), "abc"),
        (Wanted(kinds=frozenset({"alert"}), wards=frozenset({"east"})), "c"),
    ],
)
def test_only_what_is_wanted_is_told(wanted: Wanted, heard: str) -> None:
    """One of the names of each filter must fit; a refusal is about nobody."""
    feed, _, _ = made()
    reader = feed.follow("screen", wanted, None)
    feed.add(
        [
            entry("a"),
            entry("b", "notice"),
            entry("c", patient="p2", ward="east"),
            entry("d", "rejected", "", ""),
        ]
    )
    assert list(heard) == [one.data for one in all_of(reader)[1:]]


def test_who_waits_for_something_rare_still_hears_how_far_it_is() -> None:
    """So its last id does not grow so old that it could not resume."""
    feed, _, _ = made(kept=2 * SKIPPED_AT_MOST)
    reader = feed.follow("screen", Wanted(kinds=frozenset({"alert"})), None)
    feed.add([entry("", "rejected")] * (SKIPPED_AT_MOST + 1))
    assert [Told(None, "a0-0", None), Told(None, f"a0-{SKIPPED_AT_MOST}", None)] == all_of(reader)


def test_who_falls_behind_is_told_and_ended() -> None:
    """It is counted once and when it happens, although the reader does not look."""
    feed, _, behind = made()
    slow, quick = (feed.follow(who, Wanted(), None) for who in ("slow", "quick"))
    slow.take()
    for text in "123456":
        feed.add([entry(text)])
        assert all_of(quick)
    assert ["one"] == behind
    assert [Told("overrun", None, READ)] == all_of(slow)
    assert slow.is_over and not quick.is_over


async def test_a_reader_is_woken_by_what_comes_and_by_the_end() -> None:
    """It ends when the feed is closed, after it told all that was held."""
    feed, _, _ = made()
    reader = feed.follow("screen", Wanted(), None)
    all_of(reader)
    feed.add([entry("1")])
    await reader.wait()
    feed.add([entry("2")])
    feed.close()
    await reader.wait()
    assert ["1", "2"] == [one.data for one in all_of(reader)]
    assert reader.is_over


def test_only_so_many_follow_at_once() -> None:
    """All together, and under one token; who leaves makes room."""
    feed, following, _ = made()
    own = [feed.follow("own", Wanted(), None) for _ in range(READERS_OF_ONE_CALLER)]
    with pytest.raises(TooManyReaders, match=f"found {READERS_OF_ONE_CALLER} streams of own"):
        feed.follow("own", Wanted(), None)
    for other in range(READERS_AT_ONCE - READERS_OF_ONE_CALLER):
        feed.follow(f"other-{other}", Wanted(), None)
    with pytest.raises(TooManyReaders, match=f"found {READERS_AT_ONCE} streams, expected"):
        feed.follow("another", Wanted(), None)
    feed.leave(own[0])
    feed.follow("another", Wanted(), None)
    assert [READERS_AT_ONCE, READERS_AT_ONCE - 1, READERS_AT_ONCE] == following[-3:]
