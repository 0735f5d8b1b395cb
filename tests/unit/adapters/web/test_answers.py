"""Answers that PagerDuty sends on: who may, which of them answer an alert, and what goes back."""

import json
from typing import Any, Final

import httpx
import pytest

from monitord.adapters.web.desk import Decided, Request
from monitord.adapters.web.signatures import SIGNATURE, signed
from monitord.domain.time import parse_time
from tests.unit.adapters.web.calling import ALERT, SECRET, Served, Ward, served

PATH: Final = "/v1/answers/pagerduty"
ANN: Final = {"type": "user_reference", "id": "PLH1HKV", "summary": "Ann Example"}
# What our own events to PagerDuty come back with.
OURSELVES: Final = {"type": "inbound_integration_reference", "summary": "Events API V2"}


def event(**more: Any) -> dict[str, Any]:
    """Make what PagerDuty sends once somebody acknowledged the incident of the alert a1."""
    told = {
        "id": "01CEVENT",
        "event_type": "incident.acknowledged",
        "resource_type": "incident",
        "occurred_at": "2026-01-08T09:00:30.250Z",
        "agent": ANN,
        "client": None,
        "data": {"id": "PGR0VU2", "type": "incident", "incident_key": "a1", "status": "x"},
    }
    return {"event": told | more}


async def send(
    api: Served, body: dict[str, Any] | bytes, secret: bytes = SECRET, before: str = ""
) -> httpx.Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": "application/json", SIGNATURE: before + signed(secret, raw)}
    return await api.call("POST", PATH, None, content=raw, headers=headers)


async def test_what_a_person_acknowledged_there_is_acknowledged_here() -> None:
    """By the person's name, under the event's id, with the time at which it was done."""
    ward = Ward()
    async with served(ward) as api:
        answer = await send(api, event())
    assert (200, {"outcome": "acknowledged", "reason": None}) == (answer.status_code, answer.json())
    told = Request("acknowledge", "a1", "Ann Example", "over PagerDuty", id="pagerduty-01CEVENT")
    assert [told] == ward.asked
    assert parse_time("2026-01-08T09:00:30.250Z") == ward.given_at


async def test_what_a_person_resolved_there_is_acknowledged_here_too() -> None:
    """Nobody can end from afar what stands with the patient."""
    ward = Ward()
    async with served(ward) as api:
        await send(api, event(event_type="incident.resolved"))
    [asked] = ward.asked
    assert ("acknowledge", "resolved over PagerDuty") == (asked.action, asked.reason)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"event_type": "incident.triggered"}, "no_answer"),
        ({"event_type": "pagey.ping", "data": {"message": "Hello", "type": "ping"}}, "no_answer"),
        ({"event_type": "incident.resolved", "agent": OURSELVES}, "not_by_a_person"),
        ({"agent": OURSELVES}, "not_by_a_person"),
        ({"agent": None}, "not_by_a_person"),
        ({"data": None}, "no_alert_named"),
        ({"data": {"incident_key": None}}, "no_alert_named"),
    ],
)
async def test_what_answers_no_alert_is_passed_over_by_name(
    more: dict[str, Any], reason: str
) -> None:
    """With 200, or it would come again; the audit has the name, and the ward is not asked."""
    ward = Ward()
    async with served(ward) as api:
        answer = await send(api, event(**more))
    assert (200, {"outcome": "ignored", "reason": reason}) == (answer.status_code, answer.json())
    assert [] == ward.asked
    [(what, fields)] = api.recorded
    assert ("request.answered", reason, "pager") == (what, fields["reason"], fields["by"])


@pytest.mark.parametrize(
    ("decided", "status", "told"),
    [
        (Decided("acknowledged_again", False, "", ALERT), 200, ("acknowledged", None)),
        (Decided("acknowledged_after_end", False, "", None), 200, ("acknowledged", None)),
        (Decided("repeated", False, "", ALERT), 200, ("repeated", None)),
        (Decided("pending", False, "", ALERT), 202, ("pending", None)),
        (Decided("is_a_drill", True, "", None), 200, ("ignored", "is_a_drill")),
        (Decided("no_such_alert", True, "", None), 200, ("ignored", "no_such_alert")),
        (Decided("given_before", True, "", None), 200, ("ignored", "given_before")),
    ],
)
async def test_what_was_decided_is_told_without_the_alert(
    decided: Decided, status: int, told: tuple[str, str | None]
) -> None:
    """No patient's data go back, and what no repetition mends has a status of success."""
    ward = Ward()
    ward.decides = decided
    async with served(ward) as api:
        answer = await send(api, event())
    assert status == answer.status_code
    assert dict(zip(("outcome", "reason"), told, strict=True)) == answer.json()


