"""Progress on a terminal, and nothing in a pipe."""

import sys
from collections.abc import Iterable, Iterator

from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

EVERY = 500


def ticking(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Pass lines on and count them on standard error, when a person is watching there."""
    if not sys.stderr.isatty():
        yield from lines
        return
    columns = (SpinnerColumn(), TextColumn("lines read"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task("", total=None)
        for count, line in enumerate(lines, start=1):
            if count % EVERY == 0:
                progress.update(task, completed=count)
            yield line
