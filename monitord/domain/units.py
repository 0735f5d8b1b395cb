"""The units a value may come in, and the exact arithmetic that brings it to another.

A unit is written in UCUM (ucum.org, version 2.1); a few spellings that are common at the bedside
and cannot be mistaken are read as the UCUM unit they mean. Every conversion is a fraction, never a
float.
This room knows quantities, not signals: which units a signal takes is said in `domain.signals`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Final, TypeAlias

from monitord.domain.refusals import Refused, shown


@dataclass(frozen=True, slots=True)
class Conversion:
    """Brings a number to the canonical unit: number x scale + offset, exactly."""

    scale: Fraction
    offset: Fraction = Fraction(0)

    def apply(self, number: Decimal) -> Fraction:
        """Give the number in the canonical unit."""
        return Fraction(number) * self.scale + self.offset


Units: TypeAlias = Mapping[str, Conversion]

_SAME: Final = Conversion(Fraction(1))

TEMPERATURE: Final[Units] = {
    "Cel": _SAME,
    "[degF]": Conversion(Fraction(5, 9), Fraction(-160, 9)),  # UCUM: degF(5 K/9), 32 [degF] = 0 Cel
    "K": Conversion(Fraction(1), Fraction("-273.15")),  # UCUM: 0 Cel = 273.15 K
}

PRESSURE: Final[Units] = {
    "mm[Hg]": _SAME,
    "kPa": Conversion(1 / Fraction("0.133322")),  # UCUM: m[Hg] = 133.3220 kPa
    "Pa": Conversion(1 / Fraction("133.322")),  # UCUM: m[Hg] = 133.3220 kPa
}

PER_MINUTE: Final[Units] = {
    "/min": _SAME,
    "/s": Conversion(Fraction(60)),
    "Hz": Conversion(Fraction(60)),
}

LITRES_PER_MINUTE: Final[Units] = {
    "L/min": _SAME,
    "mL/min": Conversion(Fraction(1, 1000)),
    "L/h": Conversion(Fraction(1, 60)),
    "L/s": Conversion(Fraction(60)),
}

PERCENT: Final[Units] = {"%": _SAME, "1": Conversion(Fraction(100))}

THOUSANDS_PER_MICROLITRE: Final[Units] = {
    "10*3/uL": _SAME,
    "10*9/L": _SAME,
    "10*3/mm3": _SAME,
    "10*6/mL": _SAME,
    "/nL": _SAME,
    "/uL": Conversion(Fraction(1, 1000)),
    "/mm3": Conversion(Fraction(1, 1000)),
    "10*6/L": Conversion(Fraction(1, 1000)),
    "10*3/mL": Conversion(Fraction(1, 1000)),
}

UNITS_PER_LITRE: Final[Units] = {
    "U/L": _SAME,
    "[iU]/L": _SAME,
    "mU/mL": _SAME,
    "m[iU]/mL": _SAME,
    "U/mL": Conversion(Fraction(1000)),
    "[iU]/mL": Conversion(Fraction(1000)),
    "ukat/L": Conversion(Fraction(60)),  # UCUM: U = umol/min, kat = mol/s
    "nkat/L": Conversion(Fraction(60, 1000)),
}

UNITLESS: Final[Units] = {"": _SAME, "1": _SAME}

_GRAMS_PER_LITRE: Final = {
    unit: Fraction(factor)
    for unit, factor in {
        "g/dL": "10",
        "g/L": "1",
        "mg/mL": "1",
        "mg/dL": "0.01",
        "mg/L": "1e-3",
        "ug/mL": "1e-3",
        "ug/dL": "1e-5",
        "ug/L": "1e-6",
        "ng/mL": "1e-6",
        "ng/L": "1e-9",
        "pg/mL": "1e-9",
    }.items()
}
_MOLES_PER_LITRE: Final = {
    unit: Fraction(factor)
    for unit, factor in {
        "mol/L": "1",
        "mmol/L": "1e-3",
        "umol/mL": "1e-3",
        "umol/L": "1e-6",
        "nmol/mL": "1e-6",
        "nmol/L": "1e-9",
    }.items()
}


def mass_concentration(canonical: str, grams_per_mole: str | None = None) -> Units:
    """Give every unit of mass per volume, and of moles per volume when the molar mass is known.

    >>> mass_concentration("mg/dL")["g/L"].apply(Decimal("1.5")) == 150
    True
    """
    factors = dict(_GRAMS_PER_LITRE)
    if grams_per_mole is not None:
        weight = Fraction(grams_per_mole)
        factors |= {unit: moles * weight for unit, moles in _MOLES_PER_LITRE.items()}
    one = factors[canonical]
    return {unit: Conversion(factor / one) for unit, factor in factors.items()}


def substance_concentration(grams_per_mole: str | None = None, valence: int | None = None) -> Units:
    """Give every unit of amount per volume in mmol/L; mass and equivalents where defined.

    >>> substance_concentration(valence=1)["meq/L"].apply(Decimal(140)) == 140
    True
    """
    factors = dict(_MOLES_PER_LITRE)
    if valence is not None:
        factors["meq/L"] = Fraction(1, 1000 * valence)
    if grams_per_mole is not None:
        weight = Fraction(grams_per_mole)
        factors |= {unit: grams / weight for unit, grams in _GRAMS_PER_LITRE.items()}
    return {unit: Conversion(factor * 1000) for unit, factor in factors.items()}


# Spellings that are not UCUM, or not for this, and that no signal of ours could mean otherwise.
_ALIASES: Final = {
    "mmHg": "mm[Hg]",
    "bpm": "/min",
    "1/min": "/min",
    "beats/min": "/min",
    "breaths/min": "/min",
    "°C": "Cel",
    "℃": "Cel",
    "degC": "Cel",
    "C": "Cel",
    "°F": "[degF]",
    "℉": "[degF]",
    "degF": "[degF]",
    "F": "[degF]",
    "IU/L": "[iU]/L",
    "IU/mL": "[iU]/mL",
    "mIU/mL": "m[iU]/mL",
    "lpm": "L/min",
    "LPM": "L/min",
    "mEq/L": "meq/L",
    "percent": "%",
    "cells/uL": "/uL",
    "K/uL": "10*3/uL",
    "10^3/uL": "10*3/uL",
    "x10^3/uL": "10*3/uL",
    "10^9/L": "10*9/L",
    "x10^9/L": "10*9/L",
    "10^6/L": "10*6/L",
}
# UCUM annotations in braces that change nothing. {DDU} is not among them: it is half an {FEU}.
_ANNOTATION: Final = re.compile(r"\{(beats|breaths|cells|FEU|score|INR|ratio)\}", re.IGNORECASE)
_LITRE: Final = re.compile(r"(?<![A-Za-z])([mdun]?)l(?![A-Za-z])")
_MICRO: Final = str.maketrans({"\u00b5": "u", "\u03bc": "u"})


@lru_cache(maxsize=1024)
def spelled(unit: str) -> str:
    """Give the UCUM spelling of a unit as people write it; an unknown one comes back as it is.

    >>> [spelled(u) for u in ("mmHg", "{beats}/min", "µmol/l", "°F")]
    ['mm[Hg]', '/min', 'umol/L', '[degF]']
    """
    plain = _ANNOTATION.sub("", unit.strip().translate(_MICRO))
    plain = _LITRE.sub(r"\1L", plain)
    return _ALIASES.get(plain, plain)


# A number outside this many powers of ten is nobody's measurement, and would cost time to multiply.
_MOST_DIGITS: Final = 64
_LARGEST_POWER: Final = 15
_SMALLEST_POWER: Final = -30
_PLAIN_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def read_decimal(text: str) -> Decimal:
    """Read a decimal number of reasonable length; raises `Refused` for anything else.

    >>> read_decimal("38.05")
    Decimal('38.05')
    """
    if len(text) <= _MOST_DIGITS and _PLAIN_NUMBER.fullmatch(text):
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise _impossible(text) from None
        if number.is_zero() or number.adjusted() < _SMALLEST_POWER:
            return Decimal(0)
        if number.adjusted() <= _LARGEST_POWER:
            return number
        raise _impossible(text)
    if text.strip("+-").lower() in ("nan", "inf", "infinity"):
        found = f"the value is {shown(text)}, expected a finite number"
        raise Refused("not_finite", f"{found}; leave the event out when there is no value")
    if len(text) > _MOST_DIGITS and text[:1] in "+-.0123456789":
        raise _impossible(text)
    found = f"the value is {shown(text)}, expected a number"
    raise Refused("wrong_type", f"{found}; send a JSON number without quotes")


def _impossible(text: str) -> Refused:
    found = f"the value is {shown(text, longest=24)}, expected a number that can be measured"
    return Refused("impossible_value", f"{found}; check the sender")
