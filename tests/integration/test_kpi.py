"""The key figures of a running daemon: its metrics, its file and a count by hand agree."""

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from monitord.cli import main
from tests.contracts.sinks.receiver import Receiver
from tests.integration.chains import calling, station_and_pager
from tests.integration.daemon import Daemon, desk, reading, until
from tests.integration.mosquitto import Mosquitto

pytestmark = pytest.mark.network

OF_FEVER = re.compile(
    r'^monitord_alerts_(\w+)_total\{priority="medium",rule="fever"\} (\S+)$', re.MULTILINE
)


async def figures(daemon: Daemon) -> dict[str, float]:
    address = (await daemon.told("daemon.started"))["http"]
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        text = (await client.get("/metrics")).text
    found = {name: float(value) for name, value in OF_FEVER.findall(text)}
    for line in text.splitlines():
        if line.startswith('monitord_patient_seconds_total{ward="west"}'):
            found["patient_seconds"] = float(line.split()[1])
        if line.startswith('monitord_alert_acknowledgement_seconds_count{priority="medium"}'):
            found["acknowledgements"] = float(line.split()[1])
    return found


def alerts_over(receiver: Receiver, channel: str) -> set[str]:
    return {one.body["alert"] for one in receiver.received if one.body["channel"] == channel}


def from_file(daemon: Daemon) -> Mapping[str, Any]:
    told = CliRunner().invoke(main, ["kpi", str(daemon.decisions), "--by", "rule", "--json"])
    assert 0 == told.exit_code, told.output
    fever: Mapping[str, Any]
    [fever] = [one for one in json.loads(told.stdout)["by_rule"] if one["name"] == "fever"]
    return fever


async def test_metrics_file_and_a_count_by_hand_agree(
    mosquitto: Mosquitto, receiver: Receiver, tmp_path: Path
):
    """Three fevers, of which one is answered at once and the others are handed on."""
    daemon = calling(tmp_path, mosquitto.port, station_and_pager(receiver.address, "5s"))
    await daemon.start()
    try:
        async with desk(mosquitto.port) as nurse:
            await nurse.send("p1", "observation", reading("temperature", 39, "Cel"))
            await until(lambda: len(alerts_over(receiver, "station")) == 1)
            now = datetime.now(UTC).isoformat()
            answer = {"action": "acknowledge", "rule": "fever", "by": "jo", "time": now}
            await nurse.send("p1", "command", answer)
            for patient in ("p2", "p3"):
                await nurse.send(patient, "observation", reading("temperature", 39, "Cel"))
            await until(lambda: len(alerts_over(receiver, "pager")) >= 2)
        async with asyncio.timeout(30):
            while (found := await figures(daemon))["escalated"] < 2:  # noqa: ASYNC110 another process
                await asyncio.sleep(0.1)
    finally:
        assert 0 == await daemon.stop()

    escalated = len(alerts_over(receiver, "pager"))
    by_hand = {"raised": 3, "acknowledged": 1, "called": 3, "escalated": escalated}
    assert by_hand == {name: found[name] for name in by_hand}
    assert 1 == found["acknowledgements"]
    assert 0 < found["patient_seconds"] < 3 * 120
    fever = from_file(daemon)
    assert (3, 1, 3, escalated) == tuple(
        fever[key] for key in ("alerts", "answered", "called", "escalated")
    )
