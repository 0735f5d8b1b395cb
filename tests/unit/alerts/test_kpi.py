"""What the key figures count, and what they do not."""

from monitord.alerts.kpi import (
    Answered,
    BegunBefore,
    Called,
    CameBack,
    Escalated,
    Fact,
    Flooded,
    Follower,
    HeldBack,
    Raised,
    Stayed,
)
from monitord.alerts.kpi_totals import Totals
from monitord.domain.alerts import Phase
from monitord.domain.decisions import Announcement
from monitord.domain.notifications import Purpose
from monitord.domain.time import DAY, SECOND
from tests.unit.alerts.deciding import assessed, at, called, moved, noticed

ACTIVE, QUIET, PENDING = Phase.ACTIVE, Phase.QUIET, Phase.PENDING
LATCHED, ACKNOWLEDGED = Phase.LATCHED, Phase.ACKNOWLEDGED
HERE = noticed(0, "admitted")


def facts(*decisions: Announcement) -> list[Fact]:
    """Follow decisions of a patient who is here; the time that passes is left out."""
    follower = Follower()
    told = [fact for one in (HERE, *decisions) for fact in follower.take(one)]
    return [fact for fact in told if not isinstance(fact, Stayed)]


def kinds(*decisions: Announcement) -> list[type]:
    return [type(fact) for fact in facts(*decisions)]


def test_an_alert_counts_when_it_first_calls() -> None:
    """Not while it is pending, and once whatever becomes of it."""
    pending = moved(1, PENDING)
    raised = moved(9, ACTIVE, PENDING)
    taken = moved(20, ACKNOWLEDGED, ACTIVE, "acknowledged")
    again = moved(90, ACTIVE, ACKNOWLEDGED, "acknowledgement_expired")
    assert [] == kinds(pending, moved(5, QUIET, PENDING, "ended_before_hold"))
    assert [Raised, Answered] == kinds(pending, raised, taken, again)


def test_one_that_a_worse_one_holds_back_counts_only_when_it_calls_after_all() -> None:
    """Its count is then of the instant at which it called."""
    held = moved(1, inhibited_by="a9")
    freed = moved(60, ACTIVE, ACTIVE, "no_longer_inhibited")
    assert [HeldBack] == kinds(held, moved(9, QUIET, ACTIVE, "false_for_keep"))
    *_, raised = facts(held, freed)
    assert isinstance(raised, Raised) and at(60) == raised.about.raised_at


def test_the_first_answer_counts_whatever_it_is_but_a_silence() -> None:
    """Acknowledged, acknowledged after its end, or resolved; from the first call on."""
    first = moved(10)
    silenced = moved(20, ACTIVE, ACTIVE, "silenced", silenced_until=at(500))
    resolved = moved(70, QUIET, ACTIVE, "resolved")
    latched = moved(30, LATCHED, ACTIVE, "latched_until_answered")
    late = moved(80, QUIET, LATCHED, "acknowledged_after_end")
    assert [60 * SECOND] == [f.after_ms for f in facts(first, silenced, resolved)[1:]]  # type: ignore[union-attr]
    assert [Raised, Answered] == kinds(first, latched, late)
    assert [Raised] == kinds(first, moved(40, QUIET, ACTIVE, "false_for_keep"))


def test_what_comes_and_goes_is_one_alert_that_came_back() -> None:
    """As the lifecycle's flaps say; a new name is a new alert."""
    ended = moved(20, QUIET, ACTIVE, "false_for_keep")
    back = moved(30, flaps=1)
    told = facts(moved(10), ended, back, ended, moved(50, flaps=2), moved(60, alert="a2"))
    assert [Raised, CameBack, CameBack, Raised] == [type(one) for one in told]
    assert [1, 2] == [one.times for one in told if isinstance(one, CameBack)]


def test_an_alert_from_before_the_decisions_is_none_of_ours() -> None:
    """When it was raised is not known, so neither its answer nor its return is counted."""
    assert [] == kinds(moved(1, ACKNOWLEDGED, ACTIVE, "acknowledged"), moved(9, flaps=1))


def test_a_call_beyond_the_first_step_is_an_escalation() -> None:
    """Once an alert; what tells that somebody has it, or that it is over, is no call."""
    over = called(5, step=1, purpose=Purpose.RESOLVE)
    assert [Raised, Called] == kinds(moved(1), called(2), over)
    escalated = [called(2), called(60, step=1), called(90, step=2)]
    assert [Raised, Called, Escalated] == kinds(moved(1), *escalated)
    assert [] == kinds(called(2, alert="nobody-knows"))


def test_a_flood_is_more_than_ten_in_ten_minutes_of_a_ward() -> None:
    """The eleventh begins it, later ones belong to it, and ten are none."""
    close = [moved(number, rule=f"r{number}", alert=f"a{number}") for number in range(11)]
    after = moved(12, rule="one more", alert="b")
    wide = [moved(60 * n, rule=f"r{n}", alert=f"a{n}") for n in range(11)]
    assert Flooded not in kinds(*close[:10])
    assert [Flooded("west", at(10))] == [f for f in facts(*close, after) if type(f) is Flooded]
    assert Flooded not in kinds(*wide)


def test_a_patients_time_is_of_the_ward_they_are_in() -> None:
    """From admission over transfers to discharge; a new bed is no new ward."""
    follower, totals = Follower(), Totals()
    told: list[Announcement] = [
        HERE,
        noticed(DAY / SECOND, "transferred", "ward as before"),
        noticed(2 * DAY / SECOND, "transferred", "ward east"),
        noticed(5 * DAY / SECOND, "discharged", "memory wiped"),
        moved(5 * DAY / SECOND, QUIET, ACTIVE, "discharged"),
        assessed(9 * DAY / SECOND, "p2"),
    ]
    for one in told:
        totals.take(follower.take(one))
    assert (2, 3, 5) == tuple(map(totals.patient_days, ("west", "east", None)))
    assert 1 == totals.begun_before


def test_who_was_there_before_is_counted_from_the_first_word_on() -> None:
    """The ward is not known until a transfer tells it."""
    follower = Follower()
    assert [BegunBefore(at(5))] == follower.take(assessed(5))
    assert [Stayed("", 1, at(5), at(8))] == follower.take(noticed(8, "transferred", "ward east"))
    assert [Stayed("east", 1, at(8), at(9))] == follower.advance(at(9))


def test_alerts_of_the_whole_feed_count_in_no_patients_ward() -> None:
    """They are raised and answered as others are, and nobody lies in the feed."""
    [raised] = facts(moved(1, patient="_feed"))
    assert isinstance(raised, Raised) and "_" == raised.about.ward
