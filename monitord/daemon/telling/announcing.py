"""Where every decision goes for reading later, made by a tick or beside it.

Beside it is decided what became of a notification, and what was found out about ourselves. The
journal does not know that, so a replay has none of it; who compares the two leaves out the kinds
that only a running daemon decides.
"""

from collections.abc import Callable, Sequence

from monitord.adapters.metrics import Metrics
from monitord.daemon.telling.decision_log import log_decisions
from monitord.daemon.telling.decisions_file import DecisionsFile
from monitord.daemon.telling.feeding import Feeding
from monitord.daemon.telling.kpis import Kpis
from monitord.domain.decisions import Announcement

Decide = Callable[[Sequence[Announcement]], None]


def announcing(
    metrics: Metrics, kpis: Kpis, copy: DecisionsFile | None, feeding: Feeding
) -> Decide:
    """Return what counts decisions, feeds and logs them, and writes the decisions file."""

    def decide(decisions: Sequence[Announcement]) -> None:
        metrics.count_decisions(decisions)
        kpis.take(decisions)
        feeding.take(decisions)
        log_decisions(decisions)
        if copy is not None:
            copy.write(decisions)

    return decide
