"""The sinks that are made of the channels in config/escalation.toml."""

from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from monitord.daemon.calling.channels import Means, check_channels, sinks_of
from monitord.daemon.configuration.config_problems import ConfigProblems
from monitord.daemon.configuration.escalation_config import load_escalation
from monitord.daemon.configuration.escalation_settings import ChannelSettings
from monitord.domain.notifications import DeliveryState
from tests.contracts.sinks.receiver import Receiver
from tests.notifications import call

EXAMPLE = Path("config/escalation.toml")


async def refuse(_topic: str, _payload: bytes) -> str:
    """Publish nothing: only what is made is looked at here."""
    return "nothing is sent here"


@pytest.fixture
def means() -> Means:
    """Give what sinks share, connected to nothing."""
    return Means(lambda: 0, refuse, "monitord/v1", httpx.AsyncClient())


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Give a receiver of calls that listens until the test ends."""
    made = Receiver()
    await made.ready()
    yield made
    await made.close()


def channel(**keys: object) -> ChannelSettings:
    return ChannelSettings.model_validate({"expires_after": "1min"} | keys)


def test_the_shipped_channels_have_sinks(means: Means) -> None:
    """Every channel of the example can be sent over, and is of the kind that it names."""
    channels = load_escalation(EXAMPLE, 0).channels
    made = sinks_of(EXAMPLE, channels, means)
    assert {name: one.kind for name, one in channels.items()} == {
        name: sink.kind for name, sink in made.items()
    }


@pytest.mark.filterwarnings("ignore:.imghdr.:DeprecationWarning")  # of a plugin of Apprise
@pytest.mark.parametrize("kind", ["alertmanager", "apprise", "mqtt", "pagerduty", "smtp"])
def test_every_other_kind_has_a_sink(kind: str, tmp_path: Path, means: Means) -> None:
    """A channel of each kind is made of what the kind needs."""
    secret = tmp_path / "secret"
    secret.write_text("json://127.0.0.1:9")
    address = "smtp+plain://127.0.0.1:25" if kind == "smtp" else "http://127.0.0.1:9"
    mail = {"sender": "a@ward.test", "recipients": ["b@ward.test"]}
    one = channel(kind=kind, address=address, secret_file=str(secret), **mail)
    assert kind == sinks_of(EXAMPLE, {"one": one}, means)["one"].kind


def test_a_secret_that_is_too_short_is_told_by_the_channel_and_not_shown(
    tmp_path: Path, means: Means
) -> None:
    """The problem names the channel and what is wrong, and holds no word of the secret."""
    (tmp_path / "secret").write_text("hunter2")
    one = channel(kind="webhook", address="http://x", secret_file=str(tmp_path / "secret"))
    with pytest.raises(ConfigProblems) as caught:
        sinks_of(EXAMPLE, {"pager": one}, means)
    [told] = map(str, caught.value.problems)
    assert "channels.pager.secret_file: found one that cannot be used (found a secret of 7" in told
    assert "hunter2" not in told


@pytest.mark.filterwarnings("ignore:.imghdr.:DeprecationWarning")  # of a plugin of Apprise
@pytest.mark.parametrize(
    ("kind", "secret", "told"),
    [
        ("pagerduty", "", "an empty file"),
        ("webhook", "whsec_no base64", "no Base64"),
        ("apprise", "nobody://knows", "Apprise knows no service"),
    ],
)
def test_a_secret_that_cannot_be_used_is_a_problem_of_its_channel(
    kind: str, secret: str, told: str, tmp_path: Path
) -> None:
    """Whoever checks the settings hears of it before anybody is to be called."""
    (tmp_path / "secret").write_text(secret)
    one = channel(kind=kind, address="http://x", secret_file=str(tmp_path / "secret"))
    with pytest.raises(ConfigProblems, match=told):
        check_channels(EXAMPLE, {"one": one})


@pytest.mark.parametrize("kind", ["webhook", "alertmanager"])
async def test_who_is_asked_for_a_password_over_http_has_it_from_the_file(
    kind: str, receiver: Receiver, tmp_path: Path, means: Means
) -> None:
    """User and password reach the other side in the header for them; a webhook signs nothing."""
    (tmp_path / "secret").write_text("hunter2\n")
    one = channel(
        kind=kind,
        address=receiver.address,
        username="ward",
        secret_file=str(tmp_path / "secret"),
    )
    sink = sinks_of(EXAMPLE, {"pager": one}, means)["pager"]
    assert DeliveryState.SENT is (await sink.send(call())).state
    await means.client.aclose()
    [heard] = receiver.received
    assert "Basic " + b64encode(b"ward:hunter2").decode() == heard.headers["authorization"]
    assert "webhook-signature" not in heard.headers


@pytest.mark.parametrize("address", ["mail.ward.test", "http://mail:25", "smtp://mail"])
def test_a_mail_server_needs_a_scheme_and_a_port(address: str) -> None:
    """How mail is protected on its way is said and never guessed."""
    with pytest.raises(ValueError, match="smtp\\+plain"):
        channel(kind="smtp", address=address, sender="a@b", recipients=["c@d"])
