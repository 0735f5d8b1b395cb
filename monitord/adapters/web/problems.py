"""What is answered when a call cannot be done: a problem document with a named reason.

Knowledge: RFC 9457. `type` is left at its default, since nobody serves a page for each reason; the
member `reason` names it as refusals over MQTT do, and `detail` says what was found and expected.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"
_MOST_ERRORS: Final = 10  # of a body in which much is wrong

_MEANINGS: Final = {
    401: "No token or signature, or one that nobody knows",
    403: "The token's role may not do this",
    404: "There is no such patient, alert, ward or drill",
    409: "The alert is not where this can be done",
    411: "The length of the body is not told",
    413: "The body is too large",
    422: "The call does not fit, or asks for what cannot be",
    429: "More calls than are allowed in a minute; see Retry-After",
    503: "The inbox is full, the outbox cannot be read, or too many follow",
}


class ProblemDocument(BaseModel):
    """What went wrong, as RFC 9457 has it, with the reason by name."""

    title: str
    status: int
    reason: Annotated[str, Field(description="A word that stays the same")]
    detail: Annotated[str, Field(description="What was found, and what was expected")]


class Problem(Exception):
    """A call that is refused: its status, the reason by name, what was found and expected."""

    def __init__(
        self,
        status: int,
        reason: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.detail = detail
        self.headers = dict(headers or {})


def answer(problem: Problem) -> Response:
    """Write a problem as the answer to a call."""
    told = {
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "reason": problem.reason,
        # What was found may hold halves of characters, which no UTF-8 can carry.
        "detail": problem.detail.encode(errors="replace").decode(),
    }
    headers = {"cache-control": "no-store", "content-type": MEDIA_TYPE} | problem.headers
    return Response(orjson.dumps(told), problem.status, headers)


def of_validation(error: RequestValidationError) -> Problem:
    """Tell what does not fit of a call; what was sent is not repeated."""
    return Problem(422, "bad_request", "; ".join(_told(error.errors())))


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe these statuses of an operation, for the OpenAPI document."""
    schema = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}
    return {
        status: {
            "model": ProblemDocument,
            "description": _MEANINGS[status],
            "content": {MEDIA_TYPE: schema},
        }
        for status in (*statuses, 429)
    }


async def answer_http(_: Request, error: Exception) -> Response:
    """Answer what the framework refuses: a path or a method that is not there."""
    assert isinstance(error, HTTPException), "registered for no other"
    names = {404: "no_such_path", 405: "method_not_allowed"}
    reason = names.get(error.status_code, "bad_request")
    detail = f"{error.detail}; expected an operation of /v1/openapi.json"
    return answer(Problem(error.status_code, reason, detail, error.headers))


def _told(errors: Sequence[Mapping[str, object]]) -> list[str]:
    told = []
    for one in errors[:_MOST_ERRORS]:
        place = one["loc"]
        assert isinstance(place, tuple), "so the library has it"
        told.append(f"{'.'.join(str(key) for key in place)}: {one['msg']}")
    return [*told, "and more"] if len(errors) > _MOST_ERRORS else told
