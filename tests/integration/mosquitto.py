"""A real mosquitto on a free port of 127.0.0.1, with its own configuration and folder."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Final

FOUND: Final = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

_CONFIGURATION: Final = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
max_queued_messages 100000
max_inflight_messages 100
log_dest stderr
"""


def free_port() -> int:
    with socket.socket() as finder:
        finder.bind(("127.0.0.1", 0))
        port: int = finder.getsockname()[1]
        return port


class Mosquitto:
    """One broker that a test may stop, kill, pause and start again on the same port."""

    def __init__(self, folder: Path, more: str = "") -> None:
        self.port = free_port()
        self._file = folder / "mosquitto.conf"
        # Started by root, mosquitto becomes another user, who must be able to write here.
        folder.chmod(0o777)
        self._file.write_text(_CONFIGURATION.format(port=self.port, folder=folder) + more)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert FOUND is not None
        self._process = subprocess.Popen(
            [FOUND, "-c", str(self._file)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        _wait_for_port(self.port)

    def stop(self) -> None:
        self._send(signal.SIGTERM, ends=True)

    def kill(self) -> None:
        self._send(signal.SIGKILL, ends=True)

    def pause(self) -> None:
        self._send(signal.SIGSTOP, ends=False)

    def resume(self) -> None:
        self._send(signal.SIGCONT, ends=False)

    def _send(self, number: signal.Signals, *, ends: bool) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        if ends:
            self._process.send_signal(signal.SIGCONT)
            self._process.wait(10)
            self._process = None


def _wait_for_port(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"mosquitto does not listen on port {port} after 4 s")
