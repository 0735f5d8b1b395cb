"""However much is decided and however slowly read: nothing is missing unless that is told."""

from hypothesis import given
from hypothesis import strategies as st

from monitord.adapters.web.feed import GAP, OVERRUN, Entry, Feed, Reader, Wanted

KEPT = 6
ADD, READ, COME_AGAIN = "add", "read", "come again"
ACTS = st.lists(st.tuples(st.sampled_from((ADD, READ, COME_AGAIN)), st.integers(1, 9)), max_size=40)
KINDS = st.lists(st.sampled_from(("alert", "notice")), min_size=400, max_size=400)
WANTED = st.sampled_from((Wanted(), Wanted(frozenset({"alert"})), Wanted(frozenset({"rejected"}))))


def number_of(id_: str) -> int:
    return int(id_.removeprefix("a0-"))


class Follower:
    """Somebody who reads, and holds that what came is all there was since it was last told."""

    def __init__(self, feed: Feed, decided: list[str], wanted: Wanted) -> None:
        self.feed = feed
        self.decided = decided
        self.wanted = wanted
        self.last_id: str | None = None
        self.told: list[str] = []
        self.reader: Reader = feed.follow("screen", wanted, None)

    def read(self, times: int) -> None:
        for _ in range(times):
            told = self.reader.take()
            if told is None:
                break
            if told.event == OVERRUN:
                assert self.reader.is_over
                self.told.append(OVERRUN)
                self.come_again()
                return
            assert told.id is not None
            if told.event == GAP:
                self.told.append(GAP)
            elif self.last_id is not None:
                self.holds_that_nothing_is_missing(number_of(told.id), told.event)
            self.last_id = told.id

    def holds_that_nothing_is_missing(self, number: int, kind: str | None) -> None:
        assert self.last_id is not None
        since = self.decided[number_of(self.last_id) : number]
        wanted = [one for one in since if not self.wanted.kinds or one in self.wanted.kinds]
        assert ([] if kind is None else [kind]) == wanted

    def come_again(self) -> None:
        self.feed.leave(self.reader)
        self.reader = self.feed.follow("screen", self.wanted, self.last_id)


@given(ACTS, KINDS, WANTED)
def test_a_reader_hears_all_that_is_wanted_or_that_something_is_missing(
    acts: list[tuple[str, int]], kinds: list[str], wanted: Wanted
) -> None:
    """Blocks follow one another without a hole, across connections too; else gap or overrun."""
    overruns = []
    feed = Feed("a0", following=lambda _: None, overrun=lambda: overruns.append(1), kept=KEPT)
    decided: list[str] = []
    follower = Follower(feed, decided, wanted)
    for act, times in acts:
        if act == ADD:
            fresh, kinds = kinds[:times], kinds[times:]
            decided += fresh
            feed.add([Entry(kind, "p1", "west", lambda: b"{}") for kind in fresh])
        elif act == READ:
            follower.read(times)
        else:
            follower.come_again()
    follower.read(len(decided) + 4)
    follower.read(len(decided) + 4)  # the first may have ended with an overrun
    feed.close()
    assert follower.reader.take() is None and follower.reader.is_over
    heard_last = number_of(follower.last_id or "a0-0")
    assert not [one for one in decided[heard_last:] if wanted.fits(Entry(one, "", "", bytes))]
    assert follower.told.count(OVERRUN) <= len(overruns)
