"""A generic webhook: a JSON document, signed, with an idempotency key.

The signature is that of Standard Webhooks (headers `webhook-id`, `webhook-timestamp` and
`webhook-signature`: HMAC-SHA256 over id, time and body), so that receivers find a library for it.
The id is also sent as `Idempotency-Key`.
"""

import base64
import binascii
import hashlib
import hmac
from typing import Final

import orjson

from monitord.adapters.sinks.http import Http, outcome
from monitord.adapters.sinks.sink import AT_ONCE, Now
from monitord.adapters.sinks.text import Detail, document
from monitord.domain.language import ENGLISH, Language
from monitord.domain.notifications import Notification, Outcome
from monitord.domain.time import SECOND, Millis

_SECRET_STARTS: Final = "whsec_"  # noqa: S105 -- how Standard Webhooks marks a secret, and none
_LEAST_SECRET_BYTES: Final = 24  # Standard Webhooks, "Signature scheme": 24 to 64 bytes


class Webhook:
    """Posts each notification to one address."""

    kind = "webhook"
    at_once = AT_ONCE
    refresh_every_ms: Millis | None = None

    def __init__(
        self,
        http: Http,
        now: Now,
        url: str,
        secret: bytes | None,
        detail: Detail = Detail.VITAL,
        say: Language = ENGLISH,
    ) -> None:
        """Remember where to post; without a secret nothing is signed."""
        self._http = http
        self._now = now
        self._url = url
        self._secret = secret
        self._detail = detail
        self._say = say

    async def send(self, notification: Notification) -> Outcome:
        """Try once to post; SENT when the receiver answered with a 2xx."""
        body = orjson.dumps(document(notification, self._detail, self._say))
        at_s = str(self._now() // SECOND)
        headers = {
            "idempotency-key": notification.id,
            "webhook-id": notification.id,
            "webhook-timestamp": at_s,
        }
        if self._secret is not None:
            signed = signature(self._secret, notification.id, at_s, body)
            headers["webhook-signature"] = signed
        return outcome(await self._http.post(self._url, body, headers))

    async def close(self) -> None:
        """Hold nothing: the client is shared."""


def signature(secret: bytes, name: str, at_s: str, body: bytes) -> str:
    """Return what `webhook-signature` says: version 1, and the HMAC in Base64."""
    signed = f"{name}.{at_s}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()}"


def read_secret(text: str) -> bytes:
    """Read a secret as its file has it: `whsec_` and Base64, or any other words as they are.

    Raises `ValueError` when it is too short to keep a secret, or no Base64.
    """
    stripped = text.strip()
    if stripped.startswith(_SECRET_STARTS):
        try:
            secret = base64.b64decode(stripped.removeprefix(_SECRET_STARTS), validate=True)
        except binascii.Error:
            raise ValueError(
                f"found a secret with no Base64 after {_SECRET_STARTS}, expected it as it was given"
            ) from None
    else:
        secret = stripped.encode()
    if len(secret) < _LEAST_SECRET_BYTES:
        raise ValueError(
            f"found a secret of {len(secret)} bytes, expected at least {_LEAST_SECRET_BYTES}; "
            "make one with: openssl rand -base64 32"
        )
    return secret
