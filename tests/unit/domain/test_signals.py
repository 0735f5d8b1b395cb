"""The table of signals says what the contract says, and reads values exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.domain.signals import SIGNAL, SIGNALS, Kind, Refused, Signal, find_signal

REGULAR = {
    "heart_rate",
    "respiratory_rate",
    "spo2",
    "temperature",
    "systolic_bp",
    "diastolic_bp",
    "mean_bp",
    "oxygen_flow",
    "fio2",
}
# contract.md section 3, in its order.
UNITS = {
    "heart_rate": "/min",
    "respiratory_rate": "/min",
    "spo2": "%",
    "temperature": "Cel",
    "systolic_bp": "mm[Hg]",
    "diastolic_bp": "mm[Hg]",
    "mean_bp": "mm[Hg]",
    "oxygen_flow": "L/min",
    "fio2": "%",
    "oxygen_device": "",
    "ice_score": "",
    "capd_score": "",
    "gcs_total": "",
    "rass": "",
    "consciousness": "",
    "new_confusion": "",
    "seizure": "",
    "motor_weakness": "",
    "cerebral_edema": "",
    "crp": "mg/L",
    "ferritin": "ng/mL",
    "il6": "pg/mL",
    "ldh": "U/L",
    "creatinine": "mg/dL",
    "platelets": "10*3/uL",
    "anc": "10*3/uL",
    "wbc": "10*3/uL",
    "hemoglobin": "g/dL",
    "fibrinogen": "mg/dL",
    "d_dimer": "mg/L",
    "inr": "",
    "ast": "U/L",
    "alt": "U/L",
    "bilirubin_total": "mg/dL",
    "bilirubin_direct": "mg/dL",
    "triglycerides": "mg/dL",
    "albumin": "g/dL",
    "lactate": "mmol/L",
    "procalcitonin": "ng/mL",
    "sodium": "mmol/L",
    "potassium": "mmol/L",
    "phosphate": "mg/dL",
    "uric_acid": "mg/dL",
    "calcium": "mg/dL",
}


def test_the_table_has_the_contract_s_signals_in_its_units() -> None:
    """Every signal of the contract is there once, in its unit, and no other."""
    assert {s.word: s.unit for s in SIGNALS} == UNITS


def test_a_signal_knows_its_place() -> None:
    """The index of a signal is its place in the table, and every word finds it."""
    assert list(range(len(SIGNALS))) == [s.index for s in SIGNALS]
    assert list(SIGNALS) == [find_signal(s.word) for s in SIGNALS]


def test_the_kinds_are_as_the_memory_expects_them() -> None:
    """What comes regularly is regular, what is told in words is coded."""
    assert {s.word for s in SIGNALS if s.kind is Kind.REGULAR} == REGULAR
    assert [s.kind is Kind.CODED for s in SIGNALS] == [bool(s.words) for s in SIGNALS]


def test_regular_signals_fit_sixteen_bits() -> None:
    """No plausible value of a regular signal overflows the grid's cells."""
    regular = [s for s in SIGNALS if s.kind is Kind.REGULAR]
    assert len(REGULAR) == len([s for s in regular if -(2**15) <= s.low and s.high < 2**15])


def test_no_code_means_two_signals() -> None:
    """A LOINC or MDC code belongs to one signal."""
    codes = [code for s in SIGNALS for code in s.codes()]
    assert sorted(set(codes)) == sorted(codes)


def test_every_loinc_code_has_its_check_digit() -> None:
    """The digit behind the dash is the one that Luhn's rule gives."""
    loinc = [c for s in SIGNALS for c in s.codes() if not c.startswith("MDC_")]
    for code in loinc:
        body, check = code.split("-")
        doubled = "".join(
            str(int(digit) * 2) if place % 2 == 0 else digit
            for place, digit in enumerate(reversed(body))
        )
        assert int(check) == -sum(int(digit) for digit in doubled) % 10, code


def test_codes_are_read_wherever_a_word_is() -> None:
    """The two codes that the contract names find the heart rate."""
    assert SIGNAL["heart_rate"] is find_signal("8867-4")
    assert SIGNAL["heart_rate"] is find_signal("MDC_ECG_HEART_RATE")
    assert find_signal("hart_rate") is None


