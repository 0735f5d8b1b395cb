"""Every key of `config/escalation.toml`, with its unit and its bounds.

What does not fit within one table is refused here; how tables fit together is looked at in
`escalation_checks`. A secret is named by its file and never read here.
"""

import re
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from monitord.alerts.chains import Unless
from monitord.alerts.hours import WeeklyShift, parse_shift
from monitord.daemon.configuration.setting_kinds import (
    OptionalFile,
    OptionalText,
    Span,
    Wait,
    Word,
    read_secret,
)
from monitord.daemon.configuration.settings import Section
from monitord.domain.alerts import Condition, Priority
from monitord.domain.time import DAY, HOUR

# STARTTLS, TLS from the first byte, or none for a relay on the same machine.
MAIL_ADDRESS: Final = re.compile(r"(smtp|smtps|smtp\+plain)://([A-Za-z0-9.-]+):([0-9]{1,5})")
_LAST_PORT: Final = 65_535

# What a kind of channel cannot do without, besides its kind.
_NEEDED: Final = {
    "mqtt": (),
    "webhook": ("address",),
    "alertmanager": ("address",),
    "pagerduty": ("secret_file",),
    "smtp": ("address", "sender", "recipients"),
    "apprise": ("secret_file",),
}

# The kinds that log in with `username` and, as the password, the content of `secret_file`. A relay
# for mail may know a name without one.
LOG_IN: Final = ("webhook", "alertmanager")

# The kinds whose service sends back what a person answered.
_ANSWER: Final = ("pagerduty",)


def _is_url(address: str) -> bool:
    """Whether a request can be sent there; a port too large is an error of the socket's own."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    is_written_well = address.isprintable() and " " not in address
    has_host = parts.scheme in ("http", "https") and bool(parts.hostname)
    return is_written_well and has_host and port != 0


def _is_mail_server(address: str) -> bool:
    parts = MAIL_ADDRESS.fullmatch(address)
    return parts is not None and 0 < int(parts[3]) <= _LAST_PORT


# Everybody who may read the settings would read it, and every copy of them would hold it.
_NO_LOGIN: Final = (
    "an address without a user and a password: write the user into username, and the password "
    "into a file that secret_file names; an @ of the path is %40"
)
_MAIL_SCHEMES: Final = "smtp:// (with STARTTLS), smtps:// or smtp+plain://"
_URL: Final = (_is_url, f"http:// or https://, a host, and a port up to {_LAST_PORT} if any")
_ADDRESSES: Final = {
    "webhook": _URL,
    "alertmanager": _URL,
    "pagerduty": _URL,
    "smtp": (_is_mail_server, f"{_MAIL_SCHEMES}, a host, and a port up to {_LAST_PORT}"),
}


def _zone(word: str) -> str:
    try:
        ZoneInfo(word)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = "Input should be a time zone such as Europe/London"
        raise PydanticCustomError("zone", message) from None
    return word


def _shift(line: str) -> str:
    try:
        parse_shift(line)
    except ValueError as error:
        told = str(error).removeprefix("expected ")
        raise PydanticCustomError("shift", "{told}", {"told": told}) from None
    return line


Zone = Annotated[str, AfterValidator(_zone)]
Shift = Annotated[str, AfterValidator(_shift)]
WardGlob = Annotated[str, Field(pattern=r"^[A-Za-z0-9._*-]{1,64}$")]
Person = Annotated[str, Field(min_length=1, max_length=64)]


class ChannelSettings(Section):
    """One way to reach somebody; `detail` is how much a text over it may say of the patient."""

    kind: Literal["mqtt", "webhook", "alertmanager", "pagerduty", "smtp", "apprise"]
    address: OptionalText = None
    secret_file: OptionalFile = None
    username: OptionalText = None
    sender: OptionalText = None
    recipients: tuple[Person, ...] = ()
    answers_secret_file: OptionalFile = None
    detail: Literal["none", "vital", "full"] = "none"
    expires_after_ms: Annotated[Span, Field(le=DAY)]

    @field_validator("address")
    @classmethod
    def _holds_no_password(cls, address: str | None) -> str | None:
        if address is not None and "@" in address:
            raise PydanticCustomError("login", "{told}", {"told": _NO_LOGIN})
        return address

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        missing = [key for key in _NEEDED[self.kind] if not getattr(self, key)]
        if missing:
            told = {"told": f"{' and '.join(missing)} for a channel of kind {self.kind}"}
            raise PydanticCustomError("channel", "{told}", told)
        if self.username and not self.secret_file and self.kind in LOG_IN:
            told = {"told": "secret_file, with the password of username"}
            raise PydanticCustomError("channel", "{told}", told)
        is_usable, expected = _ADDRESSES.get(self.kind, (None, ""))
        if self.address and is_usable and not is_usable(self.address):
            raise PydanticCustomError("channel", "{told}", {"told": f"address: {expected}"})
        if self.answers_secret_file and self.kind not in _ANSWER:
            told = {"told": f"no answers_secret_file: only {' and '.join(_ANSWER)} can answer"}
            raise PydanticCustomError("channel", "{told}", told)
        return self

    def secret(self) -> str | None:
        """Read the channel's secret from its file.

        Raises `OSError` when the file cannot be read as text in UTF-8.
        """
        return None if self.secret_file is None else read_secret(self.secret_file)

    def answers_secret(self) -> str | None:
        """Read the secret with which answers over the channel are signed; raises as `secret`."""
        file = self.answers_secret_file
        return None if file is None else read_secret(file)


class HoursSettings(Section):
    """When somebody is on call: a weekly table, or a calendar."""

    zone: Zone
    weekly: tuple[Shift, ...] = ()
    calendar: OptionalFile = None
    summary: Annotated[str, Field(min_length=1)] = "*"

    @model_validator(mode="after")
    def _occur(self) -> Self:
        if bool(self.weekly) == bool(self.calendar):
            message = "Input should be either weekly shifts or a calendar: else it never occurs"
            raise PydanticCustomError("hours", message)
        return self

    def shifts(self) -> tuple[WeeklyShift, ...]:
        """Return the weekly table as data."""
        return tuple(shift for line in self.weekly for shift in parse_shift(line))


class StepSettings(Section):
    """One call."""

    who: Person
    channel: str
    after_ms: Annotated[Wait, Field(le=DAY)]
    unless: Unless = Unless.ACKNOWLEDGED


class ChainSettings(Section):
    """The calls for some alerts, in order."""

    name: Word
    priorities: Annotated[tuple[Priority, ...], Field(min_length=1)]
    conditions: Annotated[tuple[Condition, ...], Field(min_length=1)] = tuple(Condition)
    ward: WardGlob = "*"
    hours: str = ""
    pause_ms: Annotated[Span, Field(le=DAY)] = HOUR
    repeats: Annotated[int, Field(ge=0, le=100)] = 0
    step: Annotated[tuple[StepSettings, ...], Field(min_length=1, max_length=32)]


class EscalationFile(Section):
    """The whole file."""

    channels: Annotated[dict[Word, ChannelSettings], Field(min_length=1)]
    hours: dict[Word, HoursSettings] = Field(default_factory=dict)
    chain: Annotated[tuple[ChainSettings, ...], Field(min_length=1, max_length=256)]
