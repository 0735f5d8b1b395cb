"""`monitord simulate`: a seeded ward, written to a file or published to a broker."""

import asyncio
import contextlib
import gzip
from collections.abc import Callable, Iterator
from typing import IO, Final

import aiomqtt
import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from monitord.adapters.clock import ScaledClock
from monitord.adapters.simulator.people import WardPlan
from monitord.adapters.simulator.publisher import publish
from monitord.adapters.simulator.ward import events, messages
from monitord.cli.brokers import simple_client
from monitord.cli.files import written
from monitord.cli.words import Address, BrokerAddress, Instant, Span
from monitord.domain.time import TOO_LATE, Millis, format_time, parse_time

# Progress is drawn once in so many lines, so that drawing costs nothing.
_LINES_A_LOOK: Final = 5_000

Look = Callable[[Millis], None]


@click.command()
@click.option("--patients", type=click.IntRange(1, 100_000), default=12, show_default=True)
@click.option("--days", type=click.FloatRange(0, 365, min_open=True), default=14, show_default=True)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed, the same ward."
)
@click.option(
    "--start",
    type=Instant(),
    default="2026-01-05T00:00:00Z",
    show_default=True,
    help="When the ward begins: a time, or `now`.",
)
@click.option(
    "--every", type=Span(), default="60s", show_default=True, help="How often monitors report."
)
@click.option(
    "--compress",
    type=click.FloatRange(1, 100),
    default=1,
    show_default=True,
    help="Tell the stories, rounds and laboratory this many times faster.",
)
@click.option(
    "--first-day",
    type=click.FloatRange(0, 30),
    default=0,
    show_default=True,
    help="How many days before the start the cells were infused.",
)
@click.option("--ward", default="simulated", show_default=True, help="The ward's name.")
@click.option("--out", type=click.Path(dir_okay=False), help="FILE, FILE.gz, or - for stdout.")
@click.option("--broker", type=BrokerAddress(), help="Publish to this broker: HOST:PORT.")
@click.option(
    "--speed",
    type=click.FloatRange(0, 100_000, min_open=True),
    default=600,
    show_default=True,
    help="With --broker: how many times faster than life.",
)
@click.option("--root", default="monitord/v1", show_default=True, help="With --broker: topic root.")
def simulate(
    *,
    patients: int,
    days: float,
    seed: int,
    start: Millis,
    every: Millis,
    compress: float,
    first_day: float,
    ward: str,
    out: str | None,
    broker: Address | None,
    speed: float,
    root: str,
) -> None:
    """Make up a ward and send it: to a file as JSON Lines, or over MQTT.

    The patients do not exist, and every event says so (source "simulated"). Among every twelve one
    slides into CRS and one into ICANS; one has an infection, and the equipment of three misbehaves.
    """
    if (out is None) == (broker is None):
        raise click.UsageError("give either --out FILE or --broker HOST:PORT")
    plan = WardPlan(
        start=start,
        patients=patients,
        days=days,
        seed=seed,
        every_ms=every,
        compress=compress,
        first_day=first_day,
        ward=ward,
    )
    if plan.end > TOO_LATE:
        raise click.UsageError("the ward goes on after 2105; begin earlier or give fewer --days")
    with _progress(plan) as look:
        if broker is not None:
            asyncio.run(_send(plan, broker, speed, root, look))
        else:
            assert out is not None, "one of the two was given"
            _write(plan, out, look)


def _write(plan: WardPlan, out: str, look: Look) -> None:
    with _opened(out) as lines:
        for count, event in enumerate(events(plan)):
            lines.write(orjson.dumps(event))
            lines.write(b"\n")
            if count % _LINES_A_LOOK == 0:
                look(parse_time(str(event["received"])))


@contextlib.contextmanager
def _opened(out: str) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """Open what the events go to; a gzip file carries no time and no name, so bytes repeat."""
    with written(out) as file:
        if not out.endswith(".gz"):
            yield file
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            yield packed


async def _send(plan: WardPlan, broker: Address, speed: float, root: str, look: Look) -> None:
    try:
        async with simple_client(broker.host, broker.port) as client:
            clock = ScaledClock(speed, plan.start)
            async for message in publish(messages(plan), client, clock, root, plan.ward):
                look(message.received)
    except aiomqtt.MqttError as problem:
        raise click.ClickException(
            f"{broker.host}:{broker.port}: {problem}; expected an MQTT broker that takes "
            "anonymous clients; start one there or name another with --broker"
        ) from problem


@contextlib.contextmanager
def _progress(plan: WardPlan) -> Iterator[Look]:
    """Show how far the simulated time has come: on a terminal only."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(format_time(plan.start), total=plan.end - plan.start)

        def look(now: Millis) -> None:
            progress.update(task, completed=now - plan.start, description=format_time(now))

        yield look
