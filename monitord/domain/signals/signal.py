"""What a signal is: a thing that can be measured, and how its values become whole units.

Values are read from decimal text with exact arithmetic and rounded once, half to even, to whole
units of the signal's resolution; nothing here ever passes through a float on the way in.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import partial
from typing import Final

from monitord.domain.refusals import Refused, did_you_mean, shown
from monitord.domain.time import Millis
from monitord.domain.units import UNITLESS, Units, read_decimal, spelled


class Kind(StrEnum):
    """How a signal comes: regularly, now and then, or as a word from a short list."""

    REGULAR = "regular"
    EPISODIC = "episodic"
    CODED = "coded"


_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Signal:
    """One row of the table of signals; `low` and `high` are the plausible ends in whole units.

    `ratio` is the resolution as a fraction: so many canonical units are so many whole ones.

    `loinc` is a code of LOINC 2.77, `mdc` a reference id of ISO/IEEE 11073-10101; where no code is
    certain there is none. `other_codes` are read too: other specimens, methods and sites.
    `is_whole` tells that between two steps there is nothing: a score counts points.
    """

    word: str
    label: str
    kind: Kind
    unit: str
    resolution: Decimal
    low: int
    high: int
    stale_after_ms: Millis
    source: str
    units: Units
    ratio: tuple[int, int] = (1, 1)
    words: tuple[str, ...] = ()
    loinc: str | None = None
    mdc: str | None = None
    other_codes: tuple[str, ...] = ()
    is_whole: bool = False
    index: int = -1

    def quantise(self, text: str, unit: str | None) -> int:
        """Bring a value as it was sent to whole units; raises `Refused` by name.

        A coded signal takes one of its words and gives the word's place.
        """
        if self.words:
            return self._place_of(text, unit)
        spelling = self._unit_of(unit)
        number = read_decimal(text)
        steps = self.units[spelling].apply(number) / Fraction(self.resolution)
        whole = round(steps)
        # Away from the ends the rounded value is within if the exact one is, and is quicker to ask.
        if not self.low < whole < self.high and not self.low <= steps <= self.high:
            raise self._impossible(text, unit)
        if self.is_whole and whole != steps:
            raise self._impossible(text, unit)
        return whole

    def whole(self, text: str) -> int:
        """Give an exact constant in the canonical unit as whole units.

        Raises `ValueError` when the resolution cannot hold it, or a coded signal has no such word.
        """
        if self.words:
            return self._place_of(text, None)
        steps = Fraction(read_decimal(text)) / Fraction(self.resolution)
        if steps.denominator != 1:
            found = f"{text} is not a whole number of steps of {self.word}"
            raise ValueError(f"{found}, expected steps of {self.resolution} {self.unit}".rstrip())
        return steps.numerator

    def value(self, whole: int) -> int | float | str:
        """Give whole units back as they are told: in the canonical unit, or as the word."""
        if self.words:
            return self.words[whole]
        units, steps = self.ratio
        return whole * units if steps == 1 else whole * units / steps

    def text(self, whole: int) -> str:
        """Write whole units for a reader, without the unit."""
        return str(self.value(whole))

    def codes(self) -> tuple[str, ...]:
        """Give every LOINC and MDC code that stands for this signal."""
        return tuple(c for c in (self.loinc, self.mdc, *self.other_codes) if c is not None)

    def _place_of(self, text: str, unit: str | None) -> int:
        if unit:
            found = f"the unit is {shown(unit)}, expected none for {self.word}"
            raise Refused("unit_does_not_fit", f"{found}; leave the unit out")
        if text not in self.words:
            expected = f"expected one of {', '.join(self.words)}"
            found = f"{self.word} is {shown(text)}, {expected}"
            raise Refused("unknown_word", found, partial(did_you_mean, text, self.words))
        return self.words.index(text)

    def _unit_of(self, unit: str | None) -> str:
        spelling = spelled(unit) if unit else ""
        if spelling in self.units:
            return spelling
        expected = f"expected {self.unit or 'none'} for {self.word}"
        if not unit:
            raise Refused("unit_missing", f"there is no unit, {expected}; add the unit in UCUM")
        others = ", ".join(u for u in self.units if u not in ("", self.unit))
        hint = f"also read: {others}" if others else "leave the unit out"
        raise Refused("unit_does_not_fit", f"the unit is {shown(unit)}, {expected}; {hint}")

    def _impossible(self, text: str, unit: str | None) -> Refused:
        told = f"{text} {unit or ''}".rstrip()
        ends = f"{self.text(self.low)} to {self.text(self.high)} {self.unit}".rstrip()
        if self.is_whole:
            ends = f"a whole number from {ends}"
        detail = f"{self.word} is {told}, expected {ends}; check the sender and the unit"
        return Refused("impossible_value", detail)


def measured(
    word: str,
    label: str,
    unit: str,
    units: Units,
    *,
    step: str,
    low: str,
    high: str,
    stale_after_ms: Millis,
    source: str,
    kind: Kind = Kind.EPISODIC,
    loinc: str | None = None,
    mdc: str | None = None,
    other_codes: tuple[str, ...] = (),
    is_whole: bool = False,
) -> Signal:
    """Write a row for a signal that is a number; step, low and high are in its own unit."""
    resolution = Decimal(step)
    return Signal(
        word=word,
        label=label,
        kind=kind,
        unit=unit,
        resolution=resolution,
        low=int(Decimal(low) / resolution),
        high=int(Decimal(high) / resolution),
        stale_after_ms=stale_after_ms,
        source=source,
        units=units,
        ratio=resolution.as_integer_ratio(),
        loinc=loinc,
        mdc=mdc,
        other_codes=other_codes,
        is_whole=is_whole,
    )


def coded(
    word: str,
    label: str,
    words: tuple[str, ...],
    *,
    stale_after_ms: Millis,
    source: str,
) -> Signal:
    """Write one row for a signal whose values are words."""
    return Signal(
        word=word,
        label=label,
        kind=Kind.CODED,
        unit="",
        resolution=_ONE,
        low=0,
        high=len(words) - 1,
        stale_after_ms=stale_after_ms,
        source=source,
        units=UNITLESS,
        words=words,
    )
