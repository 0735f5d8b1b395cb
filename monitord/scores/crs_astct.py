"""Cytokine release syndrome, ASTCT consensus 2019 (Lee, Biol Blood Marrow Transplant 2019;25:625).

| | 1 | 2 | 3 | 4 |
|---|---|---|---|---|
| fever | yes | yes | yes | yes |
| hypotension | none | no vasopressor | one, vasopressin or both | several beside vasopressin |
| hypoxia | none | cannula to 6 L/min, blow-by | high flow, any mask | positive pressure |

Fever is required until an anti-cytokine, a steroid or an antipyretic was given; the more severe of
the other two then decides alone. Grade 5 is death: entered by a person, never computed here.
Table cells: PMC8021214 Tab1 [S]; details: clinical.md section 7.
"""

from collections.abc import Callable
from functools import partial

from monitord.domain.features import (
    BaselineFeature,
    ContextName,
    SignalFeature,
    SignalMeasure,
    TreatmentFeature,
    TreatmentMeasure,
)
from monitord.domain.signals import SIGNAL
from monitord.domain.treatments import TREATMENT
from monitord.scores.bands import Words, code, unless
from monitord.scores.columns import (
    Column,
    Interval,
    Truths,
    above,
    anyone,
    at_least,
    at_most,
    below,
    decided,
    either,
    exactly,
    given,
    points,
    surely,
    unknown,
    worst,
)
from monitord.scores.crs_sentence import sentence
from monitord.scores.grading import Grading
from monitord.scores.scale import (
    Ages,
    Input,
    Inputs,
    PatientInputs,
    Scale,
    context,
    elsewhere,
    extreme,
    has_other_cause,
    last,
    last_since,
)
from monitord.windows.roster import ADULT_YEARS

NONE = exactly(0)
FEVER = exactly(1)

DEVICE = Words(
    "oxygen_device",
    {
        "room_air": 0,
        "blow_by": 2,
        "nasal_cannula": 2,  # one more above 6 L/min
        "face_mask": 3,
        "venturi": 3,
        "non_rebreather": 3,
        "high_flow_nasal_cannula": 3,
        "cpap": 4,
        "bipap": 4,
        "ventilator": 4,
    },
)
ROOM_AIR = code("oxygen_device", "room_air")
NASAL_CANNULA = code("oxygen_device", "nasal_cannula")


def grade(local: Grading, patient: Inputs) -> Interval:
    """Grade by the table, once the patient has had the infusion."""
    infused = surely(patient["infused"] > 0)
    if not anyone(infused.possible):
        return points(infused, 0)
    severity = worst(_hypotension_grade(local, patient), _hypoxia_grade(local, patient))
    without_fever = given(surely(patient["fever_waived"] > 0), severity, NONE)
    graded = given(fever(local, patient), worst(FEVER, severity), without_fever)
    return given(infused, graded, NONE)


def fever(local: Grading, patient: Inputs) -> Truths:
    """Tell whether there was fever within the look-back time."""

    def hot(temperature: Column) -> Truths:
        return at_least(temperature, local.fever_temperature)

    highest = patient["temperature.max"]
    return _ever(hot(highest), highest) | _now("temperature", hot, patient)


def hypotension(local: Grading, patient: Inputs) -> Truths:
    """Tell whether the pressure was low within the look-back time, by age and own baseline."""
    adult = at_least(patient["age_years"], ADULT_YEARS)
    return decided(adult, _low_for_an_adult(local, patient), _low_for_a_child(local, patient))


def _low_for_an_adult(local: Grading, patient: Inputs) -> Truths:
    share_of_baseline = patient["baseline.systolic_bp"] * local.baseline_percent

    def low_systolic(pressure: Column) -> Truths:
        fallen = below(pressure * 100, share_of_baseline) & below(pressure, local.baseline_below)
        return below(pressure, local.systolic_low) | fallen

    def low_mean(pressure: Column) -> Truths:
        return below(pressure, local.mean_low)

    lowest, lowest_mean = patient["systolic_bp.min"], patient["mean_bp.min"]
    return (
        _ever(low_systolic(lowest), lowest)
        | _now("systolic_bp", low_systolic, patient)
        | _ever(low_mean(lowest_mean), lowest_mean)
        | _now("mean_bp", low_mean, patient)
    )


def _low_for_a_child(local: Grading, patient: Inputs) -> Truths:
    age = patient["age_years"]
    by_age = local.child_systolic_base + local.child_systolic_per_year * age
    limit = either(age <= local.child_formula_years, by_age, local.systolic_low)
    limit = either(age < 1, float("nan"), limit)  # no number is published for infants
    age_unknown = unknown(age)
    least = local.child_systolic_base + local.child_systolic_per_year  # a child of 1 year
    sure_limit = either(age_unknown, least, limit)
    possible_limit = either(age_unknown, local.systolic_low, limit)

    def low(pressure: Column) -> Truths:
        possible = (pressure < possible_limit) | unknown(pressure) | unknown(possible_limit)
        return Truths(pressure < sure_limit, possible)

    lowest = patient["systolic_bp.min"]
    return _ever(low(lowest), lowest) | _now("systolic_bp", low, patient)


