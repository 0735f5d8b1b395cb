"""A score that is a product of signals over another signal, in exact steps of a decimal.

Whole units go in and whole steps come out, rounded outward: the low end is never above the truth
and the high end never below it, so a value between two steps is told as both. Nothing here knows
any medicine.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil, prod
from typing import Final

from monitord.domain.signals import SIGNAL, Signal
from monitord.scores.columns import Column, Interval, either, larger, smaller, unknown
from monitord.scores.scale import Ages, Input, Inputs, PatientInputs, last, measured

# A float holds every whole number below this, so that a floor division below it is exact.
_EXACT: Final = 2**53


def plausible(signal: Signal, column: Column) -> Interval:
    """Take a value as it is; unknown is anything that the signal can plausibly be."""
    lowest, highest = float(signal.low), float(signal.high)
    # Only a neighbour's rubbish is ever outside: what was taken in is not.
    within = larger(smaller(column, highest), lowest)  # type: ignore[arg-type]
    is_unknown = unknown(within)
    return Interval(either(is_unknown, lowest, within), either(is_unknown, highest, within))


class Ratio:
    """One formula: `over`, multiplied, divided by `under`, each by its name and the formula's unit.

    `top` is the most that it can be, in steps: the highest plausible values over the least of
    `under` that is not nothing. What is divided by nothing is at the top.
    """

    def __init__(self, over: Mapping[str, str], under: tuple[str, str], decimals: int) -> None:
        """Take the formula as it is published; its units need not be those of the signals."""
        self.decimals = decimals
        self.written = " x ".join(f"{SIGNAL[name].label} ({unit})" for name, unit in over.items())
        self.written += f" / {SIGNAL[under[0]].label} ({under[1]})"
        self.over = [SIGNAL[name] for name in over]
        self.under = SIGNAL[under[0]]
        factor = prod(_worth(name, unit) for name, unit in over.items())
        factor *= 10**decimals / _worth(*under)
        self._times, self._parts = float(factor.numerator), float(factor.denominator)
        most = factor.numerator * prod(signal.high for signal in self.over)
        assert most < _EXACT, f"{self.written}: {most} is too large to be divided exactly"
        assert all(signal.low == 0 for signal in (*self.over, self.under)), self.written
        self.top = ceil(Fraction(most, factor.denominator))

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Ask for the last value of each."""
        return tuple(last(signal.word) for signal in (*self.over, self.under))

    def __call__(self, patient: Inputs) -> Interval:
        """Compute in whole steps."""
        low: Column = self._times  # type: ignore[assignment]
        high = low
        for signal in self.over:
            least, most = plausible(signal, patient[f"{signal.word}.last"])
            low, high = low * least, high * most
        smallest, largest = plausible(self.under, patient[f"{self.under.word}.last"])
        lowest = _divided(low, largest * self._parts)
        highest = -_divided(-high, smallest * self._parts)
        # Nothing divided by nothing could be anything.
        unbounded = either(low > 0, self.top, 0.0)
        return Interval(
            either(largest > 0, lowest, unbounded), either(smallest > 0, highest, self.top)
        )

    def narrows(self, name: str, patient: PatientInputs) -> bool:
        """What divides always does; what is multiplied, unless something else leaves all open."""
        under = f"{self.under.word}.last"
        if name == under or patient[under] > 0:
            return True
        signal = SIGNAL[name.removesuffix(".last")]
        most = self({**patient, name: float(signal.high)})  # type: ignore[dict-item]
        return bool(most.low > 0)

    def explain(self, patient: PatientInputs, ages: Ages) -> str:
        """Say what the value of one patient is made of."""
        words = (signal.word for signal in (*self.over, self.under))
        told = (measured(word, patient[f"{word}.last"], ages) for word in words)
        return ages.say.sentence(ages.say.values(told))


def _divided(over: Column, under: Column) -> Column:
    """Divide downward to a whole number; what is divided by nothing is not used."""
    quotient: Column = over // either(under > 0, under, 1.0)
    return quotient


def _worth(name: str, unit: str) -> Fraction:
    """Give one whole unit of a signal in another of its units, such as mg/L in mg/dL."""
    signal = SIGNAL[name]
    return Fraction(signal.resolution) / signal.units[unit].apply(Decimal(1))
