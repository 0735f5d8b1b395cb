"""The memory of one signal of one patient, as a plain list, and every feature counted out by hand.

Slow and without arrays. Values are whole units; a regular signal is looked at in slots of a second,
a minute or half an hour, whichever is the finest that reaches back as far as the window.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from statistics import median

from monitord.domain.features import Comparator, SignalFeature, SignalMeasure
from monitord.domain.signals import SIGNALS
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND, Millis
from tests.reference.slots import Kept, Slot

HALF_HOUR = 30 * MINUTE
REACH = {SECOND: 10 * MINUTE, MINUTE: 24 * HOUR, HALF_HOUR: 14 * DAY}


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


class SlowGrid(SlowSignal):
    """A regular signal: 1 s for 10 minutes, 1 min for 24 hours, 30 min for 14 days."""

    def __init__(self, stale_after_ms: Millis) -> None:
        super().__init__(stale_after_ms)
        self.slots: dict[Millis, dict[int, Slot]] = {slot_ms: {} for slot_ms in REACH}
        self.latest: Kept | None = None
        self.is_latest_told = True

    def newest(self) -> Kept | None:
        return self.latest

    def write(self, kept: Kept, now: Millis) -> None:
        """Keep a value, unless its second has it already, or it is the last one sent again.

        Where only the mark is another, it is taken out and kept again.
        """
        known, is_elsewhere = self._known_at(kept.time, now)
        if known == kept.value and is_elsewhere == kept.is_elsewhere:
            return
        if known == kept.value:
            self.erase(kept.time, now)
        self.put(kept, now)

    def put(self, kept: Kept, now: Millis) -> None:
        for slot_ms in self._reaching(kept.time, now):
            number = kept.time // slot_ms
            self.slots[slot_ms].setdefault(number, Slot(number)).add(kept)
        if self.latest is None or kept.time >= self.latest.time:
            self.latest, self.is_latest_told = kept, True

    def _known_at(self, time: Millis, now: Millis) -> tuple[int | None, bool]:
        if now - time < 10 * MINUTE:
            slot = self.slots[SECOND].get(time // SECOND)
            return (slot.last, slot.counted is None) if slot else (None, False)
        if self.latest and self.latest.time == time:
            return self.latest.value, self.latest.is_elsewhere
        return None, False

    def erase(self, time: Millis, now: Millis) -> bool:
        """Take out a value where it is known, and make again what finer slots know all of."""
        latest = self.latest
        is_latest = latest is not None and latest.time == time
        reaching = self._reaching(time, now)
        slots = {slot_ms: self.slots[slot_ms].get(time // slot_ms) for slot_ms in reaching}
        finest = next(iter(slots.values()), None)
        if not is_latest and (
            finest is None or self._is_alone_with_latest(finest, reaching[0], time)
        ):
            return False
        known = latest.value if latest and is_latest and self.is_latest_told else None
        found = finest.take_out(known) if finest else None
        for finer, coarser in pairwise(reaching):
            slot = slots[coarser]
            if found is None or slot is None:
                break
            if _in_reach(finer, time // coarser * coarser, now):
                self._make_again(finer, coarser, time // coarser)
            else:
                slot.take_out(found)
        is_gone = finest is not None and not finest.values
        for slot_ms, numbered in self.slots.items():
            self.slots[slot_ms] = {at: slot for at, slot in numbered.items() if slot.values}
        is_beside = latest and reaching and latest.time // reaching[0] == time // reaching[0]
        if is_latest or (is_gone and is_beside):
            self._fall_back(now)
        return True

    def _is_alone_with_latest(self, slot: Slot, slot_ms: Millis, time: Millis) -> bool:
        """Tell whether a slot holds only what was measured last, which was at another second."""
        if self.latest is None or not self.is_latest_told or len(slot.values) > 1:
            return False
        is_beside = self.latest.time // slot_ms == time // slot_ms
        return is_beside and self.latest.time // SECOND != time // SECOND

    def _make_again(self, finer: Millis, coarser: Millis, number: int) -> None:
        """Put the finer slots of a coarser one together, in their order."""
        per = coarser // finer
        parts = [self.slots[finer].get(at) for at in range(number * per, (number + 1) * per)]
        filled = [part for part in parts if part and part.values]
        counted = [end for part in filled for end in part.counted or ()]
        self.slots[coarser][number] = Slot(
            number,
            [value for part in filled for value in part.values],
            min((part.low for part in filled), default=0),
            max((part.high for part in filled), default=0),
            (min(counted), max(counted)) if counted else None,
            filled[-1].last if filled else 0,
        )

    def _fall_back(self, now: Millis) -> None:
        """The newest slot that is still within reach says what was last, to its beginning."""
        found: Kept | None = None
        for slot_ms, numbered in self.slots.items():
            for number, slot in numbered.items():
                start = number * slot_ms
                if _in_reach(slot_ms, start, now) and (found is None or start > found.time):
                    found = Kept(start, slot.last, slot.counted is None)
        self.latest, self.is_latest_told = found, False

    def _reaching(self, time: Millis, now: Millis) -> list[Millis]:
        return [slot_ms for slot_ms in REACH if _in_reach(slot_ms, time, now)]

    def usual(self, now: Millis) -> float | None:
        """Take what the stay says, or the mean of the 336 half hours before the last 48."""
        if self.usual_of_stay is not None:
            return self.usual_of_stay
        end = now // HALF_HOUR - 47
        slots = self._slots(HALF_HOUR, end - 336, end)
        values = [value for slot in slots for value in slot.values]
        return sum(values) / len(values) if len(slots) >= 6 and self.latest else None

    def usual_at_this_hour(self, now: Millis) -> float | None:
        """Take the median of the week's means in the three hours around this one, day by day."""
        hours = [now // HOUR - 24 * day for day in range(1, 8)]
        days = [self._slots(HALF_HOUR, 2 * hour - 2, 2 * hour + 4) for hour in hours]
        values = [[value for slot in slots for value in slot.values] for slots in days]
        means = [sum(day) / len(day) for day in values if day]
        return median(means) if len(means) >= 2 and self.latest else None

    def measure(self, feature: SignalFeature, now: Millis) -> float | None:
        assert feature.window_ms is not None
        slot_ms = next(ms for ms, reach in REACH.items() if feature.window_ms <= reach)
        number = -(-feature.window_ms // slot_ms)
        end = now // slot_ms + 1
        slots = self._slots(slot_ms, end - number, end)
        values = [value for slot in slots for value in slot.values]
        match feature.measure:
            case SignalMeasure.MIN | SignalMeasure.MAX:
                ends = [(slot.low, slot.high) for slot in slots]
                if feature.is_counted:
                    ends = [slot.counted for slot in slots if slot.counted]
                place = feature.measure is SignalMeasure.MAX
                return plain(feature.measure, [end[place] for end in ends])
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
        numbered = self.slots[slot_ms]
        return [numbered[number] for number in sorted(numbered) if first <= number < end]


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
    """Tell whether slots of this size still know an instant."""
    return time // slot_ms > now // slot_ms - REACH[slot_ms] // slot_ms


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
