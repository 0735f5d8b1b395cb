"""The sentence that goes with a CRS grade: the values it rests on, their ages, what is missing.

It is read at the bedside, so it says with every fever what the grade cannot say: that an infection
looks the same.
"""

from typing import Final

import numpy as np

from monitord.domain.signals import SIGNAL
from monitord.scores.bands import code
from monitord.scores.columns import Truths
from monitord.scores.grading import Grading
from monitord.scores.scale import Ages, PatientInputs

_NASAL_CANNULA: Final = code("oxygen_device", "nasal_cannula")


def sentence(local: Grading, patient: PatientInputs, low: Truths, ages: Ages) -> str:
    """Say what the grade of one patient rests on; `low` is whether the pressure is."""
    if not patient["infused"]:
        return "no CAR-T infusion is recorded, and CRS is graded after infusion only."
    parts = (
        _say_fever(local, patient, ages),
        _say_pressure(patient, low, ages),
        _say_oxygen(patient, ages),
    )
    return "; ".join(parts) + "."


def _say_fever(local: Grading, patient: PatientInputs, ages: Ages) -> str:
    newest, highest = patient["temperature.last"], patient["temperature.max"]
    has_cause = patient["temperature.elsewhere"] > 0
    counted = highest if has_cause else np.fmax(highest, newest)
    if counted >= local.fever_temperature:
        up_to = "" if counted == newest else "up to "
        return f"temperature {up_to}{_celsius(counted, ages)}{_say_infection(patient, ages)}"
    if patient["fever_waived"]:
        return "fever not required after treatment that masks it"
    if newest != newest:
        return f"temperature not known{ages.of_last('temperature')}"
    if has_cause and newest >= local.fever_temperature:
        return f"temperature {_celsius(newest, ages)} (another cause)"
    return f"no fever, {_celsius(newest, ages)}, and nothing given that hides one, so no CRS"


def _celsius(whole: float, ages: Ages) -> str:
    return f"{SIGNAL['temperature'].text(int(whole))} °C{ages.of('temperature', whole)}"


def _say_infection(patient: PatientInputs, ages: Ages) -> str:
    """Whether few neutrophils are too few is not graded here: the count is told with any fever."""
    count = patient["anc.last"]
    known = (
        f"{SIGNAL['anc'].text(int(count))} thousand/µL{ages.of('anc', count)}"
        if count == count
        else f"not known{ages.of_last('anc')}"
    )
    return f", neutrophils {known}: CRS and infection cannot be told apart here"


def _say_pressure(patient: PatientInputs, low: Truths, ages: Ages) -> str:
    count = int(patient["vasopressors"])
    if count or patient["vasopressin"]:
        others = f"{count} vasopressor{'s' if count > 1 else ''}" if count else ""
        with_vasopressin = "vasopressin" if patient["vasopressin"] else ""
        return " and ".join(filter(None, (others, with_vasopressin))) + " running"
    if low.sure:
        lowest = np.fmin(patient["systolic_bp.min"], patient["systolic_bp.last"])
        return f"hypotension{_millimetres('systolic_bp', lowest, ages, ', systolic down to ')}"
    systolic = _millimetres("systolic_bp", patient["systolic_bp.last"], ages, ", systolic ")
    if low.possible:
        return f"hypotension not excluded{systolic}{_say_gaps(patient, ages)}"
    return f"no hypotension{systolic}"


def _millimetres(signal: str, whole: float, ages: Ages, before: str) -> str:
    return f"{before}{int(whole)} mmHg{ages.of(signal, whole)}" if whole == whole else ""


def _say_gaps(patient: PatientInputs, ages: Ages) -> str:
    """Name what is not known of the pressure."""
    gaps = [
        f"{SIGNAL[signal].label} not known{ages.of_last(signal)}"
        for signal in ("systolic_bp", "mean_bp")
        if patient[f"{signal}.last"] != patient[f"{signal}.last"]
    ]
    if patient["age_years"] != patient["age_years"]:
        gaps.append("age not known")
    if not gaps and patient["baseline.systolic_bp"] != patient["baseline.systolic_bp"]:
        gaps.append("the patient's own systolic not known")
    return f": {', '.join(gaps)}" if gaps else ""


def _say_oxygen(patient: PatientInputs, ages: Ages) -> str:
    device = patient["oxygen_device.last"]
    saturation = patient["spo2.last"]
    other = " (another cause)" if patient["spo2.elsewhere"] > 0 else ""
    spoken = ""
    if saturation == saturation:
        age = ages.of("spo2", saturation)
        spoken = f", SpO2 {SIGNAL['spo2'].text(int(saturation))} %{age}{other}"
    if device != device:
        return f"oxygen device not known{ages.of_last('oxygen_device')}{spoken}"
    cause = " (another cause)" if patient["oxygen_device.elsewhere"] > 0 else ""
    name = SIGNAL["oxygen_device"].words[int(device)].replace("_", " ")
    age = ages.of("oxygen_device", device)
    return f"{name}{age}{_say_flow(patient, ages)}{cause}{spoken}"


def _say_flow(patient: PatientInputs, ages: Ages) -> str:
    """Only of a cannula that counts does the flow decide."""
    counts = not patient["oxygen_device.elsewhere"]
    if patient["oxygen_device.last"] != _NASAL_CANNULA or not counts:
        return ""
    flow = patient["oxygen_flow.last"]
    if flow != flow:
        return f", its flow not known{ages.of_last('oxygen_flow')}"
    return f", {SIGNAL['oxygen_flow'].text(int(flow))} L/min{ages.of('oxygen_flow', flow)}"
