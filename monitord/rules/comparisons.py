"""Compares quantities of a condition, with three-valued answers.

Numbers are compared as numbers; only where a scale is part of one side as intervals.
"""

from collections.abc import Callable
from operator import eq, ge, gt, le, lt
from typing import Final, TypeAlias

from monitord.domain.features import Comparator
from monitord.rules.quantities import Patients, Point, Quantity, aligned
from monitord.scores.columns import Column as Values
from monitord.scores.columns import Interval, Mask, Truths, told

Judge: TypeAlias = Callable[[Patients], Truths]

FLIPPED: Final = {
    Comparator.AT_LEAST: Comparator.AT_MOST,
    Comparator.ABOVE: Comparator.BELOW,
    Comparator.AT_MOST: Comparator.AT_LEAST,
    Comparator.BELOW: Comparator.ABOVE,
    Comparator.EQUAL: Comparator.EQUAL,
    Comparator.DIFFERENT: Comparator.DIFFERENT,
}


def compared(left: Quantity, comparator: Comparator, right: Quantity) -> Judge:
    """Make the function that compares two quantities, of which one at least reads a feature."""
    if left.constant is not None:
        left, comparator, right = right, FLIPPED[comparator], left
    assert left.constant is None, "a comparison reads at least one feature"
    if comparator is Comparator.DIFFERENT:
        equal = compared(left, Comparator.EQUAL, right)
        return lambda patients: ~equal(patients)
    if right.constant is not None and left.column is not None:
        return _with_constant(left.column, comparator, float(right.constant / left.unit))
    first, second = aligned(left, right)
    if first.point is not None and second.point is not None:
        return _of_points(first.point, comparator, second.point)
    told_of, low, high = _COMPARED[comparator], first.measure, second.measure
    return lambda patients: told_of(low(patients), high(patients))


def _of_points(first: Point, comparator: Comparator, second: Point) -> Judge:
    """Compare two quantities that are one number each."""
    holds = _HOLDS[comparator]

    def judge(patients: Patients) -> Truths:
        one, other = first(patients), second(patients)
        return told(holds(one, other), (one != one) | (other != other))

    return judge


def _with_constant(at: int, comparator: Comparator, limit: float) -> Judge:
    """The commonest comparison by far, of a column with a number."""
    holds = _HOLDS[comparator]

    def judge(patients: Patients) -> Truths:
        value = patients[at]
        return told(holds(value, limit), value != value)

    return judge


_HOLDS: Final[dict[Comparator, Callable[[Values, Values | float], Mask]]] = {
    Comparator.AT_LEAST: ge,
    Comparator.ABOVE: gt,
    Comparator.AT_MOST: le,
    Comparator.BELOW: lt,
    Comparator.EQUAL: eq,
}


def _at_least(left: Interval, right: Interval) -> Truths:
    return told(left.low >= right.high, (left.high < right.low) ^ True)


def _above(left: Interval, right: Interval) -> Truths:
    return told(left.low > right.high, (left.high <= right.low) ^ True)


def _equal(left: Interval, right: Interval) -> Truths:
    sure = (left.low == right.high) & (left.high == right.low)
    return told(sure, ((left.high < right.low) | (left.low > right.high)) ^ True)


_COMPARED: Final[dict[Comparator, Callable[[Interval, Interval], Truths]]] = {
    Comparator.AT_LEAST: _at_least,
    Comparator.ABOVE: _above,
    Comparator.AT_MOST: lambda left, right: _at_least(right, left),
    Comparator.BELOW: lambda left, right: _above(right, left),
    Comparator.EQUAL: _equal,
}
