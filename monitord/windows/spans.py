"""What is asked of a window of the grid: a number for each row, and when it can change by itself.

A window's answer changes with time only when a slot leaves it, so that instant is its deadline.
All sums are of whole numbers, hence the same in any order, alone and in a crowd.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitord.domain.features import Comparator, SignalFeature, SignalMeasure
from monitord.domain.signals import SIGNALS
from monitord.domain.time import HOUR, NEVER, Millis
from monitord.windows.batch import PLANE, Rows
from monitord.windows.grid import Grid
from monitord.windows.ring import HIGHEST, LOWEST, Span


class Answers(NamedTuple):
    """One number for each row (NaN where unknown), and the instant it may change by itself."""

    values: NDArray[np.float64]
    dues: NDArray[np.int64]


_BEYOND: Final = {
    Comparator.AT_LEAST: np.greater_equal,
    Comparator.ABOVE: np.greater,
    Comparator.AT_MOST: np.less_equal,
    Comparator.BELOW: np.less,
}
# What an empty window says where that is a number.
_EMPTY: Final = {SignalMeasure.COUNT: 0.0, SignalMeasure.SHARE_VALID: 0.0}


def measure_window(grid: Grid, feature: SignalFeature, rows: Rows, now: Millis) -> Answers:
    """Answer a windowed measure of a regular signal, in whole units, for some rows."""
    assert feature.window_ms is not None, feature
    span = grid.window(feature.signal, rows, feature.window_ms, now)
    filled = span.is_filled
    if feature.is_counted:
        filled = span.is_counted()
        span = span._replace(low=span.counted_low, high=span.counted_high)
    slot_ms = grid.ring_for(feature.window_ms).slot_ms
    values, holders = _measure(feature, span, filled, slot_ms)
    dues = (span.numbers[holders] + len(span.numbers)) * slot_ms
    return Answers(values, np.where(filled.any(axis=0), dues, NEVER))


def measure_alone(
    grid: Grid, feature: SignalFeature, row: int, now: Millis
) -> tuple[float, Millis]:
    """Answer the same for one row, from the slots that are filled and no others."""
    assert feature.window_ms is not None, feature
    ring = grid.ring_for(feature.window_ms)
    slots = -(-feature.window_ms // ring.slot_ms)
    end = now // ring.slot_ms + 1
    held = ring.stretch(PLANE[feature.signal], row, end - slots, slots)
    if feature.is_counted:
        held = held[held["counted_low"] <= held["counted_high"]]
    if not len(held):
        return _EMPTY.get(feature.measure, np.nan), NEVER
    oldest = 0
    match feature.measure:
        case SignalMeasure.MAX | SignalMeasure.MIN:
            value, holder = _extreme_alone(held, feature)
        case SignalMeasure.COUNT:
            value, holder = float(held["count"].sum()), oldest
        case SignalMeasure.MEAN:
            value, holder = int(held["total"].sum()) / int(held["count"].sum()), oldest
        case SignalMeasure.SLOPE:
            value, holder = _slope_alone(held, end - 1) * (HOUR / ring.slot_ms), oldest
        case SignalMeasure.SHARE_VALID:
            value, holder = len(held) / slots, oldest
        case SignalMeasure.SECONDS_BEYOND:
            beyond = _beyond(feature, held["total"], held["count"])
            value, holder = int(beyond.sum()) * float(ring.slot_ms), oldest
        case _:
            raise AssertionError(f"{feature.measure} has no window")
    return value, (held["number"].item(holder) + slots) * ring.slot_ms


def _extreme_alone(held: NDArray[np.void], feature: SignalFeature) -> tuple[float, int]:
    is_max = feature.measure is SignalMeasure.MAX
    end = "high" if is_max else "low"
    values = held[f"counted_{end}" if feature.is_counted else end].tolist()
    best = max(values) if is_max else min(values)
    return float(best), len(values) - 1 - values[::-1].index(best)


def _slope_alone(held: NDArray[np.void], last: int) -> float:
    """Fit the line of `_slope`; the counts of a window and its slots squared stay in 64 bits."""
    place = held["number"].astype(np.int64) - last
    count, total = held["count"].astype(np.int64), held["total"].astype(np.int64)
    weighted = count * place
    return _through(
        int(count.sum()),
        int(weighted.sum()),
        int(total.sum()),
        int(weighted @ place),
        int(total @ place),
    )


def _measure(
    feature: SignalFeature, span: Span, filled: NDArray[np.bool_], slot_ms: Millis
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Give the answers, and the index of the slot whose leaving can change each of them."""
    oldest = filled.argmax(axis=0)
    match feature.measure:
        case SignalMeasure.MAX:
            return _extreme(np.where(filled, span.high, LOWEST), filled, 1)
        case SignalMeasure.MIN:
            return _extreme(np.where(filled, span.low, HIGHEST), filled, -1)
        case SignalMeasure.COUNT:
            return np.where(filled, span.counts, 0).sum(axis=0).astype(np.float64), oldest
        case SignalMeasure.MEAN:
            return _ratio(*_sums(span, filled)), oldest
        case SignalMeasure.SLOPE:
            return _slope(span, filled) * (HOUR / slot_ms), oldest
        case SignalMeasure.SHARE_VALID:
            return filled.sum(axis=0) / len(span.numbers), oldest
        case SignalMeasure.SECONDS_BEYOND:
            beyond = _beyond(feature, span.total, span.counts) & filled
            beyond_ms = beyond.sum(axis=0) * float(slot_ms)
            return np.where(filled.any(axis=0), beyond_ms, np.nan), oldest
        case _:
            raise AssertionError(f"{feature.measure} has no window")


