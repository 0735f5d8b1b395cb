"""What came of each command of a tick."""

from collections import Counter

import pytest

from monitord.daemon.ticking import outcomes as room
from monitord.daemon.ticking.outcomes import outcomes
from monitord.domain.alerts import Phase
from monitord.domain.decisions import Rejected
from monitord.domain.events import Command, CommandAction
from monitord.engine.commands import in_short
from tests.unit.alerts.calling import START, change


def test_a_command_is_named_once_however_much_else_was_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A tick may hold thousands of both: looking through all for each would stop the ward."""
    times: Counter[str | None] = Counter()

    def counted(command: Command) -> str:
        times[command.id] += 1
        return in_short(command)

    monkeypatch.setattr(room, "in_short", counted)
    act = CommandAction.ACKNOWLEDGE
    repeated = [
        Command("p1", START, START, act, "nurse", alert="a1", id=str(number)) for number in range(9)
    ]
    others = [Rejected(START, "bad_unit", "found kg", f"event {number}") for number in range(9)]
    mine = Rejected(START, "no_such_alert", "found a1", in_short(repeated[0]))
    refused = [one.refusal for one in outcomes(repeated, [*others, mine])]
    assert [mine, *[None] * 8] == refused
    assert set(times.values()) == {1}


def test_an_answer_that_was_refused_does_not_take_the_credit_of_another() -> None:
    """A late one by rule and one of now by id come in one tick; only the second was done."""
    act = CommandAction.ACKNOWLEDGE
    late = Command("p1", START, START, act, "nurse-7", rule="fever")
    fresh = Command("p1", START, START, act, "nurse-8", alert="a1")
    done = change(Phase.ACKNOWLEDGED, before=Phase.ACTIVE, reason="acknowledged")
    refused = Rejected(START, "given_before", "found an old one", in_short(late))
    told = outcomes([late, fresh], [done, refused])
    assert [(late, None, refused), (fresh, done, None)] == [tuple(one) for one in told]
