"""The sentence that goes with a CRS grade: the values it rests on, their ages, what is missing.

It is read at the bedside, so it says with every fever what the grade cannot say: that an infection
looks the same.
"""

from typing import Final

import numpy as np

from monitord.domain.chart import label, shown, with_unit
from monitord.domain.language import Language, phrase
from monitord.scores.bands import code
from monitord.scores.columns import Truths
from monitord.scores.grading import Grading
from monitord.scores.scale import Ages, PatientInputs, measured, with_cause

_NASAL_CANNULA: Final = code("oxygen_device", "nasal_cannula")
_NOW: Final = phrase("temperature {value}")
_UP_TO: Final = phrase("temperature up to {value}")


def sentence(local: Grading, patient: PatientInputs, low: Truths, ages: Ages) -> str:
    """Say what the grade of one patient rests on; `low` is whether the pressure is."""
    say = ages.say
    if not patient["infused"]:
        return say("no CAR-T infusion is recorded, and CRS is graded after infusion only.")
    parts = (
        _say_fever(local, patient, ages),
        _say_pressure(patient, low, ages),
        _say_oxygen(patient, ages),
    )
    return say.sentence(say.clauses(parts))


def _say_fever(local: Grading, patient: PatientInputs, ages: Ages) -> str:
    say = ages.say
    newest, highest = patient["temperature.last"], patient["temperature.max"]
    has_cause = patient["temperature.elsewhere"] > 0
    counted = highest if has_cause else np.fmax(highest, newest)
    if counted >= local.fever_temperature:
        value = _valued("temperature", counted, "Cel", ages)
        form = _NOW if counted == newest else _UP_TO
        return _with_infection(say(form, value=value), patient, ages)
    if patient["fever_waived"]:
        return say("fever not required after treatment that masks it")
    if newest != newest:
        return measured("temperature", newest, ages)
    value = _valued("temperature", newest, "Cel", ages)
    if has_cause and newest >= local.fever_temperature:
        return with_cause(say(_NOW, value=value), say)
    return say("no fever, {value}, and nothing given that hides one, so no CRS", value=value)


def _with_infection(fever: str, patient: PatientInputs, ages: Ages) -> str:
    """Whether few neutrophils are too few is not graded here: the count is told with any fever."""
    return ages.say(
        "{fever}, {neutrophils}: CRS and infection cannot be told apart here",
        fever=fever,
        neutrophils=measured("anc", patient["anc.last"], ages),
    )


def _say_pressure(patient: PatientInputs, low: Truths, ages: Ages) -> str:
    say = ages.say
    count = int(patient["vasopressors"])
    if count or patient["vasopressin"]:
        return _say_vasopressors(count, with_vasopressin=bool(patient["vasopressin"]), say=say)
    newest = patient["systolic_bp.last"]
    if low.sure:
        lowest = np.fmin(patient["systolic_bp.min"], newest)
        if lowest != lowest:
            return say("hypotension")
        value = _valued("systolic_bp", lowest, "mm[Hg]", ages)
        return say("hypotension, systolic down to {value}", value=value)
    told = say("hypotension not excluded") if low.possible else say("no hypotension")
    if newest == newest:
        value = _valued("systolic_bp", newest, "mm[Hg]", ages)
        told = say("{pressure}, systolic {value}", pressure=told, value=value)
    gaps = say.values(_gaps(patient, ages)) if low.possible else ""
    return say("{what}: {why}", what=told, why=gaps) if gaps else told


def _say_vasopressors(count: int, *, with_vasopressin: bool, say: Language) -> str:
    """Vasopressin is told by its name, for it is not counted among the others."""
    if not count:
        return say("{treatment} running", treatment=label("vasopressin", say))
    told = say.many("{count} vasopressor", "{count} vasopressors", count)
    if with_vasopressin:
        return say("{vasopressors} and vasopressin running", vasopressors=told)
    return say("{treatment} running", treatment=told)


def _gaps(patient: PatientInputs, ages: Ages) -> list[str]:
    """Name what is not known of the pressure."""
    gaps = [
        measured(signal, patient[f"{signal}.last"], ages)
        for signal in ("systolic_bp", "mean_bp")
        if patient[f"{signal}.last"] != patient[f"{signal}.last"]
    ]
    if patient["age_years"] != patient["age_years"]:
        gaps.append(ages.say("age not known"))
    if not gaps and patient["baseline.systolic_bp"] != patient["baseline.systolic_bp"]:
        gaps.append(ages.say("the patient's own systolic not known"))
    return gaps


def _say_oxygen(patient: PatientInputs, ages: Ages) -> str:
    told = (_say_device(patient, ages), _say_flow(patient, ages), _say_saturation(patient, ages))
    return ages.say.values(part for part in told if part)


def _say_device(patient: PatientInputs, ages: Ages) -> str:
    say, device = ages.say, patient["oxygen_device.last"]
    if device != device:
        return measured("oxygen_device", device, ages)
    told = ages.told(shown("oxygen_device", device, say), "oxygen_device", device)
    return with_cause(told, say) if patient["oxygen_device.elsewhere"] > 0 else told


def _say_flow(patient: PatientInputs, ages: Ages) -> str:
    """Only of a cannula that counts does the flow decide."""
    counts = not patient["oxygen_device.elsewhere"]
    if patient["oxygen_device.last"] != _NASAL_CANNULA or not counts:
        return ""
    flow = patient["oxygen_flow.last"]
    if flow != flow:
        return ages.told_last(ages.say("its flow not known"), "oxygen_flow")
    return _valued("oxygen_flow", flow, "L/min", ages)


def _say_saturation(patient: PatientInputs, ages: Ages) -> str:
    say, saturation = ages.say, patient["spo2.last"]
    if saturation != saturation:
        return ""
    value = say("SpO2 {value} %", value=shown("spo2", saturation, say))
    told = ages.told(value, "spo2", saturation)
    return with_cause(told, say) if patient["spo2.elsewhere"] > 0 else told


def _valued(signal: str, whole: float, unit: str, ages: Ages) -> str:
    """Tell a known value with its unit and age, without its name."""
    return ages.told(with_unit(shown(signal, whole, ages.say), unit, ages.say), signal, whole)
