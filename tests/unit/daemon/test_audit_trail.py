"""What a tick took in and decided, as the audit has it: alerts, and answers with their outcome."""

from typing import Any

from monitord.daemon.records.audit_trail import record_tick
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Decision, Rejected
from monitord.domain.events import Command, CommandAction
from monitord.domain.time import MINUTE, Millis
from monitord.engine.commands import in_short
from tests.unit.alerts.calling import START, change

ACTIVE, QUIET, PENDING, LATCHED = Phase.ACTIVE, Phase.QUIET, Phase.PENDING, Phase.LATCHED
ACKNOWLEDGED = Phase.ACKNOWLEDGED


def recorded(
    decisions: list[Decision], commands: tuple[Command, ...] = ()
) -> list[tuple[str, dict[str, Any]]]:
    made: list[tuple[str, dict[str, Any]]] = []

    def record(what: str, at: Millis, **fields: object) -> None:
        assert START == at
        made.append((what, fields))

    record_tick(record, commands, decisions, START)
    return made


def command(action: CommandAction, patient: str = "p1", **fields: Any) -> Command:
    return Command(patient, START, START, action, "nurse-7", **fields)


def acknowledged(patient: str = "p1", alert: str = "a1") -> AlertChange:
    moved = change(ACKNOWLEDGED, before=ACTIVE, reason="acknowledged", alert=alert)
    return moved._replace(patient=patient)


ACKNOWLEDGE, SILENCE = CommandAction.ACKNOWLEDGE, CommandAction.SILENCE


def test_alerts_are_recorded_when_they_are_raised_latched_and_over() -> None:
    """With alert, patient, rule, priority and reason, and without the values of the patient."""
    moves = [change(ACTIVE), change(LATCHED, before=ACTIVE), change(QUIET, before=LATCHED)]
    made = recorded(list(moves))
    assert ["alert.raised", "alert.latched", "alert.ended"] == [what for what, _ in made]
    fields = made[0][1]
    named = {"alert": "a1", "patient": "p1", "rule": "fever", "priority": "high", "ward": "west"}
    assert named == {name: fields[name] for name in named}
    assert "message" not in fields


def test_what_was_only_pending_or_did_not_move_is_not_recorded() -> None:
    """Nobody was called for it."""
    moves = [change(PENDING), change(QUIET, before=PENDING), change(ACTIVE, before=ACTIVE)]
    assert [] == recorded(list(moves))


def test_an_answer_that_was_accepted_has_who_why_and_the_alert() -> None:
    """Also where the person named only the rule."""
    asked = command(ACKNOWLEDGE, rule="fever", reason="on my way", until=START + MINUTE)
    [(what, fields)] = recorded([acknowledged()], (asked,))
    assert "answer.accepted" == what
    told = {"by": "nurse-7", "reason": "on my way", "alert": "a1", "action": "acknowledge"}
    assert told == {name: fields[name] for name in told}
    assert ("acknowledged", "2024-10-04T00:01:00Z") == (fields["outcome"], fields["until"])


def test_an_answer_that_was_refused_has_the_reason() -> None:
    """The named one, and the words in which the person was told."""
    asked = command(SILENCE, alert="a9")
    refusal = Rejected(START, "no_such_alert", "found 'a9'", in_short(asked))
    [(what, fields)] = recorded([refusal], (asked,))
    assert ("answer.refused", "no_such_alert") == (what, fields["outcome"])
    assert ("a9", "found 'a9'") == (fields["alert"], fields["detail"])


def test_each_answer_finds_its_own_outcome() -> None:
    """Two patients with the same rule and person, and one answer that came twice."""
    asked = (
        command(ACKNOWLEDGE, "p1", rule="fever"),
        command(ACKNOWLEDGE, "p2", rule="fever"),
        command(ACKNOWLEDGE, "p2", rule="fever"),
        command(ACKNOWLEDGE, "p3", rule="fever"),
    )
    again = acknowledged("p2", "a2")._replace(reason="acknowledged_again")
    refusal = Rejected(START, "unknown_patient", "p1 is not here", in_short(asked[0]))
    made = recorded([refusal, acknowledged("p2", "a2"), again], asked)
    assert [
        ("answer.refused", "p1", "unknown_patient"),
        ("answer.accepted", "p2", "acknowledged"),
        ("answer.accepted", "p2", "acknowledged_again"),
        ("answer.repeated", "p3", None),
    ] == [(what, fields["patient"], fields.get("outcome")) for what, fields in made]


def test_what_a_silence_really_lasts_is_recorded_beside_what_was_asked() -> None:
    """The house's longest may be shorter."""
    moved = change(ACTIVE, before=ACTIVE, reason="silenced", silenced_until=START + MINUTE)
    asked = command(SILENCE, alert="a1", until=START + 9 * MINUTE)
    [(_, fields)] = recorded([moved], (asked,))
    until = ("2024-10-04T00:09:00Z", "2024-10-04T00:01:00Z")
    assert until == (fields["until"], fields["silenced_until"])
