"""The kinds of value that a setting can be: how each is written, and its bounds.

A value that does not fit raises pydantic's own error, in words that end a sentence that begins
with "expected".
"""

import errno
import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, DirectoryPath, Field, FilePath
from pydantic_core import PydanticCustomError

from monitord.domain.pathway import KINDS
from monitord.domain.refusals import did_you_mean
from monitord.domain.signals import SIGNAL, find_signal
from monitord.domain.time import Millis, parse_moment, parse_span

_SIZES: Final = {"": 1, "B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


def read_secret(file: Path) -> str:
    """Read a secret from its file; it is kept nowhere and never shown.

    Raises `OSError` when the file cannot be read as text in UTF-8.
    """
    try:
        return file.read_text("utf-8").strip()
    except UnicodeDecodeError:
        raise OSError(errno.EILSEQ, "bytes that are not UTF-8", str(file)) from None


def _span(given: object) -> object:
    if isinstance(given, str):
        try:
            return parse_span(given)
        except ValueError:
            pass
    message = "Input should be a span of time in quotes, such as 30s, 5min, 2h or 1d"
    raise PydanticCustomError("span", message)


def _size(given: object) -> object:
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    parts = re.fullmatch(r"(\d+) ?([A-Za-z]*)", given) if isinstance(given, str) else None
    if parts is None or parts[2] not in _SIZES:
        raise PydanticCustomError("size", "Input should be bytes, or a size such as 64 MiB")
    return int(parts[1]) * _SIZES[parts[2]]


def _instant(given: object) -> object:
    if given == "":
        return None
    try:
        return parse_moment(str(given))
    except ValueError:
        message = "Input should be empty or a time of 1970 to 2105 such as 2026-01-08T09:00:00Z"
        raise PydanticCustomError("instant", message) from None


def _signal(given: str) -> str:
    signal = find_signal(given)
    if signal is None:
        hint = {"hint": did_you_mean(given, SIGNAL)}
        raise PydanticCustomError("signal", "Input should be a known signal; {hint}", hint)
    return signal.word


def _scheduled(given: str) -> str:
    return given if given in KINDS else _signal(given)


def _host(given: object) -> object:
    if isinstance(given, str) and ("@" in given or "/" in given):
        message = (
            "Input should be a host alone, without scheme, user or password; for the broker write "
            "these into mqtt.tls, mqtt.username and a file that mqtt.password_file names"
        )
        raise PydanticCustomError("host", message)
    return given


def _empty_is_none(given: object) -> object:
    return None if given == "" else given


Span = Annotated[Millis, BeforeValidator(_span), Field(gt=0)]
Wait = Annotated[Millis, BeforeValidator(_span), Field(ge=0)]
Size = Annotated[int, BeforeValidator(_size), Field(gt=0)]
Instant = Annotated[Millis | None, BeforeValidator(_instant)]
OptionalText = Annotated[str | None, BeforeValidator(_empty_is_none)]
OptionalFile = Annotated[FilePath | None, BeforeValidator(_empty_is_none)]
OptionalFolder = Annotated[DirectoryPath | None, BeforeValidator(_empty_is_none)]
OptionalPath = Annotated[Path | None, BeforeValidator(_empty_is_none)]
Host = Annotated[str, BeforeValidator(_host), Field(pattern=r"^[A-Za-z0-9.:_-]+$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
SignalWord = Annotated[str, AfterValidator(_signal)]
ScheduledWord = Annotated[str, AfterValidator(_scheduled)]
Interval = Annotated[Span | None, BeforeValidator(_empty_is_none)]
Celsius = Annotated[Decimal, Field(ge=30, le=45, decimal_places=2)]
Tenths = Annotated[Decimal, Field(ge=0, le=100, decimal_places=1)]
