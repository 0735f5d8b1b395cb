"""The demonstration as a person runs it: to its end, stopped early, and with the daemon killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitord.cli.brokers import NoBroker, find_broker

pytestmark = pytest.mark.network

DEMO = (sys.executable, "-m", "monitord", "demo")
TO_THE_END_S = 90


class Shown:
    """A running demonstration and what it has printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.text = ""

    async def until(self, words: str) -> None:
        """Read until `words` were printed."""
        assert self.process.stdout is not None
        while words not in self.text:
            line = await self.process.stdout.readline()
            assert line, f"ended without {words!r}:\n{self.text}"
            self.text += line.decode()

    async def end(self) -> int:
        """Read to the end and return the exit code."""
        assert self.process.stdout is not None
        self.text += (await self.process.stdout.read()).decode()
        return await self.process.wait()

    def children(self) -> dict[str, int]:
        """Return the process ids of the broker and the daemon, by the end of their command."""
        found = {}
        pid = self.process.pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            command = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            found["daemon" if b"run" in command else "broker"] = int(child)
        return found


@pytest.fixture
async def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shown]:
    try:
        find_broker()
    except NoBroker as problem:
        pytest.skip(str(problem))
    monkeypatch.delenv("KEEP", raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    process = await asyncio.create_subprocess_exec(
        *DEMO, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    yield Shown(process)
    if process.returncode is None:
        process.terminate()
        await process.wait()


def left_behind(directory: Path) -> list[Path]:
    return list(directory.glob("monitord-*"))


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_the_demonstration_finds_both_patients(shown: Shown, tmp_path: Path) -> None:
    """It ends by itself with exit code 0 within 90 seconds, names both, and leaves nothing."""
    async with asyncio.timeout(TO_THE_END_S):
        await shown.until("CRS grade 1")
        children = shown.children()
        code = await shown.end()

    assert 0 == code, shown.text
    assert "\nCRS patient: sim-" in shown.text
    assert "\nICANS patient: sim-" in shown.text
    assert "\x1b" not in shown.text
    assert {"broker", "daemon"} == set(children)
    assert [] == [pid for pid in children.values() if is_running(pid)]
    assert [] == left_behind(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_stopped_demonstration_stops_its_children(
    shown: Shown, tmp_path: Path, number: signal.Signals
) -> None:
    """Ctrl-C and its like end broker and daemon, twice is as good as once, and the code is 1."""
    async with asyncio.timeout(30):
        await shown.until("grade 1")
        children = shown.children()
        shown.process.send_signal(number)
        shown.process.send_signal(number)
        code = await shown.end()

    assert 1 == code
    assert "stopped before the end" in shown.text
    assert [] == [pid for pid in children.values() if is_running(pid)]
    assert [] == left_behind(tmp_path)


@pytest.mark.parametrize(
    ("child", "said"),
    [("daemon", "the daemon ended with exit code -9"), ("broker", "broker went away")],
)
async def test_a_child_that_dies_is_told_and_ends_the_demonstration(
    shown: Shown, child: str, said: str
) -> None:
    """Nothing goes on in silence: who died is said, the other is stopped, and the code is 1."""
    async with asyncio.timeout(30):
        await shown.until("grade 1")
        children = shown.children()
        os.kill(children[child], signal.SIGKILL)
        code = await shown.end()

    assert 1 == code
    assert said in shown.text
    assert [] == [pid for pid in children.values() if is_running(pid)]
