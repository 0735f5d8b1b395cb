"""The table of an alert's life is whole, and says nothing dangerous."""

import pytest

from monitord.alerts.transitions import CALLING, REFUSALS, STAYS, TABLE, Happening, Move, Reason
from monitord.domain.alerts import Phase

PAIRS = [(phase, happening) for phase in Phase for happening in Happening]
ANSWERS = {
    Happening.ACKNOWLEDGED,
    Happening.RESOLVED,
    Happening.RESOLVED_WHILE_UNKNOWN,
    Happening.RESOLVED_WHILE_TRUE,
    Happening.SILENCED,
    Happening.UNSILENCED,
    Happening.UNSILENCED_WITHOUT_SILENCE,
}
# What changes only whether a raised alert calls.
OF_CALLING = {
    Happening.SILENCED,
    Happening.UNSILENCED,
    Happening.UNSILENCED_WITHOUT_SILENCE,
    Happening.SILENCE_EXPIRED,
    Happening.INHIBITED,
    Happening.NO_LONGER_INHIBITED,
}


def test_every_pair_of_phase_and_happening_is_listed() -> None:
    """The table has an entry for each happening in each phase, and no other."""
    assert {phase: set(Happening) for phase in Phase} == {p: set(row) for p, row in TABLE.items()}


@pytest.mark.parametrize(("phase", "happening"), PAIRS)
def test_what_stays_or_is_refused_does_not_move(phase: Phase, happening: Happening) -> None:
    """An entry whose reason says that nothing moves keeps the phase."""
    move = TABLE[phase][happening]
    if move.reason in STAYS | REFUSALS:
        assert phase is move.phase


@pytest.mark.parametrize(("phase", "happening"), PAIRS)
def test_only_a_person_is_refused(phase: Phase, happening: Happening) -> None:
    """A refusal is given to an answer and to nothing else, and an answer never just stays."""
    move = TABLE[phase][happening]
    if happening in ANSWERS:
        assert move.reason not in STAYS
    else:
        assert move.reason not in REFUSALS


@pytest.mark.parametrize("phase", list(Phase))
def test_an_unknown_condition_moves_nothing(phase: Phase) -> None:
    """No phase is left because a condition became unknown."""
    assert Move(phase, Reason.UNKNOWN_ENDS_NOTHING) == TABLE[phase][Happening.UNKNOWN]


@pytest.mark.parametrize("phase", list(Phase))
def test_a_true_condition_is_never_left_quiet(phase: Phase) -> None:
    """After a condition is seen to be true the alert is not QUIET, and not LATCHED."""
    for happening in (Happening.TRUE, Happening.TRUE_WITHOUT_HOLD):
        assert TABLE[phase][happening].phase in {Phase.PENDING, Phase.ACTIVE, Phase.ACKNOWLEDGED}


@pytest.mark.parametrize("phase", list(Phase))
def test_resolving_what_is_true_ends_nothing(phase: Phase) -> None:
    """A person cannot end an alert whose condition is still true."""
    assert TABLE[phase][Happening.RESOLVED_WHILE_TRUE].reason in REFUSALS
    assert phase is TABLE[phase][Happening.RESOLVED_WHILE_TRUE].phase


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("happening", sorted(OF_CALLING))
def test_a_silence_and_a_worse_alert_move_no_phase(phase: Phase, happening: Happening) -> None:
    """An alert lives on silenced or inhibited, and only one that calls can be either."""
    move = TABLE[phase][happening]
    assert phase is move.phase
    if phase not in CALLING:
        assert move.reason in STAYS | REFUSALS


@pytest.mark.parametrize("phase", list(Phase))
def test_a_discharge_ends_every_phase(phase: Phase) -> None:
    """After a discharge an alert is QUIET."""
    assert Phase.QUIET is TABLE[phase][Happening.DISCHARGED].phase


def test_only_a_timer_a_person_a_false_condition_or_a_discharge_ends_an_alert() -> None:
    """The happenings that lead to QUIET are exactly these."""
    ending = {
        (phase, happening)
        for phase, happening in PAIRS
        if phase is not Phase.QUIET and TABLE[phase][happening].phase is Phase.QUIET
    }
    people = (Happening.RESOLVED, Happening.RESOLVED_WHILE_UNKNOWN)
    raised = (Phase.ACTIVE, Phase.ACKNOWLEDGED, Phase.LATCHED)
    expected = {(phase, happening) for phase in raised for happening in people}
    expected |= {(phase, Happening.DISCHARGED) for phase in (Phase.PENDING, *raised)}
    expected |= {
        (Phase.PENDING, Happening.FALSE),
        (Phase.ACTIVE, Happening.KEEP_ELAPSED),
        (Phase.ACKNOWLEDGED, Happening.KEEP_ELAPSED),
        (Phase.ACKNOWLEDGED, Happening.KEEP_ELAPSED_LATCHING),
        (Phase.LATCHED, Happening.ACKNOWLEDGED),
    }
    assert expected == ending


def test_every_reason_is_used() -> None:
    """Every named reason is in the table, but for the three that are found beside it."""
    used = {move.reason for row in TABLE.values() for move in row.values()}
    beside = {Reason.NO_SUCH_RULE, Reason.UNTIL_IS_PAST, Reason.GIVEN_BEFORE}
    assert set(Reason) - beside == used


def test_every_phase_is_reached_from_quiet() -> None:
    """Walking the table from QUIET reaches all five phases."""
    reached = {Phase.QUIET}
    for _ in Phase:
        reached |= {move.phase for phase in reached for move in TABLE[phase].values()}
    assert set(Phase) == reached
