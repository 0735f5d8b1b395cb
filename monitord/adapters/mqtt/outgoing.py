"""What waits to be published: the newest word on each topic, alerts first, and a line of refusals.

While the broker is away a newer word replaces an older one on the same topic, so that what waits
is bounded by what there is to say. What has to be given up all the same is counted, never an
alert that is still open. Nothing here knows a clock or a broker; instants are seconds of a
stopwatch.
"""

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Final

from monitord.adapters.mqtt.link import Publication

_MOST_TOPICS: Final = 100_000  # about 50 MB of alerts that came and went while the broker was away
_MOST_IN_LINE: Final = 200_000  # as many refusals as the inbox holds messages
_MOST_LINE_BYTES: Final = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Waiting:
    """A publication and since when, in seconds of a stopwatch, there is something to say on it."""

    publication: Publication
    since_s: float
    is_urgent: bool
    is_in_line: bool

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
        self._line: deque[Waiting] = deque()
        self._line_bytes = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._urgent) + len(self._latest) + len(self._line)

    def put_urgent(self, topic: str, payload: bytes, now_s: float) -> None:
        """Let a retained word leave before all others, replacing an older one on its topic."""
        self._latest.pop(topic, None)
        self._replace(self._urgent, Waiting(Publication(topic, payload, True), now_s, True, False))
        if len(self._urgent) > self._most_topics:
            self._give_up_one_that_is_over()

    def put_latest(self, topic: str, payload: bytes, now_s: float) -> None:
        """Let a retained word leave after the urgent ones, replacing an older one."""
        self._urgent.pop(topic, None)
        self._replace(self._latest, Waiting(Publication(topic, payload, True), now_s, False, False))

    def put_in_line(self, topic: str, payload: bytes, now_s: float) -> None:
        """Let a word leave after those before it; given up, and counted, when the line is full."""
        if len(self._line) >= self._most_in_line or self._line_bytes > _MOST_LINE_BYTES:
            self.dropped += 1
            return
        self._line.append(Waiting(Publication(topic, payload, False), now_s, False, True))
        self._line_bytes += len(payload)

    def take(self, most: int) -> list[Waiting]:
        """Take up to `most` publications out, the urgent first."""
        taken: list[Waiting] = []
        for lane in self._lanes():
            topics = list(islice(lane, most - len(taken)))
            taken.extend(lane.pop(topic) for topic in topics)
        while self._line and len(taken) < most:
            taken.append(self._line.popleft())
            self._line_bytes -= len(taken[-1].publication.payload)
        return taken

    def give_back(self, failed: list[Waiting]) -> None:
        """Put back what could not be published, unless something newer has been said since."""
        for waiting in reversed(failed):
            if waiting.is_in_line:
                self._line.appendleft(waiting)
                self._line_bytes += len(waiting.publication.payload)
            elif not any(waiting.publication.topic in lane for lane in self._lanes()):
                lane = self._urgent if waiting.is_urgent else self._latest
                lane[waiting.publication.topic] = waiting

    def oldest_s(self, now_s: float) -> float:
        """Return for how many seconds the oldest has been waiting; 0 when nothing waits."""
        firsts = [waiting.since_s for lane in self._lanes() for waiting in lane.values()]
        if self._line:
            firsts.append(self._line[0].since_s)
        return max(0.0, now_s - min(firsts)) if firsts else 0.0

    def _lanes(self) -> tuple[dict[str, Waiting], dict[str, Waiting]]:
        return self._urgent, self._latest

    @staticmethod
    def _replace(lane: dict[str, Waiting], new: Waiting) -> None:
        old = lane.get(new.publication.topic)
        if old is not None:
            new = Waiting(new.publication, old.since_s, new.is_urgent, new.is_in_line)
        lane[new.publication.topic] = new

    def _give_up_one_that_is_over(self) -> None:
        over = next((topic for topic, one in self._urgent.items() if one.is_over), None)
        if over is not None:
            del self._urgent[over]
            self.dropped += 1
