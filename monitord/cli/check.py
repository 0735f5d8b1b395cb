"""`monitord check`: every problem of settings, rule packs and escalation, and nothing started."""

from pathlib import Path

import click

from monitord.adapters.clock import WallClock
from monitord.cli.configured import config_option, settings_or_stop
from monitord.cli.ending import in_words, stop_with
from monitord.daemon.calling.channels import check_channels
from monitord.daemon.calling.hearing import signers_of
from monitord.daemon.configuration.config import ConfigProblems
from monitord.daemon.configuration.config_warnings import warnings_of
from monitord.daemon.configuration.escalation_config import EscalationPlan, load_escalation
from monitord.daemon.configuration.language import language_of
from monitord.daemon.configuration.packs import load_rules, read_lock, rules_directory
from monitord.daemon.configuration.settings import Settings
from monitord.daemon.serving.api import tokens_of
from monitord.rules.book import RuleBook
from monitord.rules.lock import LOCK_FILE, write_lock
from monitord.rules.problems import PackProblems


@click.command()
@config_option
@click.option("--update-lock", is_flag=True, help="Write the packs' version lock anew.")
def check(config: Path | None, update_lock: bool) -> None:
    """Tell every problem in settings, rule packs and chains, with file, key and what to do.

    Ends with 1 when there are problems, and with 0 and one line when all is fine. What is only
    worth a look is told before that line.
    """
    settings = settings_or_stop(config)
    problems: list[object] = []
    book: RuleBook | None = None
    try:
        book = _rules(settings, update_lock=update_lock)
        language_of(settings)
        tokens_of(settings.http)
    except (ConfigProblems, PackProblems) as error:
        problems += error.problems
    plan: EscalationPlan | None = None
    try:
        plan = _escalation(settings)
    except ConfigProblems as error:
        problems += error.problems
    if problems or book is None:
        stop_with(problems)
    for warning in warnings_of(settings, plan):
        click.echo(f"warning: {warning}", err=True)
    packs = {entry.pack for entry in book.entries()}
    counts = f"rules {len(book.rules)}, indices {len(book.indices)}, packs {len(packs)}"
    chains = f", chains {len(plan.chains)}" if plan else ""
    click.echo(f"fine: {counts}, version {book.version}{chains}")


def _rules(settings: Settings, *, update_lock: bool) -> RuleBook:
    directory = rules_directory(settings)
    if update_lock:
        _update_lock(directory)
    return load_rules(directory, read_lock(directory) or "")


def _escalation(settings: Settings) -> EscalationPlan | None:
    file = settings.escalation.file
    if file is None:
        return None
    plan = load_escalation(file, WallClock().now())
    check_channels(file, plan.channels)
    signers_of(file, plan.channels)
    return plan


def _update_lock(directory: Path) -> None:
    lock = write_lock(load_rules(directory, None), read_lock(directory))
    try:
        (directory / LOCK_FILE).write_text(lock, "utf-8")
    except OSError as error:
        expected = "a lock that can be written; let us write it or make room"
        stop_with([in_words(error, expected, directory / LOCK_FILE)])
