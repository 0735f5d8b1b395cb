"""The daemon as a real process, with its own folder, rules and settings; and a client beside it."""

import asyncio
import json
import resource
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import aiomqtt

ROOT: Final = "test/v1"
PACK: Final = """\
pack = "trial"
version = 1
description = "Rules for the tests of the daemon."

[[rule]]
id = "fever"
version = 1
maturity = "stable"
priority = "medium"
title = "Fever"
when = "temperature.last >= 38.0"
because = "A test needs a rule that fires at once."
when_it_fires = "Measure again."

[[rule]]
id = "fast-heart"
version = 1
maturity = "stable"
priority = "high"
title = "Fast heart"
when = "heart_rate.last >= 130"
hold = "20s"
because = "A test needs a rule that waits."
when_it_fires = "Look at the patient."
"""


class Daemon:
    """One `monitord run` and what it writes."""

    def __init__(self, folder: Path, port: int, program: str = "monitord", **settings: str) -> None:
        self.folder = folder
        self.program = program
        self.port = port
        self.decisions = folder / "decisions.jsonl"
        self.log: list[dict[str, Any]] = []
        self.settings = folder / "monitord.toml"
        self._write(settings)
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    def _write(self, settings: dict[str, str]) -> None:
        rules = self.folder / "rules"
        rules.mkdir(exist_ok=True)
        (rules / "trial.toml").write_text(PACK)
        sections = {
            "mqtt": f'port = {self.port}\nroot = "{ROOT}"\nreconnect_min = "50ms"\n'
            'reconnect_max = "200ms"\ncanary_every = "200ms"\ncanary_deadline = "2s"\n',
            "http": "port = 0\n",
            "rules": f'directory = "{rules}"\n',
            "decisions": f'file = "{self.decisions}"\n',
            "journal": f'directory = "{self.folder / "journal"}"\nfsync = "never"\n',
            "audit": f'directory = "{self.folder / "audit"}"\n',
            "tick": 'period = "1s"\n',
            "log": 'format = "json"\n',
        } | settings
        text = "".join(f"[{name}]\n{body}\n" for name, body in sections.items())
        self.settings.write_text(text)

    async def begin(self) -> None:
        """Start the process, and wait for nothing."""
        await self.monitord("check", "--update-lock")
        self._process = await self._spawn("run")
        self._reader = asyncio.create_task(self._read(self._process))

    async def start(self, *, connected: bool = True) -> None:
        await self.begin()
        await self.told("daemon.started")
        if connected:
            await self.told("alert.inherited")

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self.ended()

    def forbid_larger_files(self, size: int) -> None:
        """Let the daemon's disk be full, for every file that has this many bytes."""
        assert self._process is not None
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    async def ended(self) -> int:
        assert self._process is not None
        assert self._reader is not None
        async with asyncio.timeout(20):
            await self._reader
            return await self._process.wait()

    async def told(self, event: str, times: int = 1) -> dict[str, Any]:
        """Wait until the log tells of `event`, and give the last such line."""
        await until(lambda: len(self._lines(event)) >= times)
        return self._lines(event)[-1]

    def decided(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.decisions.read_text().splitlines()]

    def _lines(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.log if line["event"] == event]

    async def monitord(self, *arguments: str) -> None:
        process = await self._spawn(*arguments)
        _, words = await process.communicate()
        assert process.returncode == 0, words.decode()

    async def _spawn(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self.program,
            *arguments,
            "--config",
            str(self.settings),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            self.log.append(json.loads(line) if line.startswith(b"{") else {"event": line.decode()})


class Desk:
    """A client at the nurses' desk: hears all that goes out, and sends what comes in."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        self.heard: list[tuple[str, bytes]] = []

    async def send(self, patient: str, kind: str, payload: object, qos: int = 1) -> None:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        await self._client.publish(f"{ROOT}/in/west/{patient}/{kind}", body, qos)

    async def send_to(self, topic: str, body: bytes, qos: int = 1, *, retain: bool = False) -> None:
        await self._client.publish(topic, body, qos, retain, timeout=60)

    def on(self, ending: str) -> list[dict[str, Any]]:
        """Give the documents heard on topics that end so; an empty one for a cleared topic."""
        return [json.loads(body or b"{}") for topic, body in self.heard if topic.endswith(ending)]

    def on_topic(self, part: str) -> list[dict[str, Any]]:
        """Give the documents heard on topics with such a part; an empty one for a cleared topic."""
        return [json.loads(body or b"{}") for topic, body in self.heard if part in topic]

    def status(self) -> str:
        """Give the status last heard, or nothing when none was."""
        return "".join(document["status"] for document in self.on("out/status")[-1:])

    def alerts(self) -> list[dict[str, Any]]:
        return [json.loads(body or b"{}") for topic, body in self.heard if "/alert/" in topic]

    async def listen(self) -> None:
        async for message in self._client.messages:
            assert isinstance(message.payload, bytes)
            self.heard.append((str(message.topic), message.payload))


@asynccontextmanager
async def desk(port: int) -> AsyncIterator[Desk]:
    async with aiomqtt.Client("127.0.0.1", port) as client:
        made = Desk(client)
        await client.subscribe(f"{ROOT}/out/#", qos=1)
        listening = asyncio.create_task(made.listen())
        try:
            yield made
        finally:
            listening.cancel()
            await asyncio.wait({listening})


async def until(holds: Callable[[], bool], within_s: float = 60) -> None:
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 what is awaited lies on both sides of a socket
            await asyncio.sleep(0.02)


def reading(signal_word: str, value: object, unit: str, ahead_s: float = 0) -> dict[str, object]:
    time = datetime.now(UTC) + timedelta(seconds=ahead_s)
    return {"signal": signal_word, "value": value, "unit": unit, "time": time.isoformat()}
