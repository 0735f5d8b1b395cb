"""How a command ends when it cannot go on: a line for each problem, and an exit code; no traceback.

Light, so that asking for help loads no library.
"""

import io
import sys
from collections.abc import Iterable
from typing import Final, NoReturn

import click

FOUND_PROBLEMS: Final = 1
WRONG_USAGE: Final = 2


def stop_with(problems: Iterable[object], code: int = FOUND_PROBLEMS) -> NoReturn:
    """Print problems, one a line, and end with exit code 1, or the one that is given."""
    for problem in problems:
        click.echo(str(problem), err=True)
    sys.exit(code)


def forget_output() -> None:
    """Let go what standard output could not take, so that nobody tries again at the very end."""
    sys.stdout = io.StringIO()


def in_words(error: OSError, expected: str, name: object = None) -> str:
    """Tell in one line what the system said of a file: its name, what was found and expected."""
    place = name or error.filename
    found = error.strerror or str(error)
    return (
        f"{place}: found {found}, expected {expected}"
        if place
        else f"found {found}, expected {expected}"
    )
