"""What ICANS says of itself in one sentence, word by word."""

from collections.abc import Mapping
from typing import Final

import pytest

from monitord.scores.grading import Grading
from monitord.scores.icans_astct import scale
from monitord.scores.scale import Ages
from tests.reference.columns import one
from tests.reference.icans_astct import well

SCALE: Final = scale(Grading())
SAID: Final[dict[str, tuple[Mapping[str, object], str]]] = {
    "a well adult": (
        {},
        "ICE 10, consciousness alert, no seizure, no motor weakness, no cerebral edema.",
    ),
    "before the infusion": (
        {"infused": False},
        "no CAR-T infusion is recorded, and ICANS is graded after infusion only.",
    ),
    "the ICE unknown": (
        {"ice_score.last": None},
        "consciousness alert, no seizure, no motor weakness, no cerebral edema; not known: ICE.",
    ),
    "sedated, with an ICE": (
        {"sedated": True},
        (
            "ICE 10, no seizure, no motor weakness, no cerebral edema; sedation is running, so "
            "consciousness is not judged beside the ICE."
        ),
    ),
    "sedated, without an ICE": (
        {"sedated": True, "ice_score.last": None},
        (
            "no seizure, no motor weakness, no cerebral edema; sedation is running, so "
            "consciousness is not known without an ICE taken since it began; not known: ICE."
        ),
    ),
    "sedated child, without a CAPD": (
        {"sedated": True, "age_years": 6, "ice_score.last": None},
        (
            "no seizure, no motor weakness, no cerebral edema; sedation is running, so "
            "consciousness is not known without a CAPD taken since it began; not known: CAPD."
        ),
    ),
    "a child of 11": (
        {"age_years": 11, "capd_score.last": 3},
        "CAPD 3, consciousness alert, no seizure, no motor weakness, no cerebral edema.",
    ),
}


@pytest.mark.parametrize("who", SAID)
def test_the_sentence(who: str) -> None:
    """It names the test, each finding, what sedation hides and what is not known."""
    changed, said = SAID[who]
    assert said == SCALE.explain(one(SCALE, well(changed)), Ages())  # type: ignore[arg-type]
