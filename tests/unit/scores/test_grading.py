"""The defaults of the local numbers that clinical.md gives as times, and that they stay put."""

from dataclasses import FrozenInstanceError

import pytest

from monitord.domain.time import parse_span
from monitord.scores.grading import Grading


def test_fever_counts_for_12_hours() -> None:
    """A fever is looked for in the last 12 hours unless the unit sets another time."""
    assert parse_span("12h") == Grading().fever_window_ms


def test_hypotension_counts_for_2_hours() -> None:
    """A low pressure is looked for in the last 2 hours unless the unit sets another time."""
    assert parse_span("2h") == Grading().hypotension_window_ms


def test_an_episode_is_over_after_24_hours() -> None:
    """An episode ends 24 hours after the last criterion unless the unit sets another time."""
    assert parse_span("24h") == Grading().resolved_after_ms


def test_thresholds_cannot_change_while_patients_are_graded() -> None:
    """Nobody can change a threshold, or add one that no scale reads."""
    with pytest.raises(FrozenInstanceError):
        Grading().systolic_low = 80  # type: ignore[misc]
    assert not hasattr(Grading(), "__dict__")
