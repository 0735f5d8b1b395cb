"""`monitord check`: every problem of the settings and the rule packs, and nothing started."""

from pathlib import Path

import click

from monitord.cli.configured import config_option, settings_or_stop
from monitord.cli.ending import in_words, stop_with
from monitord.daemon.config import ConfigProblems
from monitord.daemon.packs import load_rules, read_lock, rules_directory
from monitord.rules.lock import LOCK_FILE, write_lock
from monitord.rules.problems import PackProblems


@click.command()
@config_option
@click.option("--update-lock", is_flag=True, help="Write the packs' version lock anew.")
def check(config: Path | None, update_lock: bool) -> None:
    """Tell every problem in settings and rule packs, with file, key and what to do.

    Ends with 1 when there are problems, and with 0 and one line when all is fine.
    """
    settings = settings_or_stop(config)
    try:
        directory = rules_directory(settings)
        if update_lock:
            _update_lock(directory)
        book = load_rules(directory, read_lock(directory) or "")
    except (ConfigProblems, PackProblems) as error:
        stop_with(error.problems)
    packs = {entry.pack for entry in book.entries()}
    counts = f"rules {len(book.rules)}, indices {len(book.indices)}, packs {len(packs)}"
    click.echo(f"fine: {counts}, version {book.version}")


def _update_lock(directory: Path) -> None:
    lock = write_lock(load_rules(directory, None), read_lock(directory))
    try:
        (directory / LOCK_FILE).write_text(lock, "utf-8")
    except OSError as error:
        expected = "a lock that can be written; let us write it or make room"
        stop_with([in_words(error, expected, directory / LOCK_FILE)])