@pytest.mark.parametrize(
    ("word", "text", "unit", "whole"),
    [
        ("temperature", "38.05", "Cel", 3805),
        ("temperature", "37.95", "Cel", 3795),
        ("temperature", "37.999", "Cel", 3800),
        ("temperature", "37.9949999999999999999999", "Cel", 3799),
        ("temperature", "37.995", "Cel", 3800),  # half to even
        ("temperature", "37.985", "Cel", 3798),  # half to even
        ("temperature", "100.4", "[degF]", 3800),
        ("temperature", "100.3", "°F", 3794),
        ("temperature", "311.15", "K", 3800),
        ("temperature", "3.8e1", "Cel", 3800),
        ("spo2", "0.97", "1", 970),
        ("fio2", "0.4", "1", 40),
        ("fio2", "40", "%", 40),
        ("mean_bp", "8.67", "kPa", 65),
        ("systolic_bp", "120", "mmHg", 120),
        ("heart_rate", "72", "{beats}/min", 72),
        ("heart_rate", "1.2", "Hz", 72),
        ("oxygen_flow", "500", "mL/min", 5),
        ("crp", "12.3", "mg/dL", 1230),
        ("ferritin", "650", "ug/L", 650),
        ("ferritin", "1.5", "mg/L", 1500),
        ("il6", "40", "ng/L", 400),
        ("ldh", "4", "ukat/L", 240),
        ("creatinine", "113.12", "umol/L", 128),  # 1.2796 mg/dL
        ("bilirubin_total", "17.1", "µmol/l", 100),  # 0.9998 mg/dL
        ("uric_acid", "0.5", "mmol/L", 841),  # 8.4056 mg/dL
        ("phosphate", "1", "mmol/L", 310),  # 3.0974 mg/dL
        ("calcium", "2.5", "mmol/L", 1002),  # 10.0195 mg/dL
        ("triglycerides", "1.7", "mmol/L", 151),  # 150.53 mg/dL
        ("lactate", "18.0156", "mg/dL", 200),
        ("fibrinogen", "1.5", "g/L", 150),
        ("hemoglobin", "88", "g/L", 880),
        ("platelets", "75", "10*9/L", 75_000),
        ("anc", "450", "/uL", 450),
        ("wbc", "3.5", "K/uL", 3500),
        ("d_dimer", "0.5", "ug/mL{FEU}", 50),
        ("sodium", "140", "mEq/L", 140),
        ("procalcitonin", "2", "ug/L", 200),
        ("rass", "-5", None, -5),
        ("ice_score", "10", "{score}", 10),
        ("ice_score", "9.0", None, 9),
        ("temperature", "46.996", "Cel", 4700),
        ("spo2", "100.0", "%", 1000),
        ("inr", "1.1", "1", 110),
        ("oxygen_device", "venturi", None, 4),
        ("consciousness", "alert", "", 0),
    ],
)
def test_values_become_whole_units(word: str, text: str, unit: str | None, whole: int) -> None:
    """A value in any of its units is the same number of whole units."""
    assert whole == SIGNAL[word].quantise(text, unit)


