"""`monitord run`: the daemon, from its settings until it is asked to stop."""

import asyncio
import os
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from monitord.adapters.metrics import Metrics
from monitord.adapters.outbox import OutboxProblem
from monitord.adapters.service_manager import ServiceManager
from monitord.cli.configured import config_option, settings_or_stop
from monitord.cli.ending import in_words, stop_with
from monitord.daemon.assembly import assemble, clock_of
from monitord.daemon.configuration.config import ConfigProblems, Settings
from monitord.daemon.configuration.packs import load_rules, read_lock, rules_directory
from monitord.daemon.ground import Ground
from monitord.daemon.logs import set_up_logs
from monitord.daemon.records.journaling import hold_journals
from monitord.daemon.recovery.lobby import lobby
from monitord.daemon.recovery.recovering import Recovering
from monitord.daemon.recovery.recovery import recover
from monitord.daemon.supervisor import supervise
from monitord.domain.refusals import CannotBeHad
from monitord.rules.book import RuleBook
from monitord.rules.problems import PackProblems


@click.command()
@config_option
def run(config: Path | None) -> None:
    """Watch the ward until SIGTERM or Ctrl-C.

    A broker that cannot be reached is tried again and again. Ends with 0 when asked to stop, and
    with 1 when settings or packs have problems, or when a part of the daemon failed.
    """
    settings = settings_or_stop(config)
    try:
        directory = rules_directory(settings)
        book = load_rules(directory, read_lock(directory) or "")
    except (ConfigProblems, PackProblems) as error:
        stop_with(error.problems)
    sys.exit(asyncio.run(_run(settings, book)))


async def _run(settings: Settings, book: RuleBook) -> int:
    metrics = Metrics()
    clock = clock_of(settings, metrics)
    set_up_logs(settings.log.level, settings.log.format, clock.now)
    with ExitStack() as opened:
        try:
            hold_journals(settings, opened)  # first: nothing of another's is read, or written to
            recovering = Recovering(ServiceManager.of(os.environ))
            async with lobby(settings, metrics, recovering):
                recovered = await recover(settings, book, clock, recovering)
            recovering.done()
            ground = Ground(settings, recovered, clock, metrics, opened)
            parts = await assemble(ground, os.environ)
        except ConfigProblems as error:
            stop_with(error.problems)
        except (OutboxProblem, CannotBeHad) as error:
            stop_with([error])
        except OSError as error:
            stop_with([in_words(error, "something that the daemon can have for itself")])
        return await supervise(parts)
