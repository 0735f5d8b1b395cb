"""Answers that come back from PagerDuty: real broker, real process, and a PagerDuty of our own."""

import asyncio
import json
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitord.adapters.web.signatures import SIGNATURE, signed
from monitord.adapters.web.tokens import Role, line_of
from tests.contracts.sinks.receiver import Receiver
from tests.integration.chains import calling, chain, channel
from tests.integration.daemon import desk, reading, until
from tests.integration.mosquitto import Mosquitto
from tests.integration.test_api import records
from tests.integration.timeline import A_TICK, Timeline

pytestmark = pytest.mark.network

SECRET = b"of the webhook, and of nobody else"
PHYSICIAN_S = 15  # long after the nurse has answered, also on a machine that is busy


def chains(folder: Path, address: str) -> str:
    """Make a chain of a station, a pager at PagerDuty, and a physician some seconds later."""
    (folder / "key").write_text("the routing key\n")
    (folder / "answers").write_bytes(SECRET + b"\n")
    pagerduty = (
        f'secret_file = "{folder / "key"}"\nanswers_secret_file = "{folder / "answers"}"\n'
        'expires_after = "2min"\n'
    )
    return (
        channel("station", "webhook", f"{address}/station")
        + channel("pager", "pagerduty", address, pagerduty)
        + channel("physician", "webhook", f"{address}/physician")
        + chain(("station", "0s"), ("pager", "0s"), ("physician", f"{PHYSICIAN_S}s"))
    )


def event(key: str, number: int, **more: Any) -> dict[str, Any]:
    """Make what PagerDuty sends when a person has acknowledged the incident with this key."""
    told = {
        "id": f"01EVENT{number}",
        "event_type": "incident.acknowledged",
        "resource_type": "incident",
        "occurred_at": datetime.now(UTC).isoformat(),
        "agent": {"id": "PLH1HKV", "summary": "Ann Example", "type": "user_reference"},
        "data": {"id": "PGR0VU2", "type": "incident", "incident_key": key},
    }
    return {"event": told | more}


async def send(
    client: httpx.AsyncClient, body: dict[str, Any], secret: bytes = SECRET
) -> tuple[int, str]:
    """Send an event as PagerDuty does; give the status, and the reason or the outcome."""
    raw = json.dumps(body).encode()
    headers = {"content-type": "application/json", SIGNATURE: signed(secret, raw)}
    answer = await client.post("/v1/answers/pagerduty", content=raw, headers=headers)
    told = answer.json()
    return answer.status_code, told["reason"] or told["outcome"]


async def test_an_answer_at_pagerduty_stops_the_chain_on_all_channels_within_a_tick(
    mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
) -> None:
    """The key of its own trigger comes back signed; what is no such answer leaves it ringing.

    Whoever does not sign is refused, and what comes twice is harmless. No token is needed.
    """
    daemon = calling(tmp_path, mosquitto.port, chains(tmp_path, receiver.address))
    await daemon.start()
    address = (await daemon.told("daemon.started"))["http"]

    def at(path: str) -> list[Any]:
        return [one.body for one in receiver.received if one.path == path]

    try:
        async with (
            desk(mosquitto.port) as nurse,
            httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client,
        ):
            await nurse.send("p1", "observation", reading("temperature", 39.5, "Cel"))
            await until(lambda: bool(at("/v2/enqueue")) and bool(at("/station")))
            key = at("/v2/enqueue")[0]["dedup_key"]
            ourselves = {"type": "inbound_integration_reference", "summary": "Events API V2"}
            before = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
            passed_over = [
                await send(client, event(key, 1), b"of somebody who would like to answer"),
                await send(client, event(key, 2, agent=ourselves)),
                await send(client, event(key, 3, occurred_at=before)),
                await send(client, event("nobody-knows-it", 4)),
            ]
            assert ["trigger"] == [one["event_action"] for one in at("/v2/enqueue")]
            answer = event(key, 5)
            done = await send(client, answer)
            again = await send(client, answer)
            later = await send(client, event(f"{key}-r2", 6))  # the key of a second round
            await until(lambda: len(at("/v2/enqueue")) == 2 and len(at("/station")) == 2)
            # The physician's second passes; only then can be said that nobody called.
            await asyncio.sleep(PHYSICIAN_S + 1)
    finally:
        await daemon.stop(signal.SIGKILL)

    assert [
        (401, "unknown_signature"),
        (200, "not_by_a_person"),
        (200, "given_before"),
        (200, "no_such_alert"),
    ] == passed_over
    assert (200, "acknowledged") == done
    assert [(200, "already_acknowledged")] * 2 == [again, later]
    assert ["trigger", "acknowledge"] == [one["event_action"] for one in at("/v2/enqueue")]
    assert ["trigger", "acknowledge"] == [one["purpose"] for one in at("/station")]
    assert [] == at("/physician")
    timeline = Timeline(tmp_path, "fever")
    answered = timeline.second_of("acknowledged fever")
    for name in ("station", "pager"):
        told = timeline.second_of(f"acknowledge {name}")
        assert answered <= told < answered + A_TICK
    [command] = records(tmp_path, "answer.accepted")
    assert ("Ann Example", "over PagerDuty") == (
        command["fields"]["by"],
        command["fields"]["reason"],
    )
    requests = [one["fields"] for one in records(tmp_path, "request.")]
    assert [None, *["pager"] * 6] == [one["by"] for one in requests]
    assert key == requests[-2]["asked"]["alert"]


async def test_the_key_of_a_drill_answers_no_alert(
    mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
) -> None:
    """Somebody presses the button of a drill, and the drill goes on."""
    tokens = tmp_path / "tokens.toml"
    tokens.write_text(line_of("ops", Role.OPERATOR, "the-operator"))
    daemon = calling(
        tmp_path,
        mosquitto.port,
        chains(tmp_path, receiver.address),
        http=f'port = 0\ntokens_file = "{tokens}"\n',
    )
    await daemon.start()
    address = (await daemon.told("daemon.started"))["http"]
    headers = {"authorization": "Bearer the-operator"}
    try:
        async with httpx.AsyncClient(
            base_url=address, headers=headers, timeout=60, trust_env=False
        ) as client:
            drill = (await client.post("/v1/drills", json={"ward": "west"})).json()["drill"]
            await until(lambda: "/v2/enqueue" in {one.path for one in receiver.received})
            answer = await send(client, event(drill, 1))
            report = (await client.get(f"/v1/drills/{drill}")).json()
    finally:
        await daemon.stop(signal.SIGKILL)
    [rung] = [one.body for one in receiver.received if one.path == "/v2/enqueue"]
    assert drill == rung["dedup_key"]
    assert (200, "is_a_drill") == answer
    assert report["running"]
