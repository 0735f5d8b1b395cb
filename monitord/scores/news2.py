"""National Early Warning Score 2 (Royal College of Physicians, 2017), both saturation scales.

A general score of acute illness, kept as a comparator: 38.0 °C scores nothing here and is grade 1
CRS, so it is never a trigger for CRS. The chart is for patients of 16 years and older; under that
age the score does not apply. Chart cells: clinical.md section 5, agreeing with the public openEHR
fixtures. A value between two chart numbers belongs to the band whose upper edge it does not pass.
"""

from monitord.domain.chart import label
from monitord.domain.features import ContextName
from monitord.scores.bands import Bands, Words, code
from monitord.scores.columns import (
    Interval,
    anyone,
    either,
    equal,
    exactly,
    given,
    only_where,
    points,
    total,
    worst,
)
from monitord.scores.grading import Grading
from monitord.scores.scale import Ages, Inputs, PatientInputs, Scale, context, last, named

RESPIRATION = Bands("respiratory_rate", at_most={"8": 3, "11": 1, "20": 0, "24": 2}, above=3)
SATURATION_1 = Bands("spo2", at_most={"91": 3, "93": 2, "95": 1}, above=0)
SATURATION_2_AIR = Bands("spo2", at_most={"83": 3, "85": 2, "87": 1}, above=0)
SATURATION_2_OXYGEN = Bands(
    "spo2", at_most={"83": 3, "85": 2, "87": 1, "92": 0, "94": 1, "96": 2}, above=3
)
SYSTOLIC = Bands("systolic_bp", at_most={"90": 3, "100": 2, "110": 1, "219": 0}, above=3)
PULSE = Bands("heart_rate", at_most={"40": 3, "50": 1, "90": 0, "110": 1, "130": 2}, above=3)
TEMPERATURE = Bands("temperature", at_most={"35.0": 3, "36.0": 1, "38.0": 0, "39.0": 1}, above=2)
CONSCIOUSNESS = Words("consciousness", {"alert": 0, "voice": 3, "touch": 3, "unarousable": 3})
CONFUSION = Words("new_confusion", {"no": 0, "yes": 3})
TWO = exactly(2)
ROOM_AIR = code("oxygen_device", "room_air")
ALERT = code("consciousness", "alert")
CONFUSED = code("new_confusion", "yes")
_DESCRIBED = ("age_years", "spo2_scale")
ADULT_CHART_YEARS = 16  # the chart is not for under 16 y, RCP 2017 [K]


def grade(patient: Inputs) -> Interval:
    """Add up the seven parts of the chart."""
    added = total(
        RESPIRATION(patient["respiratory_rate.last"]),
        _saturation_and_oxygen(patient),
        SYSTOLIC(patient["systolic_bp.last"]),
        PULSE(patient["heart_rate.last"]),
        worst(
            CONSCIOUSNESS(patient["consciousness.last"]), CONFUSION(patient["new_confusion.last"])
        ),
        TEMPERATURE(patient["temperature.last"]),
    )
    child = patient["age_years"] < ADULT_CHART_YEARS
    return only_where(child ^ True, added)


def _saturation_and_oxygen(patient: Inputs) -> Interval:
    """Both parts hang on the oxygen device, so they are taken together when it is unknown."""
    saturation = patient["spo2.last"]
    oxygen = ~equal(patient["oxygen_device.last"], ROOM_AIR)
    first = total(SATURATION_1(saturation), points(oxygen, 2))
    prescribed = patient["spo2_scale"] == 2  # a target of 88-92 %
    if not anyone(prescribed):
        return first
    on_oxygen = total(SATURATION_2_OXYGEN(saturation), TWO)
    second = given(oxygen, on_oxygen, SATURATION_2_AIR(saturation))
    return Interval(
        either(prescribed, second.low, first.low), either(prescribed, second.high, first.high)
    )


def narrows(name: str, patient: PatientInputs) -> bool:
    """Every unknown part leaves its points open, save where confusion alone settles alertness."""
    if name == "consciousness.last":
        return patient["new_confusion.last"] != CONFUSED
    if name == "new_confusion.last":
        return not patient["consciousness.last"] > ALERT
    return name not in _DESCRIBED


def explain(patient: PatientInputs, ages: Ages) -> str:
    """Say in one sentence which parts of the chart score for one patient."""
    say = ages.say
    scored = [
        say("{part} scores {points}", part=named(signal, value, ages), points=int(part.low))
        for signal, chart in _PARTS
        if (part := chart(value := patient[f"{signal}.last"])).low > 0 and part.low == part.high  # type: ignore[arg-type]
    ]
    gaps = [
        ages.told_last(label(signal, say), signal)
        for signal, _ in _PARTS
        if patient[f"{signal}.last"] != patient[f"{signal}.last"]
    ]
    told = say.values(scored) or say("no part known to score")
    not_known = say("not known: {names}", names=say.names(gaps)) if gaps else ""
    return say.sentence(say.clauses((told, not_known)))


_PARTS = (
    ("respiratory_rate", RESPIRATION),
    ("spo2", SATURATION_1),
    ("systolic_bp", SYSTOLIC),
    ("heart_rate", PULSE),
    ("consciousness", CONSCIOUSNESS),
    ("temperature", TEMPERATURE),
)


def scale(_: Grading) -> Scale:
    """Make the scale; who has the second saturation scale is the roster's to know."""
    return Scale(
        name="news2",
        label="NEWS2",
        highest=20,
        source=_SOURCE,
        not_covered=_NOT_COVERED,
        inputs=(
            last("respiratory_rate"),
            last("spo2"),
            last("oxygen_device"),
            last("systolic_bp"),
            last("heart_rate"),
            last("consciousness"),
            last("new_confusion"),
            last("temperature"),
            context(ContextName.AGE_YEARS),
            context(ContextName.SPO2_SCALE),
        ),
        compute=grade,
        narrows=narrows,
        explain=explain,
    )


_SOURCE = "Royal College of Physicians 2017; cells agree with the public openEHR fixtures [S]"
_NOT_COVERED = (
    "CRS: 38.0 °C scores nothing here and is grade 1 CRS, so no rule for CRS may rest on it.",
    "Children under 16 years: the score does not apply; pregnancy is not known here [K].",
    "The chart's own escalation: a single 3, and how often to measure by the total.",
    "Who has a target saturation of 88-92 %: the unit's settings say it.",
)
SCALE = scale(Grading())
