"""What happens to a simulated patient, told as curves and moments in hours since its onset.

The numbers are a script for a demonstration, not a model of disease. Their pace follows the
kinetics in the sources named beside them; nothing here may be used to judge a real patient.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from monitord.adapters.simulator.curves import FLAT, Curve


class Device(NamedTuple):
    """From `hour` on, oxygen is given by `device` at `flow` L/min."""

    hour: float
    device: str
    flow: float | None = None


class Given(NamedTuple):
    """A treatment given, started or stopped at `hour`."""

    hour: float
    treatment: str
    action: str
    dose: str | None = None
    unit: str | None = None
    product: str | None = None


class Milestone(NamedTuple):
    """What the script says has become true at `hour`: the grade that a watcher should find."""

    hour: float
    scale: str
    grade: int
    words: str


@dataclass(frozen=True, slots=True)
class Story:
    """One patient's course; every curve is a departure from that patient's own healthy value."""

    name: str
    words: str
    onset_day: float
    temperature: Curve = FLAT
    heart_rate: Curve = FLAT
    respiratory_rate: Curve = FLAT
    systolic_share: Curve = FLAT
    spo2: Curve = FLAT
    ice_lost: Curve = FLAT
    inflammation: Curve = FLAT
    bacteria: Curve = FLAT
    voice: tuple[float, float] | None = None
    devices: tuple[Device, ...] = ()
    treatments: tuple[Given, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    attributed_hour: float | None = None
    probe_off_hours: float = 0.0
    feed_gap_hours: float = 0.0
    artefact_share: float = 0.001

    @property
    def is_healthy(self) -> bool:
        """Whether nothing is wrong with the patient, whatever the equipment does."""
        return self.temperature is FLAT


QUIET: Final = Story(name="quiet", words="an uneventful month", onset_day=3.0)

PROBE: Final = Story(
    name="probe", words="the finger probe falls off", onset_day=3.2, probe_off_hours=16.0
)

GAP: Final = Story(
    name="gap", words="the room's feed breaks and catches up", onset_day=3.6, feed_gap_hours=12.0
)

ARTEFACTS: Final = Story(
    name="artefacts", words="careless charting, loose leads", onset_day=3.0, artefact_share=0.04
)

# CRS begins on day 3 in the median (JITC Table 5); fever to hypotension 2 d, fever to peak within
# 5 d (Ann Intensive Care 2024;14:20, Table 2).
CRS: Final = Story(
    name="crs",
    words="cytokine release syndrome",
    onset_day=3.0,
    temperature=(
        (-6, 0), (0, 1.6), (5, 2.0), (8, 1.5), (14, 2.1), (52, 2.6), (60, 1.9), (72, 0.8), (90, 0),
    ),
    heart_rate=((-8, 0), (0, 9), (24, 16), (48, 30), (60, 34), (76, 14), (100, 0)),
    respiratory_rate=((24, 0), (48, 6), (56, 9), (76, 3), (100, 0)),
    systolic_share=((30, 0), (44, -0.30), (50, -0.34), (60, -0.30), (70, -0.10), (96, 0)),
    spo2=((36, 0), (49, -6.5), (54, -3.5), (72, -2), (96, 0)),
    inflammation=((-12, 0), (24, 0.5), (60, 1.0), (110, 0.25), (200, 0)),
    devices=(
        Device(50, "nasal_cannula", 2),
        Device(56, "nasal_cannula", 4),
        Device(84, "room_air"),
    ),
    treatments=(
        Given(4, "antipyretic", "given", "1000", "mg", "paracetamol"),
        Given(47, "fluid_bolus", "given", "1000", "mL", "sodium chloride 0.9 %"),
        Given(56, "norepinephrine", "started", "0.05", "ug/kg/min"),
        Given(57, "tocilizumab", "given", "8", "mg/kg"),
        Given(78, "norepinephrine", "stopped"),
    ),
    milestones=(
        Milestone(0, "crs_astct", 1, "fever"),
        Milestone(40, "crs_astct", 2, "hypotension"),
        Milestone(56, "crs_astct", 3, "norepinephrine"),
    ),
)  # fmt: skip

# CRS to ICANS 3 d, all ICANS patients had CRS, ICANS onset to peak 1 d (Ann Intensive Care
# 2024;14:20, Table 2).
ICANS: Final = Story(
    name="icans",
    words="neurotoxicity after mild CRS",
    onset_day=3.0,
    temperature=((-6, 0), (0, 1.6), (8, 2.0), (11, 1.4), (18, 1.9), (40, 2.2), (48, 0.8), (60, 0)),
    heart_rate=((-6, 0), (0, 10), (40, 22), (60, 6), (72, 6), (96, 10), (150, 0)),
    respiratory_rate=((0, 0), (40, 4), (60, 0)),
    ice_lost=((70, 0), (72, 2), (80, 5), (92, 8), (100, 8), (112, 5), (132, 2), (148, 0)),
    inflammation=((-12, 0), (40, 0.7), (72, 0.4), (96, 0.5), (160, 0.1)),
    voice=(86, 108),
    treatments=(
        Given(9, "antipyretic", "given", "1000", "mg", "paracetamol"),
        Given(41, "tocilizumab", "given", "8", "mg/kg"),
        Given(74, "levetiracetam", "started", "500", "mg"),
        Given(82, "corticosteroid", "given", "10", "mg", "dexamethasone"),
        Given(94, "corticosteroid", "given", "10", "mg", "dexamethasone"),
    ),
    milestones=(
        Milestone(0, "crs_astct", 1, "fever"),
        Milestone(72, "icans_astct", 1, "ICE 8"),
        Milestone(80, "icans_astct", 2, "ICE 5"),
        Milestone(92, "icans_astct", 3, "ICE 2"),
    ),
)

# A bacteraemia: fever like CRS, pressure holds, procalcitonin high, answers to the antibiotic.
INFECTION: Final = Story(
    name="infection",
    words="fever of an infection",
    onset_day=4.0,
    temperature=((-4, 0), (0, 1.7), (10, 2.2), (30, 1.6), (48, 0.4), (72, 0)),
    heart_rate=((-4, 0), (0, 14), (12, 24), (48, 8), (72, 0)),
    respiratory_rate=((0, 0), (12, 3), (48, 0)),
    inflammation=((-6, 0), (24, 0.5), (72, 0.2), (120, 0)),
    bacteria=((-6, 0), (12, 1.0), (72, 0.3), (120, 0)),
    treatments=(
        Given(2, "antibiotic", "started", "4.5", "g", "piperacillin-tazobactam"),
        Given(3, "antipyretic", "given", "1000", "mg", "paracetamol"),
    ),
    milestones=(Milestone(0, "crs_astct", 1, "fever, cause not yet known"),),
    attributed_hour=16.0,
)

# Of every twelve patients. CRS came in 70 of 100 patients (Hay, Blood 2017;130:2295); a ward for
# showing alarms has more quiet beds than that.
ROTA: Final = (
    CRS, ICANS, QUIET, INFECTION, PROBE, GAP, ARTEFACTS, QUIET, QUIET, QUIET, QUIET, QUIET,
)  # fmt: skip
