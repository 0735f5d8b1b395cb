"""`monitord cases`: the rule packs' own examples, played through the real step."""

import sys
from pathlib import Path

import click

from monitord.cli.configured import settings_or_stop
from monitord.cli.ending import FOUND_PROBLEMS, stop_with
from monitord.daemon.configuration.config import ConfigProblems
from monitord.daemon.configuration.packs import load_rules, read_cases, rules_directory
from monitord.engine.rehearsal import rehearse
from monitord.rules.cases import load_cases
from monitord.rules.problems import PackProblems
from monitord.rules.vocabulary import house_vocabulary
from monitord.scores import SCALE_NAMES


@click.command()
@click.argument(
    "directory", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def cases(directory: Path | None) -> None:
    """Run the rule packs' own examples, of DIRECTORY or of the packs in use.

    Ends with 1 when one does not come true, or when a rule or an index has too few.
    """
    try:
        directory = directory or rules_directory(settings_or_stop(None))
        book = load_rules(directory, None)
        found = load_cases(read_cases(directory), book, house_vocabulary(SCALE_NAMES))
    except (ConfigProblems, PackProblems) as error:
        stop_with(error.problems)
    failures = [failure for _, failed in rehearse(book, found) for failure in failed]
    for failure in failures:
        click.echo(str(failure), err=True)
    subjects = f"{len(book.rules)} rules and {len(book.live_indices)} indices"
    click.echo(f"{len(found)} cases of {subjects}, {len(failures)} differ")
    sys.exit(FOUND_PROBLEMS if failures else 0)
