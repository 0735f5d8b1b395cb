"""Tells the service manager how we are, in the words of systemd's `sd_notify`.

Without `NOTIFY_SOCKET` nobody listens and nothing is said. Knowledge: sd_notify(3),
sd_watchdog_enabled(3).
"""

import contextlib
import socket
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceManager:
    """The socket on which the service manager listens; an empty one means that nobody does."""

    address: str

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "ServiceManager":
        """Return the service manager that started us, as the environment tells."""
        address = environ.get("NOTIFY_SOCKET", "")
        return cls(f"\0{address[1:]}" if address.startswith("@") else address)

    def ready(self) -> None:
        """Say that we have started; what was said of the start holds no longer."""
        self._say(b"READY=1\nSTATUS=watching")

    def alive(self) -> None:
        """Say that all is well; kept from saying so for too long, we are restarted."""
        self._say(b"WATCHDOG=1")

    def starting(self, status: str) -> None:
        """Say that the start takes longer, and why; must be said again within half a minute."""
        self._say(b"EXTEND_TIMEOUT_USEC=30000000\nSTATUS=" + status.encode())
        self.alive()

    def stopping(self) -> None:
        """Say that we are about to end."""
        self._say(b"STOPPING=1")

    def _say(self, words: bytes) -> None:
        if not self.address:
            return
        # A service manager that does not listen is not our trouble, and must not become it.
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line,
        ):
            line.sendto(words, self.address)
