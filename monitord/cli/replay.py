"""`monitord replay`: recorded events or a journal in, decisions out; no network and no clock."""

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from traceback import extract_tb

import click

from monitord.adapters.codecs import native
from monitord.adapters.journal import JournalProblem, is_journal, read_header, read_journal
from monitord.cli.configured import config_option, settings_or_stop
from monitord.cli.ending import in_words, stop_with
from monitord.cli.files import STANDARD, lines_of, written
from monitord.cli.progress import ticking
from monitord.cli.words import Span
from monitord.daemon.configuration.config import ConfigProblems
from monitord.daemon.configuration.packs import load_rules, rules_directory
from monitord.daemon.recovery.past import live_through, recovery_notice
from monitord.daemon.ticking.heart import ward_settings
from monitord.domain.decisions import Decision
from monitord.domain.events import Arrival
from monitord.domain.time import Millis, format_time, parse_moment
from monitord.engine.replay import StepBroke, repeat
from monitord.engine.replay import replay as replayed
from monitord.engine.ward import Ward
from monitord.rules.problems import PackProblems


class Instant(click.ParamType[Millis | None]):
    """An RFC 3339 time, or `end` for the last event's."""

    name = "time"

    def convert(
        self, value: str | Millis, param: click.Parameter | None, ctx: click.Context | None
    ) -> Millis | None:
        """Read the time, or refuse it in words."""
        if isinstance(value, int):
            return value
        if value == "end":
            return None
        try:
            return parse_moment(value)
        except ValueError as problem:
            self.fail(str(problem), param, ctx)


@click.command()
@click.argument("events", type=click.Path(allow_dash=True, path_type=str))
@click.option(
    "--rules",
    "rules",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="The rule packs; those in use when left out.",
)
@click.option(
    "--decisions",
    "decisions",
    type=click.Path(path_type=str, allow_dash=True),
    default=STANDARD,
    metavar="OUT",
    help="Where decisions go, as JSON Lines; - is stdout.",
)
@click.option("--tick", "tick", type=Span(), default="1s", help="How often the ward is stepped.")
@click.option(
    "--now",
    "now",
    type=Instant(),
    default="end",
    help="Go on to this time after the last event; `end` stops there.",
)
@config_option
def replay(
    events: str,
    rules: Path | None,
    decisions: str,
    tick: Millis,
    now: Millis | None,
    config: Path | None,
) -> None:
    """Make the decisions of EVENTS: JSON Lines of events or a journal, `.gz` too, - for stdin.

    A journal is repeated tick by tick as the daemon stepped it. The journals that it continues
    must lie beside it: they are read first, without a word. The summary goes to stderr.
    """
    settings = settings_or_stop(config)
    try:
        book = load_rules(rules or rules_directory(settings), None)
        ward = Ward(book, ward_settings(settings))
    except (ConfigProblems, PackProblems) as error:
        stop_with(error.problems)
    # Nothing that is here now will ever be garbage, and what a step makes holds no cycles.
    gc.freeze()
    gc.set_threshold(50_000)
    counts: Counter[str] = Counter()
    # The first line is read before OUT is opened: a wrong name costs nobody an older file.
    steps = _steps(ward, events, tick, now, counts)
    with written(decisions) as out:
        try:
            for decision in chain.from_iterable(steps):
                counts[type(decision).__name__] += 1
                out.write(native.encode_decision(decision) + b"\n")
        except JournalProblem as problem:
            stop_with([problem])
        except StepBroke as broken:
            stop_with([_broken(events, broken)])
    click.echo(_summary(ward, counts), err=True)


def _steps(
    ward: Ward, events: str, tick: Millis, now: Millis | None, counts: Counter[str]
) -> Iterator[Sequence[Decision]]:
    waiting = iter(ticking(lines_of(events)))
    first = next(waiting, b"")
    lines = chain([first], waiting)
    if not is_journal(first):
        return replayed(ward, _arrivals(lines, counts), tick, now)
    return _repeated(ward, events, first, lines, counts)


def _repeated(
    ward: Ward, events: str, first: bytes, lines: Iterable[bytes], counts: Counter[str]
) -> Iterator[Sequence[Decision]]:
    """Repeat a journal after what it continues, and give the decisions of this one alone."""
    header = read_header(first)
    if "continues" in header:
        try:
            live_through(ward, Path(events).parent, header)
        except OSError as error:
            stop_with([in_words(error, "the journals that this one continues", events)])
    notice = recovery_notice(header)
    if notice is not None:
        yield [notice]
    ticks = read_journal(lines, lambda problem: click.echo(str(problem), err=True))
    yield from repeat(ward, _counted(ticks, counts))


def _arrivals(lines: Iterable[bytes], counts: Counter[str]) -> Iterator[Arrival]:
    for arrival in native.decode_lines(lines):
        counts["events"] += 1
        yield arrival


def _counted(
    ticks: Iterable[tuple[Millis, list[Arrival]]], counts: Counter[str]
) -> Iterator[tuple[Millis, list[Arrival]]]:
    for now, inbox in ticks:
        counts["events"] += len(inbox)
        yield now, inbox


def _broken(events: str, broken: StepBroke) -> str:
    """Say in one line which tick broke the step and where, without a word of what it holds."""
    failure = broken.__cause__
    assert failure is not None, "what broke the step is why this was raised"
    *_, place = extract_tb(failure.__traceback__)
    found = f"{type(failure).__name__} at line {place.lineno} of {Path(place.filename).name}"
    return (
        f"{events}: found that {broken} ({found}), expected a step that holds; the decisions "
        "before it are written; report this as a fault of monitord, with the version and this line"
    )


def _summary(ward: Ward, counts: Counter[str]) -> str:
    events = counts.pop("events", 0)
    told = ", ".join(f"{name.lower()} {count}" for name, count in sorted(counts.items()))
    patients = len(ward.patients())
    until = format_time(ward.now) if events else "no time at all"
    return f"{events} events of {patients} patients until {until}; decided: {told or 'nothing'}"
