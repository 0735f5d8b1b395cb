"""Two daemons that are given the same journals, or the same port: the second one ends at once."""

import signal
from pathlib import Path

import pytest

from tests.integration.daemon import Daemon, desk, reading, until
from tests.integration.mosquitto import Mosquitto

pytestmark = pytest.mark.network


def second(folder: Path, first: Daemon) -> Daemon:
    """Give a daemon with files of its own, all but the journals."""
    folder.mkdir()
    journal = f'directory = "{first.folder / "journal"}"\nfsync = "never"\n'
    return Daemon(folder, first.port, journal=journal)


async def test_a_second_daemon_on_the_same_journals_ends_before_it_does_anything(
    mosquitto: Mosquitto, tmp_path: Path
):
    """It says in one line what, where and what to do; the first one's connection is not touched."""
    first = Daemon(tmp_path, mosquitto.port)
    await first.start()
    before = sorted((tmp_path / "journal").iterdir())
    other = second(tmp_path / "other", first)
    await other.begin()
    assert 1 == await other.ended()
    after = sorted((tmp_path / "journal").iterdir())
    assert 0 == await first.stop()

    assert [
        (
            f"{tmp_path / 'journal'}: found another monitord that keeps its journals here, "
            "expected none; stop it, or give this one a journal.directory and an mqtt.client_id "
            "of its own\n"
        )
    ] == [line["event"] for line in other.log]
    assert before == after
    assert not other.decisions.exists()
    assert not (other.folder / "audit").exists()
    assert [] == [line for line in first.log if line["event"] == "mqtt.disconnected"]


async def test_a_daemon_that_was_killed_leaves_its_journals_to_the_next(
    mosquitto: Mosquitto, tmp_path: Path
):
    """What lies there of the dead one keeps nobody out, not even under other settings."""
    first = Daemon(tmp_path, mosquitto.port)
    await first.start()
    await first.stop(signal.SIGKILL)
    other = second(tmp_path / "other", first)
    await other.start()
    assert 0 == await other.stop()


async def test_the_journal_of_a_daemon_that_runs_can_be_replayed(
    mosquitto: Mosquitto, tmp_path: Path
):
    """Reading asks for no permission, and gives what was decided until now."""
    daemon = Daemon(tmp_path, mosquitto.port)
    await daemon.start()
    async with desk(mosquitto.port) as nurse:
        await nurse.send("p1", "observation", reading("temperature", 39.5, "Cel"))
        await until(lambda: bool(nurse.alerts()))
    [journal] = (tmp_path / "journal").glob("*.jsonl")
    replayed = tmp_path / "replayed.jsonl"
    await daemon.monitord("replay", str(journal), "--decisions", str(replayed))
    decided = daemon.decisions.read_bytes()
    assert 0 == await daemon.stop()

    assert b"fever" in decided
    assert replayed.read_bytes().startswith(decided)


async def test_a_port_that_is_taken_is_told_in_one_sentence(mosquitto: Mosquitto, tmp_path: Path):
    """Two daemons with files of their own and one port: the line says once what is expected."""
    first = Daemon(tmp_path, mosquitto.port)
    await first.start()
    port = (await first.told("daemon.started"))["http"].rpartition(":")[2]
    (tmp_path / "other").mkdir()
    other = Daemon(tmp_path / "other", mosquitto.port, http=f"port = {port}\n")
    await other.begin()
    assert 1 == await other.ended()
    assert 0 == await first.stop()

    assert [
        (
            f"http.host 127.0.0.1 with http.port {port} cannot be used (Address already in use), "
            "expected a free address of this machine; see [http]\n"
        )
    ] == [line["event"] for line in other.log]
