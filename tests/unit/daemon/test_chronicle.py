"""The story of each alert: how it changed and who answered, and what is forgotten."""

import pytest

from monitord.daemon.recovery.remembered import Remembered
from monitord.daemon.telling import chronicle as room
from monitord.daemon.telling.chronicle import TRANSITIONS_KEPT, Chronicle
from monitord.daemon.ticking.outcomes import Answered
from monitord.domain.alerts import Phase
from monitord.domain.events import Command, CommandAction
from tests.unit.alerts.calling import START, change

ACTIVE, QUIET, PENDING = Phase.ACTIVE, Phase.QUIET, Phase.PENDING


def test_an_alert_is_open_from_when_it_is_raised_until_it_is_over() -> None:
    """It is remembered after that; what was only pending has no story."""
    chronicle = Chronicle()
    chronicle.take([change(PENDING, alert="a2"), change(QUIET, before=PENDING, alert="a2")])
    assert chronicle.story("a2") is None
    raised, over = change(ACTIVE), change(QUIET, before=ACTIVE)
    chronicle.take([raised])
    assert [raised] == chronicle.open()
    chronicle.take([over])
    assert [] == chronicle.open()
    story = chronicle.story("a1")
    assert story is not None
    assert [raised, over] == list(story.transitions)


def test_an_alert_that_comes_back_is_open_again() -> None:
    """Under the same id its story goes on."""
    chronicle = Chronicle()
    again = change(ACTIVE)._replace(flaps=1)
    chronicle.take([change(ACTIVE), change(QUIET, before=ACTIVE), again])
    assert [again] == chronicle.open()


def test_what_earlier_runs_left_is_known_once() -> None:
    """The last changes and those that stand may be the same ones."""
    left = Remembered()
    left.take([change(ACTIVE)])
    chronicle = Chronicle()
    chronicle.go_on_from(left)
    story = chronicle.story("a1")
    assert story is not None
    assert [change(ACTIVE)] == list(story.transitions)


def test_the_oldest_that_ended_is_forgotten_and_no_open_one_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Memory does not grow with time: neither with alerts nor with one alert's changes."""
    monkeypatch.setattr(room, "ENDED_KEPT", 2)
    chronicle = Chronicle()
    chronicle.take([change(ACTIVE, alert="open")])
    for name in ("a", "b", "c"):
        chronicle.take([change(ACTIVE, alert=name), change(QUIET, before=ACTIVE, alert=name)])
    known = [name for name in ("open", "a", "b", "c") if chronicle.story(name)]
    assert ["open", "b", "c"] == known
    for number in range(100):
        chronicle.take([change(ACTIVE, before=ACTIVE, alert="open")._replace(flaps=number)])
    story = chronicle.story("open")
    assert story is not None
    assert TRANSITIONS_KEPT == len(story.transitions)
    assert 99 == story.last.flaps


def test_an_answer_stands_in_the_story_of_its_alert() -> None:
    """With who gave it and what came of it; one to an alert nobody knows is left out."""
    chronicle = Chronicle()
    chronicle.take([change(ACTIVE)])
    command = Command("p1", START, START, CommandAction.ACKNOWLEDGE, "nurse-7", alert="a1")
    chronicle.answered(Answered(command, None, None), START)
    chronicle.answered(Answered(command._replace(alert="a9"), None, None), START)
    story = chronicle.story("a1")
    assert story is not None
    assert [("nurse-7", "repeated")] == [(one.command.by, one.outcome) for one in story.answers]
