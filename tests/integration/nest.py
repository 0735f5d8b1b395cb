"""Daemons that start at once: a parent loads everything and forks one for each line it reads.

What is forked is `monitord run` from its settings on: a process of its own with its own sockets and
files, that can be killed as any other.
"""

import asyncio
import gc
import os
import signal
import sys
from pathlib import Path

from monitord.cli.run import _run
from monitord.daemon.configuration.config import load_settings
from monitord.daemon.configuration.packs import load_rules, read_lock, rules_directory
from monitord.daemon.ticking.heart import Heart


class Nest:
    """The parent, and at most one daemon of its at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._daemon = 0

    @classmethod
    async def beside(cls, settings: Path, log: Path) -> "Nest":
        """Start the parent; the daemons' standard error is appended to `log`."""
        pipe = asyncio.subprocess.PIPE
        arguments = ("-m", "tests.integration.nest", str(settings), str(log))
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, *arguments, stdin=pipe, stdout=pipe
            )
        )

    async def hatch(self) -> None:
        """Start a daemon."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._daemon = int(await self._told())

    async def end(self, number: signal.Signals) -> None:
        """Send the daemon a signal, and wait for its end."""
        os.kill(self._daemon, number)
        await self._told()

    async def close(self) -> None:
        self._process.kill()
        await self._process.wait()

    async def _told(self) -> bytes:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the parent of the daemons has died"
        return line


def brood(path: Path, log: Path) -> None:
    """Fork one daemon for each line of standard input; tell its number, and when it has ended."""
    settings = load_settings(path, os.environ)
    directory = rules_directory(settings)
    book = load_rules(directory, read_lock(directory) or "")
    Heart.beating(settings, book)
    gc.freeze()
    for _ in sys.stdin:
        daemon = os.fork()
        if not daemon:
            try:
                os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
                os.dup2(os.open(os.devnull, os.O_RDWR), 0)
                os._exit(asyncio.run(_run(settings, book)))
            finally:
                os._exit(70)
        sys.stdout.write(f"{daemon}\n")
        sys.stdout.flush()
        os.waitpid(daemon, 0)
        sys.stdout.write("ended\n")
        sys.stdout.flush()


if __name__ == "__main__":
    brood(Path(sys.argv[1]), Path(sys.argv[2]))
