"""CAR-HEMATOTOX (Rejeski 2021): the risk of a long cytopenia, from bloods before lymphodepletion.

| | 0 | 1 | 2 |
|---|---|---|---|
| platelets, thousand/uL | > 175 | 75 to 175 | < 75 |
| neutrophils, per uL | >= 1200 | < 1200 | |
| hemoglobin, g/dL | >= 9 | < 9 | |
| CRP, mg/dL | < 3 | >= 3 | |
| ferritin, ng/mL | < 650 | 650 to 2000 | > 2000 |

Two or more is a high risk. A band below ends one step of the signal earlier than the number of the
table; CRP is kept in mg/L, ten times larger. The score applies until lymphodepletion or infusion is
recorded, and no longer. Cells: clinical.md section 3 [S2], from a test file that cites the paper.
"""

from monitord.domain.features import (
    ContextName,
    Elapsed,
    TreatmentFeature,
    TreatmentMeasure,
)
from monitord.domain.language import Language
from monitord.domain.treatments import TREATMENT
from monitord.scores.bands import Bands
from monitord.scores.columns import Interval, only_where, total
from monitord.scores.grading import Grading
from monitord.scores.scale import Ages, Input, Inputs, PatientInputs, Scale, context, last, named

PLATELETS = Bands("platelets", at_most={"74.999": 2, "175": 1}, above=0)
NEUTROPHILS = Bands("anc", at_most={"1.199": 1}, above=0)
HEMOGLOBIN = Bands("hemoglobin", at_most={"8.99": 1}, above=0)
CRP = Bands("crp", at_most={"29.9": 0}, above=1)
FERRITIN = Bands("ferritin", at_most={"649": 0, "2000": 1}, above=2)
HIGH_RISK = 2  # >= 2, Rejeski 2021 [S2]
_CHARTS = (PLATELETS, NEUTROPHILS, HEMOGLOBIN, CRP, FERRITIN)


def grade(patient: Inputs) -> Interval:
    """Add up the five rows; NaN once lymphodepletion or infusion is recorded."""
    is_over = (patient["lymphodepleted"] > 0) | (patient["infused"] > 0)
    added = total(
        PLATELETS(patient["platelets.last"]),
        NEUTROPHILS(patient["anc.last"]),
        HEMOGLOBIN(patient["hemoglobin.last"]),
        CRP(patient["crp.last"]),
        FERRITIN(patient["ferritin.last"]),
    )
    return only_where(is_over ^ True, added)


def narrows(name: str, _: PatientInputs) -> bool:
    """Every row stands for itself, so each that is unknown leaves its points open."""
    return name.endswith(".last")


def explain(patient: PatientInputs, ages: Ages) -> str:
    """Say in one sentence which rows score for one patient, and what the sum means."""
    say = ages.say
    low, high = grade(patient)  # type: ignore[arg-type]
    scored = [
        say("{part} scores {points}", part=named(chart.signal, value, ages), points=int(part.low))
        for chart in _CHARTS
        if (part := chart(value := patient[f"{chart.signal}.last"])).low > 0  # type: ignore[arg-type]
        and part.low == part.high
    ]
    points = say.values(scored) or say("no row known to score")
    return say.sentence(say.clauses((points, _meaning(low, high, say))))  # type: ignore[arg-type]


def _meaning(low: float, high: float, say: Language) -> str:
    if low >= HIGH_RISK:
        return say("{points} or more is a high risk", points=HIGH_RISK)
    return say("a high risk is possible") if high >= HIGH_RISK else say("not a high risk")


def scale(_: Grading) -> Scale:
    """Make the scale."""
    lymphodepletion = TreatmentFeature(
        "lymphodepletion", TREATMENT["lymphodepletion"].index, TreatmentMeasure.AGE
    )
    return Scale(
        name="car_hematotox",
        label="CAR-HEMATOTOX",
        highest=7,
        source=_SOURCE,
        not_covered=_NOT_COVERED,
        inputs=(
            *(last(chart.signal) for chart in _CHARTS),
            Input("lymphodepleted", Elapsed(lymphodepletion, 0)),
            context(ContextName.INFUSED),
        ),
        compute=grade,
        narrows=narrows,
        explain=explain,
    )


_SOURCE = "Rejeski 2021, through a test file that cites it [S2]: not checked against the paper"
_NOT_COVERED = (
    "B-ALL and children: the score was built for lymphoma of adults (LBCL).",
    "Any time after lymphodepletion has begun: the score does not apply and is not told.",
    "A lymphodepletion nobody recorded: bloods that it changed are then scored as if before it.",
    "The cells were seen in a secondary source only; no rule may rest on them unchecked.",
    "Transfusions and growth factors, which change the counts.",
)
