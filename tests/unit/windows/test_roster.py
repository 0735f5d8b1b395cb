"""Who is in which row, and what the stay says of them."""

import numpy as np

from monitord.domain.alerts import FEED
from monitord.domain.events import Stay, StayAction
from monitord.domain.signals import SIGNAL
from monitord.domain.time import LONG_AGO
from monitord.windows.roster import FEED_ROW, Left, Roster

SYSTOLIC = SIGNAL["systolic_bp"].index
STAY = Stay(
    "p-1",
    0,
    0,
    StayAction.ADMIT,
    ward="west",
    bed="7",
    age_years=4.5,
    developmental_delay=True,
    baseline={SYSTOLIC: 130},
)


def test_the_feed_has_the_first_row_and_is_no_patient() -> None:
    """A ward of two beds has three rows and nobody in it."""
    roster = Roster(2)
    assert (3, 0, FEED_ROW) == (roster.rows, len(roster), roster.row_of[FEED])


def test_patients_get_the_lowest_free_row() -> None:
    """Rows are given out from the first, and one that is free again comes first."""
    roster = Roster(3)
    assert [1, 2, 3] == [roster.admit(name, "west", 5, 5) for name in ("a", "b", "c")]
    assert roster.is_full
    assert 2 == roster.discharge("b", Left(0, 0))
    assert not roster.is_full
    assert 2 == roster.admit("d", "west", 6, 6)


def test_a_stay_changes_only_what_it_tells() -> None:
    """What a stay leaves out stays as it was."""
    roster = Roster(1)
    row = roster.admit("p-1", "unassigned", 5, 5)
    roster.describe(row, STAY)
    roster.describe(row, Stay("p-1", 1, 1, StayAction.TRANSFER, bed="9"))
    assert ("west", "9", 4.5, 1.0) == (
        roster.ward[row],
        roster.bed[row],
        roster.age_years[row],
        roster.developmental_delay[row],
    )
    assert 130 == roster.baseline[SYSTOLIC, row]


def test_a_bed_stays_in_its_ward() -> None:
    """Whoever is moved to another ward is in no bed there until one is told."""
    roster = Roster(1)
    row = roster.admit("p-1", "unassigned", 5, 5)
    roster.describe(row, STAY)
    roster.describe(row, Stay("p-1", 1, 1, StayAction.TRANSFER, ward="west"))
    assert ("west", "7") == (roster.ward[row], roster.bed[row])
    roster.describe(row, Stay("p-1", 2, 2, StayAction.TRANSFER, ward="east"))
    assert ("east", None) == (roster.ward[row], roster.bed[row])


def test_a_discharged_row_tells_nothing_of_its_patient() -> None:
    """Age, delay, baseline, bed and times are gone."""
    roster = Roster(1)
    row = roster.admit("p-1", "west", 5, 5)
    roster.describe(row, STAY)
    roster.discharge("p-1", Left(0, 0))
    assert ("", "", None) == (roster.patient[row], roster.ward[row], roster.bed[row])
    assert np.isnan(roster.age_years[row]) and np.isnan(roster.baseline[:, row]).all()
    assert 0 == roster.developmental_delay[row]
    assert LONG_AGO == roster.admitted_at[row] == roster.heard_at[row]
