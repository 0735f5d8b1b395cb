"""Says what an alert rests on: the values, what is not known, and the sentence for a person."""

from collections.abc import Sequence

from monitord.alerts.message import Flapping, message
from monitord.alerts.records import Transition
from monitord.alerts.together import settle
from monitord.domain.alerts import Maturity
from monitord.domain.decisions import AlertChange
from monitord.engine.decisions import Decisions
from monitord.engine.grading import because
from monitord.engine.ward import Ward, Watched


def tell(ward: Ward, moved: Sequence[Transition], out: Decisions) -> None:
    """Tell how alerts moved, patient by patient, and whom that lets call or keeps from it."""
    by_row: dict[int, list[Transition]] = {}
    for one in moved:
        by_row.setdefault(one.row, []).append(one)
    for row, moves in by_row.items():
        for one in settle(ward.alerts, row, moves, out.now):
            alert_change(ward, one, out)


def alert_change(ward: Ward, moved: Transition, out: Decisions) -> None:
    """Tell one move of an alert; a sandbox rule's is only noticed, for it runs in shadow."""
    watched = ward.watched[moved.rule]
    policy = watched.rule.policy
    roster = ward.memory.roster
    patient = roster.patient[moved.row]
    if policy.maturity is Maturity.SANDBOX:
        told = f"{policy.rule} {moved.from_phase.name} to {moved.to_phase.name}: {moved.reason}"
        out.notice("shadow_alert", patient, told)
        return
    say = ward.settings.language
    evidence = ward.evidence(watched.shown, moved.row)
    missing = _missing(ward, watched, moved.row)
    points = _points(ward, watched, moved.row, out)
    flapping = Flapping(moved.flapping, ward.alerts.limits.flap_window_ms)
    out.alerts.append(
        AlertChange(
            moved.alert,
            patient,
            roster.ward[moved.row],
            out.now,
            policy.rule,
            policy.version,
            policy.pack,
            policy.condition,
            policy.priority,
            moved.from_phase,
            moved.to_phase,
            moved.reason,
            message(policy, evidence, missing, out.now, points, flapping, say),
            evidence,
            say(policy.action),
            policy.source,
            moved.silenced_until,
            moved.inhibited_by,
            moved.episode,
            moved.flaps,
        )
    )


def _points(ward: Ward, watched: Watched, row: int, out: Decisions) -> list[str]:
    """Explain the indices that the rule reads, where they apply to the patient."""
    low = ward.grades.low
    told = (one for one in watched.indices if low.item(one.place, row) == low.item(one.place, row))
    return [because(ward, one, row, out) for one in told]


def _missing(ward: Ward, watched: Watched, row: int) -> tuple[str, ...]:
    """Name what would narrow the rule's scales, and its own signals that are not known."""
    found: dict[str, None] = {}
    for scale in watched.scales:
        found.update(dict.fromkeys(ward.grades.missing.get((scale, row), ())))
    for place, word in watched.asked:
        value = ward.table.values.item(place, row)
        if value != value:
            found[word] = None
    return tuple(found)
