"""Words that several commands take on the command line, read once and refused politely."""

from typing import Final, NamedTuple

import click

from monitord.adapters.clock import WallClock
from monitord.domain.time import DAY, Millis, parse_moment, parse_span

_LONGEST_SPAN_MS: Final = 365 * DAY


class Address(NamedTuple):
    """Where a broker listens."""

    host: str
    port: int


class Span(click.ParamType[Millis]):
    """A span of time such as 30s, 5min or 2h, in milliseconds."""

    name = "span"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Millis:
        """Return the span; refuses anything that is none, and zero."""
        if isinstance(value, int):
            return value
        try:
            span = parse_span(str(value))
        except ValueError as problem:
            self.fail(str(problem), param, ctx)
        if not 0 < span <= _LONGEST_SPAN_MS:
            self.fail(
                f"found {value!r}, expected a span of 1ms to 365d, as 30s or 5min", param, ctx
            )
        return span


class Instant(click.ParamType[Millis]):
    """An RFC 3339 instant with its offset, or `now`."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Millis:
        """Return the instant in milliseconds."""
        if isinstance(value, int):
            return value
        if value == "now":
            return WallClock().now()
        try:
            return parse_moment(str(value))
        except ValueError as problem:
            self.fail(str(problem), param, ctx)


class BrokerAddress(click.ParamType[Address]):
    """A broker as HOST:PORT; the port is 1883 when it is left out."""

    name = "host:port"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Address:
        """Return the host and the port."""
        if isinstance(value, Address):
            return value
        host, _, port = str(value).partition(":")
        if not host or (port and not port.isdecimal()):
            self.fail(
                f"{value!r} is no address: expected HOST:PORT, as in 127.0.0.1:1883", param, ctx
            )
        return Address(host, int(port or 1883))
