"""The connections to our port: so many at once, and room for one more who asks something.

uvicorn's own limit answers 503 to whoever comes last, a service manager that asks whether we are
alive among them, while connections over which nobody says anything keep their places for ever.
Knowledge: uvicorn 0.54, `protocols/http/h11_impl.py`; `test_lines.py` pins what is used of it.
"""

import asyncio
from itertools import count
from typing import Final, cast

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

# The house's own number: four times the streams that may be open, and few of the files we may have.
MOST_AT_ONCE: Final = 128

_turns = count()


class Line(H11Protocol):
    """One connection; the one that has kept us waiting longest gives way to a new one."""

    turn = 0  # whose is the lowest has waited for longest

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the place of one that asks nothing, where all places are taken.

        Where every answer is still being made, it is the new connection that is cut.
        """
        self.turn = next(_turns)
        others = [one for one in self.connections if isinstance(one, Line)]
        super().connection_made(transport)
        if len(others) >= MOST_AT_ONCE:
            asleep = [one for one in others if one.waits]
            longest = min(asleep, key=lambda one: one.turn, default=self)
            # Without a goodbye, which a side that takes nothing in would never let us finish.
            longest.transport.abort()
            self.connections.discard(longest)

    def on_response_complete(self) -> None:
        """Wait for the other side anew."""
        self.turn = next(_turns)
        super().on_response_complete()

    @property
    def waits(self) -> bool:
        """Whether it is the other side's turn: all or the rest of a request is to come."""
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is None or cycle.response_complete or cycle.more_body
