"""The same patient in other units has the same scores: from the bytes of an event to a decision."""

import json

import pytest

from monitord.adapters.codecs.native import decode
from monitord.domain.decisions import Assessment
from monitord.domain.time import SECOND, parse_time
from monitord.engine.portrait import portrait
from monitord.engine.step import step
from monitord.engine.ward import Ward, WardSettings
from monitord.rules.book import RuleBook

NOW = parse_time("2026-01-10T03:20:00Z")
Sent = tuple[str, float, str]  # signal, value, unit

BLOODS: tuple[Sent, ...] = (
    ("ldh", 250, "U/L"),
    ("creatinine", 1.0, "mg/dL"),
    ("platelets", 200, "10*9/L"),
    ("crp", 30, "mg/L"),
)
RISK: tuple[Sent, ...] = (
    ("platelets", 200, "10*3/uL"),
    ("anc", 4, "10*3/uL"),
    ("hemoglobin", 12, "g/dL"),
    ("crp", 5, "mg/L"),
    ("ferritin", 200, "ng/mL"),
)
WELL: tuple[Sent, ...] = (
    ("respiratory_rate", 16, "/min"),
    ("spo2", 98, "%"),
    ("systolic_bp", 120, "mm[Hg]"),
    ("heart_rate", 70, "/min"),
    ("temperature", 37.0, "Cel"),
)
WORDS = (("oxygen_device", "room_air"), ("consciousness", "alert"), ("new_confusion", "no"))


def shown(*sent: Sent) -> dict[str, tuple[float, float]]:
    """Send values as the native codec reads them, and give what each scale is then shown to be.

    What an assessment tells is what is shown.
    """
    ward = Ward(RuleBook(()), WardSettings(beds=2))
    about = {"patient": "p-1", "time": "2026-01-10T03:20:00Z"}
    events: list[dict[str, object]] = [
        {**about, "signal": signal, "value": value, "unit": unit} for signal, value, unit in sent
    ]
    events += [{**about, "signal": signal, "value": word} for signal, word in WORDS]
    events.append({**about, "signal": "gcs_total", "value": 15})
    decisions = step(ward, decode(json.dumps(events).encode(), NOW), NOW)
    assert [] == step(ward, [], NOW + SECOND)
    drawn = portrait(ward, "p-1", NOW)["scales"]
    assert isinstance(drawn, dict)
    scales = {name: (scale["low"], scale["high"]) for name, scale in drawn.items()}
    for one in decisions:
        if isinstance(one, Assessment):
            assert scales[one.scale] == (one.low, one.high)
    return scales


def changed(values: tuple[Sent, ...], *others: Sent) -> tuple[Sent, ...]:
    names = {signal for signal, _, _ in others}
    return (*(sent for sent in values if sent[0] not in names), *others)


