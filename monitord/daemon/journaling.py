"""Begins the journal of a run, whose header says all that its decisions hang on."""

from contextlib import ExitStack
from typing import Final

import structlog

from monitord import __version__
from monitord.adapters.journal import Journal
from monitord.adapters.metrics import Metrics
from monitord.daemon.announcing import Decide
from monitord.daemon.past import recovery_notice
from monitord.daemon.recovery import Recovered
from monitord.daemon.settings import Settings
from monitord.domain.time import Millis

_OF_DECISIONS: Final = {"alerts", "grading", "limits", "schedule", "signals", "tick", "ward"}

log = structlog.get_logger("monitord.daemon")


def open_journal(
    settings: Settings, recovered: Recovered, started: Millis, opened: ExitStack
) -> Journal | None:
    """Begin the journal, to be closed with `opened`; None where none is kept.

    Raises `OSError` when it cannot be written.
    """
    if settings.journal.directory is None:
        return None
    header = {
        "version": __version__,
        "rule_pack": recovered.heart.rule_pack,
        "settings": settings.model_dump(mode="json", include=_OF_DECISIONS, by_alias=False),
        **recovered.header,
    }
    fsync = settings.journal.fsync == "tick"
    journal = Journal.open(settings.journal.directory, started, header, fsync=fsync)
    log.info("journal.opened", path=str(journal.path))
    opened.callback(_close, journal)
    return journal


def tell_recovery(
    recovered: Recovered, journal: Journal | None, metrics: Metrics, decide: Decide
) -> None:
    """Show in numbers, and in a notice where there was a past, what is known again."""
    metrics.recovered_ticks.set(recovered.ticks)
    metrics.recovered_events.set(recovered.events)
    metrics.recovery_seconds.set(recovered.took_s)
    metrics.recovery_losses.labels("files").set(recovered.lost_files)
    metrics.recovery_losses.labels("ticks").set(recovered.lost_ticks)
    metrics.recovery_losses.labels("everything").set(recovered.has_failed)
    metrics.tell_standing(recovered.remembered.standing.values())
    notice = recovery_notice(journal.header) if journal is not None else None
    if notice is not None:
        decide([notice])


def _close(journal: Journal) -> None:
    try:
        journal.close()
    except OSError as error:
        log.critical("journal.not_closed", path=str(journal.path), reason=error.strerror)
