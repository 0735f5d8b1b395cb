"""Quick SOFA (Sepsis-3, 2016): three signs of a bad course in an adult with an infection.

| | one point each |
|---|---|
| breathing | respiratory rate >= 22 /min |
| pressure | systolic <= 100 mmHg; 100 itself counts |
| mentation | anything but alert, a Glasgow coma score < 15, or new confusion |

Two or more are a positive score. Points: clinical.md section 5 [S]; what "altered mentation" is in
our signals is ours. Under sedation the mentation is unknown, not altered. Breathing and pressure
carry it over an edge all day, and NEWS2, which is told, has both: this one is only shown.
"""

from monitord.domain.features import ContextName
from monitord.scores.bands import Bands, code
from monitord.scores.columns import Interval, Truths, below, equal, only_where, points, total
from monitord.scores.grading import Grading
from monitord.scores.scale import Ages, Inputs, PatientInputs, Scale, context, last, named
from monitord.windows.roster import ADULT_YEARS

RESPIRATION = Bands("respiratory_rate", at_most={"21": 0}, above=1)
SYSTOLIC = Bands("systolic_bp", at_most={"100": 1}, above=0)
ALERT = code("consciousness", "alert")
CONFUSED = code("new_confusion", "yes")
FULL_COMA_SCORE = 15  # below it the mentation is altered: ours; 15 is the whole Glasgow scale
_MIND = ("consciousness.last", "gcs_total.last", "new_confusion.last")


def grade(patient: Inputs) -> Interval:
    """Add up the three points; NaN under 18 years."""
    added = total(
        RESPIRATION(patient["respiratory_rate.last"]),
        SYSTOLIC(patient["systolic_bp.last"]),
        points(altered_mentation(patient), 1),
    )
    child = patient["age_years"] < ADULT_YEARS
    return only_where(child ^ True, added)


def altered_mentation(patient: Inputs) -> Truths:
    """Any of three findings alters it, and only all three make it normal."""
    found = (
        ~equal(patient["consciousness.last"], ALERT)
        | below(patient["gcs_total.last"], FULL_COMA_SCORE)
        | equal(patient["new_confusion.last"], CONFUSED)
    )
    sedated = patient["sedated"] > 0
    return Truths(found.sure & (sedated ^ True), found.possible | sedated)


def narrows(name: str, patient: PatientInputs) -> bool:
    """The rate and the pressure always do; the mind's only while nothing has settled it."""
    if name in _MIND:
        mind = altered_mentation(patient)  # type: ignore[arg-type]
        return not (mind.sure or patient["sedated"])
    return name not in ("age_years", "sedated")


def explain(patient: PatientInputs, ages: Ages) -> str:
    """Say in one sentence which of the three signs one patient has."""
    say = ages.say
    mind = altered_mentation(patient)  # type: ignore[arg-type]
    scored = [
        named(chart.signal, value, ages)
        for chart in (RESPIRATION, SYSTOLIC)
        if chart(value := patient[f"{chart.signal}.last"]).low > 0  # type: ignore[arg-type]
    ]
    if mind.sure:
        scored.append(say("altered mentation"))
    elif patient["sedated"]:
        scored.append(say("mentation not known under sedation"))
    return say.sentence(say.values(scored) or say("no sign known"))


def scale(_: Grading) -> Scale:
    """Make the scale."""
    return Scale(
        name="qsofa",
        label="qSOFA",
        highest=3,
        source=_SOURCE,
        not_covered=_NOT_COVERED,
        inputs=(
            last("respiratory_rate"),
            last("systolic_bp"),
            last("consciousness"),
            last("gcs_total"),
            last("new_confusion"),
            context(ContextName.SEDATED),
            context(ContextName.AGE_YEARS),
        ),
        compute=grade,
        narrows=narrows,
        explain=explain,
        is_told=False,
    )


_SOURCE = "Sepsis-3, JAMA 2016;315:801 [K for the citation]; the three points: clinical.md 5 [S]"
_NOT_COVERED = (
    "Children under 18 years: the score was made for adults [K]; who is of unknown age is scored.",
    "Infection: the score asks about a course, and does not tell infection from CRS.",
    "Normal mentation from one finding: it stays open until all three of the mind are known.",
    "A patient who cannot speak because of a tube: the coma score is then low for another reason.",
)