@pytest.mark.parametrize(
    ("sent", "scale", "expected"),
    [
        pytest.param(BLOODS, "easix", 1.25, id="EASIX: creatinine in mg/dL"),
        pytest.param(
            changed(BLOODS, ("creatinine", 88.4, "umol/L")),
            "easix",
            1.25,
            id="EASIX: creatinine in umol/L",
        ),
        pytest.param(
            changed(BLOODS, ("platelets", 200_000, "/uL")),
            "easix",
            1.25,
            id="EASIX: platelets a microlitre",
        ),
        pytest.param(
            changed(BLOODS, ("ldh", 4.166667, "ukat/L")), "easix", 1.25, id="EASIX: LDH in ukat/L"
        ),
        pytest.param(BLOODS, "s_easix", 1.25, id="s-EASIX"),
        pytest.param(BLOODS, "m_easix", 3.75, id="m-EASIX: CRP of 30 mg/L"),
        pytest.param(
            changed(BLOODS, ("crp", 3, "mg/dL")), "m_easix", 3.75, id="m-EASIX: CRP of 3 mg/dL"
        ),
        pytest.param(
            changed(BLOODS, ("crp", 30, "mg/dL")), "m_easix", 37.5, id="m-EASIX: CRP of 30 mg/dL"
        ),
        pytest.param(RISK, "car_hematotox", 0, id="CAR-HEMATOTOX: nothing wrong"),
        pytest.param(
            changed(RISK, ("crp", 2.99, "mg/dL")),
            "car_hematotox",
            0,
            id="CAR-HEMATOTOX: CRP of 2.99 mg/dL",
        ),
        pytest.param(
            changed(RISK, ("crp", 3, "mg/dL")),
            "car_hematotox",
            1,
            id="CAR-HEMATOTOX: CRP of 3 mg/dL",
        ),
        pytest.param(
            changed(RISK, ("crp", 3, "mg/L")), "car_hematotox", 0, id="CAR-HEMATOTOX: CRP of 3 mg/L"
        ),
        pytest.param(
            changed(RISK, ("anc", 1_199, "/uL")),
            "car_hematotox",
            1,
            id="CAR-HEMATOTOX: 1199 neutrophils a microlitre",
        ),
        pytest.param(
            changed(RISK, ("anc", 1_200, "/uL")),
            "car_hematotox",
            0,
            id="CAR-HEMATOTOX: 1200 neutrophils a microlitre",
        ),
        pytest.param(
            changed(RISK, ("hemoglobin", 89, "g/L")),
            "car_hematotox",
            1,
            id="CAR-HEMATOTOX: hemoglobin of 89 g/L",
        ),
        pytest.param(
            changed(RISK, ("hemoglobin", 90, "g/L")),
            "car_hematotox",
            0,
            id="CAR-HEMATOTOX: hemoglobin of 90 g/L",
        ),
        pytest.param(
            changed(RISK, ("ferritin", 650, "ug/L")),
            "car_hematotox",
            1,
            id="CAR-HEMATOTOX: ferritin of 650 ug/L",
        ),
        pytest.param(
            changed(RISK, ("platelets", 74_999, "/uL")),
            "car_hematotox",
            2,
            id="CAR-HEMATOTOX: 74999 platelets a microlitre",
        ),
        pytest.param(
            changed(RISK, ("platelets", 75, "10*9/L")),
            "car_hematotox",
            1,
            id="CAR-HEMATOTOX: platelets of 75 10*9/L",
        ),
        pytest.param(WELL, "qsofa", 0, id="qSOFA: nothing wrong"),
        pytest.param(
            changed(WELL, ("systolic_bp", 13.33, "kPa")), "qsofa", 1, id="qSOFA: 13.33 kPa is 100"
        ),
        pytest.param(
            changed(WELL, ("systolic_bp", 13.47, "kPa")), "qsofa", 0, id="qSOFA: 13.47 kPa is 101"
        ),
        pytest.param(WELL, "news2", 0, id="NEWS2: nothing wrong"),
        pytest.param(
            changed(WELL, ("temperature", 100.4, "[degF]")), "news2", 0, id="NEWS2: 100.4 F is 38.0"
        ),
        pytest.param(
            changed(WELL, ("temperature", 100.5, "[degF]")),
            "news2",
            1,
            id="NEWS2: 100.5 F is 38.06",
        ),
        pytest.param(
            changed(WELL, ("systolic_bp", 14.67, "kPa")), "news2", 1, id="NEWS2: 14.67 kPa is 110"
        ),
    ],
)
def test_a_score_is_the_same_in_every_unit(
    sent: tuple[Sent, ...], scale: str, expected: float
) -> None:
    """A value in another unit of its signal scores as what it is, never as its bare number."""
    assert (expected, expected) == shown(*sent)[scale]


@pytest.mark.parametrize(
    "pressure", [("systolic_bp", 100, "mm[Hg]"), ("systolic_bp", 13.33, "kPa")]
)
def test_the_shock_index_is_the_same_in_every_unit(pressure: Sent) -> None:
    """A pulse of 1.5 Hz over 100 mmHg is 0.9, and over 13.33 kPa too."""
    assert (0.9, 0.9) == shown(*changed(WELL, ("heart_rate", 1.5, "Hz"), pressure))["shock_index"]
