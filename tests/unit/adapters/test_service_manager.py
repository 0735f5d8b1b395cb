"""What the service manager hears on its socket."""

import socket
from pathlib import Path

import pytest

from monitord.adapters.service_manager import ServiceManager


@pytest.mark.parametrize("abstract", [False, True])
def test_the_service_manager_hears_us(tmp_path: Path, abstract: bool):
    """The three words arrive on the socket that the environment names, in a folder or abstract."""
    name = f"@monitord-{tmp_path.name}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name[1:]}" if abstract else name)
        manager = ServiceManager.of({"NOTIFY_SOCKET": name})
        manager.ready()
        manager.alive()
        manager.stopping()

        words = [b"READY=1\nSTATUS=watching", b"WATCHDOG=1", b"STOPPING=1"]
        assert [listening.recv(100) for _ in range(3)] == words


def test_a_long_start_asks_for_more_time_and_says_why(tmp_path: Path):
    """Half a minute more in systemd's words, with what we are doing, and that we are alive."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        ServiceManager.of({"NOTIFY_SOCKET": str(tmp_path / "notify")}).starting("recovering")

        words = b"EXTEND_TIMEOUT_USEC=30000000\nSTATUS=recovering"
        assert [listening.recv(100) for _ in range(2)] == [words, b"WATCHDOG=1"]


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
def test_nobody_listening_is_no_trouble(environ: dict[str, str]):
    """Without a service manager, or with one that is gone, saying something does nothing."""
    assert ServiceManager.of(environ).alive() is None  # type: ignore[func-returns-value]
