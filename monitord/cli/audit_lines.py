"""Records of the audit as a person reads them: a table on a terminal, tabs in a pipe, or JSON."""

import sys
from typing import Any, Final

import orjson
from rich.console import Console
from rich.text import Text

from monitord.adapters.audit import AuditRecord

# The columns that most records have; what else a record says comes behind them.
_COLUMNS: Final = (("alert", 22), ("patient", 12), ("channel", 12), ("by", 12))
_TIME_COLUMNS: Final = 24
_WHAT_COLUMNS: Final = 23
_STYLES: Final = {
    "notification.failed": "bold red",
    "notification.expired": "bold red",
    "answer.refused": "yellow",
    "answer.accepted": "green",
    "chain": "bold magenta",
    "channel": "bold yellow",
    "daemon": "bold",
}


class Lines:
    """Writes one record a line to standard output."""

    def __init__(self, *, as_json: bool) -> None:
        """Say in which form; on a terminal the table's heading comes with the first record."""
        self._as_json = as_json
        self._console = Console(highlight=False) if sys.stdout.isatty() and not as_json else None
        self._has_heading = False

    def show(self, record: AuditRecord) -> None:
        """Write a record."""
        if self._as_json:
            sys.stdout.write(orjson.dumps(record._asdict()).decode() + "\n")
        elif self._console is None:
            sys.stdout.write("\t".join([record.time, record.what, *_cells(record)]) + "\n")
        else:
            self._show_on_terminal(self._console, record)

    def _show_on_terminal(self, console: Console, record: AuditRecord) -> None:
        if not self._has_heading:
            self._has_heading = True
            names = [name for name, _ in _COLUMNS]
            console.print(_row(["time", "what", *names, "besides"], "bold"), soft_wrap=True)
        style = _STYLES.get(record.what) or _STYLES.get(record.what.partition(".")[0], "")
        row = _row([record.time, record.what, *_cells(record)], style)
        console.print(row, soft_wrap=True)


def _cells(record: AuditRecord) -> list[str]:
    named = [_text(record.fields.get(name, "-")) for name, _ in _COLUMNS]
    shown = {name for name, _ in _COLUMNS}
    others = (f"{key}={_text(one)}" for key, one in record.fields.items() if key not in shown)
    return [*named, " ".join(others)]


def _row(cells: list[str], style: str) -> Text:
    widths = [_TIME_COLUMNS, _WHAT_COLUMNS, *(width for _, width in _COLUMNS)]
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=False)]
    what = Text.assemble(f"{padded[0]}  ", (padded[1], style))
    return what.append("  " + "  ".join([*padded[2:], *cells[len(widths) :]]))


def _text(value: Any) -> str:  # noqa: ANN401 - whatever a record holds
    """A value in one line without control characters: a reason is whatever somebody typed."""
    if value is None:
        return "-"
    told = value if isinstance(value, str) else orjson.dumps(value).decode()
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in told)
