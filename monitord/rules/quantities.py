"""Quantities of a condition: exact while they are added, compared and scaled by constants.

A quantity is a number for each patient in multiples of an exact unit; a scale's is an interval.
Only products and quotients of two features are rounded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import TypeAlias

from monitord.rules.syntax import Operator
from monitord.scores.columns import Column as Values
from monitord.scores.columns import Interval, either, larger, smaller

Patients: TypeAlias = Sequence[Values]  # one entry for each column of the engine
Measure: TypeAlias = Callable[[Patients], Interval]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number for each patient, in multiples of `unit`; or a constant, exact."""

    measure: Measure | None
    unit: Fraction
    constant: Fraction | None = None
    column: int | None = None


def scaled(quantity: Quantity, factor: Fraction) -> Quantity:
    """Multiply by an exact constant: the unit carries the size, the measure only the sign."""
    if quantity.constant is not None:
        return Quantity(None, Fraction(1), quantity.constant * factor)
    measure = quantity.measure
    assert measure is not None, "what is no constant is measured"
    assert factor != 0, "a feature is not multiplied by nothing"
    if factor > 0:
        return Quantity(measure, quantity.unit * factor)

    def turned(patients: Patients) -> Interval:
        low, high = measure(patients)
        return Interval(-high, -low)

    return Quantity(turned, quantity.unit * -factor)


def aligned(left: Quantity, right: Quantity) -> tuple[Measure, Measure]:
    """Bring two quantities to one unit, by whole factors, so that nothing is rounded."""
    if left.constant is not None:
        return _fixed(left.constant / right.unit), _known(right)
    if right.constant is not None:
        return _known(left), _fixed(right.constant / left.unit)
    unit = _common(left.unit, right.unit)
    return _multiplied(left, left.unit / unit), _multiplied(right, right.unit / unit)


def _common(first: Fraction, second: Fraction) -> Fraction:
    """Give the largest unit of which both are whole multiples."""
    denominator = lcm(first.denominator, second.denominator)
    return Fraction(
        gcd(
            first.numerator * (denominator // first.denominator),
            second.numerator * (denominator // second.denominator),
        ),
        denominator,
    )


def _fixed(value: Fraction) -> Measure:
    fixed = Interval(float(value), float(value))  # type: ignore[arg-type]
    return lambda _: fixed


def _known(quantity: Quantity) -> Measure:
    assert quantity.measure is not None, quantity
    return quantity.measure


def _multiplied(quantity: Quantity, factor: Fraction) -> Measure:
    measure, times = _known(quantity), float(factor)
    if factor == 1:
        return measure

    def multiplied(patients: Patients) -> Interval:
        low, high = measure(patients)
        return Interval(low * times, high * times)

    return multiplied


def combined(left: Quantity, operator: Operator, right: Quantity) -> Quantity:
    """Add, subtract, multiply or divide two quantities, exactly where one is a constant."""
    if left.constant is not None and right.constant is not None:
        return Quantity(None, Fraction(1), _exact(left.constant, operator, right.constant))
    match operator:
        case Operator.PLUS | Operator.MINUS:
            return _sum(left, right if operator is Operator.PLUS else scaled(right, Fraction(-1)))
        case Operator.TIMES if left.constant is not None:
            return scaled(right, left.constant)
        case Operator.TIMES if right.constant is not None:
            return scaled(left, right.constant)
        case Operator.OVER if right.constant is not None:
            return scaled(left, 1 / right.constant)
        case Operator.TIMES:
            return Quantity(_corners(left, right, False), left.unit * right.unit)
        case Operator.OVER:
            top = left.constant
            if top is not None:
                return Quantity(
                    _corners(Quantity(_fixed(top), Fraction(1)), right, True), 1 / right.unit
                )
            return Quantity(_corners(left, right, True), left.unit / right.unit)


def _exact(left: Fraction, operator: Operator, right: Fraction) -> Fraction:
    match operator:
        case Operator.PLUS:
            return left + right
        case Operator.MINUS:
            return left - right
        case Operator.TIMES:
            return left * right
        case Operator.OVER:
            return left / right


def _sum(left: Quantity, right: Quantity) -> Quantity:
    first, second = aligned(left, right)
    if left.constant is not None:
        unit = right.unit
    elif right.constant is not None:
        unit = left.unit
    else:
        unit = _common(left.unit, right.unit)

    def added(patients: Patients) -> Interval:
        one, other = first(patients), second(patients)
        return Interval(one.low + other.low, one.high + other.high)

    return Quantity(added, unit)


def _corners(left: Quantity, right: Quantity, divides: bool) -> Measure:
    """A product or quotient of two intervals lies between those of their ends."""
    first, second = _known(left), _known(right)

    def measured(patients: Patients) -> Interval:
        one, other = first(patients), second(patients)
        if divides:
            other = _inverse(other)
        corners = [end * another for end in one for another in other]
        low = high = corners[0]
        for corner in corners[1:]:
            low, high = smaller(low, corner), larger(high, corner)
        unknown = (one.low + one.high + other.low + other.high) * 0
        return Interval(low + unknown, high + unknown)

    return measured


def _inverse(interval: Interval) -> Interval:
    """Nothing is known of a quotient whose divisor may be nothing."""
    low, high = interval
    has_zero = (low <= 0) & (high >= 0)
    unknown = float("nan")
    safe_low, safe_high = either(has_zero, unknown, low), either(has_zero, unknown, high)
    return Interval(1.0 / safe_high, 1.0 / safe_low)
