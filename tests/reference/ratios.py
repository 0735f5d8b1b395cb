"""The slow plain twins of the scores that are ratios: exact fractions, every corner tried.

Ends are told in whole hundredths, the low one rounded down and the high one rounded up. What is
divided by nothing is at the top; nothing divided by nothing could be anything. A twin must never be
tuned to agree with the fast score: where the two differ, one of them misreads the formula.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from tests.reference.parts import Choices, Patient, Value, completions, narrowing, number

LDH: Choices = {"ldh.last": (0, 200_000)}
CREATININE: Choices = {"creatinine.last": (0, 80)}
CRP: Choices = {"crp.last": (0, 2_000)}
PLATELETS: Choices = {"platelets.last": (0, 10_000)}
HEART_RATE: Choices = {"heart_rate.last": (0, 350)}
PRESSURE: Choices = {"systolic_bp.last": (0, 360)}


@dataclass(frozen=True)
class Twin:
    """One formula: what is divided by what, and the most that it can be, in hundredths."""

    CHOICES: Choices
    over: Callable[[Patient], Fraction]
    under: Callable[[Patient], Fraction]
    top: int
    typical: Patient

    def values(self, patient: Patient) -> set[Fraction]:
        """Give every hundredfold that a patient of whom all is known could have."""
        over, under = self.over(patient), self.under(patient)
        if under:
            return {100 * over / under}
        return {Fraction(self.top)} if over else {Fraction(0), Fraction(self.top)}

    def interval(self, patient: Patient) -> tuple[int, int]:
        """Give the least and the most in whole hundredths, over every end of what is unknown."""
        found = {
            value for whole in completions(patient, self.CHOICES) for value in self.values(whole)
        }
        return floor(min(found)), ceil(max(found))

    def missing(self, patient: Patient) -> tuple[str, ...]:
        """Name the unknown inputs that would narrow the interval."""
        return narrowing(patient, self.CHOICES, self.interval)

    def well(self, changed: Patient) -> dict[str, Value]:
        """Describe somebody usual, then change what the story asks for."""
        return {**self.typical, **changed}


def exact(patient: Patient, name: str) -> Fraction:
    """Read a number as it is written in decimals."""
    return Fraction(str(number(patient, name)))


def platelets(patient: Patient) -> Fraction:
    """Read platelets in 10^9/L."""
    return exact(patient, "platelets.last")


EASIX = Twin(
    {**LDH, **CREATININE, **PLATELETS},
    lambda patient: exact(patient, "ldh.last") * exact(patient, "creatinine.last"),
    platelets,
    top=200_000 * 80 * 1_000 * 100,  # over 0.001 x 10^9/L
    typical={"ldh.last": 250, "creatinine.last": 1, "platelets.last": 200},
)
S_EASIX = Twin(
    {**LDH, **PLATELETS},
    lambda patient: exact(patient, "ldh.last"),
    platelets,
    top=200_000 * 1_000 * 100,
    typical={"ldh.last": 250, "platelets.last": 200},
)
M_EASIX = Twin(
    {**LDH, **CRP, **PLATELETS},
    lambda patient: exact(patient, "ldh.last") * exact(patient, "crp.last") / 10,  # mg/L to mg/dL
    platelets,
    top=200_000 * 200 * 1_000 * 100,
    typical={"ldh.last": 250, "crp.last": 30, "platelets.last": 200},
)
SHOCK_INDEX = Twin(
    {**HEART_RATE, **PRESSURE},
    lambda patient: exact(patient, "heart_rate.last"),
    lambda patient: exact(patient, "systolic_bp.last"),
    top=350 * 100,
    typical={"heart_rate.last": 60, "systolic_bp.last": 120},
)
