"""Makes the sink of each channel that `config/escalation.toml` names.

Nothing is sent and nobody is connected to; secrets are read here, once, and kept nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from monitord.adapters.sinks.alertmanager import Alertmanager
from monitord.adapters.sinks.apprise import Apprise
from monitord.adapters.sinks.http import Http, make_client
from monitord.adapters.sinks.mqtt import Mqtt, Publish
from monitord.adapters.sinks.pagerduty import PUBLIC_ADDRESS, PagerDuty
from monitord.adapters.sinks.sink import Now, Sink
from monitord.adapters.sinks.smtp import MailServer, Smtp
from monitord.adapters.sinks.text import Detail
from monitord.adapters.sinks.webhook import Webhook, read_secret
from monitord.daemon.configuration.config_problems import ConfigProblem, ConfigProblems
from monitord.daemon.configuration.escalation_settings import LOG_IN, MAIL_ADDRESS, ChannelSettings
from monitord.domain.language import ENGLISH, Language

_TLS: Final = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}


@dataclass(frozen=True, slots=True)
class Means:
    """What the sinks share: clock, broker with the root of its topics, HTTP client, language."""

    now: Now
    publish: Publish
    root: str
    client: httpx.AsyncClient
    say: Language = ENGLISH


def sinks_of(path: Path, channels: Mapping[str, ChannelSettings], means: Means) -> dict[str, Sink]:
    """Return the sink of each channel by its name.

    Raises `ConfigProblems` with every channel whose secret cannot be used.
    """
    sinks: dict[str, Sink] = {}
    problems = []
    for name, channel in channels.items():
        try:
            sinks[name] = _sink(channel, means)
        except (OSError, ValueError) as error:
            found, key = f"one that cannot be used ({error})", f"channels.{name}.secret_file"
            problems.append(ConfigProblem(str(path), key, found, "a file with the secret"))
    if problems:
        raise ConfigProblems(problems)
    return sinks


def check_channels(path: Path, channels: Mapping[str, ChannelSettings]) -> None:
    """Make every sink and let it go again: nobody is connected to.

    Raises `ConfigProblems` with every channel whose secret cannot be used.
    """

    async def publish(_topic: str, _payload: bytes) -> str:
        return "nothing is sent while channels are checked"

    sinks_of(path, channels, Means(lambda: 0, publish, "", make_client()))


def _sink(channel: ChannelSettings, means: Means) -> Sink:
    address, detail, say = channel.address or "", Detail(channel.detail), means.say
    secret = channel.secret()
    if secret == "":
        raise ValueError("found an empty file")
    login = None
    if channel.username and secret and channel.kind in LOG_IN:
        login = httpx.BasicAuth(channel.username, secret)
    http = Http(means.client, means.now, login=login)
    match channel.kind:
        case "mqtt":
            return Mqtt(means.publish, means.root, detail, say=say)
        case "webhook":
            # Whoever logs in is known to the other side by that, and has one secret, not two.
            key = None if login or secret is None else read_secret(secret)
            return Webhook(http, means.now, address, key, detail, say)
        case "alertmanager":
            return Alertmanager(http, means.now, address, detail, say=say)
        case "pagerduty":
            return PagerDuty(http, secret or "", detail, address or PUBLIC_ADDRESS, say)
        case "smtp":
            server = _mail_server(channel, secret or "")
            return Smtp(server, channel.sender or "", channel.recipients, detail, say=say)
        case "apprise":
            made = Apprise((secret or "").split(), detail, say=say)
            if not made.is_usable:
                raise ValueError("found a URL by which Apprise knows no service")
            return made


def _mail_server(channel: ChannelSettings, password: str) -> MailServer:
    parts = MAIL_ADDRESS.fullmatch(channel.address or "")
    assert parts is not None, "the settings have looked at the address"
    scheme, host, port = parts.groups()
    return MailServer(host, int(port), _TLS[scheme], channel.username or "", password)
