"""What the API asks of whoever knows the ward; this room knows none of the answers itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from monitord.domain.time import Millis

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks of an alert: `until` is RFC 3339 text, `id` an idempotency key."""

    action: str
    alert: str
    by: str
    reason: str | None = None
    until: str | None = None
    id: str | None = None


class Decided(NamedTuple):
    """What came of a request; `alert` is None where there is nothing to show any more.

    `outcome` is the reason of the change, `repeated` where it was done before under its id,
    `pending` where no tick came in time, and else the reason of the refusal, with its `detail`.
    """

    outcome: str
    is_refused: bool
    detail: str
    alert: Document | None


class NotNow(Exception):
    """What is asked cannot be done; `reason` names why, the text what was found and expected."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)


class Desk(Protocol):
    """Whoever can be asked; only coroutines wait, all else answers at once from memory."""

    def patients(self) -> Sequence[Document]:
        """Return who is in the ward."""
        ...

    def state(self, patient: str) -> Document | None:
        """Return what is published of a patient; None for one who is not here."""
        ...

    def alerts(self) -> Sequence[Document]:
        """Return the alerts that are open, as they stand, each with the ward it is in."""
        ...

    def alert(self, alert: str) -> Document | None:
        """Return an alert as it stands or ended; None for one that nobody remembers."""
        ...

    async def history(self, alert: str) -> Document:
        """Return the transitions, the answers and the notifications of an alert."""
        ...

    async def ask(self, request: Request) -> Decided:
        """Hand a request to the ward and wait for the tick that decides on it, for a while."""
        ...

    async def hear(self, request: Request, given_at: Millis) -> Decided:
        """Hand on what a pager's service heard at `given_at`, where it is for what rings now.

        `alert` is the key under which the service knows it.
        """
        ...

    def begin_drill(self, ward: str) -> Document:
        """Begin a drill and return its report so far; raises `NotNow`."""
        ...

    async def drill(self, drill: str) -> Document | None:
        """Return the report of a drill; None for one that nobody remembers."""
        ...
