"""The door to a broker that asks who we are, encrypts, and does not allow everything."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, Self

import pytest

from monitord.adapters.mqtt.broker import Broker
from monitord.adapters.mqtt.happenings import Deaf, Happening, Heard, Lost, PublishRefused
from monitord.adapters.mqtt.link import BrokerOptions, Publication
from monitord.adapters.mqtt.publishing import Fate
from monitord.adapters.mqtt.topics import Topics
from tests.integration.mosquitto import FOUND, Mosquitto
from tests.integration.test_broker import QUICK, ROOT, until

pytestmark = pytest.mark.network

_MORE: Final = """
cafile {folder}/ca.pem
certfile {folder}/ca.pem
keyfile {folder}/key.pem
password_file {folder}/passwords
acl_file {folder}/rights
"""
_RIGHTS: Final = f"""
user monitor
topic read {ROOT}/in/#
topic readwrite {ROOT}/canary/#
topic write {ROOT}/out/status
"""


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[Mosquitto, BrokerOptions]]:
    """Give a broker with TLS, a password and an access list, and what opens it."""
    for tool in ("openssl", "mosquitto_passwd"):
        if shutil.which(tool) is None or FOUND is None:
            pytest.skip(f"{tool} or mosquitto is not installed (apt-get install {tool} mosquitto)")
    for above in tmp_path.parents[:3]:
        if above != Path("/tmp"):
            above.chmod(above.stat().st_mode | 0o011)
    run(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
        *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
        *("-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "ca.pem")),
    )
    run("mosquitto_passwd", "-b", "-c", str(tmp_path / "passwords"), "monitor", "secret")
    (tmp_path / "rights").write_text(_RIGHTS)
    for name in ("key.pem", "passwords", "rights"):
        (tmp_path / name).chmod(0o644)
    broker = Mosquitto(tmp_path, _MORE.format(folder=tmp_path))
    broker.start()
    yield (
        broker,
        BrokerOptions(
            "127.0.0.1",
            broker.port,
            "desk",
            username="monitor",
            password="secret",
            tls=True,
            ca_file=str(tmp_path / "ca.pem"),
            answer_within_ms=2_000,
        ),
    )
    broker.kill()


def run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


class Knocking:
    """A door that is tried while the block runs, and what it told."""

    def __init__(self, options: BrokerOptions) -> None:
        self.told: list[Happening] = []
        self.broker = Broker(
            options,
            Topics(ROOT, "desk"),
            QUICK,
            receive=lambda topic, payload: None,
            tell=self.told.append,
            will=lambda: b"offline",
            stopwatch_s=asyncio.get_running_loop().time,
        )

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.broker.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})

    async def told_of(self, kind: type[Happening]) -> Happening:
        await until(lambda: any(isinstance(one, kind) for one in self.told))
        return next(one for one in self.told if isinstance(one, kind))


async def test_tls_and_a_password_open_the_door(guarded: tuple[Mosquitto, BrokerOptions]):
    """Over an encrypted line the canary comes back, and a deaf line is noticed and replaced."""
    mosquitto, options = guarded
    async with Knocking(options) as door:
        await door.told_of(Heard)
        mosquitto.pause()
        await door.told_of(Deaf)
        door.told.clear()
        mosquitto.resume()
        await door.told_of(Heard)

        assert door.broker.is_connected


# paho leaves a socket whose certificate it refused for the interpreter to close.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"password": "guess"}, "Not authorized"),
        ({"ca_file": ""}, "certificate verify failed"),
        ({"tls": False}, ""),
    ],
)
async def test_what_does_not_open_the_door_is_told(
    guarded: tuple[Mosquitto, BrokerOptions], wrong: dict[str, str | bool], why: str
):
    """A wrong password, a broker nobody vouches for, or no TLS: each is a reason, and no crash."""
    _, options = guarded
    async with Knocking(replace(options, **wrong)) as door:  # type: ignore[arg-type]
        lost = await door.told_of(Lost)

        assert isinstance(lost, Lost)
        assert why in lost.reason
        assert not lost.was_connected


async def test_a_publication_that_the_broker_refuses_is_told(
    guarded: tuple[Mosquitto, BrokerOptions],
):
    """What the access list forbids is known to have reached nobody; what it allows goes through."""
    _, options = guarded
    forbidden, allowed = f"{ROOT}/out/w/p/state", f"{ROOT}/out/status"
    async with Knocking(options) as door:
        await door.told_of(Heard)
        batch = [Publication(topic, b"x", retain=False) for topic in (forbidden, allowed)]

        assert await door.broker.publish(batch) == [Fate.ANSWERED] * 2
        assert await door.told_of(PublishRefused) == PublishRefused(forbidden, "Not authorized")
        assert sum(isinstance(one, PublishRefused) for one in door.told) == 1
