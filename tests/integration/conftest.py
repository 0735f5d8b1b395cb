"""Real servers for the tests that need them; without mosquitto those tests skip by name."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.contracts.sinks.receiver import Receiver
from tests.integration.mosquitto import FOUND, Mosquitto


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """Give a broker that runs until the test ends."""
    yield from _running(tmp_path)


@pytest.fixture
def mosquitto_of_small_packets(tmp_path: Path) -> Iterator[Mosquitto]:
    """Give a broker that hangs up on whoever sends it more than 400 bytes at once."""
    yield from _running(tmp_path, "max_packet_size 400\n")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Give a receiver of calls that listens until the test ends."""
    made = Receiver()
    yield made
    await made.close()


def _running(tmp_path: Path, more: str = "") -> Iterator[Mosquitto]:
    if FOUND is None:
        pytest.skip("mosquitto is not installed (apt-get install mosquitto)")
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    # The folders above belong to the test's user and are closed to the broker's.
    for above in folder.parents[:4]:
        if above != Path("/tmp"):
            above.chmod(above.stat().st_mode | 0o011)
    broker = Mosquitto(folder, more)
    broker.start()
    yield broker
    broker.kill()
