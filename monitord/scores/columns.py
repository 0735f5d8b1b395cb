"""Arithmetic over patients in which unknown is a value: columns, truths and intervals.

A column is an array with one number for each patient, or the plain number of one patient; every
function here gives the same answer for both, so that a score is written once. NaN is unknown.
Only comparison, addition, multiplication and division are used, so that bits do not depend on the
machine. Nothing here knows any medicine.
"""

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

# What the types below call an array may at run time be one patient's plain float, int or bool.
Column: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]

# One patient's masks are Python's own truths, of which there is one each.
_YES: Final[object] = True
_NO: Final[object] = False


def unknown(column: Column) -> Mask:
    """Tell where a value is unknown: only NaN differs from itself."""
    differs: Mask = column != column
    return differs


def anyone(mask: Mask) -> bool:
    """Tell whether the mask holds for anyone."""
    if isinstance(mask, np.ndarray):
        return bool(mask.any())
    return bool(mask)


def either(mask: Mask, yes: Column | float, no: Column | float) -> Column:
    """Take `yes` where the mask holds and `no` elsewhere."""
    if isinstance(mask, np.ndarray):
        return np.where(mask, yes, no)
    return yes if mask else no


def larger(first: Column, second: Column) -> Column:
    """Take the larger of two known columns, patient by patient."""
    if isinstance(first, np.ndarray) or isinstance(second, np.ndarray):
        return np.maximum(first, second)
    return max(first, second)


def smaller(first: Column, second: Column) -> Column:
    """Take the smaller of two known columns, patient by patient."""
    if isinstance(first, np.ndarray) or isinstance(second, np.ndarray):
        return np.minimum(first, second)
    return min(first, second)


class Truths(NamedTuple):
    """A condition over patients: `sure` where it is true, `possible` where it is not false.

    One patient's are mostly `TRUE` and `FALSE` themselves, with which nothing has to be computed.
    """

    sure: Mask
    possible: Mask

    def __and__(self, other: "Truths") -> "Truths":
        """Both hold; false wins over unknown."""
        if self is TRUE or other is FALSE:
            return other
        if self is FALSE or other is TRUE:
            return self
        return Truths(self.sure & other.sure, self.possible & other.possible)

    def __or__(self, other: "Truths") -> "Truths":
        """One of them holds; true wins over unknown."""
        if self is FALSE or other is TRUE:
            return other
        if self is TRUE or other is FALSE:
            return self
        return Truths(self.sure | other.sure, self.possible | other.possible)

    def __invert__(self) -> "Truths":
        """It does not hold; unknown stays unknown."""
        if self is FALSE:
            return TRUE
        if self is TRUE:
            return FALSE
        return Truths(self.possible ^ True, self.sure ^ True)


TRUE: Final = Truths(True, True)  # type: ignore[arg-type]
FALSE: Final = Truths(False, False)  # type: ignore[arg-type]
UNKNOWN: Final = Truths(False, True)  # type: ignore[arg-type]


def told(holds: Mask, is_unknown: Mask) -> Truths:
    """Make a condition of where it holds and where that is unknown."""
    if holds is _YES:
        return TRUE
    if holds is _NO:
        return UNKNOWN if is_unknown else FALSE
    return Truths(holds, holds | is_unknown)


def surely(mask: Mask) -> Truths:
    """Make a condition of what is never unknown."""
    return Truths(mask, mask)


def at_least(column: Column, limit: Column | float) -> Truths:
    """`column >= limit`, unknown where either is."""
    return _compared(column >= limit, column, limit)


def above(column: Column, limit: Column | float) -> Truths:
    """`column > limit`, unknown where either is."""
    return _compared(column > limit, column, limit)


def below(column: Column, limit: Column | float) -> Truths:
    """`column < limit`, unknown where either is."""
    return _compared(column < limit, column, limit)


def at_most(column: Column, limit: Column | float) -> Truths:
    """`column <= limit`, unknown where either is."""
    return _compared(column <= limit, column, limit)


def equal(column: Column, code: float) -> Truths:
    """`column == code`, unknown where the column is."""
    return _compared(column == code, column, code)


def _compared(holds: Mask, column: Column, limit: Column | float) -> Truths:
    return told(holds, (column != column) | (limit != limit))


class Interval(NamedTuple):
    """The least and the most that a score can be, given what is known."""

    low: Column
    high: Column


def between(low: float, high: float) -> Interval:
    """Give the same interval for everyone."""
    return Interval(low, high)  # type: ignore[arg-type]


def exactly(worth: float) -> Interval:
    """Give the same worth for everyone."""
    return between(worth, worth)


def points(condition: Truths, worth: float) -> Interval:
    """Give `worth` where the condition holds, nothing where it does not, both where unknown."""
    return Interval(condition.sure * worth, condition.possible * worth)  # type: ignore[arg-type]


def worst(first: Interval, *others: Interval) -> Interval:
    """The most severe part decides."""
    low, high = first
    for other_low, other_high in others:
        low, high = larger(low, other_low), larger(high, other_high)
    return Interval(low, high)


def total(first: Interval, *others: Interval) -> Interval:
    """All parts count."""
    low, high = first
    for other_low, other_high in others:
        low, high = low + other_low, high + other_high
    return Interval(low, high)


def given(condition: Truths, then: Interval, otherwise: Interval) -> Interval:
    """Take `then` or `otherwise`; where the condition is unknown, all that either could be."""
    sure, possible = condition
    if not isinstance(sure, np.ndarray):
        if sure:
            return then
        if not possible:
            return otherwise
        return Interval(smaller(then.low, otherwise.low), larger(then.high, otherwise.high))
    low = either(possible, smaller(then.low, otherwise.low), otherwise.low)
    high = either(possible, larger(then.high, otherwise.high), otherwise.high)
    return Interval(either(sure, then.low, low), either(sure, then.high, high))


def only_where(applies: Mask, interval: Interval) -> Interval:
    """Keep the interval where the mask holds; elsewhere the score does not apply, which is NaN."""
    if not anyone(applies ^ True):
        return interval
    nothing = float("nan")
    return Interval(either(applies, interval.low, nothing), either(applies, interval.high, nothing))


def decided(condition: Truths, then: Truths, otherwise: Truths) -> Truths:
    """Take `then` or `otherwise`; where the condition is unknown, only what both agree on."""
    return (condition & then) | (~condition & otherwise) | (then & otherwise)
