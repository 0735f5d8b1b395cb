"""Every combination of the CRS inputs, on both sides of every edge and unknown: twin and fast."""

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import TypeAlias

from monitord.scores.crs_astct import SCALE
from tests.reference import crs_astct as twin
from tests.reference.parts import Patient, Value, without_idle_marks
from tests.reference.sweep import Meaning, Member, count, disagreements, members

Values: TypeAlias = dict[str, Sequence[Value]]

NO, EITHER = (False,), (False, True)
FEVER: Values = {
    "fever_waived": EITHER,
    "temperature.last": (None, 37.9, 38.0),
    "temperature.max": (None, 37.9, 38.0),
    "temperature.elsewhere": NO,
}
PRESSURE: Values = {
    "systolic_bp.last": (None, 71, 89, 95, 100),
    "systolic_bp.min": (None, 71, 89, 95, 100),
    "systolic_bp.elsewhere": NO,
    "mean_bp.last": (None, 64, 65),
    "mean_bp.min": (None, 64, 65),
    "mean_bp.elsewhere": NO,
    "baseline.systolic_bp": (None, 110, 128),
    "age_years": (None, 0.5, 1, 8, 12, 18),
    "vasopressors": (0, 1, 2),
    "vasopressin": EITHER,
}
OXYGEN: Values = {
    "oxygen_device.last": (None, *twin.OXYGEN["oxygen_device.last"]),
    "oxygen_device.elsewhere": NO,
    "oxygen_flow.last": (None, 6, 6.1),
    "spo2.last": (None, 90, 90.1),
    "spo2.elsewhere": NO,
}
# Findings that may have another cause, crossed with less of what the sweep above has crossed.
MARKED_FEVER: Values = {**FEVER, "temperature.elsewhere": EITHER}
MARKED_PRESSURE: Values = {
    **PRESSURE,
    "systolic_bp.last": (None, 71, 95, 100),
    "systolic_bp.min": (None, 71, 95, 100),
    "systolic_bp.elsewhere": EITHER,
    "mean_bp.elsewhere": EITHER,
    "baseline.systolic_bp": (None, 128),
    "age_years": (None, 0.5, 8, 18),
    "vasopressors": (0, 1),
    "vasopressin": NO,
}
ONE_PRESSURE: Values = {"systolic_bp.last": (100,), "mean_bp.last": (65,)}
MARKED_OXYGEN: Values = {
    "oxygen_device.last": (None, "room_air", "nasal_cannula", "ventilator"),
    "oxygen_device.elsewhere": EITHER,
    "oxygen_flow.last": (None, 6.1),
    "spo2.last": (None, 90),
    "spo2.elsewhere": EITHER,
}


def could_be(patient: Patient) -> bool:
    """Leave out a look-back whose lowest reading is above its last: it cannot happen."""
    for signal in ("systolic_bp", "mean_bp"):
        last, lowest = patient[f"{signal}.last"], patient[f"{signal}.min"]
        if last is not None and lowest is not None and not lowest <= last:  # type: ignore[operator]
            return False
    return True


def every_block(
    infused: bool, oxygen: Values, pressure: Values, fever: Values
) -> list[list[Member]]:
    """Cross what the oxygen, the pressure and the fever of one patient could be."""
    return [
        members({"infused": (infused,)}, lambda patient: (patient["infused"],)),
        members(oxygen, lambda patient: known_by(twin.possible_hypoxia, patient)),
        members(pressure, lambda patient: known_by(twin.possible_hypotension, patient), could_be),
        members(
            fever,
            lambda patient: (patient["fever_waived"], *known_by(twin.possible_fever, patient)),
        ),
    ]


def known_by(part: Callable[[Patient], Iterable[int]], patient: Patient) -> Meaning:
    """Ask one part of the twin for everything that it could be."""
    return tuple(sorted(part(without_idle_marks(patient))))


def combine(
    infused: Meaning, oxygen: tuple[int, ...], pressure: tuple[int, ...], fever: Meaning
) -> tuple[int, int]:
    """Let the twin put the parts together, every way that they could be."""
    patient = {"infused": infused[0], "fever_waived": fever[0]}
    possible = [
        twin.combine(patient, bool(is_fever), low, thin)
        for is_fever, low, thin in product(fever[1:], pressure, oxygen)
    ]
    return min(possible), max(possible)


def test_fast_and_slow_agree_on_every_combination_after_an_infusion() -> None:
    """The fast CRS grade is the twin's interval for every combination, known and unknown."""
    blocks = every_block(True, OXYGEN, PRESSURE, FEVER)

    found = next(disagreements(SCALE, blocks, combine), None)

    assert count(blocks) > 20_000_000
    assert None is found


def test_fast_and_slow_agree_on_every_combination_without_an_infusion() -> None:
    """Without an infusion the fast grade is the twin's 0 whatever else is known or unknown."""
    blocks = every_block(False, MARKED_OXYGEN, {**MARKED_PRESSURE, "vasopressors": (0, 2)}, FEVER)

    found = next(disagreements(SCALE, blocks, combine), None)

    assert None is found


def test_fast_and_slow_agree_on_every_combination_of_marked_findings() -> None:
    """A finding that has another cause counts for no grade, by the score as by the twin."""
    blocks = every_block(True, MARKED_OXYGEN, MARKED_PRESSURE, MARKED_FEVER)

    found = next(disagreements(SCALE, blocks, combine), None)

    assert None is found


def test_the_sweep_stops_where_fast_and_slow_part() -> None:
    """A twin that misreads one cell is told of, with the patient it misreads."""
    blocks = every_block(True, MARKED_OXYGEN, {**MARKED_PRESSURE, **ONE_PRESSURE}, FEVER)

    def misread(infused: Meaning, oxygen: tuple[int, ...], *rest: Meaning) -> tuple[int, int]:
        return combine(infused, tuple(min(thin, 3) for thin in oxygen), *rest)  # type: ignore[arg-type]

    found = next(disagreements(SCALE, blocks, misread), "")

    assert "'infused': True" in found
