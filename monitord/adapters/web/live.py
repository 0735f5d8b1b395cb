"""The operation that does not end: decisions as they are made, as server-sent events.

A block is framed by FastAPI and sent by Starlette. FastAPI's own way, an operation that yields,
ends with errors in the log where a client is cut off in the middle of a block.
"""

import asyncio
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi import Request as Call
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event

from monitord.adapters.web.documents import PatientId, Ward
from monitord.adapters.web.feed import GAP, OVERRUN, Feed, Reader, TooManyReaders, Wanted
from monitord.adapters.web.guarded import caller_of, needs
from monitord.adapters.web.problems import Problem, problems
from monitord.adapters.web.tokens import Role

_COME_BACK_MS: Final = 3000  # the house's own number: how soon a client that lost us asks again
_KEEP_ALIVE_S: Final = 15  # the house's own number: sooner than proxies give up on a quiet stream
_MOST_NAMES: Final = 64  # the house's own number, of each filter
# The second keeps nginx from holding blocks back.
_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}


class Kind(StrEnum):
    """The kinds of decisions."""

    ALERT = "alert"
    ASSESSMENT = "assessment"
    NOTICE = "notice"
    NOTIFICATION = "notification"
    REJECTED = "rejected"


# Of one block, as OpenAPI 3.2 describes server-sent events.
_BLOCK: Final = {
    "type": "object",
    "properties": {
        "event": {"enum": [*Kind, GAP, OVERRUN]},
        "id": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "retry": {"type": "integer", "minimum": 0},
    },
}
_DESCRIBED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "A stream that ends with the daemon, or by `overrun`",
        "content": {"text/event-stream": {"itemSchema": _BLOCK}},
    }
}


def add_live(router: APIRouter, feed: Feed) -> None:
    """Add the operation."""

    async def reader_of(
        call: Call,
        kind: Annotated[list[Kind] | None, Query(max_length=_MOST_NAMES)] = None,
        patient: Annotated[list[PatientId] | None, Query(max_length=_MOST_NAMES)] = None,
        ward: Annotated[list[Ward] | None, Query(max_length=_MOST_NAMES)] = None,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> AsyncIterator[Reader]:
        wanted = Wanted(frozenset(kind or ()), frozenset(patient or ()), frozenset(ward or ()))
        try:
            reader = feed.follow(caller_of(call).name, wanted, last_event_id)
        except TooManyReaders as problem:
            later = {"retry-after": str(_COME_BACK_MS // 1000)}
            raise Problem(503, "too_many_streams", str(problem), later) from problem
        try:
            yield reader
        finally:
            feed.leave(reader)

    @router.get(
        "/events",
        response_class=Response,
        responses=problems(401, 403, 422, 503) | _DESCRIBED,
        openapi_extra=needs(Role.READ),
    )
    async def follow_decisions(reader: Annotated[Reader, Depends(reader_of)]) -> Response:
        """Decisions as they are made: `event` is the kind, `data` the decision as one JSON object.

        Sent again with the last id as `Last-Event-ID`, it goes on from there. `gap` says that
        this cannot be, `overrun` that the caller read too slowly and the stream ends: read
        `/v1/alerts` anew after either.
        """
        return EventSourceResponse(_blocks(reader), headers=_HEADERS)


async def _blocks(reader: Reader) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=_COME_BACK_MS)
    while True:
        told = reader.take()
        if told is not None:
            yield format_sse_event(event=told.event, id=told.id, data_str=told.data)
        elif reader.is_over:
            return
        elif not await _comes_soon(reader):
            yield KEEPALIVE_COMMENT


async def _comes_soon(reader: Reader) -> bool:
    try:
        async with asyncio.timeout(_KEEP_ALIVE_S):
            await reader.wait()
    except TimeoutError:
        return False
    return True
