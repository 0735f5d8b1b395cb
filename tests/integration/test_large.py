"""What is larger than the broker takes: told once, and nothing else suffers for it."""

from pathlib import Path

import httpx
import pytest

from tests.contracts.sinks.receiver import Receiver
from tests.integration.chains import chain, channel, escalating
from tests.integration.daemon import ROOT, Daemon, desk, reading, until
from tests.integration.mosquitto import Mosquitto

pytestmark = pytest.mark.network

FEVER = reading("temperature", 39.5, "Cel")
LINK = """\
port = {port}
root = "{root}"
protocol = "{protocol}"
reconnect_min = "50ms"
reconnect_max = "200ms"
canary_every = "200ms"
canary_deadline = "2s"
"""


def daemon_at(folder: Path, port: int, protocol: str, **settings: str) -> Daemon:
    link = LINK.format(port=port, root=ROOT, protocol=protocol)
    return Daemon(folder, port, mqtt=link, **settings)


@pytest.mark.parametrize(("protocol", "hang_ups"), [("5", 0), ("3.1.1", 3)])
async def test_a_refusal_too_large_for_the_broker_is_dropped_and_the_rest_goes_on(
    mosquitto_of_small_packets: Mosquitto, tmp_path: Path, protocol: str, hang_ups: int
):
    """Where the broker names its bound nothing ends; elsewhere it costs three connections."""
    port = mosquitto_of_small_packets.port
    daemon = daemon_at(tmp_path, port, protocol)
    await daemon.start()
    try:
        async with desk(port) as nurse:
            await nurse.send("p1", "observation", b'"' * 150)  # as JSON text twice as long
            told = await daemon.told("publication.dropped")
            if hang_ups:
                await daemon.told("mqtt.reconnected", times=hang_ups)
            await nurse.send("p1", "observation", b"{")
            await until(lambda: bool(nurse.on("out/rejected")))
        address = (await daemon.told("daemon.started"))["http"]
        async with httpx.AsyncClient(base_url=address) as http:
            metrics = (await http.get("/metrics")).text
    finally:
        assert await daemon.stop() == 0

    assert ("rejected", True) == (told["last_level"], told["payload_bytes"] > 300)
    assert "monitord_publications_dropped_total 1.0" in metrics
    assert ["{"] == [one["event"] for one in nurse.on("out/rejected")]
    ended = [line for line in daemon.log if line["event"] == "mqtt.disconnected"]
    assert hang_ups == len(ended)


@pytest.mark.parametrize(
    ("protocol", "why"),
    [("5", "the broker takes at most 400"), ("3.1.1", "the broker hung up on its")],
)
async def test_a_call_too_large_for_the_broker_is_handed_on_at_once(
    mosquitto_of_small_packets: Mosquitto,
    receiver: Receiver,
    tmp_path: Path,
    protocol: str,
    why: str,
):
    """It fails by name long before it would expire, and the next step is called."""
    port = mosquitto_of_small_packets.port
    escalation = (
        channel("station", "mqtt", more='detail = "full"\nexpires_after = "5min"\n')
        + channel("pager", "webhook", f"{receiver.address}/pager")
        + chain(("station", "0s"), ("pager", "1h"))
    )
    daemon = daemon_at(tmp_path, port, protocol, escalation=escalating(tmp_path, escalation))
    await daemon.start()
    try:
        async with desk(port) as nurse:
            await nurse.send("p1", "observation", FEVER)
            await until(lambda: bool(receiver.received))
        lost = await daemon.told("notification.lost")
    finally:
        assert await daemon.stop() == 0

    assert ("station", True) == (lost["channel"], why in lost["reason"])
    if protocol == "5":
        assert [] == [line for line in daemon.log if line["event"] == "mqtt.disconnected"]
