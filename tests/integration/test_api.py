"""The HTTP API of the running daemon: real broker, real process, real calls."""

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitord.adapters.web.tokens import Role, line_of
from tests.contracts.sinks.behaviour import Behaviour
from tests.contracts.sinks.receiver import Receiver
from tests.integration.chains import escalating, station_and_pager
from tests.integration.daemon import Daemon, desk, reading, until
from tests.integration.mosquitto import Mosquitto

pytestmark = pytest.mark.network


@asynccontextmanager
async def answering(
    folder: Path, port: int, calls: str = "", within: str = "10s"
) -> AsyncIterator[tuple[Daemon, httpx.AsyncClient]]:
    """Run a daemon whose API knows the nurse's token, and give a client that has it."""
    tokens = folder / "tokens.toml"
    tokens.write_text(
        line_of("nurse-7", Role.NURSE, "the-nurse") + line_of("ops", Role.OPERATOR, "the-operator")
    )
    http = f'port = 0\ntokens_file = "{tokens}"\nanswer_within = "{within}"\n'
    daemon = Daemon(folder, port, http=http, **({"escalation": calls} if calls else {}))
    await daemon.start()
    address = (await daemon.told("daemon.started"))["http"]
    headers = {"authorization": "Bearer the-nurse"}
    try:
        async with httpx.AsyncClient(
            base_url=address, headers=headers, timeout=60, trust_env=False
        ) as client:
            yield daemon, client
    finally:
        assert 0 == await daemon.stop()


