"""Every treatment the house knows, and what each means to a grade.

Which drugs count as vasopressors and which let a fever be absent from a grade follows the ASTCT
consensus (Lee, Biol Blood Marrow Transplant 2019;25:625, CRS table and its footnotes).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

_VASOPRESSOR: Final = "vasopressor for CRS hypotension (Lee 2019, CRS table)"
_ANTICYTOKINE: Final = "after anti-cytokine therapy or steroids fever is not required (Lee 2019)"


@dataclass(frozen=True, slots=True)
class Treatment:
    """One row of the table of treatments; `index` is its place."""

    word: str
    label: str
    source: str
    is_vasopressor: bool = False
    masks_fever: bool = False
    is_sedation: bool = False
    index: int = -1


_ANTIPYRETIC: Final = "an antipyretic hides fever (Lee 2019)"
_DROWSY: Final = "drowsiness from sedation is not graded (Lee 2019)"
_FLUID: Final = "first answer to hypotension (Brudno & Kochenderfer 2016)"

_ROWS: Final = (
    Treatment("car_t_infusion", "CAR-T infusion", "day 0 of every CAR-T schedule"),
    Treatment("lymphodepletion", "lymphodepletion", "given before the infusion"),
    Treatment("tocilizumab", "tocilizumab", _ANTICYTOKINE, masks_fever=True),
    Treatment("siltuximab", "siltuximab", _ANTICYTOKINE, masks_fever=True),
    Treatment("anakinra", "anakinra", _ANTICYTOKINE, masks_fever=True),
    Treatment("corticosteroid", "corticosteroid", _ANTICYTOKINE, masks_fever=True),
    Treatment("antipyretic", "antipyretic", _ANTIPYRETIC, masks_fever=True),
    Treatment("norepinephrine", "norepinephrine", _VASOPRESSOR, is_vasopressor=True),
    Treatment("epinephrine", "epinephrine", _VASOPRESSOR, is_vasopressor=True),
    Treatment("phenylephrine", "phenylephrine", _VASOPRESSOR, is_vasopressor=True),
    Treatment("dopamine", "dopamine", _VASOPRESSOR, is_vasopressor=True),
    Treatment("dobutamine", "dobutamine", "an inotrope, not a vasopressor: not counted"),
    Treatment("vasopressin", "vasopressin", _VASOPRESSOR, is_vasopressor=True),
    Treatment("fluid_bolus", "fluid bolus", _FLUID),
    Treatment("sedation", "sedation", _DROWSY, is_sedation=True),
    Treatment("levetiracetam", "levetiracetam", "seizure prophylaxis or treatment"),
    Treatment("antibiotic", "antibiotic", "fever with neutropenia is treated as infection too"),
)

TREATMENTS: Final[tuple[Treatment, ...]] = tuple(
    replace(row, index=place) for place, row in enumerate(_ROWS)
)
TREATMENT: Final[Mapping[str, Treatment]] = {t.word: t for t in TREATMENTS}


def find_treatment(word: str) -> Treatment | None:
    """Find a treatment by its word; `None` when there is none."""
    return TREATMENT.get(word)
