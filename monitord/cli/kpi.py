"""`monitord kpi`: what alerting cost and how it was answered, from the decisions of a while."""

import heapq
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import click
import orjson

from monitord.adapters.codecs.decisions import DecisionProblem, read_decisions
from monitord.alerts.kpi import NOT_KNOWN, Follower
from monitord.alerts.kpi_totals import GROUP, Figures, Group, Totals
from monitord.cli.ending import stop_with
from monitord.cli.files import lines_of
from monitord.cli.progress import ticking
from monitord.cli.words import Instant
from monitord.domain.alerts import Priority
from monitord.domain.decisions import Announcement
from monitord.domain.time import LONG_AGO, NEVER, SECOND, Millis, format_span, format_time

_UNKNOWN: Final = "not known"
_NONE: Final = "-"
_HEADS: Final = (
    "alerts",
    "per patient-day",
    "answered",
    "median",
    "90 % within",
    "escalated",
    "came back",
    "held back",
    "floods",
)


class _Row(NamedTuple):
    """One line of the table; `floods` and `patient_days` are None where they have no meaning."""

    name: str
    figures: Figures
    patient_days: float
    floods: int | None


@click.command()
@click.argument(
    "decisions",
    nargs=-1,
    required=True,
    type=click.Path(allow_dash=True, path_type=str),
)
@click.option("--ward", metavar="W", help="Only this ward.")
@click.option("--since", type=Instant(), help="Only alerts and time from this instant on.")
@click.option("--until", type=Instant(), help="What was known just before this instant.")
@click.option("--by", type=click.Choice([*GROUP]), default="priority", help="A line for each.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object in place of the table.")
def kpi(
    decisions: tuple[str, ...],
    ward: str | None,
    since: Millis | None,
    until: Millis | None,
    by: Group,
    as_json: bool,
) -> None:
    """Tell the key figures of alerting from DECISIONS: JSON Lines, `.gz` too, - for stdin.

    Several files are read as one stream, in order of time. docs/kpi.md says what each figure means.
    """
    since = LONG_AGO if since is None else since
    until = NEVER if until is None else until
    if since >= until:
        found = f"--since {format_time(since)}, --until {format_time(until)}"
        raise click.UsageError(f"found {found}, expected the first to be earlier")
    follower, totals = Follower(), Totals(ward, since)
    begin = NEVER
    try:
        for decision in heapq.merge(*map(_decisions, decisions), key=_time):
            if decision.time >= until:
                totals.take(follower.advance(until))
                break
            begin = min(begin, decision.time)
            totals.take(follower.take(decision))
    except DecisionProblem as problem:
        stop_with([problem])
    if begin == NEVER:
        stop_with([f"{' '.join(decisions)}: found no decision, expected at least one"])
    span = (max(begin, since), follower.now)
    rows = _rows(totals, by)
    click.echo(_document(span, ward, totals, by, rows) if as_json else _page(span, ward, rows))
    if not as_json and totals.begun_before:
        click.echo(
            f"\n{totals.begun_before} patients were there before the decisions began: of their "
            "stays only what is in them is known, and patient-days are at least these."
        )


def _time(decision: Announcement) -> Millis:
    return decision.time


def _decisions(name: str) -> Iterator[Announcement]:
    def tell_torn(line: int) -> None:
        click.echo(f"{name}:{line}: the last line was cut short and is passed over", err=True)

    return read_decisions(name, ticking(lines_of(name)), tell_torn)


def _rows(totals: Totals, by: Group) -> list[_Row]:
    days = totals.patient_days()
    rows = [_Row("all", totals.figures(), days, totals.floods())]
    for name, figures in _in_order(totals.by(by), by):
        if by == "ward":
            shown = name if name != NOT_KNOWN else _UNKNOWN
            rows.append(_Row(shown, figures, totals.patient_days(name), totals.floods(name)))
        else:
            rows.append(_Row(name, figures, days, None))
    return rows


def _in_order(found: dict[str, Figures], by: Group) -> Iterable[tuple[str, Figures]]:
    """The most urgent first; else what is raised most."""
    if by == "priority":
        return [(one.value, found[one.value]) for one in Priority if one.value in found]
    return sorted(found.items(), key=lambda one: (-one[1].raised, one[0]))


def _page(span: tuple[Millis, Millis], ward: str | None, rows: list[_Row]) -> str:
    begin, end = map(format_time, span)
    title = f"Alerts from {begin} to {end}, {f'ward {ward}' if ward else 'all wards'}"
    found = rows[0].patient_days
    # Of an hour or two "0.0" would stand above rates that were divided by it.
    days = f"{found:.1f} patient-days" if found >= 1 or not found else f"{found:.2g} patient-days"
    lines = [["", *_HEADS], *([row.name, *_cells(row)] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = [
        "  ".join(
            [
                line[0].ljust(widths[0]),
                *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True)),
            ]
        ).rstrip()
        for line in lines
    ]
    return "\n".join([title, days, "", *table])


def _cells(row: _Row) -> list[str]:
    figures = row.figures
    rate = _rate(row)
    return [
        str(figures.raised),
        _NONE if rate is None else f"{rate:.2f}",
        _share(figures.answered, figures.raised),
        _span(figures.answer_within_ms(50)),
        _span(figures.answer_within_ms(90)),
        _share(figures.escalated, figures.called) if figures.called else _UNKNOWN,
        f"{figures.came_back} ({figures.times_back}x)" if figures.came_back else "0",
        str(figures.held_back),
        _NONE if row.floods is None else str(row.floods),
    ]


def _rate(row: _Row) -> float | None:
    return row.figures.raised / row.patient_days if row.patient_days else None


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / whole:.0f} %)" if whole else _NONE


def _span(span: Millis | None) -> str:
    return _NONE if span is None else format_span(span)


def _document(
    span: tuple[Millis, Millis], ward: str | None, totals: Totals, by: Group, rows: list[_Row]
) -> str:
    all_of_it, *groups = [_fields(row) for row in rows]
    fields = {
        "begin": format_time(span[0]),
        "end": format_time(span[1]),
        "ward": ward,
        "stays_begun_before": totals.begun_before,
        "all": all_of_it,
        f"by_{by}": groups,
    }
    return orjson.dumps(fields, option=orjson.OPT_INDENT_2).decode()


def _fields(row: _Row) -> dict[str, object]:
    """What is not known is null, and never 0."""
    figures = row.figures
    fields: dict[str, object] = {
        "name": row.name,
        "patient_days": row.patient_days,
        "alerts": figures.raised,
        "alerts_per_patient_day": _rate(row),
        "answered": figures.answered,
        "answered_share": figures.answered / figures.raised if figures.raised else None,
        "called": figures.called or None,
        "escalated": figures.escalated if figures.called else None,
        "escalated_share": figures.escalated / figures.called if figures.called else None,
        "came_back": figures.came_back,
        "times_back": figures.times_back,
        "held_back": figures.held_back,
        "floods": row.floods,
    }
    for percent, name in ((50, "median"), (90, "90th_percentile")):
        within_ms = figures.answer_within_ms(percent)
        fields[f"answer_{name}_s"] = None if within_ms is None else within_ms / SECOND
    return fields
