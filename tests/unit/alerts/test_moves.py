"""A patient who is moved while people are called: to the right place, and by the right chain."""

from dataclasses import replace

import pytest

from monitord.alerts.chains import Chain
from monitord.domain.alerts import Phase
from monitord.domain.time import SECOND
from tests.unit.alerts.calling import HIGH, START, Station, chain, step

ACTIVE, ACKNOWLEDGED = Phase.ACTIVE, Phase.ACKNOWLEDGED


def _moved_to(ward: str, bed: str | None, *chains: Chain) -> Station:
    """Raise an alert in bed 7 of the west ward, and move the patient ten seconds later."""
    station = Station(chains or (HIGH,))
    station.see(ACTIVE, 0)
    station.escalation.follow({"p1": (ward, bed)}.get, START + 10 * SECOND)
    return station


@pytest.mark.parametrize("place", [("east", "12"), ("east", None), ("west", "12")])
def test_a_call_after_a_move_names_the_place_where_the_patient_is(
    place: tuple[str, str | None],
) -> None:
    """Nobody is sent to the old bed, which may be somebody else's by now."""
    station = _moved_to(*place)
    station.wait(2 * 60)
    first, second = station.made
    assert ("west", "7") == (first.ward, first.bed)
    assert place == (second.ward, second.bed)


def test_a_move_into_the_care_of_another_chain_calls_there_at_once() -> None:
    """Nobody of the new ward was told; the old one hears when somebody has the alert."""
    west = replace(chain(step("west-station", 0), step("west-pager", 60 * SECOND)), ward="west")
    east = chain(step("east-station", 0), step("east-pager", 60 * SECOND), name="east")
    station = _moved_to("east", None, west, east)
    station.wait(10)
    station.wait(70)
    assert ["west-station", "east-station", "east-pager"] == [one.channel for one in station.made]
    assert [1, 2, 2] == [one.round for one in station.made]
    station.see(ACKNOWLEDGED, 80, ACTIVE, ward="east")
    answered = {one.channel for one in station.made[3:]}
    assert {"west-station", "east-station", "east-pager"} == answered


def test_a_move_calls_nobody_for_an_alert_that_somebody_has() -> None:
    """And a place that is not known, or a bed that is not told again, changes nothing."""
    west = replace(chain(step("west-station", 0)), ward="west")
    station = Station((west, chain(step("east-station", 0), name="east")))
    station.see(ACTIVE, 0)
    for place in (None, ("west", "7"), ("west", None)):
        assert not station.escalation.follow({"p1": place}.get, START)
    station.see(ACKNOWLEDGED, 5, ACTIVE)
    assert station.escalation.follow({"p1": ("east", "1")}.get, START + 10 * SECOND)
    station.wait(60)
    assert [] == [one for one in station.made if one.channel == "east-station"]
