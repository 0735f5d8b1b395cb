"""`monitord demo`: a broker, the real daemon, a simulated ward, and alerts as they fire.

The daemon knows nothing of the script: it is told what any daemon is told, over MQTT, and the
board hears what any screen would hear.
"""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator
from typing import Final

import aiomqtt
import click
import orjson
from rich.console import Console

from monitord.adapters.clock import Clock, ScaledClock
from monitord.adapters.simulator.people import WardPlan
from monitord.adapters.simulator.publisher import publish
from monitord.adapters.simulator.ward import messages, truths
from monitord.cli.board import Board, clock_time, make_console, show_verdict
from monitord.cli.brokers import HOST, NoBroker
from monitord.cli.stage import ROOT, Stage, set_stage
from monitord.cli.verdict import Verdict, judge
from monitord.domain.time import HOUR, MINUTE, Millis, parse_time

_SPEED: Final = 600.0
_START: Final = parse_time("2026-01-05T06:00:00Z")
# Told sixteen times faster, both courses unfold within seven hours: 45 seconds on the wall.
_SHOWN_MS: Final = 7 * HOUR + 30 * MINUTE
_COMPRESS: Final = 16.0
_FIRST_DAY: Final = 2.75
_GOES_ON_DAYS: Final = 365.0
_ONLINE_WITHIN_S: Final = 25.0
_SHOWN_WITHIN_S: Final = 58.0
# After the last message the daemon may still be thinking, and its alerts on their way.
_SETTLES_S: Final = 1.5


class DemonstrationFailed(Exception):
    """The demonstration could not be shown; the message says what was found and expected."""


@click.command()
@click.option("--keep", is_flag=True, envvar="KEEP", help="Stay up afterwards, until Ctrl-C.")
@click.option(
    "--broker",
    type=click.Choice(["auto", "mosquitto", "nats"]),
    default="auto",
    show_default=True,
    help="Which broker to start.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another ward.")
def demo(*, keep: bool, broker: str, seed: int) -> None:
    """Show a simulated ward of twelve, at 600 times the speed of life.

    One patient slides into CRS, one into ICANS, one only has an infection, and the equipment of
    three misbehaves. Ends by itself within 90 seconds: exit code 0 if both were found and nobody
    who is well was paged for, else 1.
    """
    show = Demonstration(make_console(), seed, keep=keep)
    problem = "stopped before the end of the demonstration"
    try:
        asyncio.run(show.perform(broker))
    except* (DemonstrationFailed, NoBroker) as problems:
        problem = str(problems.exceptions[0])
    except* aiomqtt.MqttError as problems:
        problem = f"the demonstration's broker went away: {problems.exceptions[0]}"
    if show.verdict is None:
        raise click.ClickException(problem)
    sys.exit(1 if show.verdict.problems else 0)


