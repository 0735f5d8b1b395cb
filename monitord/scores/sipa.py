"""SIPA: whether a child's shock index is above the limit of its age.

| age in years | shock index |
|---|---|
| 1 to 6 | > 1.2 |
| 7 to 12 | > 1.0 |
| 12 to 17 | > 0.9 |

The table has the age of 12 twice; it is taken with the older children, whose limit is the stricter
one. A year lasts until the birthday. Heart rate and pressure are compared exactly, never through
the rounded index. Who is of unknown age could be a child of any age. Limits: clinical.md section 5.
"""

from monitord.domain.features import ContextName
from monitord.domain.signals import SIGNAL
from monitord.scores.columns import Interval, either, only_where, unknown
from monitord.scores.grading import Grading
from monitord.scores.ratio import plausible
from monitord.scores.scale import Ages, Inputs, PatientInputs, Scale, context, last, measured
from monitord.windows.roster import ADULT_YEARS

FROM_YEARS = 1  # 1-6 y, SIPA: Huang, Front Pediatr 2021 [S]
SCHOOL_YEARS = 7  # 7-12 y, Huang 2021 [S]
TEEN_YEARS = 12  # 12-17 y, Huang 2021 [S]; 12 is in 7-12 too, and the stricter limit is taken: ours
YOUNG_TENTHS = 12  # > 1.2 at 1-6 y, Huang 2021 [S]; another paper has 1.22 at 4-6 y
SCHOOL_TENTHS = 10  # > 1.0 at 7-12 y, Huang 2021 [S]
TEEN_TENTHS = 9  # > 0.9 at 12-17 y, Huang 2021 [S]


def grade(patient: Inputs) -> Interval:
    """Give 1 above the limit of the age, 0 at or below it; NaN for adults and infants."""
    age = patient["age_years"]
    older = either(age < TEEN_YEARS, SCHOOL_TENTHS, TEEN_TENTHS)
    tenths = either(age < SCHOOL_YEARS, YOUNG_TENTHS, older)
    heart_rate = plausible(SIGNAL["heart_rate"], patient["heart_rate.last"])
    pressure = plausible(SIGNAL["systolic_bp"], patient["systolic_bp.last"])
    highest_limit = either(unknown(age), YOUNG_TENTHS, tenths)
    low = either(heart_rate.low * 10 > pressure.high * highest_limit, 1.0, 0.0)
    high = either(heart_rate.high * 10 > pressure.low * tenths, 1.0, 0.0)
    is_of_no_age_here = (age < FROM_YEARS) | (age >= ADULT_YEARS)
    return only_where(is_of_no_age_here ^ True, Interval(low, high))


def explain(patient: PatientInputs, ages: Ages) -> str:
    """Say in one sentence what is above or within the limit."""
    say, age = ages.say, patient["age_years"]
    parts = (
        say.many("{count} year old", "{count} years old", int(age))
        if age == age
        else say("age not known"),
        *(measured(word, patient[f"{word}.last"], ages) for word in ("heart_rate", "systolic_bp")),
    )
    return say.sentence(say.values(parts))


def scale(_: Grading) -> Scale:
    """Make the scale."""
    rate, pressure = SIGNAL["heart_rate"], SIGNAL["systolic_bp"]
    return Scale(
        name="sipa",
        label="shock index above the limit of the age (SIPA)",
        highest=1,
        source="Huang, Front Pediatr 2021 [S]: the limits by age",
        not_covered=_NOT_COVERED,
        inputs=(
            last("heart_rate", rate.low, rate.high),
            last("systolic_bp", pressure.low, pressure.high),
            context(ContextName.AGE_YEARS, FROM_YEARS, SCHOOL_YEARS, TEEN_YEARS),
        ),
        compute=grade,
        explain=explain,
        is_told=False,
    )


_NOT_COVERED = (
    "Adults, and infants under one year: the scale does not apply.",
    "Fever and pain, which quicken a child's pulse: the limits were made for injured children [K].",
    "CAR-T therapy: no source gave its lead time or its false alarms there.",
)
