"""What stands on the demonstration's stage: a broker, the daemon, and a client of the ward's own.

All of it lives in a temporary directory and on free ports of 127.0.0.1, and is cleared on every
way out. The daemon is the real one, in a process of its own.
"""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiomqtt

from monitord.cli.brokers import (
    HOST,
    Broker,
    find_broker,
    free_port,
    last_words,
    running,
    running_broker,
    simple_client,
)
from monitord.domain.time import Millis, format_time

ROOT: Final = "monitord/v1"

_SETTINGS: Final = """\
[mqtt]
host = "{broker.host}"
port = {broker.port}
client_id = "monitord-demo"
root = "{root}"
canary_every = "2s"
canary_deadline = "10s"

[tick]
speed = {speed}
start = "{start}"

[journal]
directory = "{directory}/journal"
fsync = "never"

[audit]
directory = "{directory}/audit"

[http]
host = "{host}"
port = {http_port}

[log]
format = "json"

# These monitors report every minute: silence is news sooner than where vital signs are charted.
[signals.heart_rate]
stale_after = "15min"
[signals.respiratory_rate]
stale_after = "15min"
[signals.spo2]
stale_after = "15min"
[signals.temperature]
stale_after = "15min"
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that is up; `client` has heard all that the daemon said since its start."""

    broker: Broker
    directory: Path
    http_port: int
    daemon: asyncio.subprocess.Process
    client: aiomqtt.Client

    @property
    def log(self) -> Path:
        """What the daemon logs."""
        return self.directory / "daemon.log"

    @property
    def last_words(self) -> str:
        """The end of what the daemon logged, for whoever must find out why it failed."""
        return last_words(self.log)


@contextlib.asynccontextmanager
async def set_stage(wanted_broker: str, speed: float, start: Millis) -> AsyncIterator[Stage]:
    """Have broker, client and daemon up while the block runs.

    Raises `NoBroker` when there is none to start, and `aiomqtt.MqttError` when it goes away.
    """
    program = find_broker(wanted_broker)
    async with contextlib.AsyncExitStack() as curtain:
        directory = Path(curtain.enter_context(tempfile.TemporaryDirectory(prefix="monitord-")))
        broker = await curtain.enter_async_context(running_broker(program, directory))
        client = await curtain.enter_async_context(simple_client(broker.host, broker.port))
        await client.subscribe(f"{ROOT}/out/#", qos=1)
        http_port = free_port()
        settings = directory / "monitord.toml"
        settings.write_text(
            _SETTINGS.format(
                broker=broker,
                root=ROOT,
                speed=speed,
                start=format_time(start),
                directory=directory,
                host=HOST,
                http_port=http_port,
            )
        )
        command = (sys.executable, "-m", "monitord", "run", "--config", str(settings))
        daemon = await curtain.enter_async_context(running(command, directory / "daemon.log"))
        yield Stage(broker, directory, http_port, daemon, client)