class Demonstration:
    """One performance, from the first broker to the verdict."""

    def __init__(self, console: Console, seed: int, *, keep: bool) -> None:
        """Prepare it; `perform` shows it."""
        self._console = console
        self._seed = seed
        self._keep = keep
        self._board = Board(console, ROOT)
        self._daemon_clock: asyncio.Queue[ScaledClock] = asyncio.Queue()
        self._story_is_over = asyncio.Event()
        self.verdict: Verdict | None = None

    async def perform(self, wanted_broker: str) -> None:
        """Show everything; returns early, with the stage cleared, on Ctrl-C."""
        with _stopped_once():
            async with set_stage(wanted_broker, _SPEED, _START) as stage:
                self._introduce(stage)
                async with asyncio.TaskGroup() as tasks:
                    others = [
                        tasks.create_task(self._listen(stage), name="listen"),
                        tasks.create_task(_mind(stage), name="mind"),
                    ]
                    clock = await self._same_time(stage)
                    plan = _plan(clock.now(), self._seed)
                    publishing = self._publish(stage, plan, clock)
                    others.append(tasks.create_task(publishing, name="publish"))
                    await self._judge(plan)
                    if self._keep:
                        self._tell_addresses(stage)
                        await asyncio.Event().wait()
                    for task in others:
                        task.cancel()

    async def _same_time(self, stage: Stage) -> ScaledClock:
        """Return a clock that agrees with the daemon's, which tells the time as it comes online."""
        try:
            async with asyncio.timeout(_ONLINE_WITHIN_S):
                return await self._daemon_clock.get()
        except TimeoutError as problem:
            raise DemonstrationFailed(
                f"found no word from the daemon, expected it online within {_ONLINE_WITHIN_S:g} s; "
                f"it logged:\n{stage.last_words}"
            ) from problem

    async def _listen(self, stage: Stage) -> None:
        async for message in stage.client.messages:
            topic, payload = str(message.topic), message.payload
            assert isinstance(payload, bytes), "paho hands over bytes"
            if topic == f"{ROOT}/out/status":
                status = orjson.loads(payload)
                if status["status"] == "online":
                    clock = ScaledClock(_SPEED, parse_time(status["time"]))
                    self._daemon_clock.put_nowait(clock)
            else:
                self._board.hear(topic, payload)

    async def _publish(self, stage: Stage, plan: WardPlan, clock: Clock) -> None:
        with self._console.status("") as clock_face:
            async for message in publish(messages(plan), stage.client, clock, ROOT, plan.ward):
                clock_face.update(f"{clock_time(message.received)} on the ward")
                if message.received >= plan.start + _SHOWN_MS:
                    clock_face.stop()
                    self._story_is_over.set()

    async def _judge(self, plan: WardPlan) -> None:
        try:
            async with asyncio.timeout(_SHOWN_WITHIN_S):
                await self._story_is_over.wait()
        except TimeoutError as problem:
            raise DemonstrationFailed(
                f"the story did not end within {_SHOWN_WITHIN_S:g} s, expected "
                f"{_SHOWN_MS / 1000 / _SPEED:g} s; this machine or the broker is too slow for it"
            ) from problem
        await asyncio.sleep(_SETTLES_S)
        self.verdict = judge(truths(plan), self._board.sightings)
        show_verdict(self._console, self.verdict)

    def _introduce(self, stage: Stage) -> None:
        self._console.print(
            f"[bold]A simulated ward of twelve, {_SPEED:g} times faster than life.[/] "
            f"None of these patients exists. Broker: {stage.broker.name}.",
            soft_wrap=True,
        )
        self._console.print(
            "One slides into CRS, one into ICANS, one has an infection, three have bad equipment.\n"
        )

    def _tell_addresses(self, stage: Stage) -> None:
        web = f"http://{HOST}:{stage.http_port}"
        self._console.print(
            f"""
Still up, until Ctrl-C:
  broker    mqtt://{stage.broker.host}:{stage.broker.port} ({stage.broker.name})
  alerts    {ROOT}/out/+/+/alert/+
  states    {ROOT}/out/+/+/state
  refused   {ROOT}/out/rejected
  status    {ROOT}/out/status
  events    {ROOT}/in/<ward>/<patient>/<kind>
  metrics   {web}/metrics
  health    {web}/health/live  {web}/health/ready
  settings, journal and logs in {stage.directory}""",
            soft_wrap=True,
            markup=False,
        )


def _plan(now: Millis, seed: int) -> WardPlan:
    # The ward goes on after the story, so that nobody is alarmed because the script ran out.
    return WardPlan(
        start=(now // MINUTE + 1) * MINUTE,
        days=_GOES_ON_DAYS,
        seed=seed,
        compress=_COMPRESS,
        first_day=_FIRST_DAY,
    )


async def _mind(stage: Stage) -> None:
    """Fail when the daemon ends by itself: nothing else on the stage would say so."""
    code = await stage.daemon.wait()
    raise DemonstrationFailed(
        f"the daemon ended with exit code {code}, expected it to stay up; "
        f"it logged:\n{stage.last_words}"
    )


@contextlib.contextmanager
def _stopped_once() -> Iterator[None]:
    """Let Ctrl-C and its like end the block in good order, once; a second one changes nothing."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None, "this is a task of asyncio.run"
    stops: list[int] = []

    def stop(number: int) -> None:
        if not stops:
            task.cancel()
        stops.append(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, stop, number)
    try:
        yield
    except asyncio.CancelledError:
        if not stops:
            raise
        task.uncancel()
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
