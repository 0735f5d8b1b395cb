"""Answers that a pager's service sends on, signed by it: a person pressed a button elsewhere.

What no repetition could mend is answered with 200 and a name, for such a service sends again
whatever was not, and may give up on us. No patient's data go back to it.
Knowledge: PagerDuty, "Webhooks overview" and "Webhook payloads" (webhooks v3).
"""

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, FastAPI, Response
from fastapi import Request as Call
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from monitord.adapters.web.desk import Desk, Request
from monitord.adapters.web.guarded import Guard, check_size
from monitord.adapters.web.problems import Problem, problems
from monitord.adapters.web.signatures import SIGNATURE, Signers
from monitord.domain.time import SECOND

SIGNED: Final = "x-signed"  # stands with each operation that needs a signature and no token
# PagerDuty cuts what it sends at 55 KB.
_MOST_BODY_BYTES: Final = 64 * 1024
_MOST_NAME: Final = 128  # an event's `by` may have 256
_NOBODY: Final = "somebody"  # whose name the service does not tell

# What a person did there, and the reason that the acknowledgement is given.
_ANSWERS: Final = {
    "incident.acknowledged": "over PagerDuty",
    "incident.resolved": "resolved over PagerDuty",
}
# Everything else that changes an incident is done by a service or by a rule: our own events too.
_PERSON: Final = "user_reference"


# The most of a key that is looked at. A bound also refuses halves of characters.
Key = Annotated[str, StringConstraints(max_length=256)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="allow")


class Agent(_Sent):
    """Who did it: a person, or a service."""

    type: str | None = None
    summary: Annotated[str | None, Field(description="The name")] = None


class Incident(_Sent):
    """What it was done to; `incident_key` is the `dedup_key` of the event that opened it."""

    incident_key: Key | None = None


class Event(_Sent):
    """One thing that happened at PagerDuty; it is sent under the same `id` again."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    event_type: Key
    occurred_at: AwareDatetime
    agent: Agent | None = None
    data: Incident | None = None


class Delivery(_Sent):
    """What PagerDuty sends; only what is read is described."""

    event: Event


class Heard(BaseModel):
    """What came of it: `reason` names why nothing did."""

    outcome: Literal["acknowledged", "pending", "repeated", "ignored"]
    reason: str | None = None


def add_answers(api: FastAPI, desk: Desk, guard: Guard, signers: Signers) -> None:
    """Let those services answer whose secrets we hold."""
    scheme = APIKeyHeader(name=SIGNATURE, auto_error=False, description="HMAC-SHA256 of the body")
    router = APIRouter(
        prefix="/v1/answers",
        route_class=_signed_for(guard, signers),
        dependencies=[Depends(scheme)],
    )
    told = problems(401, 411, 413, 422, 503)
    told[202] = {"model": Heard, "description": "Taken; no tick came in time"}

    @router.post("/pagerduty", responses=told, openapi_extra={SIGNED: SIGNATURE})
    async def answer_over_pagerduty(sent: Delivery, call: Call, response: Response) -> Heard:
        """Acknowledge an alert whose incident a person acknowledged or resolved at PagerDuty."""
        event = sent.event
        key = (event.data.incident_key if event.data else None) or ""
        by = _name(event.agent)
        call.state.asked = {"event": event.id, "type": event.event_type, "alert": key, "of": by}
        reason = _passed_over(event)
        if reason:
            return _ignored(call, reason)
        given_at = int(event.occurred_at.timestamp() * SECOND)
        name = f"pagerduty-{event.id}"
        request = Request("acknowledge", key, by, _ANSWERS[event.event_type], None, name)
        decided = await desk.hear(request, given_at)
        if decided.outcome == "inbox_full":
            raise Problem(503, decided.outcome, decided.detail)
        if decided.is_refused:
            return _ignored(call, decided.outcome)
        if decided.outcome == "pending":
            response.status_code = 202
        known = decided.outcome in ("pending", "repeated")
        return Heard(outcome=decided.outcome if known else "acknowledged")

    api.include_router(router)


def _signed_for(guard: Guard, signers: Signers) -> type[APIRoute]:
    """Return the kind of route that only a signed call gets through."""

    async def check_signature(request: Call) -> None:
        header = request.headers.get(SIGNATURE)
        if header is None:
            guard.slow_down_stranger(request)
            raise _unauthorized("no_signature", f"found none, expected {SIGNATURE}")
        check_size(request, _MOST_BODY_BYTES)
        found = signers.find(header, await request.body())
        if found is None:
            guard.slow_down_stranger(request)
            told = "found a signature that is nobody's, expected that of answers_secret_file"
            raise _unauthorized("unknown_signature", told)
        request.state.caller = found
        # No token has such a name: neither uses up what the other may.
        guard.slow_down(request, f"channel {found.name}")

    class Signed(APIRoute):
        def get_route_handler(self) -> Callable[[Call], Any]:
            go_on = super().get_route_handler()

            async def enter(request: Call) -> Response:
                await check_signature(request)
                return await go_on(request)

            async def handle(request: Call) -> Response:
                return await guard.watch(request, self.name, enter)

            return handle

    return Signed


def _unauthorized(reason: str, detail: str) -> Problem:
    return Problem(401, reason, detail, {"www-authenticate": f'Signature header="{SIGNATURE}"'})


def _passed_over(event: Event) -> str:
    """Name why an event answers no alert; nothing for one that may."""
    if event.event_type not in _ANSWERS:
        return "no_answer"
    if event.agent is None or event.agent.type != _PERSON:
        return "not_by_a_person"
    if event.data is None or not event.data.incident_key:
        return "no_alert_named"
    return ""


def _ignored(call: Call, reason: str) -> Heard:
    call.state.reason = reason
    return Heard(outcome="ignored", reason=reason)


def _name(agent: Agent | None) -> str:
    """Return who did it, on one line that a log and a journal can hold."""
    told = (agent.summary if agent else None) or ""
    plain = "".join(one if one.isprintable() else " " for one in told)
    return " ".join(plain.split())[:_MOST_NAME].strip() or _NOBODY