def _hypotension_grade(local: Grading, patient: Inputs) -> Interval:
    """A running vasopressor counts as hypotension, whatever the pressure."""
    vasopressors = patient["vasopressors"]
    supported = surely((vasopressors > 0) | (patient["vasopressin"] > 0))
    by_drugs = either(vasopressors >= 2, 4, 3)
    return given(supported, Interval(by_drugs, by_drugs), points(hypotension(local, patient), 2))


def _hypoxia_grade(local: Grading, patient: Inputs) -> Interval:
    """Oxygen counts by the device that brings it; a low saturation without one is at least 2."""
    device = patient["oxygen_device.last"]
    by_device = DEVICE(device)
    fast = above(patient["oxygen_flow.last"], local.cannula_low_flow)
    more = surely(device == NASAL_CANNULA) & fast
    low, high = by_device.low + more.sure, by_device.high + more.possible
    without_device = surely((device == ROOM_AIR) | unknown(device))
    is_low = _now("spo2", lambda spo2: at_most(spo2, local.spo2_low), patient)
    needs = is_low & without_device
    counted = Interval(either(needs.sure, 2, low), either(needs.possible, 4, high))
    return unless(has_other_cause(patient, "oxygen_device"), counted)


def _now(signal: str, test: Callable[[Column], Truths], patient: Inputs) -> Truths:
    """A last reading that has another cause counts for no grade."""
    counts = has_other_cause(patient, signal) ^ True
    told = test(patient[f"{signal}.last"])
    return Truths(told.sure & counts, told.possible & counts)


def _ever(test: Truths, extreme: Column) -> Truths:
    """No reading within the look-back time says nothing; the last one then speaks alone."""
    return Truths(test.sure, test.possible & (extreme == extreme))


def explain(local: Grading, patient: PatientInputs, ages: Ages) -> str:
    """Say in one sentence what the grade of one patient rests on."""
    return sentence(local, patient, hypotension(local, patient), ages)  # type: ignore[arg-type]


def scale(local: Grading) -> Scale:
    """Make the scale with a unit's own thresholds."""
    vasopressin = TreatmentFeature(
        "vasopressin", TREATMENT["vasopressin"].index, TreatmentMeasure.RUNNING
    )
    baseline = BaselineFeature("systolic_bp", SIGNAL["systolic_bp"].index)
    # A flow from before the device last changed is no flow of this device.
    device = SignalFeature("oxygen_device", SIGNAL["oxygen_device"].index, SignalMeasure.LAST)
    return Scale(
        name="crs_astct",
        label="CRS grade (ASTCT)",
        highest=4,
        source=_SOURCE,
        not_covered=_NOT_COVERED,
        inputs=(
            context(ContextName.INFUSED),
            context(ContextName.FEVER_WAIVED),
            last("temperature", 3700, 3900),
            extreme("temperature", SignalMeasure.MAX, local.fever_window_ms),
            last("systolic_bp", 60, 71, 75, 85, 95, 120),
            extreme("systolic_bp", SignalMeasure.MIN, local.hypotension_window_ms),
            last("mean_bp", 55, 85),
            extreme("mean_bp", SignalMeasure.MIN, local.hypotension_window_ms),
            Input("baseline.systolic_bp", baseline, (80, 110, 200)),
            context(ContextName.AGE_YEARS, 1, 5, 10, 14, 40),
            context(ContextName.VASOPRESSORS),
            Input("vasopressin", vasopressin),
            last("oxygen_device"),
            last_since("oxygen_flow", device, 20, 100),
            last("spo2", 850, 970),
            last("anc"),  # told with a fever, never graded
            *(elsewhere(signal) for signal in _ATTRIBUTABLE),
        ),
        compute=partial(grade, local),
        explain=partial(explain, local),
    )


_SOURCE = (
    "ASTCT consensus: Lee, Biol Blood Marrow Transplant 2019;25:625, through reproductions of its "
    "table: PMC8021214 Tab1, PMC9327779 t0002 [S]"
)
_NOT_COVERED = (
    "Grade 5 is death: a person enters it, it is never computed.",
    "The cause of a fever: CRS and infection cannot be told apart here; neutrophils are told only.",
    "Organ toxicity (CTCAE): no part of this grade.",
    "Doses: a vasopressor counts when it runs, whatever its rate; inotropes do not count.",
    "A child under 1 year: no pressure is published, so only a vasopressor tells of hypotension.",
    "A patient without a recorded infusion: the grade is 0, whatever is measured.",
    "Other grading systems of CRS (Lee 2014, Penn, MSKCC, CARTOX).",
)
_ATTRIBUTABLE = ("temperature", "systolic_bp", "mean_bp", "oxygen_device", "spo2")
SCALE = scale(Grading())
