"""Quantities of a condition: exact while they are added, compared and scaled by constants.

A quantity is a number for each patient in multiples of an exact unit; what a scale is part of is an
interval.
Only products and quotients of two features are rounded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple, TypeAlias

from monitord.rules.syntax import Operator
from monitord.scores.columns import Column as Values
from monitord.scores.columns import Interval, either, larger, smaller

Patients: TypeAlias = Sequence[Values]  # one entry for each column of the engine
Measure: TypeAlias = Callable[[Patients], Interval]
Point: TypeAlias = Callable[[Patients], Values]


class Measured(NamedTuple):
    """How a quantity is read: as an interval, and as one number where nothing in it is wider."""

    point: Point | None
    measure: Measure


def by_points(point: Point) -> Measured:
    """Read what is one number for each patient."""

    def measure(patients: Patients) -> Interval:
        number = point(patients)
        return Interval(number, number)

    return Measured(point, measure)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number for each patient, in multiples of `unit`; or a constant, exact."""

    measured: Measured | None
    unit: Fraction
    constant: Fraction | None = None
    column: int | None = None


def scaled(quantity: Quantity, factor: Fraction) -> Quantity:
    """Multiply by an exact constant: the unit carries the size, the measure only the sign."""
    if quantity.constant is not None:
        return Quantity(None, Fraction(1), quantity.constant * factor)
    measured = _known(quantity)
    assert factor != 0, "a feature is not multiplied by nothing"
    if factor > 0:
        return Quantity(measured, quantity.unit * factor)
    return Quantity(_turned(measured), quantity.unit * -factor)


def _turned(measured: Measured) -> Measured:
    point, measure = measured
    if point is not None:
        return by_points(lambda patients: -point(patients))

    def turned(patients: Patients) -> Interval:
        low, high = measure(patients)
        return Interval(-high, -low)

    return Measured(None, turned)


def aligned(left: Quantity, right: Quantity) -> tuple[Measured, Measured]:
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


def _fixed(value: Fraction) -> Measured:
    fixed = float(value)
    return by_points(lambda _: fixed)  # type: ignore[arg-type, return-value]


def _known(quantity: Quantity) -> Measured:
    assert quantity.measured is not None, "what is no constant is measured"
    return quantity.measured


def _multiplied(quantity: Quantity, factor: Fraction) -> Measured:
    measured, times = _known(quantity), float(factor)
    point, measure = measured
    if factor == 1:
        return measured
    if point is not None:
        return by_points(lambda patients: point(patients) * times)

    def multiplied(patients: Patients) -> Interval:
        low, high = measure(patients)
        return Interval(low * times, high * times)

    return Measured(None, multiplied)


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
            return Quantity(_product(left, right, divides=False), left.unit * right.unit)
        case Operator.OVER:
            top = left.constant
            if top is not None:
                above = Quantity(_fixed(top), Fraction(1))
                return Quantity(_product(above, right, divides=True), 1 / right.unit)
            return Quantity(_product(left, right, divides=True), left.unit / right.unit)


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
    if left.constant is not None:
        unit = right.unit
    elif right.constant is not None:
        unit = left.unit
    else:
        unit = _common(left.unit, right.unit)

    first, second = aligned(left, right)
    if first.point is not None and second.point is not None:
        return Quantity(_added(first.point, second.point), unit)
    first_measure, second_measure = first.measure, second.measure

    def added(patients: Patients) -> Interval:
        one, other = first_measure(patients), second_measure(patients)
        return Interval(one.low + other.low, one.high + other.high)

    return Quantity(Measured(None, added), unit)


def _added(first: Point, second: Point) -> Measured:
    return by_points(lambda patients: first(patients) + second(patients))


def _product(left: Quantity, right: Quantity, divides: bool) -> Measured:
    first, second = _known(left), _known(right)
    if first.point is None or second.point is None:
        return Measured(None, _corners(first.measure, second.measure, divides))
    point, other = first.point, second.point
    if divides:
        return by_points(lambda patients: point(patients) * _inverse_of_one(other(patients)))
    return by_points(lambda patients: point(patients) * other(patients))


def _corners(first: Measure, second: Measure, divides: bool) -> Measure:
    """A product or quotient of two intervals lies between those of their ends."""

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


def _inverse_of_one(number: Values) -> Values:
    """Nothing is known of a quotient whose divisor is nothing."""
    return 1.0 / either(number == 0, float("nan"), number)


def _inverse(interval: Interval) -> Interval:
    """Nothing is known of a quotient whose divisor may be nothing."""
    low, high = interval
    has_zero = (low <= 0) & (high >= 0)
    unknown = float("nan")
    safe_low, safe_high = either(has_zero, unknown, low), either(has_zero, unknown, high)
    return Interval(1.0 / safe_high, 1.0 / safe_low)
