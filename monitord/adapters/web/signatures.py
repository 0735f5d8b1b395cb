"""Who signed a call: services that send answers hold no token, they sign what they send.

A service is known by the channel that it belongs to. PagerDuty names no time in what it signs, so
a call that is sent once more carries the same signature; its id makes that harmless.
Knowledge: PagerDuty, "Verifying signatures" (webhooks v3).
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

SIGNATURE: Final = "X-PagerDuty-Signature"
_VERSION: Final = "v1="
_MOST_SIGNATURES: Final = 8  # two while a secret is being changed; the rest is somebody's game


@dataclass(frozen=True, slots=True)
class Signer:
    """A channel whose service may answer, with the secret that both sides hold."""

    name: str
    secret: bytes = field(repr=False)
    role: None = None


class Signers:
    """The channels that are answered by signed calls."""

    def __init__(self, signers: Iterable[Signer] = ()) -> None:
        self._signers = tuple(signers)

    def __len__(self) -> int:
        return len(self._signers)

    def find(self, header: str, body: bytes) -> Signer | None:
        """Return whose secret one of the signatures was made with, each compared in constant time.

        >>> pager = Signer("pager", b"of both sides")
        >>> signers = Signers([pager])
        >>> signers.find(f"v1=00, {signed(pager.secret, b'{}')}", b"{}").name
        'pager'
        >>> signers.find(signed(pager.secret, b"{}"), b"[]") is None
        True
        """
        given = [one.strip().encode(errors="replace") for one in header.split(",")]
        found = None
        for signer in self._signers:
            expected = signed(signer.secret, body).encode()
            for one in given[:_MOST_SIGNATURES]:
                if hmac.compare_digest(expected, one):
                    found = found or signer
        return found


def signed(secret: bytes, body: bytes) -> str:
    """Return the signature of a body: version 1, and the HMAC-SHA256 in hexadecimal digits."""
    return _VERSION + hmac.new(secret, body, sha256).hexdigest()
