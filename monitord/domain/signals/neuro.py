"""What a nurse finds when looking at the patient's mind and movement.

The words are those of the ASTCT consensus (Lee, Biol Blood Marrow Transplant 2019;25:625, tables of
ICANS). Stale after: ICE is due every 8 h (ASH-SAP, table 2), plus four hours' grace.
"""

from typing import Final

from monitord.domain.signals.signal import Signal, coded, measured
from monitord.domain.time import HOUR
from monitord.domain.units import UNITLESS

_STALE: Final = 12 * HOUR  # ICE every 8 h (ASH-SAP, table 2) and four hours' grace
_SOURCE: Final = "ICE and neurological checks every 8 h (ASH-SAP, table 2) and four hours' grace"

NEURO: Final[tuple[Signal, ...]] = (
    measured(
        "ice_score", "ICE score", "", UNITLESS,
        step="1", low="0", high="10", is_whole=True,  # Lee 2019: 10 points
        stale_after_ms=_STALE, source=_SOURCE,
    ),
    measured(
        "capd_score", "CAPD score", "", UNITLESS,
        step="1", low="0", high="32", is_whole=True,  # 8 items of 0-4
        stale_after_ms=_STALE, source=_SOURCE,
    ),
    measured(
        "gcs_total", "Glasgow coma score", "", UNITLESS,
        step="1", low="3", high="15", is_whole=True,
        stale_after_ms=_STALE, source=_SOURCE, loinc="9269-2",
    ),
    measured(
        "rass", "RASS", "", UNITLESS,
        step="1", low="-5", high="4", is_whole=True,
        stale_after_ms=_STALE, source=_SOURCE,
    ),
    coded(
        "consciousness", "consciousness", ("alert", "voice", "touch", "unarousable"),
        stale_after_ms=_STALE, source=_SOURCE,
    ),
    coded(
        "new_confusion", "new confusion", ("no", "yes"),
        stale_after_ms=_STALE, source=_SOURCE,
    ),
    coded(
        "seizure", "seizure", ("none", "brief", "prolonged"),
        stale_after_ms=_STALE, source=_SOURCE,
    ),
    coded(
        "motor_weakness", "motor weakness", ("none", "focal"),
        stale_after_ms=_STALE, source=_SOURCE,
    ),
    coded(
        "cerebral_edema", "cerebral edema", ("none", "focal", "diffuse"),
        stale_after_ms=_STALE, source=_SOURCE,
    ),
)  # fmt: skip
