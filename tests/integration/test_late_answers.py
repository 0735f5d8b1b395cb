"""An answer that the broker held back: real broker, real process, and an alert nobody has seen."""

import json
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.daemon import ROOT, Daemon, desk, reading, until
from tests.integration.mosquitto import Mosquitto

pytestmark = pytest.mark.network


def acknowledgement() -> dict[str, str]:
    """Make an answer by rule, given now, and without an id."""
    now = datetime.now(UTC).isoformat()
    return {"action": "acknowledge", "rule": "fever", "by": "nurse-7", "time": now}


async def test_an_answer_that_the_broker_sends_again_quiets_no_later_alert(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    """Retained, it comes again with each start; it is refused by name, and an answer of now holds.

    It was given to an alert that is over since, and the next one rings when it comes again.
    """
    daemon = Daemon(tmp_path, mosquitto.port)
    await daemon.start()
    try:
        async with desk(mosquitto.port) as nurse:
            await nurse.send("p1", "observation", reading("temperature", 39.5, "Cel"))
            await until(lambda: [one["to"] for one in nurse.alerts()] == ["ACTIVE"])
            topic, body = f"{ROOT}/in/west/p1/command", json.dumps(acknowledgement()).encode()
            await nurse.send_to(topic, body, retain=True)
            await until(lambda: nurse.alerts()[-1]["to"] == "ACKNOWLEDGED")
            await nurse.send("p1", "observation", reading("temperature", 36.8, "Cel"))
            await until(lambda: nurse.alerts()[-1] == {})
            await nurse.send("p1", "observation", reading("temperature", 39.6, "Cel"))
            await until(lambda: nurse.alerts()[-1].get("to") == "ACTIVE")
            await daemon.stop()
            daemon = Daemon(tmp_path, mosquitto.port)
            await daemon.start()
            await until(lambda: bool(nurse.on("out/rejected")))
            [refused] = nurse.on("out/rejected")
            still = nurse.alerts()[-1]["to"]
            await nurse.send("p1", "command", acknowledgement())
            await until(lambda: nurse.alerts()[-1]["to"] == "ACKNOWLEDGED")
    finally:
        await daemon.stop(signal.SIGKILL)

    assert ("given_before", "ACTIVE") == (refused["reason"], still)
    assert "look at the alert and answer it again" in refused["detail"]