async def open_alert(client: httpx.AsyncClient) -> str:
    """Wait for the one alert that is open, and give its id."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(30):
        while not found:
            found = (await client.get("/v1/alerts")).json()["alerts"]
            await asyncio.sleep(0.05)
    return str(found[0]["alert"])


def records(folder: Path, starts: str) -> list[dict[str, Any]]:
    files = sorted((folder / "audit").glob("audit-*.jsonl"))
    told = [json.loads(line) for path in files for line in path.read_bytes().splitlines()]
    return [one for one in told if one["what"].startswith(starts)]


async def test_an_answer_over_http_stops_the_calls_and_stands_in_the_journal(
    mosquitto: Mosquitto, tmp_path: Path
):
    """It is decided by the next tick, told on the feed, audited, and made again by a replay."""
    receiver = Receiver()
    calls = escalating(tmp_path, station_and_pager(receiver.address, "1h"))
    async with (
        answering(tmp_path, mosquitto.port, calls) as (daemon, client),
        desk(mosquitto.port) as nurse,
    ):
        await nurse.send("p1", "observation", reading("temperature", 39.5, "Cel"))
        alert = await open_alert(client)
        await until(lambda: len(receiver.received) == 1)
        body = {"reason": "on my way", "id": "answer-1"}
        done = await client.post(f"/v1/alerts/{alert}/acknowledge", json=body)
        await until(lambda: len(receiver.received) == 2)
        again = await client.post(f"/v1/alerts/{alert}/acknowledge", json=body)
        late = await client.post(
            f"/v1/alerts/{alert}/silence", json={"until": "2026-01-08T09:00:00Z"}
        )
        wrong = await client.post(f"/v1/alerts/{alert}/unsilence", json={})
        far = await client.post(
            f"/v1/alerts/{alert}/silence", json={"until": "9999-01-08T09:00:00Z"}
        )
        state = await client.get("/v1/patients/p1")
        patients = await client.get("/v1/patients")
        history = (await client.get(f"/v1/alerts/{alert}/history")).json()
        await until(lambda: any(one.get("to") == "ACKNOWLEDGED" for one in nurse.alerts()))
    await receiver.close()

    assert (200, "acknowledged") == (done.status_code, done.json()["outcome"])
    assert "ACKNOWLEDGED" == done.json()["alert"]["to"]
    assert (200, "repeated") == (again.status_code, again.json()["outcome"])
    assert (422, "until_is_past") == (late.status_code, late.json()["reason"])
    assert (409, "not_silenced") == (wrong.status_code, wrong.json()["reason"])
    assert (422, "bad_time") == (far.status_code, far.json()["reason"])
    assert "acknowledged_until" in state.json()["alerts"][0]
    assert [{"patient": "p1", "ward": "west", "bed": None, "open_alerts": 1}] == patients.json()[
        "patients"
    ]
    assert ["ACTIVE", "ACKNOWLEDGED"] == [one["to"] for one in history["transitions"]][-2:]
    answers = [(one["by"], one["outcome"]) for one in history["answers"]]
    assert ("nurse-7", "acknowledged") == answers[0]
    assert ["trigger", "acknowledge"] == [one["purpose"] for one in history["notifications"]]
    requests = [(one["fields"]["by"], one["fields"]["status"]) for one in records(tmp_path, "req")]
    assert [("nurse-7", code) for code in (200, 200, 422, 409, 422)] == requests
    again_decided = tmp_path / "again.jsonl"
    [journal] = sorted((tmp_path / "journal").glob("*.jsonl"))
    await daemon.monitord("replay", str(journal), "--decisions", str(again_decided))
    kinds = ("alert", "rejected")
    made_again = [json.loads(line) for line in again_decided.read_text().splitlines()]
    assert [one for one in daemon.decided() if one["kind"] in kinds] == [
        one for one in made_again if one["kind"] in kinds
    ]


async def test_a_dead_channel_is_answered_over_http_too(mosquitto: Mosquitto, tmp_path: Path):
    """No tick decides on alerts about channels, and the caller hears of it all the same."""
    receiver = Receiver()
    receiver.behaviour = Behaviour.REFUSES
    calls = escalating(tmp_path, station_and_pager(receiver.address, "1h"))
    async with (
        answering(tmp_path, mosquitto.port, calls) as (_, client),
        desk(mosquitto.port) as nurse,
    ):
        await nurse.send("p1", "observation", reading("temperature", 39.5, "Cel"))
        found: list[dict[str, Any]] = []
        async with asyncio.timeout(60):
            while not found:
                told = (await client.get("/v1/alerts?ward=_")).json()["alerts"]
                found = [one for one in told if one["rule"] == "channel-dead"]
                await asyncio.sleep(0.1)
        path = f"/v1/alerts/{found[0]['alert']}"
        done = await client.post(f"{path}/acknowledge", json={})
        refused = await client.post(f"{path}/silence", json={})
    await receiver.close()
    assert (200, "ACKNOWLEDGED") == (done.status_code, done.json()["alert"]["to"])
    assert (409, "nothing_to_silence") == (refused.status_code, refused.json()["reason"])


async def test_a_call_that_no_tick_decides_in_time_is_taken(mosquitto: Mosquitto, tmp_path: Path):
    """The answer is 202, and the tick decides all the same."""
    async with (
        answering(tmp_path, mosquitto.port, within="1ms") as (_, client),
        desk(mosquitto.port) as nurse,
    ):
        await nurse.send("p1", "observation", reading("temperature", 39.5, "Cel"))
        alert = await open_alert(client)
        answer = await client.post(f"/v1/alerts/{alert}/acknowledge", json={})
        await until(lambda: any(one.get("to") == "ACKNOWLEDGED" for one in nurse.alerts()))
    assert (202, "pending") == (answer.status_code, answer.json()["outcome"])


async def test_there_is_no_api_without_a_file_of_tokens(mosquitto: Mosquitto, tmp_path: Path):
    """Off unless somebody was given a token; metrics and health are there as ever."""
    daemon = Daemon(tmp_path, mosquitto.port)
    await daemon.start()
    address = (await daemon.told("daemon.started"))["http"]
    try:
        async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
            statuses = [
                (await client.get(path)).status_code
                for path in ("/v1/alerts", "/v1/openapi.json", "/metrics")
            ]
    finally:
        assert 0 == await daemon.stop()
    assert [404, 404, 200] == statuses


async def test_the_calls_of_the_page_are_answered(mosquitto: Mosquitto, tmp_path: Path):
    """Each example with curl in docs/api.md is run as it stands there, and succeeds."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed (apt-get install curl)")
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    examples = re.findall(r"^```bash\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    told = []
    async with (
        answering(tmp_path, mosquitto.port) as (_, client),
        desk(mosquitto.port) as nurse,
    ):
        await nurse.send("p1", "observation", reading("temperature", 39.5, "Cel"))
        words = {"ALERT": await open_alert(client), "TOKEN": "the-nurse"}
        words["MONITORD"] = str(client.base_url).rstrip("/")
        for example in examples:
            process = await asyncio.create_subprocess_exec(
                "bash", "-c", example, env=os.environ | words, stdout=asyncio.subprocess.PIPE
            )
            written, _ = await process.communicate()
            assert 0 == process.returncode
            if "/v1/events" in example:
                assert written.startswith(b"retry: ")
            else:
                told.append(json.loads(written))
    assert {"alerts": []} == told[0]
    assert ["acknowledged"] == [one["outcome"] for one in told[1:]]


async def drilled(client: httpx.AsyncClient, folder: Path, ward: str) -> tuple[int | None, str]:
    """Run `monitord drill`, and give its exit code and all that it printed."""
    secret = folder / "operator.token"
    secret.write_text("the-operator\n")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "monitord", "drill", "--ward", ward),
        *("--api", str(client.base_url), "--token-file", str(secret)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    written, _ = await process.communicate()
    return process.returncode, written.decode()


async def test_a_drill_reaches_every_step_and_is_never_taken_for_an_alert(
    mosquitto: Mosquitto, tmp_path: Path
):
    """Each channel is called at once, the report says how far; a refused call ends with 1."""
    receiver = Receiver()
    calls = escalating(tmp_path, station_and_pager(receiver.address, "1h"))
    async with answering(tmp_path, mosquitto.port, calls) as (_, client):
        code, written = await drilled(client, tmp_path, "west")
        again = await drilled(client, tmp_path, "west")
        receiver.behaviour = Behaviour.REFUSES
        lost = await drilled(client, tmp_path, "east")
        alerts = (await client.get("/v1/alerts")).json()["alerts"]
        metrics = (await client.get("/metrics")).text
        patients = (await client.get("/v1/patients")).json()["patients"]
    await receiver.close()

    assert (0, 2) == (code, written.count(" sent "))
    assert 1 == again[0] and "drill_is_running" in again[1]
    assert (1, 2) == (lost[0], lost[1].count(" failed "))
    told = [one.body for one in receiver.received if one.body["ward"] == "west"]
    assert {"station", "pager"} == {one["channel"] for one in told}
    assert all(one["is_drill"] for one in told)
    titles = [one["title"] for one in told if one["channel"] == "pager"]
    assert titles and all(title.startswith("DRILL") for title in titles)
    assert [] == patients
    assert {"channel-dead"} == {one["rule"] for one in alerts}  # two channels refused the second
    assert 'monitord_alerts{phase="active",priority="high"} 0.0' in metrics
    drills = [one for one in records(tmp_path, "request.") if one["fields"]["by"] == "ops"]
    assert [201, 409, 201] == [one["fields"]["status"] for one in drills]
    assert ["west", "west", "east"] == [one["fields"]["asked"]["ward"] for one in drills]