def _extreme(
    values: NDArray[np.int16], filled: NDArray[np.bool_], sign: int
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Give the extreme and the newest slot that has it: while that stays, nothing changes."""
    newest_first = values[::-1]
    back = newest_first.argmax(axis=0) if sign > 0 else newest_first.argmin(axis=0)
    holders = len(values) - 1 - back
    found = values[holders, np.arange(values.shape[1])].astype(np.float64)
    return np.where(filled.any(axis=0), found, np.nan), holders


def _sums(span: Span, filled: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    total = np.where(filled, span.total, 0).sum(axis=0, dtype=np.int64)
    return total, np.where(filled, span.counts, 0).sum(axis=0, dtype=np.int64)


def _ratio(above: NDArray[np.int64], below: NDArray[np.int64]) -> NDArray[np.float64]:
    known = below != 0
    return np.where(known, above / np.where(known, below, 1), np.nan)


def _slope(span: Span, filled: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Fit a line through all samples by least squares: whole units per slot."""
    place = (span.numbers - span.numbers[-1])[:, None]
    count = np.where(filled, span.counts, 0).astype(np.int64)
    total = np.where(filled, span.total, 0).astype(np.int64)
    sums = (count, count * place, total, count * place * place, total * place)
    by_row = zip(*(one.sum(axis=0).tolist() for one in sums), strict=True)
    return np.array([_through(*row) for row in by_row], dtype=np.float64)


def _through(number: int, sum_x: int, sum_y: int, sum_xx: int, sum_xy: int) -> float:
    """Give the slope of a line from its sums.

    They are Python's own whole numbers: products of two weeks of readings a second pass 64 bits.
    """
    below = number * sum_xx - sum_x * sum_x
    return (number * sum_xy - sum_x * sum_y) / below if below else float("nan")


def _beyond(
    feature: SignalFeature, total: NDArray[np.int32], counts: NDArray[np.uint16]
) -> NDArray[np.bool_]:
    """Tell which slots lie beyond the limit on their average."""
    assert feature.limit is not None, feature
    assert feature.comparison in _BEYOND, feature
    limit = in_whole_units(feature.signal, feature.limit)
    whole, parts = limit.numerator, limit.denominator
    return np.asarray(
        _BEYOND[feature.comparison](total.astype(np.int64) * parts, counts.astype(np.int64) * whole)
    )


def in_whole_units(signal: int, value: Decimal) -> Fraction:
    """Write a value of the canonical unit in whole units of the signal, exactly."""
    return Fraction(value) / Fraction(SIGNALS[signal].resolution)
