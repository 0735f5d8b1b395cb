"""The vital signs and the oxygen a patient is given.

Stale after: a ward's vitals are due at least every 4 h (Brudno & Kochenderfer, Blood 2016, table of
supportive care), plus an hour's grace. The oxygen device and its settings are charted once a shift.
Ranges are what a monitor can show of a living or arrested patient, not what is healthy.
"""

from typing import Final

from monitord.domain.signals.signal import Kind, Signal, coded, measured
from monitord.domain.time import HOUR
from monitord.domain.units import (
    LITRES_PER_MINUTE,
    PER_MINUTE,
    PERCENT,
    PRESSURE,
    TEMPERATURE,
)

_VITALS: Final = 5 * HOUR  # due every 4 h: Brudno & Kochenderfer, Blood 2016, supportive-care table
_OXYGEN: Final = 12 * HOUR  # once a 12-hour shift; CRS is graded every 12 h (clinical.md section 1)
_SOURCE: Final = "vitals every 4 h (Brudno & Kochenderfer, Blood 2016) and an hour's grace"
_SHIFT: Final = "charted once a 12-hour shift"

VITALS: Final[tuple[Signal, ...]] = (
    measured(
        "heart_rate", "heart rate", "/min", PER_MINUTE,
        step="1", low="0", high="350", stale_after_ms=_VITALS, source=_SOURCE, kind=Kind.REGULAR,
        loinc="8867-4", mdc="MDC_ECG_HEART_RATE",
        other_codes=("8889-8", "MDC_PULS_RATE", "MDC_PULS_OXIM_PULS_RATE"),
    ),
    measured(
        "respiratory_rate", "respiratory rate", "/min", PER_MINUTE,
        step="1", low="0", high="150", stale_after_ms=_VITALS, source=_SOURCE, kind=Kind.REGULAR,
        loinc="9279-1", mdc="MDC_RESP_RATE", other_codes=("MDC_TTHOR_RESP_RATE",),
    ),
    measured(
        "spo2", "oxygen saturation", "%", PERCENT,
        step="0.1", low="0", high="100", stale_after_ms=_VITALS, source=_SOURCE, kind=Kind.REGULAR,
        loinc="59408-5", mdc="MDC_PULS_OXIM_SAT_O2", other_codes=("2708-6",),
    ),
    measured(
        "temperature", "temperature", "Cel", TEMPERATURE,
        step="0.01", low="13", high="47", stale_after_ms=_VITALS, source=_SOURCE, kind=Kind.REGULAR,
        loinc="8310-5", mdc="MDC_TEMP_BODY",
        other_codes=("8331-1", "8328-7", "8332-9", "8329-5", "MDC_TEMP", "MDC_TEMP_CORE"),
    ),
    measured(
        "systolic_bp", "systolic blood pressure", "mm[Hg]", PRESSURE,
        step="1", low="0", high="360", stale_after_ms=_VITALS, source=_SOURCE, kind=Kind.REGULAR,
        loinc="8480-6", mdc="MDC_PRESS_BLD_NONINV_SYS",
        other_codes=("MDC_PRESS_BLD_ART_SYS", "MDC_PRESS_BLD_ART_ABP_SYS"),
    ),
    measured(
        "diastolic_bp", "diastolic blood pressure", "mm[Hg]", PRESSURE,
        step="1", low="0", high="300", stale_after_ms=_VITALS, source=_SOURCE, kind=Kind.REGULAR,
        loinc="8462-4", mdc="MDC_PRESS_BLD_NONINV_DIA",
        other_codes=("MDC_PRESS_BLD_ART_DIA", "MDC_PRESS_BLD_ART_ABP_DIA"),
    ),
    measured(
        "mean_bp", "mean blood pressure", "mm[Hg]", PRESSURE,
        step="1", low="0", high="300", stale_after_ms=_VITALS, source=_SOURCE, kind=Kind.REGULAR,
        loinc="8478-0", mdc="MDC_PRESS_BLD_NONINV_MEAN",
        other_codes=("MDC_PRESS_BLD_ART_MEAN", "MDC_PRESS_BLD_ART_ABP_MEAN"),
    ),
    measured(
        "oxygen_flow", "oxygen flow", "L/min", LITRES_PER_MINUTE,
        step="0.1", low="0", high="100", stale_after_ms=_OXYGEN, source=_SHIFT, kind=Kind.REGULAR,
        loinc="3151-8",
    ),
    measured(
        "fio2", "inspired oxygen", "%", PERCENT,
        step="1", low="20", high="100", stale_after_ms=_OXYGEN, source=_SHIFT, kind=Kind.REGULAR,
        loinc="3150-0",
    ),
    coded(
        "oxygen_device", "oxygen device",
        (
            "room_air", "blow_by", "nasal_cannula", "face_mask", "venturi", "non_rebreather",
            "high_flow_nasal_cannula", "cpap", "bipap", "ventilator",
        ),
        stale_after_ms=_OXYGEN, source=_SHIFT,
    ),
)  # fmt: skip