@pytest.mark.parametrize(
    ("word", "text", "unit", "reason"),
    [
        ("temperature", "99", "Cel", "impossible_value"),
        ("temperature", "37", "[degF]", "impossible_value"),
        ("mean_bp", "-16", "mm[Hg]", "impossible_value"),
        ("mean_bp", "324", "mm[Hg]", "impossible_value"),
        ("spo2", "100.1", "%", "impossible_value"),
        ("ice_score", "11", None, "impossible_value"),
        ("ice_score", "9.6", None, "impossible_value"),
        ("ice_score", "10.0001", None, "impossible_value"),
        ("capd_score", "8.5", None, "impossible_value"),
        ("gcs_total", "14.5", None, "impossible_value"),
        ("gcs_total", "2.9", None, "impossible_value"),
        ("rass", "-0.5", None, "impossible_value"),
        ("spo2", "100.04", "%", "impossible_value"),
        ("temperature", "47.004", "Cel", "impossible_value"),
        ("temperature", "12.996", "Cel", "impossible_value"),
        ("heart_rate", "350.4", "/min", "impossible_value"),
        ("crp", "-0.04", "mg/L", "impossible_value"),
        ("heart_rate", "1e400", "/min", "impossible_value"),
        ("heart_rate", "9" * 5000, "/min", "impossible_value"),
        ("heart_rate", "NaN", "/min", "not_finite"),
        ("heart_rate", "-Infinity", "/min", "not_finite"),
        ("heart_rate", "fast", "/min", "wrong_type"),
        ("heart_rate", "7_2", "/min", "wrong_type"),
        ("temperature", "37", None, "unit_missing"),
        ("temperature", "37", "", "unit_missing"),
        ("temperature", "37", "kg", "unit_does_not_fit"),
        ("ice_score", "10", "kg", "unit_does_not_fit"),
        ("d_dimer", "0.5", "mg/L{DDU}", "unit_does_not_fit"),
        ("hemoglobin", "5.5", "mmol/L", "unit_does_not_fit"),
        ("oxygen_device", "nasal_canula", None, "unknown_word"),
        ("oxygen_device", "venturi", "L/min", "unit_does_not_fit"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    word: str, text: str, unit: str | None, reason: str
) -> None:
    """Each refusal has its word, and its sentence says what was expected."""
    with pytest.raises(Refused, match="expected") as refusal:
        SIGNAL[word].quantise(text, unit)

    assert reason == refusal.value.reason


def test_a_near_word_is_suggested() -> None:
    """A misspelled word is answered with the one that was meant."""
    with pytest.raises(Refused, match="did you mean 'nasal_cannula'"):
        SIGNAL["oxygen_device"].quantise("nasal_canula", None)


def test_constants_are_exact_or_refused() -> None:
    """A threshold finer than the resolution is a mistake of its writer."""
    assert SIGNAL["temperature"].whole("38.0") == 3800
    assert SIGNAL["seizure"].whole("prolonged") == 2
    with pytest.raises(ValueError, match=r"expected steps of 0\.01 Cel"):
        SIGNAL["temperature"].whole("38.005")
    with pytest.raises(ValueError, match="expected one of"):
        SIGNAL["seizure"].whole("long")


def test_values_are_told_as_people_write_them() -> None:
    """Whole steps are told as whole numbers, finer ones as decimals, coded ones as words."""
    assert SIGNAL["temperature"].value(3805) == 38.05
    assert repr(SIGNAL["heart_rate"].value(80)) == "80"
    assert SIGNAL["oxygen_device"].value(7) == "cpap"
    assert SIGNAL["rass"].value(-5) == -5
    assert SIGNAL["temperature"].text(3800) == "38.0"


@given(st.sampled_from(SIGNALS), st.data())
def test_what_is_told_is_read_as_the_same_value(signal: Signal, data: st.DataObject) -> None:
    """Every plausible value survives being written and read."""
    whole = data.draw(st.integers(signal.low, signal.high))
    assert whole == signal.quantise(signal.text(whole), signal.unit or None)


@given(st.sampled_from(SIGNALS), st.data())
def test_every_unit_is_monotonic_and_exact(signal: Signal, data: st.DataObject) -> None:
    """A conversion and its inverse give back the number, for every unit of every signal."""
    conversion = signal.units[data.draw(st.sampled_from(sorted(signal.units)))]
    number = data.draw(st.decimals(-1000, 1000, places=4))
    assert conversion.scale > 0
    assert Decimal(number) == (conversion.apply(number) - conversion.offset) / conversion.scale


@given(st.sampled_from(SIGNALS), st.text(max_size=80), st.none() | st.text(max_size=20))
def test_no_text_does_more_than_be_refused(signal: Signal, text: str, unit: str | None) -> None:
    """Whatever the text, the answer is a plausible value or a refusal."""
    try:
        whole = signal.quantise(text, unit)
    except Refused as refusal:
        whole = signal.low
        sentence = refusal.detail
    else:
        sentence = "expected"
    assert signal.low <= whole <= signal.high
    assert "expected" in sentence
