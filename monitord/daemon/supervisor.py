"""Runs the daemon: six named tasks in one group, started together and ended in order.

read takes messages in, tick steps the ward, deliver publishes, call tells people, serve answers
HTTP, watch looks after all of them. A task that fails is recorded and ends the rest, after what
waits to be told has been told; the service manager starts us again. This is the one place that may
catch every exception.
"""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Final

import structlog

from monitord.adapters.mqtt.broker import Broker
from monitord.adapters.service_manager import ServiceManager
from monitord.adapters.web.server import WebServer
from monitord.daemon.calling.dispatch import Dispatch
from monitord.daemon.telling.delivery import Delivery
from monitord.daemon.ticking.ticks import Ticker
from monitord.daemon.watching.watch import Watch

_FAREWELL_S: Final = 5  # how long we try to deliver what is left before we go
_STOPPING: Final = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger("monitord.supervisor")


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that runs, put together.

    `web` is None when nothing is served, `dispatch` when nobody is to be called. `ended` is told
    the exit code at the very end.
    """

    broker: Broker
    ticker: Ticker
    delivery: Delivery
    dispatch: Dispatch | None
    watch: Watch
    web: WebServer | None
    service_manager: ServiceManager
    ended: Callable[[int], None]

    def tasks(self) -> dict[str, Coroutine[None, None, None]]:
        """Return the work of each task by its name."""
        work = {
            "read": self.broker.run(),
            "tick": self.ticker.run(),
            "deliver": self.delivery.run(),
            "watch": self.watch.run(),
        }
        work |= {"serve": self.web.serve()} if self.web else {}
        return work | ({"call": self.dispatch.run()} if self.dispatch else {})


async def supervise(parts: Parts) -> int:
    """Run until asked to stop, or until a task fails; return the exit code, 0 or 1."""
    run = _Run()
    loop = asyncio.get_running_loop()
    for number in _STOPPING:
        loop.add_signal_handler(number, run.stop.set)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = {
                name: group.create_task(run.guarded(name, work), name=name)
                for name, work in parts.tasks().items()
            }
            await run.stop.wait()
            await _wind_down(parts, tasks, run)
    finally:
        for number in _STOPPING:
            loop.remove_signal_handler(number)
    code = 1 if run.failed else 0
    parts.ended(code)
    if code:
        log.critical("daemon.failed", tasks_failed=len(run.failed))
    else:
        log.info("daemon.stopped")
    return code


class _Run:
    """Whether to go on, and which parts failed on the way, by name."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.failed: list[str] = []

    async def guarded(self, name: str, work: Coroutine[None, None, object]) -> None:
        """Await some work; if it fails, record that and ask the rest to stop."""
        try:
            await work
        except Exception:
            log.exception("task.failed", task=name)
            self.failed.append(name)
            self.stop.set()


async def _wind_down(parts: Parts, tasks: dict[str, asyncio.Task[None]], run: _Run) -> None:
    """Take nothing more in, step what has arrived, deliver what is left, and say goodbye."""
    log.info("daemon.stopping")
    parts.service_manager.stopping()
    parts.broker.hold()
    await _end(tasks["tick"])
    if "tick" not in run.failed:
        await run.guarded("tick", parts.ticker.finish())
    await _end(tasks["deliver"])
    await run.guarded("deliver", _farewell(parts.delivery, draws_states=not run.failed))
    if parts.dispatch is not None:
        # Until here it has gone on calling; what is left is on the disk for the next start.
        await _end(tasks["call"])
        await run.guarded("call", parts.dispatch.finish())
    await run.guarded("read", parts.broker.close())
    for task in tasks.values():
        await _end(task)


async def _farewell(delivery: Delivery, *, draws_states: bool) -> None:
    # A ward whose step broke off may hold half a tick: it is not drawn, but its alerts are told.
    if not await delivery.finish(_FAREWELL_S, draws_states=draws_states):
        log.warning("delivery.unfinished", left=len(delivery.outgoing))


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})
