"""The demonstration's brokers, and a simulated ward published to them."""

import asyncio
import contextlib
import sys
from collections import Counter
from pathlib import Path

import orjson
import pytest

from monitord.adapters.simulator.people import WardPlan
from monitord.adapters.simulator.ward import messages
from monitord.cli.brokers import (
    BrokerProgram,
    NoBroker,
    find_broker,
    running,
    running_broker,
    simple_client,
    stop,
)
from monitord.domain.time import parse_time

pytestmark = pytest.mark.network

BROKERS = ("mosquitto", "nats")


def skip_without(name: str) -> None:
    try:
        find_broker(name)
    except NoBroker as problem:
        pytest.skip(str(problem))


async def is_listening(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


@pytest.mark.parametrize("name", BROKERS)
async def test_a_broker_listens_while_the_block_runs_and_not_after(
    name: str, tmp_path: Path
) -> None:
    """Nothing is left behind: the port is closed when the block is left, by an error too."""
    skip_without(name)
    ports = []

    async def fail_while_it_runs() -> None:
        async with running_broker(find_broker(name), tmp_path) as broker:
            ports.append(broker.port)
            assert await is_listening(broker.port)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_while_it_runs()

    assert not await is_listening(ports[0])


@pytest.mark.parametrize("name", BROKERS)
async def test_a_published_ward_arrives_whole_and_in_order(name: str, tmp_path: Path) -> None:
    """Every message of the plan is heard on its patient's topic, in the order it was made."""
    skip_without(name)
    start = "2026-01-05T00:00:00Z"
    expected = [
        (f"r/in/simulated/{message.patient}/{message.kind}", list(message.events))
        for message in messages(WardPlan(parse_time(start), patients=3, days=0.02))
    ]
    heard = []
    async with (
        running_broker(find_broker(name), tmp_path) as broker,
        simple_client(broker.host, broker.port) as client,
    ):
        await client.subscribe("r/in/#", qos=1)
        arguments = ("--patients", "3", "--days", "0.02", "--start", start, "--root", "r")
        aim = ("--broker", f"{broker.host}:{broker.port}", "--speed", "2000")
        command = (sys.executable, "-m", "monitord", "simulate", *arguments, *aim)
        async with running(command, tmp_path / "simulate.log"), asyncio.timeout(30):
            async for message in client.messages:
                assert isinstance(message.payload, bytes)
                heard.append((str(message.topic), orjson.loads(message.payload)))
                if len(heard) == len(expected):
                    break

    assert expected == heard
    assert 3 == len(Counter(topic.split("/")[3] for topic, _ in heard))


async def test_a_broker_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    """A broken configuration is an error that quotes the broker."""
    skip_without("mosquitto")
    program = find_broker("mosquitto")
    broken = BrokerProgram(program.name, program.path, "no_such_setting 1\n")
    with pytest.raises(NoBroker, match=r"(?s)does not listen on .* it said:.*no_such_setting"):
        async with running_broker(broken, tmp_path):
            pytest.fail("the block must not run")


async def test_a_program_that_will_not_end_is_made_to(tmp_path: Path) -> None:
    """Stopping insists: a program that ignores the request is killed, and its code is told."""
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True)"
    log = tmp_path / "deaf.log"
    async with running((sys.executable, "-c", f"{deaf}; time.sleep(60)"), log) as process:
        async with asyncio.timeout(10):
            while not log.read_text():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

        assert -9 == await stop(process, within_s=0.2)


def test_an_unknown_broker_is_answered_with_what_to_install() -> None:
    """Without a broker the message names both programs and the way to get one."""
    with pytest.raises(NoBroker, match=r"mosquitto or nats-server .*install mosquitto"):
        find_broker("auto", places="/nowhere")
