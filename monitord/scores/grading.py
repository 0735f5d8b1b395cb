"""The local numbers that the consensus leaves open, with their defaults and where these come from.

Values are whole units of their signal (`domain.signals`): hundredths of a degree, mmHg, tenths of
a percent.
"""

from dataclasses import dataclass

from monitord.domain.time import HOUR, Millis


@dataclass(frozen=True, slots=True)
class Grading:
    """Thresholds and look-back times of the graded scales; every one may be changed by a unit."""

    fever_temperature: int = 3800  # >= 38.0 Cel, ASTCT: Lee 2019 table [S: PMC8021214 Tab1]
    fever_window_ms: Millis = 12 * HOUR  # clinical.md section 7, configurable
    hypotension_window_ms: Millis = 2 * HOUR  # clinical.md section 7, configurable
    systolic_low: int = 90  # < 90 mmHg, PMC8021214 and PMC9978889 [S]; the consensus has no number
    mean_low: int = 65  # < 65 mmHg, clinical.md section 7 default
    baseline_percent: int = 80  # < 80 % of the patient's own, Brudno & Kochenderfer table [S]
    baseline_below: int = 100  # ... while < 100 mmHg, same table [S]
    child_systolic_base: int = 70  # < 70 + 2 x age for 1-10 y, Mahadeo 2019 [S]
    child_systolic_per_year: int = 2  # same
    child_formula_years: int = 10  # same; above 10 y the adult systolic limit applies
    spo2_low: int = 900  # <= 90.0 % on room air, clinical.md section 7
    cannula_low_flow: int = 60  # <= 6.0 L/min is low flow, ASTCT: Lee 2019 [S: PMC8021214 Tab1]
    resolved_after_ms: Millis = 24 * HOUR  # an episode is over so long after the last criterion
    news2_scale_2_patients: tuple[str, ...] = ()  # target saturation 88-92 % prescribed, RCP 2017
