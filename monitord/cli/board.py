"""The screen of the demonstration: alerts as they fire, and a closing table.

It hears what any nurse's screen would hear, the topics of the outside contract, and nothing else.
In colour on a terminal, plain in a pipe. Colours are those of IEC 60601-1-8.
"""

from collections.abc import Mapping
from typing import Final

import orjson
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from monitord.adapters.simulator.ward import Truth
from monitord.cli.verdict import PRIORITIES, Row, Sighting, Verdict
from monitord.domain.time import Millis, format_span, format_time, parse_time

_COLOURS: Final = {"high": "bold red", "medium": "yellow", "low": "cyan"}
_PIPE_COLUMNS: Final = 120
_NAMES: Final = {"crs_astct": "CRS", "icans_astct": "ICANS"}


def make_console() -> Console:
    """Return a console for a person, or for a pipe that must not be wrapped at 80 columns."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PIPE_COLUMNS)


class Board:
    """Shows each alert once, when it becomes active, and remembers it for the verdict."""

    def __init__(self, console: Console, root: str) -> None:
        self._console = console
        self._prefix = f"{root}/out/"
        self._active: set[str] = set()
        self.sightings: list[Sighting] = []

    def hear(self, topic: str, payload: bytes) -> None:
        """Take in one message; only alerts that became active are shown."""
        parts = topic.removeprefix(self._prefix).split("/")
        if len(parts) != 4 or parts[2] != "alert":
            return
        alert = orjson.loads(payload) if payload else {"to": "QUIET"}
        was_active = parts[3] in self._active
        if str(alert["to"]).lower() != "active":
            self._active.discard(parts[3])
            return
        self._active.add(parts[3])
        if was_active:
            return
        sighting = _sighting(alert)
        self.sightings.append(sighting)
        self._console.print(_line(sighting), soft_wrap=True)


def show_verdict(console: Console, verdict: Verdict) -> None:
    """Print the closing table, the two patients the demonstration is about, and what is wrong."""
    title = "What the script says, what was detected first, the highest grades, alerts by priority"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("patient", "script", "first alert"):
        table.add_column(heading, no_wrap=heading != "script")
    for heading in ("CRS", "ICANS", *PRIORITIES):
        table.add_column(heading, justify="right")
    for row in verdict.rows:
        table.add_row(*_cells(row), style=None if row.found else "dim" * row.truth.is_healthy)
    console.print()
    console.print(table)
    for row in sorted(verdict.rows, key=lambda row: row.truth.story):
        if row.found is not None:
            console.print(_finding(row), soft_wrap=True)
    for problem in verdict.problems:
        console.print(f"[bold red]not as it should be:[/] {escape(problem)}", soft_wrap=True)
    if not verdict.problems:
        console.print("[green]Both were found, and nobody who is well was paged for.[/]")


def _sighting(alert: Mapping[str, object]) -> Sighting:
    return Sighting(
        alert=str(alert["alert"]),
        patient=str(alert["patient"]),
        time=parse_time(str(alert["time"])),
        rule=str(alert["rule"]),
        condition=str(alert["condition"]),
        priority=str(alert["priority"]),
        message=str(alert["message"]),
    )


def _line(sighting: Sighting) -> Text:
    return Text.assemble(
        f"{clock_time(sighting.time)}  {sighting.patient:<8} ",
        (f"{sighting.priority:<7}", _COLOURS.get(sighting.priority, "")),
        sighting.message,
    )


def clock_time(instant: Millis) -> str:
    """Return the hour and minute of an instant, as on the ward's clock."""
    return format_time(instant)[11:16]


def _cells(row: Row) -> list[str]:
    first = "" if row.first is None else f"{clock_time(row.first.time)} {row.first.rule}"
    grades = [str(row.highest[scale] or "-") for scale in ("crs_astct", "icans_astct")]
    counts = [str(row.count[priority] or "-") for priority in PRIORITIES]
    return [row.truth.patient, _script(row.truth), first, *grades, *counts]


def _script(truth: Truth) -> str:
    marks = truth.milestones
    return f"{truth.words}, from {clock_time(marks[0].time)}" if marks else truth.words


def _finding(row: Row) -> str:
    assert row.found is not None, "only findings are told"
    assert row.found.grade is not None, "a finding is a grade"
    scale, grade = row.found.grade
    scripted = [m.time for m in row.truth.milestones if m.scale == scale and m.grade >= grade]
    delay = row.found.time - min(scripted, default=row.found.time)
    when = f"{format_span(abs(delay))} {'after' if delay >= 0 else 'before'} the script's"
    return (
        f"[bold]{_NAMES[scale]} patient: {row.truth.patient}[/], grade {grade} at "
        f"{clock_time(row.found.time)} ({when} grade {grade}), highest grade {row.highest[scale]}"
    )
