"""Shock index: the heart rate over the systolic pressure.

Both are taken as they are now. It moves with every reading, so no one is told of each change: the
state document shows it, and a rule may read it. Its limits by age are a scale of their own, `sipa`.
"""

from monitord.scores.grading import Grading
from monitord.scores.ratio import Ratio
from monitord.scores.scale import Scale

DECIMALS = 2  # the house's own; the published limits have one, SIPA: Huang 2021 [S]

SHOCK_INDEX = Ratio({"heart_rate": "/min"}, ("systolic_bp", "mm[Hg]"), DECIMALS)


def scale(_: Grading) -> Scale:
    """Make the scale."""
    return Scale(
        name="shock_index",
        label="shock index",
        highest=SHOCK_INDEX.top,
        source="heart rate / systolic pressure, as in Huang, Front Pediatr 2021 [S]",
        not_covered=_NOT_COVERED,
        inputs=SHOCK_INDEX.inputs,
        compute=SHOCK_INDEX,
        explain=SHOCK_INDEX.explain,
        narrows=SHOCK_INDEX.narrows,
        decimals=SHOCK_INDEX.decimals,
        is_told=False,
    )


_NOT_COVERED = (
    "A limit for adults: none was seen, so none is here; those of children are in `sipa`.",
    "A lead time in CAR-T therapy: no source gave one.",
    "Fever, pain, beta blockers and vasopressors change it, and are not taken into account.",
    "A pressure of 0 divides by nothing: the value is then at the top of the scale, no more.",
)
