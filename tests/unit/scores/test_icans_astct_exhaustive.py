"""Every combination of the ICANS inputs, on both sides of every edge and unknown: twin and fast."""

from collections.abc import Callable
from itertools import product

from monitord.scores.icans_astct import SCALE
from tests.reference import icans_astct as twin
from tests.reference.parts import Choices, Patient, completions, without_idle_marks
from tests.reference.sweep import Meaning, Member, count, disagreements, members


def infused_block(infused: bool) -> list[Member]:
    """Say whether there was an infusion."""
    return members({"infused": (infused,)}, lambda patient: (patient["infused"],))


def alertness_block() -> list[Member]:
    """Cross everything that ICE, CAPD and consciousness, each other's witnesses, could be."""
    return members(
        {
            "sedated": (False, True),
            "age_years": (None, 11, 12),
            "developmental_delay": (False, True),
            "ice_score.last": (None, 0, 1, 2, 3, 6, 7, 9, 10),
            "ice_score.elsewhere": (False, True),
            "capd_score.last": (None, 0, 1, 8, 9, 32),
            "capd_score.elsewhere": (False, True),
            "consciousness.last": (None, *twin.ALERTNESS["consciousness.last"]),
            "consciousness.elsewhere": (False, True),
        },
        lambda patient: tuple(sorted(twin.possible_alertness(without_idle_marks(patient)))),
    )


def finding_block(choices: Choices, grade: Callable[[Patient], int]) -> list[Member]:
    """List everything that one finding could be, marked with another cause or not."""

    def means(patient: Patient) -> Meaning:
        wholes = completions(without_idle_marks(patient), choices)
        return tuple(sorted({grade(whole) for whole in wholes}))

    ((name, values),) = choices.items()
    return members(
        {name: (None, *values), name.replace(".last", ".elsewhere"): (False, True)}, means
    )


def combine(infused: Meaning, *domains: tuple[int, ...]) -> tuple[int, int]:
    """Let the most severe domain decide, every way that the domains could be."""
    if not infused[0]:
        return 0, 0
    possible = [max(grades) for grades in product(*domains)]
    return min(possible), max(possible)


def test_fast_and_slow_agree_on_every_combination_of_the_icans_inputs() -> None:
    """The fast ICANS grade is the twin's interval for every combination, known and unknown."""
    blocks = [
        infused_block(infused=True),
        finding_block(twin.SEIZURE, twin.seizure),
        finding_block(twin.WEAKNESS, twin.weakness),
        alertness_block(),
        finding_block(twin.EDEMA, twin.edema),
    ]

    found = next(disagreements(SCALE, blocks, combine), None)

    assert count(blocks) > 9_000_000
    assert None is found


def test_without_an_infusion_no_finding_counts() -> None:
    """Without an infusion the fast grade is the twin's 0 whatever else is known or unknown."""
    blocks = [
        infused_block(infused=False),
        finding_block({"seizure.last": ("prolonged",)}, twin.seizure),
        finding_block({"motor_weakness.last": ("focal",)}, twin.weakness),
        alertness_block(),
        finding_block({"cerebral_edema.last": ("diffuse",)}, twin.edema),
    ]

    found = next(disagreements(SCALE, blocks, combine), None)

    assert None is found
