"""What waits to be published: the newest word on each topic, alerts first, and a line of refusals.

While the broker is away a newer word replaces an older one on the same topic, so that what waits
is bounded by what there is to say. What has to be given up all the same is counted, never an
alert that is still open.

A broker may hang up on a publication, for its size say, and would do so for ever. What was under
way when it hung up is suspect: it waits behind what is not, leaves alone, so that nothing else is
blamed with it, and is dropped when the broker has hung up on it three times in a row. Nothing here
knows a clock or a broker; instants are seconds of a stopwatch.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Final

from monitord.adapters.mqtt.link import Publication

_MOST_TOPICS: Final = 100_000  # about 50 MB of alerts that came and went while the broker was away
_MOST_IN_LINE: Final = 200_000  # as many refusals as the inbox holds messages
_MOST_LINE_BYTES: Final = 128 * 1024 * 1024
_MOST_HANG_UPS: Final = 3
# Longer than the longest wait between two connections: at each, all open alerts are said again.
_BARRED_S: Final = 600
_MOST_BARRED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A publication and since when, in seconds of a stopwatch, there is something to say on it.

    `hang_ups` counts the connections in a row that the broker ended while it was under way.
    """

    publication: Publication
    since_s: float
    is_urgent: bool
    is_in_line: bool
    hang_ups: int = 0

    @property
    def is_over(self) -> bool:
        """Whether this only clears what stood on its topic."""
        return not self.publication.payload