async def test_a_full_inbox_lets_pagerduty_send_again() -> None:
    """Then there is room, most likely."""
    ward = Ward()
    ward.decides = Decided("inbox_full", True, "found a full inbox", None)
    async with served(ward) as api:
        answer = await send(api, event())
    assert (503, "inbox_full") == (answer.status_code, answer.json()["reason"])


@pytest.mark.parametrize(
    ("summary", "by"),
    [
        ("  Ann\n\u202eExample\x00 ", "Ann Example"),
        ("x" * 300, "x" * 128),
        ("\u200b", "somebody"),
        ("\ud800", "somebody"),
        (None, "somebody"),
    ],
)
async def test_a_name_becomes_one_plain_line(summary: str | None, by: str) -> None:
    """Whatever somebody called themselves there, logs and journal can hold it."""
    ward = Ward()
    async with served(ward) as api:
        await send(api, event(agent=ANN | {"summary": summary}))
    assert [by] == [one.by for one in ward.asked]


async def test_while_a_secret_is_changed_either_signature_will_do() -> None:
    """PagerDuty sends one with each of the two."""
    ward = Ward()
    async with served(ward) as api:
        answer = await send(api, event(), before="v1=00ff, ")
    assert 200 == answer.status_code


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, "no_signature"),
        ("", "unknown_signature"),
        ("v1=", "unknown_signature"),
        (signed(b"somebody else's secret here", b"{}"), "unknown_signature"),
        (signed(SECRET, b"{}").replace("v1=", "v0="), "unknown_signature"),
        (signed(SECRET, b"[]"), "unknown_signature"),
        ("v1=0," * 8 + signed(SECRET, b"{}"), "unknown_signature"),
        ("\xff", "unknown_signature"),
    ],
)
async def test_who_does_not_sign_is_refused_by_name_and_recorded(
    header: str | None, reason: str
) -> None:
    """Also with a token of the highest role: a service's answer is a service's alone."""
    ward = Ward()
    async with served(ward) as api:
        given = {} if header is None else {SIGNATURE: header.encode("latin-1")}
        answer = await api.call("POST", PATH, "operator", content=b"{}", headers=given)
    assert (401, reason) == (answer.status_code, answer.json()["reason"])
    assert answer.headers["www-authenticate"].startswith("Signature")
    assert [] == ward.asked
    [(what, fields)] = api.recorded
    assert ("request.refused", reason, None) == (what, fields["reason"], fields["by"])
    assert [("answer_over_pagerduty", 401)] == api.counted


async def test_the_audit_has_event_alert_and_person_and_no_secret() -> None:
    """So that it can be said which button was pressed, and by whom."""
    async with served(Ward()) as api:
        await send(api, event())
    [(what, fields)] = api.recorded
    assert "request.answered" == what
    assert {
        "event": "01CEVENT",
        "type": "incident.acknowledged",
        "alert": "a1",
        "of": "Ann Example",
    } == fields["asked"]
    assert "held by" not in repr(api.recorded)


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"{", 422, "bad_request"),
        (b"\xff", 422, "bad_request"),
        ({"event": {"id": "e1"}}, 422, "bad_request"),
        (event(occurred_at="yesterday"), 422, "bad_request"),
        (event(id="\ud800"), 422, "bad_request"),
        (event(event_type="\ud800"), 422, "bad_request"),
        (event(data={"incident_key": "\ud800"}), 422, "bad_request"),
        (event(id="x" * 201), 422, "bad_request"),
        (b" " * 70_000, 413, "body_too_large"),
    ],
)
async def test_what_is_signed_and_is_no_event_is_a_problem(
    body: dict[str, Any] | bytes, status: int, reason: str
) -> None:
    """Nobody at PagerDuty sends such a thing."""
    ward = Ward()
    async with served(ward) as api:
        answer = await send(api, body)
    assert (status, reason) == (answer.status_code, answer.json()["reason"])
    assert [] == ward.asked


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_any_time_that_can_be_written_can_be_answered(time: str) -> None:
    """Whether it is too early is for the desk."""
    async with served(Ward()) as api:
        assert 200 == (await send(api, event(occurred_at=time))).status_code


async def test_a_flood_without_a_signature_is_cut_and_keeps_no_answer_away() -> None:
    """Beyond the first it is not even recorded; who signs is let in beside it."""
    ward = Ward()
    async with served(ward, (9, 2, 1)) as api:
        wrong = [await send(api, event(), b"of somebody who would like to") for _ in range(3)]
        recorded = len(api.recorded)
        answers = [await send(api, event(id=f"e{number}")) for number in range(3)]
    assert [401, 429, 429] == [one.status_code for one in wrong]
    assert 1 == recorded
    assert [200, 200, 429] == [one.status_code for one in answers]
    assert "too_many_calls" == answers[-1].json()["reason"]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert 2 == len(ward.asked)
