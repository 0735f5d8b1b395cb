"""A daemon that was killed comes back knowing its patients: real broker, real process."""

import asyncio
import json
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import FileIO
from pathlib import Path

import httpx
import pytest

from monitord.adapters.codecs.native import decode
from monitord.adapters.journal import Journal
from monitord.domain.time import SECOND, parse_time
from tests.integration.daemon import Daemon, Desk, desk, reading, until
from tests.integration.mosquitto import Mosquitto
from tests.unit.engine.making import saw

pytestmark = pytest.mark.network


async def fever(nurse: Desk, value: float = 39.5) -> None:
    await nurse.send("p1", "observation", reading("temperature", value, "Cel"))


async def health(http: httpx.AsyncClient) -> tuple[int, int] | None:
    """Ask whether somebody is live and ready; nothing while nobody listens yet, or any more."""
    try:
        live, ready = await http.get("/health/live"), await http.get("/health/ready")
    except httpx.TransportError:
        return None
    return live.status_code, ready.status_code


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def listening(path: Path, said: list[bytes]) -> Iterator[None]:
    """Be the service manager, and write down what it is told."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line:
        line.bind(str(path))
        loop.add_reader(line, lambda: said.append(line.recv(400)))
        yield
        loop.remove_reader(line)


async def killed_with_an_alert(folder: Path, port: int) -> str:
    """Run a daemon until an alert stands, and kill it; return the alert's id."""
    daemon = Daemon(folder, port)
    await daemon.start()
    async with desk(port) as nurse:
        await fever(nurse)
        await until(lambda: bool(nurse.alerts()))
    await daemon.stop(signal.SIGKILL)
    return str(nurse.alerts()[0]["alert"])


async def test_an_alert_is_taken_up_again_under_its_own_id_and_answered(
    mosquitto: Mosquitto, tmp_path: Path
):
    """It is never marked as unwatched; an answer is accepted, and its end clears the topic."""
    alert = await killed_with_an_alert(tmp_path, mosquitto.port)
    again = Daemon(tmp_path, mosquitto.port)
    async with desk(mosquitto.port) as nurse:
        await again.start()
        answer = {"action": "acknowledge", "alert": alert, "by": "n-7", "reason": "on my way"}
        await nurse.send("p1", "command", answer | {"time": reading("x", 0, "")["time"]})
        await until(lambda: nurse.alerts()[-1].get("to") == "ACKNOWLEDGED")
        await fever(nurse, 36.8)
        await until(lambda: nurse.alerts()[-1] == {})
        address = (await again.told("daemon.started"))["http"]
        async with httpx.AsyncClient(base_url=address) as http:
            metrics = (await http.get("/metrics")).text
    await again.stop()

    shown = [one for one in nurse.alerts() if one]
    assert {alert} == {one["alert"] for one in shown}
    assert [] == [one for one in shown if "unwatched_since" in one]
    assert 0 == (await again.told("alert.inherited"))["count"]
    assert "monitord_recovered_events 1.0" in metrics
    assert [] == nurse.on("out/rejected")


async def test_an_end_that_nobody_published_any_more_is_published_by_the_next_run(
    mosquitto: Mosquitto, tmp_path: Path
):
    """The last tick in the journal ended the alert, and the daemon died before it could say so."""
    await killed_with_an_alert(tmp_path, mosquitto.port)
    [path] = (tmp_path / "journal").glob("*.jsonl")
    normal = reading("temperature", 36.8, "Cel") | {"patient": "p1", "ward": "west"}
    inbox = decode(json.dumps(normal).encode(), None)
    with Journal(path, FileIO(path, "a"), {}, fsync=False) as journal:
        journal.append(-(-parse_time(str(normal["time"])) // SECOND) * SECOND + SECOND, inbox)
    again = Daemon(tmp_path, mosquitto.port)
    async with desk(mosquitto.port) as nurse:
        await until(lambda: bool(nurse.alerts()))
        await again.start()
        await until(lambda: nurse.alerts()[-1] == {})
    await again.stop()

    assert [False, True] == [one == {} for one in nurse.alerts()]


async def test_a_long_start_is_live_and_not_ready_and_offline_until_it_is_done(
    mosquitto: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """HTTP answers meanwhile, systemd is asked for time before it is told that we are ready."""
    minutes_ago = datetime.now(UTC) - timedelta(minutes=40)
    begin = parse_time(minutes_ago.isoformat()) // SECOND * SECOND
    with Journal.open(tmp_path / "journal", begin, {}, fsync=False) as journal:
        for at in range(begin + SECOND, begin + 1_200 * SECOND, SECOND):
            journal.append(at, [saw("temperature", "36.8", at, patient=f"p{n}") for n in range(20)])
    port = free_port()
    daemon = Daemon(tmp_path, mosquitto.port, http=f"port = {port}\n")
    address = f"http://127.0.0.1:{port}"
    said: list[bytes] = []
    with listening(tmp_path / "notify", said):
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        async with desk(mosquitto.port) as nurse, httpx.AsyncClient(base_url=address) as http:
            starting = asyncio.create_task(daemon.start())
            answers = []
            while not any(line["event"] == "recovery.done" for line in daemon.log):
                answers.append(await health(http))
                assert "online" not in [one["status"] for one in nurse.on("out/status")]
                await asyncio.sleep(0.05)
            await starting
            await until(lambda: nurse.status() == "online")
            await until(lambda: any(words.startswith(b"READY=1") for words in said))
        await daemon.stop()

    assert {(200, 503)} == set(answers) - {None}
    assert said[0].startswith(b"EXTEND_TIMEOUT_USEC=30000000\nSTATUS=recovering")
    assert said.index(b"READY=1\nSTATUS=watching") > 2


async def test_replay_of_the_newest_journal_gives_its_decisions_byte_for_byte(
    mosquitto: Mosquitto, tmp_path: Path
):
    """With what it continues beside it, and the notice of the recovery first."""
    await killed_with_an_alert(tmp_path, mosquitto.port)
    again = Daemon(tmp_path, mosquitto.port)
    again.decisions.unlink()
    await again.start()
    async with desk(mosquitto.port) as nurse:
        await fever(nurse, 36.8)
        await until(lambda: bool(nurse.alerts()) and nurse.alerts()[-1] == {})
    await again.stop()
    newest = max((tmp_path / "journal").glob("*.jsonl"), key=lambda path: path.stat().st_mtime)
    replayed = tmp_path / "replayed.jsonl"
    await again.monitord("replay", str(newest), "--decisions", str(replayed))

    assert again.decisions.read_bytes() == replayed.read_bytes()
    kinds = [(one["kind"], one.get("notice", one.get("to"))) for one in again.decided()]
    assert ("notice", "recovery") == kinds[0]
    assert ("alert", "QUIET") in kinds
