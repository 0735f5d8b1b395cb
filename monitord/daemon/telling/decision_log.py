"""One line in the log for each thing that a tick decided and a person may look for later.

No patient is named: the alert's id leads to the patient for those who may know. Refusals come by
the thousand, so a tick tells their number by reason, not each of them.
"""

from collections import Counter
from collections.abc import Sequence

import structlog

from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange, Announcement, Notice, Rejected
from monitord.domain.time import format_time

log = structlog.get_logger("monitord.tick")


def log_decisions(decisions: Sequence[Announcement]) -> None:
    """Write down alerts that moved, other than to pending and back, notices, and refusals."""
    refused: Counter[str] = Counter()
    for decision in decisions:
        match decision:
            case AlertChange():
                _log_alert(decision)
            case Rejected():
                refused[decision.reason] += 1
            case Notice():
                log.info("notice.given", notice=decision.notice, at=format_time(decision.time))
    if refused:
        log.warning("event.rejected", count=refused.total(), reasons=dict(refused.most_common()))


def _log_alert(change: AlertChange) -> None:
    before, after = change.from_phase, change.to_phase
    if Phase.PENDING is after or (before, after) == (Phase.PENDING, Phase.QUIET):
        return
    log.info(
        "alert.moved",
        alert=change.alert,
        rule=change.rule,
        priority=change.priority.value,
        before=before.name.lower(),
        after=after.name.lower(),
        reason=change.reason,
        at=format_time(change.time),
    )
