"""Answers that a pager's service heard: when they are for the alert as it stands, and when not.

They come late, and again, by a way of their own. Acknowledging stops calls, so what is not surely
meant for what rings now leaves it ringing.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from monitord.adapters.web.signatures import Signer, Signers
from monitord.alerts.drills import names_a_drill
from monitord.daemon.configuration.config_problems import ConfigProblem, ConfigProblems
from monitord.daemon.configuration.escalation_settings import ChannelSettings
from monitord.daemon.telling.chronicle import Story
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange
from monitord.domain.time import Millis, format_time

# As long as a secret of Standard Webhooks has to be; PagerDuty's own are longer.
_LEAST_SECRET_BYTES: Final = 24


class NotHeard(NamedTuple):
    """Why an answer changes nothing: by name, with what was found and expected."""

    reason: str
    detail: str


def not_heard(alert: str, story: Story | None, given_at: Millis) -> NotHeard | None:
    """Tell why an answer that was given at `given_at` is not for this alert; None where it is."""
    if story is None:
        if names_a_drill(alert):
            return NotHeard("is_a_drill", f"found the drill {alert}, expected an alert")
        return NotHeard("no_such_alert", f"found no alert {alert}, expected one that is open")
    if story.last.to_phase is Phase.ACKNOWLEDGED:
        told = "found an alert that somebody has, expected one that nobody has"
        return NotHeard("already_acknowledged", told)
    since = _ringing_since(story.transitions)
    if since is not None and given_at < since:
        told = f"found an answer from before that, expected one since {format_time(since)}"
        return NotHeard("given_before", told)
    return None


def _ringing_since(transitions: Sequence[AlertChange]) -> Millis | None:
    """Return when the alert last became ACTIVE; None where that is not remembered."""
    for change in reversed(transitions):
        if change.to_phase is Phase.ACTIVE and change.from_phase is not Phase.ACTIVE:
            return change.time
    return None


def signers_of(path: Path, channels: Mapping[str, ChannelSettings]) -> Signers:
    """Read the secrets of the channels that may answer.

    Raises `ConfigProblems` with every one that cannot be used; no problem shows a secret.
    """
    signers = []
    problems = []
    for name, channel in channels.items():
        try:
            secret = channel.answers_secret()
            if secret is not None:
                signers.append(Signer(name, _usable(secret)))
        except (OSError, ValueError) as error:
            key, found = (
                f"channels.{name}.answers_secret_file",
                f"one that cannot be used ({error})",
            )
            expected = "a file with the secret of the webhook"
            problems.append(ConfigProblem(str(path), key, found, expected))
    if problems:
        raise ConfigProblems(problems)
    return Signers(signers)


def _usable(secret: str) -> bytes:
    told = secret.encode()
    if len(told) < _LEAST_SECRET_BYTES:
        found = f"found a secret of {len(told)} bytes"
        raise ValueError(f"{found}, expected at least {_LEAST_SECRET_BYTES}")
    return told
