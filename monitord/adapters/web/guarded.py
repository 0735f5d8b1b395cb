"""The door of every operation: who calls, whether that role may, and a record of what was asked.

It stands before anything of the call is read, so that a stranger learns nothing and is recorded.
"""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitord.adapters.web.limits import Limit
from monitord.adapters.web.problems import Problem, answer, of_validation
from monitord.adapters.web.signatures import Signer
from monitord.adapters.web.tokens import Role, Token, Tokens
from monitord.domain.time import Millis

ROLE: Final = "x-role"  # stands with each operation in the OpenAPI document
_MOST_BODY_BYTES: Final = 16 * 1024  # the longest request has less than one KiB
_SAFE: Final = frozenset({"GET", "HEAD"})
# Not recorded one by one: whoever reaches the port could fill the disk with them.
_STRANGERS: Final = "too_many_strangers"

Handler = Callable[[Request], Awaitable[Response]]


class Audit(Protocol):
    """Takes one thing for the audit, at once; `what` is `noun.verb`, `fields` are JSON."""

    def __call__(self, what: str, at: Millis, **fields: object) -> None:
        """Let it be recorded."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How often each token may ask and answer, and how often an address may call without one.

    What is asked never uses up what is meant for answers.
    """

    asking: Limit
    answering: Limit
    strangers: Limit


class Guard:
    """Lets those in who may, and records each call that would change something."""

    def __init__(
        self,
        tokens: Tokens,
        limits: Limits,
        *,
        now: Callable[[], Millis],
        record: Audit,
        count: Callable[[str, int], None],
    ) -> None:
        """Remember everything; `count` is told the operation and the status of each call."""
        self._tokens = tokens
        self._limits = limits
        self._now = now
        self._record = record
        self._count = count

    async def admit(self, request: Request, role: Role, operation: str, go_on: Handler) -> Response:
        """Answer a call of somebody who holds a token, or refuse it with a problem document."""

        async def enter(request: Request) -> Response:
            request.state.caller = self._caller(request, role)
            check_size(request, _MOST_BODY_BYTES)
            return await go_on(request)

        return await self.watch(request, operation, enter)

    async def watch(self, request: Request, operation: str, enter: Handler) -> Response:
        """Answer a call as `enter` does, or refuse it as that says; count and record it."""
        reason = ""
        try:
            response = await enter(request)
            reason = getattr(request.state, "reason", "")
        except HTTPException:
            # The framework gives up on bytes that are no text before it looks for JSON in them.
            problem = Problem(422, "bad_request", "body: expected JSON in UTF-8")
            reason, response = problem.reason, answer(problem)
        except (Problem, RequestValidationError) as error:
            problem = error if isinstance(error, Problem) else of_validation(error)
            reason, response = problem.reason, answer(problem)
        self._count(operation, response.status_code)
        if request.method not in _SAFE and reason != _STRANGERS:
            self._tell(request, operation, response.status_code, reason)
        return response

    def _caller(self, request: Request, role: Role) -> Token:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            self.slow_down_stranger(request)
            expected = "expected Authorization: Bearer and a token"
            raise _unauthorized("no_token", f"found none, {expected}", "Bearer")
        found = self._tokens.find(token.strip())
        if found is None:
            self.slow_down_stranger(request)
            told = "found a token that nobody knows, expected one of http.tokens_file"
            raise _unauthorized("unknown_token", told, 'Bearer error="invalid_token"')
        request.state.caller = found
        self.slow_down(request, found.name)
        if not found.role.includes(role):
            told = f"found a token of the role {found.role}, expected {role}"
            raise Problem(403, "role_too_low", told)
        return found

    def slow_down(self, request: Request, name: str) -> None:
        """Refuse somebody who called too often; raises `Problem`."""
        is_asking = request.method in _SAFE
        limit = self._limits.asking if is_asking else self._limits.answering
        kind = "asks" if is_asking else "answers"
        _slow_down(limit, name, "too_many_calls", f"more {kind} of {name}")

    def slow_down_stranger(self, request: Request) -> None:
        """Refuse an address that called too often without saying who it is; raises `Problem`."""
        address = request.client.host if request.client else ""
        _slow_down(self._limits.strangers, address, _STRANGERS, "more calls without a token")

    def _tell(self, request: Request, operation: str, status: int, reason: str) -> None:
        caller: Token | Signer | None = getattr(request.state, "caller", None)
        self._record(
            "request.refused" if status >= 400 else "request.answered",
            self._now(),
            operation=operation,
            by=caller.name if caller else None,
            role=caller.role if caller else None,
            address=request.client.host if request.client else None,
            asked=getattr(request.state, "asked", dict(request.path_params)),
            status=status,
            reason=reason or None,
        )


def guarded_by(guard: Guard) -> type[APIRoute]:
    """Return the kind of route whose operations all stand behind one guard."""

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Any]:
            go_on = super().get_route_handler()
            role = Role((self.openapi_extra or {})[ROLE])

            async def handle(request: Request) -> Response:
                return await guard.admit(request, role, self.name, go_on)

            return handle

    return Guarded


def caller_of(request: Request) -> Token:
    """Return who calls; the guard has looked."""
    found = request.state.caller
    assert isinstance(found, Token), "every operation stands behind the guard"
    return found


def needs(role: Role) -> dict[str, Any]:
    """Say with an operation which role it needs."""
    return {ROLE: role.value}


def _unauthorized(reason: str, detail: str, challenge: str) -> Problem:
    return Problem(401, reason, detail, {"www-authenticate": challenge})


def _slow_down(limit: Limit, caller: str, reason: str, found: str) -> None:
    wait_s = math.ceil(limit.wait_s(caller))
    if wait_s:
        told = f"found {found} than [http] allows a minute, expected the next in {wait_s} s"
        raise Problem(429, reason, told, {"retry-after": str(wait_s)})


def check_size(request: Request, most_bytes: int) -> None:
    """Refuse a body that is too long, or whose length nobody tells, before it is read.

    Raises `Problem`.
    """
    if request.method in _SAFE:
        return
    length = request.headers.get("content-length")
    if length is None and "transfer-encoding" in request.headers:
        told = "found a body of unknown length, expected Content-Length"
        raise Problem(411, "length_required", told)
    if length is not None and int(length) > most_bytes:
        told = f"found a body of {length} bytes, expected at most {most_bytes}"
        raise Problem(413, "body_too_large", told)
