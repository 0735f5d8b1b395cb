"""What a finding with another cause counts, of one patient and in the crowd."""

import numpy as np
import pytest

from monitord.scores.bands import unless
from monitord.scores.columns import between
from tests.reference.columns import graded


@pytest.mark.parametrize(("has_other_cause", "expected"), [(True, (0, 0)), (False, (1, 3))])
def test_a_finding_with_another_cause_counts_nothing(
    has_other_cause: bool, expected: tuple[int, int]
) -> None:
    """It is worth 0 points, no fewer and no more; without the mark its points stand."""
    alone = unless(has_other_cause, between(1, 3))  # type: ignore[arg-type]
    crowd = unless(np.array([has_other_cause]), between(1, 3))
    assert expected == graded(alone)
    assert expected == (crowd.low[0], crowd.high[0])
