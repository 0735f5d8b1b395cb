"""The memory of one signal of one patient, as a plain list, and every feature counted out by hand.

Slow and without arrays. Values are whole units; a regular signal is looked at in slots of a second,
a minute or half an hour, whichever is the finest that reaches back as far as the window.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median
from typing import NamedTuple

from monitord.domain.features import Comparator, SignalFeature, SignalMeasure
from monitord.domain.signals import SIGNALS
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND, Millis

HALF_HOUR = 30 * MINUTE
REACH = {SECOND: 10 * MINUTE, MINUTE: 24 * HOUR, HALF_HOUR: 14 * DAY}


class Kept(NamedTuple):
    """One value, when it was measured, and whether it was given another cause."""

    time: Millis
    value: int
    is_elsewhere: bool = False


@dataclass
class SlowSignal:
    """What both kinds of memory have in common; `kept` is in the order of arrival."""

    stale_after_ms: Millis
    usual_of_stay: int | None = None
    kept: list[Kept] = field(default_factory=list)

    def newest(self) -> Kept | None:
        """Give what was measured last; of two measured at once the one that came last."""
        newest: Kept | None = None
        for one in self.kept:
            if newest is None or one.time >= newest.time:
                newest = one
        return newest

    def last(self, now: Millis) -> float | None:
        newest = self.newest()
        return newest.value if newest and now - newest.time <= self.stale_after_ms else None

    def stale(self, now: Millis) -> bool:
        return self.newest() is not None and self.last(now) is None

    def elsewhere(self, now: Millis) -> bool:
        newest = self.newest()
        return newest is not None and self.last(now) is not None and newest.is_elsewhere

    def is_older(self, limit_ms: Millis, now: Millis, admitted_at: Millis) -> bool:
        newest = self.newest()
        return now - (newest.time if newest else admitted_at) >= limit_ms

    def usual(self, now: Millis) -> float | None:
        return self.usual_of_stay

    def usual_at_this_hour(self, now: Millis) -> float | None:
        return None

    def rise(self, now: Millis) -> float | None:
        last, usual = self.last(now), self.usual(now)
        return None if last is None or usual is None else last - usual


@dataclass
class Slot:
    """All values of one span of time, so far."""

    number: int
    values: list[int]
    marks: list[bool]


class SlowGrid(SlowSignal):
    """A regular signal: 1 s for 10 minutes, 1 min for 24 hours, 30 min for 14 days."""

    def write(self, kept: Kept, now: Millis) -> None:
        """Keep a value, unless its second has it already, or it is the last one sent again."""
        beside = [one for one in self.kept if one.time // SECOND == kept.time // SECOND]
        known = beside[-1] if beside else None
        if now - kept.time >= 10 * MINUTE:
            newest = self.newest()
            known = newest if newest and newest.time == kept.time else None
        if known is None or known.value != kept.value:
            self.kept.append(kept)

    def erase(self, time: Millis, now: Millis) -> bool:
        """Take out a value; the older it is, the more goes with it."""
        slot_ms = next((ms for ms in REACH if _in_reach(ms, time, now)), 0)
        if slot_ms == 0:
            gone = [one for one in self.kept if one.time == time and one == self.newest()]
        else:
            gone = [one for one in self.kept if one.time // slot_ms == time // slot_ms]
        left = [one for one in self.kept if one not in gone]
        # A minute that is made again from its seconds ends with its newest second.
        again = [one for one in left if one.time // MINUTE == time // MINUTE]
        others = [one for one in left if one.time // MINUTE != time // MINUTE]
        self.kept = [*others, *sorted(again, key=lambda one: one.time // SECOND)]
        return bool(gone)

    def usual(self, now: Millis) -> float | None:
        """Take what the stay says, or the mean of the 336 half hours before the last 48."""
        if self.usual_of_stay is not None:
            return self.usual_of_stay
        end = now // HALF_HOUR - 47
        slots = self._slots(HALF_HOUR, end - 336, end)
        values = [value for slot in slots for value in slot.values]
        return sum(values) / len(values) if len(slots) >= 6 else None

    def usual_at_this_hour(self, now: Millis) -> float | None:
        """Take the median of the week's means in the three hours around this one, day by day."""
        days = [
            [one.value for one in self.kept if abs(one.time // HOUR - hour) <= 1]
            for hour in (now // HOUR - 24 * day for day in range(1, 8))
        ]
        means = [sum(values) / len(values) for values in days if values]
        return median(means) if len(means) >= 2 else None

    def measure(self, feature: SignalFeature, now: Millis) -> float | None:
        assert feature.window_ms is not None
        slot_ms = next(ms for ms, reach in REACH.items() if feature.window_ms <= reach)
        number = -(-feature.window_ms // slot_ms)
        end = now // slot_ms + 1
        slots = self._slots(slot_ms, end - number, end)
        if feature.is_counted:
            slots = [slot for slot in slots if not all(slot.marks)]
        values = [value for slot in slots for value in slot.values]
        match feature.measure:
            case SignalMeasure.SHARE_VALID:
                return len(slots) / number
            case SignalMeasure.SECONDS_BEYOND if not slots:
                return None
            case SignalMeasure.SECONDS_BEYOND:
                assert feature.comparison is not None and feature.limit is not None
                limit = Fraction(feature.limit) / Fraction(SIGNALS[feature.signal].resolution)
                means = [Fraction(sum(slot.values), len(slot.values)) for slot in slots]
                return slot_ms * sum(_is_beyond(mean, feature.comparison, limit) for mean in means)
            case SignalMeasure.SLOPE:
                points = [(slot.number, value) for slot in slots for value in slot.values]
                return slope(points, slot_ms)
            case _:
                return plain(feature.measure, values)

    def _slots(self, slot_ms: Millis, first: int, end: int) -> list[Slot]:
        slots: dict[int, Slot] = {}
        for time, value, is_elsewhere in self.kept:
            number = time // slot_ms
            if first <= number < end:
                slot = slots.setdefault(number, Slot(number, [], []))
                slot.values.append(value)
                slot.marks.append(is_elsewhere)
        return sorted(slots.values(), key=lambda slot: slot.number)


class SlowSeries(SlowSignal):
    """A rare signal: the 64 values that were measured last, one an instant."""

    def write(self, kept: Kept, now: Millis) -> None:
        others = [one for one in self.kept if one.time != kept.time]
        self.kept = sorted([*others, kept])[-64:]

    def erase(self, time: Millis, now: Millis) -> bool:
        before = len(self.kept)
        self.kept = [one for one in self.kept if one.time != time]
        return len(self.kept) < before

    def measure(self, feature: SignalFeature, now: Millis) -> float | None:
        assert feature.window_ms is not None
        kept = [one for one in self.kept if now - feature.window_ms < one.time <= now]
        if feature.measure is SignalMeasure.SLOPE and kept:
            newest = kept[-1].time
            return slope([((one.time - newest) // SECOND, one.value) for one in kept], SECOND)
        return plain(feature.measure, [one.value for one in kept])


def plain(measure: SignalMeasure, values: list[int]) -> float | None:
    """Answer what needs nothing but the values."""
    match measure:
        case SignalMeasure.COUNT:
            return len(values)
        case SignalMeasure.MIN:
            return min(values, default=None)
        case SignalMeasure.MAX:
            return max(values, default=None)
        case SignalMeasure.MEAN:
            return sum(values) / len(values) if values else None
        case _:
            return None


def slope(points: Iterable[tuple[int, int]], step_ms: Millis) -> float | None:
    """Fit a line by least squares, exactly, and give whole units per hour."""
    xs, ys = zip(*points, strict=True) if (points := list(points)) else ((), ())
    if len(set(xs)) < 2:
        return None
    mean_x, mean_y = Fraction(sum(xs), len(xs)), Fraction(sum(ys), len(ys))
    above = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    below = sum((x - mean_x) ** 2 for x in xs)
    return float(Fraction(above / below) * HOUR / step_ms)


def _in_reach(slot_ms: Millis, time: Millis, now: Millis) -> bool:
    """Tell whether slots of this size still know all of the next coarser slot of an instant."""
    reach, coarser = REACH[slot_ms], {SECOND: MINUTE, MINUTE: HALF_HOUR}.get(slot_ms, slot_ms)
    return time // coarser * coarser // slot_ms > now // slot_ms - reach // slot_ms


def _is_beyond(value: Fraction, comparator: Comparator, limit: Fraction) -> bool:
    match comparator:
        case Comparator.AT_LEAST:
            return value >= limit
        case Comparator.ABOVE:
            return value > limit
        case Comparator.AT_MOST:
            return value <= limit
        case _:
            return value < limit
