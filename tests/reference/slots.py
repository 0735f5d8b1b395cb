"""One span of time as the grid's plain twin keeps it: its values, and what is known of them."""

from dataclasses import dataclass, field
from typing import NamedTuple

from monitord.domain.time import Millis


class Kept(NamedTuple):
    """One value, when it was measured, and whether it was given another cause."""

    time: Millis
    value: int
    is_elsewhere: bool = False


@dataclass
class Slot:
    """All values of one span of time, and how low and high they may have been.

    `low` and `high` are those of the values until one was taken out that was itself the lowest or
    highest: then they are as far out as the sum of the others allows. `counted` are the same of the
    values without another cause, if there may be any.
    """

    number: int
    values: list[int] = field(default_factory=list)
    low: int = 0
    high: int = 0
    counted: tuple[int, int] | None = None
    last: int = 0

    def add(self, kept: Kept) -> None:
        self.low = min([kept.value, self.low] if self.values else [kept.value])
        self.high = max([kept.value, self.high] if self.values else [kept.value])
        self.values.append(kept.value)
        self.last = kept.value
        if not kept.is_elsewhere:
            ends = (kept.value, *(self.counted or ()))
            self.counted = (min(ends), max(ends))

    def take_out(self, known: int | None) -> int | None:
        """Take out one value if it is known, or they are all the same."""
        if known is None and self.low == self.high:
            known = self.low
        if known is None or known not in self.values:
            return None
        self.values.remove(known)
        if self.values:
            lows = [low for low in range(self.low, self.high + 1) if self._can_be_lowest(low)]
            highs = [high for high in range(self.low, self.high + 1) if self._can_be_highest(high)]
            self.low, self.high = min(lows), max(highs)
            if self.last == known:
                self.last = sum(self.values) // len(self.values)
            if self.counted is not None:
                low, high = max(self.counted[0], self.low), min(self.counted[1], self.high)
                self.counted = (low, high) if low <= high else None
        return known

    def _can_be_highest(self, value: int) -> bool:
        """Tell whether the others can make up the rest of the sum without being too low."""
        return sum(self.values) - value >= self.low * (len(self.values) - 1)

    def _can_be_lowest(self, value: int) -> bool:
        return sum(self.values) - value <= self.high * (len(self.values) - 1)