class Outgoing:
    """Publications in the order in which they should leave."""

    def __init__(
        self, *, most_topics: int = _MOST_TOPICS, most_in_line: int = _MOST_IN_LINE
    ) -> None:
        self._most_topics = most_topics
        self._most_in_line = most_in_line
        self._urgent: dict[str, Waiting] = {}
        self._latest: dict[str, Waiting] = {}
        self._suspects: dict[str, Waiting] = {}
        self._barred: dict[str, tuple[Publication, float]] = {}
        self._line: deque[Waiting] = deque()
        self._line_bytes = 0
        self.dropped = 0

    def __len__(self) -> int:
        return sum(map(len, self._lanes())) + len(self._line)

    def put_urgent(self, topic: str, payload: bytes, now_s: float) -> None:
        """Let a retained word leave before all others, replacing an older one on its topic."""
        self._latest.pop(topic, None)
        self._put(self._urgent, Waiting(Publication(topic, payload, True), now_s, True, False))
        if len(self._urgent) + len(self._suspects) > self._most_topics:
            self._give_up_one_that_is_over()

    def put_latest(self, topic: str, payload: bytes, now_s: float) -> None:
        """Let a retained word leave after the urgent ones, replacing an older one."""
        self._urgent.pop(topic, None)
        self._put(self._latest, Waiting(Publication(topic, payload, True), now_s, False, False))

    def put_in_line(self, topic: str, payload: bytes, now_s: float) -> None:
        """Let a word leave after those before it; given up, and counted, when the line is full."""
        if len(self._line) >= self._most_in_line or self._line_bytes > _MOST_LINE_BYTES:
            self.dropped += 1
            return
        self._line.append(Waiting(Publication(topic, payload, False), now_s, False, True))
        self._line_bytes += len(payload)

    def take(self, most: int) -> list[Waiting]:
        """Take up to `most` publications out, the urgent first; what is suspect leaves alone."""
        taken: list[Waiting] = []
        for lane in (self._urgent, self._latest):
            topics = list(islice(lane, most - len(taken)))
            taken.extend(lane.pop(topic) for topic in topics)
        if self._suspects:
            return taken or [self._take_suspect()]
        while self._line and len(taken) < most:
            if self._line[0].hang_ups and taken:
                break
            taken.append(self._line.popleft())
            self._line_bytes -= len(taken[-1].publication.payload)
            if taken[-1].hang_ups:
                break
        return taken

    def give_back(self, failed: Sequence[Waiting]) -> None:
        """Put back what could not be published, unless something newer has been said since."""
        for waiting in reversed(failed):
            topic = waiting.publication.topic
            if waiting.is_in_line:
                self._line.appendleft(waiting)
                self._line_bytes += len(waiting.publication.payload)
            elif not any(topic in lane for lane in self._lanes()):
                self._lane_of(waiting)[topic] = waiting

    def suspect(self, under_way: Sequence[Waiting], now_s: float) -> list[Publication]:
        """Put back what was under way when the broker hung up; return what is dropped instead.

        What is dropped is not said again for ten minutes, nor is a newer state in its place.
        """
        counted = [replace(waiting, hang_ups=waiting.hang_ups + 1) for waiting in under_way]
        dropped = [one for one in counted if one.hang_ups >= _MOST_HANG_UPS]
        # The first without an answer is the likeliest cause: put back in reverse, it comes last.
        self.give_back([self._renewed(one) for one in counted if one.hang_ups < _MOST_HANG_UPS])
        return self.drop(dropped, now_s)

    def drop(self, hopeless: Sequence[Waiting], now_s: float) -> list[Publication]:
        """Give up what the broker will never take; return it, and say it to nobody for a while."""
        for one in hopeless:
            self._bar(one, now_s + _BARRED_S)
        return [one.publication for one in hopeless]

    def oldest_s(self, now_s: float) -> float:
        """Return for how many seconds the oldest has been waiting; 0 when nothing waits."""
        firsts = [waiting.since_s for lane in self._lanes() for waiting in lane.values()]
        if self._line:
            firsts.append(self._line[0].since_s)
        return max(0.0, now_s - min(firsts)) if firsts else 0.0

    def _lanes(self) -> tuple[dict[str, Waiting], ...]:
        return self._urgent, self._latest, self._suspects

    def _lane_of(self, waiting: Waiting) -> dict[str, Waiting]:
        if waiting.hang_ups:
            return self._suspects
        return self._urgent if waiting.is_urgent else self._latest

    def _put(self, lane: dict[str, Waiting], new: Waiting) -> None:
        topic = new.publication.topic
        if self._is_barred(new):
            return
        lane = self._suspects if topic in self._suspects else lane
        old = lane.get(topic)
        if old is not None:
            new = replace(new, since_s=old.since_s, hang_ups=old.hang_ups)
        lane[topic] = new

    def _renewed(self, suspect: Waiting) -> Waiting:
        """Give what is to be said now on the topic of something suspect, under the same count."""
        topic = suspect.publication.topic
        if suspect.is_in_line:
            return suspect
        newer = self._urgent.pop(topic, None) or self._latest.pop(topic, None)
        if newer is None:
            return suspect
        return replace(newer, since_s=suspect.since_s, hang_ups=suspect.hang_ups)

    def _take_suspect(self) -> Waiting:
        urgent = (topic for topic, one in self._suspects.items() if one.is_urgent)
        return self._suspects.pop(next(chain(urgent, self._suspects)))

    def _bar(self, dropped: Waiting, until_s: float) -> None:
        if dropped.is_in_line:
            return
        topic = dropped.publication.topic
        self._latest.pop(topic, None)
        self._barred.pop(topic, None)
        self._barred[topic] = dropped.publication, until_s
        if len(self._barred) > _MOST_BARRED:
            del self._barred[next(iter(self._barred))]

    def _is_barred(self, new: Waiting) -> bool:
        barred = self._barred.get(new.publication.topic)
        if barred is None or new.is_over:
            return False
        publication, until_s = barred
        if new.since_s >= until_s:
            del self._barred[publication.topic]
            return False
        return not new.is_urgent or new.publication == publication

    def _give_up_one_that_is_over(self) -> None:
        for lane in (self._urgent, self._suspects):
            over = next((topic for topic, one in lane.items() if one.is_over), None)
            if over is not None:
                del lane[over]
                self.dropped += 1
                return
