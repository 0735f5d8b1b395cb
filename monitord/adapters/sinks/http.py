"""One request to a channel that speaks HTTP, and what its answer means.

The whole exchange has one time limit, an answer is read only as far as it is used, and a redirect
is not followed: what we tell must not go where nobody configured it to go.
Knowledge: RFC 9110 (status codes, Retry-After), RFC 6585 (429).
"""

import asyncio
import ssl
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

import httpx
import orjson

from monitord.adapters.sinks.sink import ANSWER_WITHIN_MS, AT_ONCE, Now, again, refused, too_slow
from monitord.domain.notifications import DeliveryState, Outcome
from monitord.domain.time import DAY, SECOND, Millis, parse_time

# Enough for thirty-two channels, a large house, of which all hang: calls, and what is said again.
_MOST_CONNECTIONS: Final = 32 * (AT_ONCE + 1)
# The answers of all channels here are a few hundred bytes; what comes after this is not read.
_MOST_ANSWER_BYTES: Final = 16_384
# An answer is read as it comes, so that a small one cannot unpack to a large one.
_HEADERS: Final = {"content-type": "application/json", "accept-encoding": "identity"}
# A request timeout, a conflict with the same request under way, too early, too many (RFC 9110,
# 8470, 6585): the other side says itself that trying again may help.
_TRY_AGAIN: Final = frozenset({408, 409, 425, 429})


class Answer(NamedTuple):
    """What was answered: status, the beginning of the body, and the wait that was asked for."""

    status: int
    body: bytes
    retry_after_ms: Millis | None

    @property
    def is_good(self) -> bool:
        """Whether what was sent was taken."""
        return 200 <= self.status < 300

    def field(self, name: str) -> str | None:
        """Return a text of the answer's JSON object; nothing where there is no such text."""
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None
        text = found.get(name) if isinstance(found, dict) else None
        return text if isinstance(text, str) else None


def make_client(ca_file: str = "") -> httpx.AsyncClient:
    """Return the client that all HTTP sinks share; `ca_file` has a house's own certificates.

    Proxies and passwords from the environment are left alone: what is not configured is not used.
    """
    context = ssl.create_default_context(cafile=ca_file or None)
    limits = httpx.Limits(max_connections=_MOST_CONNECTIONS)
    # The limit that counts is on the whole exchange, in `Http.post`; this one is for each part.
    timeout = ANSWER_WITHIN_MS / SECOND
    return httpx.AsyncClient(verify=context, limits=limits, timeout=timeout, trust_env=False)


class Http:
    """Sends requests for one sink."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        now: Now,
        limit_ms: Millis = ANSWER_WITHIN_MS,
        login: httpx.BasicAuth | None = None,
    ) -> None:
        self._client = client
        self._login = login
        self._now = now
        self._limit_ms = limit_ms

    async def post(self, url: str, document: bytes, headers: Mapping[str, str]) -> Answer | Outcome:
        """Post a JSON document; return the answer, or what came of it where there was none."""
        told = {**_HEADERS, **headers}
        try:
            async with (
                asyncio.timeout(self._limit_ms / SECOND),
                self._client.stream(
                    "POST", url, content=document, headers=told, auth=self._login
                ) as response,
            ):
                body = b""
                async for part in response.aiter_raw(_MOST_ANSWER_BYTES):
                    body += part
                    if len(body) >= _MOST_ANSWER_BYTES:
                        break
        except TimeoutError:
            return too_slow(self._limit_ms)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
            return refused("the address is no URL that we can use; correct the channel's address")
        except httpx.TimeoutException:
            return too_slow(ANSWER_WITHIN_MS)
        except httpx.HTTPError as error:
            return again(_in_words(error))
        asked = _asked_ms(response.headers.get("retry-after"), self._now())
        return Answer(response.status_code, body, asked)


def outcome(answer: Answer | Outcome, receipt: str | None = None) -> Outcome:
    """Tell what an answer means: taken, to be tried again, or refused for good."""
    if isinstance(answer, Outcome):
        return answer
    said = f"answered {answer.status}"
    if answer.is_good:
        return Outcome(DeliveryState.SENT, said, receipt)
    if answer.status in _TRY_AGAIN or answer.status >= 500:
        return again(said, answer.retry_after_ms)
    if 300 <= answer.status < 400:
        return refused(f"{said}, a redirect; set the channel's address to where it leads")
    return refused(said)


def _in_words(error: httpx.HTTPError) -> str:
    # The library's own texts may hold the address, and with it a key.
    match error:
        case httpx.ConnectError():
            return "no connection"
        case httpx.RemoteProtocolError() | httpx.ReadError():
            return "the connection broke off without an answer"
        case _:
            return f"no answer ({type(error).__name__})"


def _asked_ms(text: str | None, now: Millis) -> Millis | None:
    """Read Retry-After, seconds or a date, at most a day; nothing where there is none."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return min(int(text[:6]) * SECOND, DAY)  # six digits are more than a day already
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0, min(parse_time(until.isoformat()) - now, DAY))
