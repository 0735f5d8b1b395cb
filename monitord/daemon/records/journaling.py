"""Begins the journal of a run, whose header says all that its decisions hang on.

The directory is the daemon's alone: it holds it before anything there is read.
"""

from contextlib import ExitStack

import structlog

from monitord.adapters.journal import Journal
from monitord.adapters.journal_lock import held
from monitord.adapters.metrics import Metrics
from monitord.daemon.configuration.settings import Settings
from monitord.daemon.recovery.broken import judged_by
from monitord.daemon.recovery.past import recovery_notice
from monitord.daemon.recovery.recovered import Recovered
from monitord.daemon.telling.announcing import Decide
from monitord.domain.time import LONG_AGO, Millis

log = structlog.get_logger("monitord.daemon")


def hold_journals(settings: Settings, opened: ExitStack) -> None:
    """Let no other daemon keep its journals where ours are, until `opened` is closed.

    Raises `CannotBeHad` where one does, and `OSError` where there can be no such directory.
    """
    if settings.journal.directory is not None:
        opened.enter_context(held(settings.journal.directory))


def open_journal(
    settings: Settings, recovered: Recovered, started: Millis, opened: ExitStack
) -> Journal | None:
    """Begin the journal, to be closed with `opened`; None where none is kept.

    Raises `OSError` when it cannot be written.
    """
    if settings.journal.directory is None:
        return None
    header = judged_by(settings, recovered.heart.rule_pack) | recovered.header
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
    metrics.recovery_losses.labels("broken_ticks").set(len(recovered.broken.ticks))
    metrics.recovery_losses.labels("values").set(recovered.broken.before != LONG_AGO)
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
