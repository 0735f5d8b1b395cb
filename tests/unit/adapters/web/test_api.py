"""The API over real HTTP: who may do what, what is asked of the desk, and what is answered."""

from typing import Any

import pytest

from monitord.adapters.web.desk import Decided, Request
from tests.unit.adapters.web.calling import ALERT, Ward, served

# Operation: what each caller gets, in the order none, wrong, read, nurse, operator.
CALLERS = (None, "wrong", "read", "nurse", "operator")
READ = (401, 401, 200, 200, 200)
NURSE = (401, 401, 403, 200, 200)
MATRIX = {
    ("GET", "/v1/patients"): READ,
    ("GET", "/v1/patients/{patient}"): READ,
    ("GET", "/v1/alerts"): READ,
    ("GET", "/v1/alerts/{alert}"): READ,
    ("GET", "/v1/alerts/{alert}/history"): READ,
    ("GET", "/v1/events"): READ,
    ("POST", "/v1/alerts/{alert}/acknowledge"): NURSE,
    ("POST", "/v1/alerts/{alert}/silence"): NURSE,
    ("POST", "/v1/alerts/{alert}/unsilence"): NURSE,
    ("POST", "/v1/alerts/{alert}/resolve"): NURSE,
    ("POST", "/v1/drills"): (401, 401, 403, 403, 201),
    ("GET", "/v1/drills/{drill}"): (401, 401, 403, 403, 200),
}

# Open to a signature, and to no token.
SIGNED = {("POST", "/v1/answers/pagerduty")}


async def test_every_operation_has_its_row_in_the_matrix() -> None:
    """A new operation is not served before somebody says who may call it."""
    async with served(Ward()) as api:
        paths = (await api.call("GET", "/v1/openapi.json", None)).json()["paths"]
    served_here = {
        (method.upper(), path): operation
        for path, methods in paths.items()
        for method, operation in methods.items()
    }
    assert set(MATRIX) | SIGNED == set(served_here)
    assert set(MATRIX) == {key for key, told in served_here.items() if "x-role" in told}
    assert SIGNED == {key for key, told in served_here.items() if "x-signed" in told}


@pytest.mark.parametrize("operation", sorted(SIGNED))
async def test_no_token_opens_what_is_open_to_a_signature(operation: tuple[str, str]) -> None:
    """Nobody, a stranger and each role get 401; test_answers.py has who gets through."""
    ward = Ward()
    async with served(ward) as api:
        for caller in CALLERS:
            answer = await api.call(*operation, caller, json={})
            assert (401, "no_signature") == (answer.status_code, answer.json()["reason"])
    assert [] == ward.asked


@pytest.mark.parametrize(("operation", "expected"), MATRIX.items())
async def test_every_caller_gets_what_the_matrix_says(
    operation: tuple[str, str], expected: tuple[int, ...]
) -> None:
    """Nobody, a stranger and each role; who is refused changes nothing and is told what is needed.

    A body that nobody may send is not even read.
    """
    method, path = operation
    path = path.format(patient="p1", alert="a1", drill="drill-1")
    ward = Ward()
    async with served(ward) as api:
        for caller, status in zip(CALLERS, expected, strict=True):
            before = len(ward.asked)
            sent = {"ward": "west"} if path == "/v1/drills" else {}
            body: dict[str, Any] = {"json": sent} if method == "POST" else {}
            answer = await api.call(method, path, caller, **body)
            assert (caller, status) == (caller, answer.status_code)
            assert len(ward.asked) - before == (method == "POST" and status < 300)
            if status == 401:
                assert answer.headers["www-authenticate"].startswith("Bearer")
                junk = await api.call(method, path, caller, content=b"{")
                assert junk.status_code == 401
            if status == 403:
                needed = "operator" if "drills" in path else "nurse"
                assert f"expected {needed}" in answer.json()["detail"]
            if status >= 400:
                assert answer.headers["content-type"] == "application/problem+json"


async def test_each_answer_is_asked_under_the_tokens_name() -> None:
    """Action, alert, reason, time and idempotency key go on; `by` is whose token it is."""
    ward = Ward()
    until = "2026-01-08T10:00:00+01:00"
    async with served(ward) as api:
        for action in ("acknowledge", "silence"):
            body = {"reason": "on my way", "until": until, "id": "k1"}
            await api.call("POST", f"/v1/alerts/a1/{action}", "nurse", json=body)
        for action in ("unsilence", "resolve"):
            await api.call("POST", f"/v1/alerts/a1/{action}", "nurse", json={})
    assert [
        Request("acknowledge", "a1", "the-nurse", "on my way", until, "k1"),
        Request("silence", "a1", "the-nurse", "on my way", until, "k1"),
        Request("unsilence", "a1", "the-nurse"),
        Request("resolve", "a1", "the-nurse"),
    ] == ward.asked


@pytest.mark.parametrize(
    ("decided", "status"),
    [
        (Decided("acknowledged", False, "", ALERT), 200),
        (Decided("repeated", False, "", None), 200),
        (Decided("pending", False, "", ALERT), 202),
        (Decided("no_such_alert", True, "found no alert", None), 404),
        (Decided("unknown_patient", True, "p1 is not here", ALERT), 404),
        (Decided("not_raised_yet", True, "found PENDING", ALERT), 409),
        (Decided("condition_still_true", True, "found ACTIVE", ALERT), 409),
        (Decided("nothing_to_silence", True, "found LATCHED", ALERT), 409),
        (Decided("not_silenced", True, "found ACTIVE", ALERT), 409),
        (Decided("until_is_past", True, "until: found", ALERT), 422),
        (Decided("inbox_full", True, "found a full inbox", None), 503),
    ],
)
async def test_what_the_tick_decided_is_the_answer(decided: Decided, status: int) -> None:
    """What was done comes with the alert as it stands; a refusal with its name and its reason."""
    ward = Ward()
    ward.decides = decided
    async with served(ward) as api:
        answer = await api.call("POST", "/v1/alerts/a1/acknowledge", "nurse", json={})
    assert status == answer.status_code
    told = answer.json()
    if decided.is_refused:
        assert (decided.outcome, decided.detail) == (told["reason"], told["detail"])
        assert status == told["status"]
    else:
        assert {"outcome": decided.outcome, "alert": decided.alert} == told


async def test_alerts_are_those_that_were_asked_for() -> None:
    """By patient, ward and priority, each with all fields of its topic."""
    async with served(Ward()) as api:
        for query, found in [
            ("", [ALERT]),
            ("?ward=west&priority=medium&patient=p1", [ALERT]),
            ("?ward=east", []),
            ("?priority=high", []),
            ("?patient=p2", []),
        ]:
            assert {"alerts": found} == (await api.call("GET", f"/v1/alerts{query}")).json()


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "reason"),
    [
        ("GET", "/v1/patients/p2", {}, 404, "unknown_patient"),
        ("GET", "/v1/patients/p%20", {}, 422, "bad_request"),
        ("GET", "/v1/alerts/a2", {}, 404, "no_such_alert"),
        ("GET", "/v1/alerts/a2/history", {}, 404, "no_such_alert"),
        ("GET", "/v1/drills/drill-2", {}, 404, "no_such_drill"),
        ("POST", "/v1/drills", {"json": {"ward": "nowhere"}}, 404, "no_such_ward"),
        ("POST", "/v1/drills", {"json": {"ward": "busy"}}, 409, "drill_is_running"),
        ("POST", "/v1/drills", {"json": {}}, 422, "bad_request"),
        *(
            ("POST", "/v1/drills", {"json": {"ward": ward}}, 422, "bad_request")
            for ward in (
                "",
                "#",
                "a+",
                "a/b",
                "a\0",
                "a\n",
                "a\x85",
                "\ufdd0",
                "\U0001ffff",
                "w" * 65,
            )
        ),
        ("GET", "/v1/alerts?priority=worst", {}, 422, "bad_request"),
        ("GET", "/v1/events?kind=alert&kind=alarm", {}, 422, "bad_request"),
        ("GET", "/v1/events?patient=p%20", {}, 422, "bad_request"),
        ("GET", "/v1/events?ward=", {}, 422, "bad_request"),
        ("GET", "/v1/nothing", {}, 404, "no_such_path"),
        # Not led elsewhere, to an address that the caller named and without the proxy's TLS.
        ("GET", "/v1/alerts/", {}, 404, "no_such_path"),
        ("GET", "/v1/alerts/a%0Ab", {}, 404, "no_such_path"),
        ("DELETE", "/v1/alerts", {}, 405, "method_not_allowed"),
        ("POST", "/v1/alerts/a1/resolve", {"content": b"{"}, 422, "bad_request"),
        (
            "POST",
            "/v1/alerts/a1/resolve",
            {"content": b"\xff", "headers": {"content-type": "application/json"}},
            422,
            "bad_request",
        ),
        ("POST", "/v1/alerts/a1/resolve", {"json": {"untli": ""}}, 422, "bad_request"),
        ("POST", "/v1/alerts/a1/silence", {"json": {"until": "10:00"}}, 422, "bad_request"),
        ("POST", "/v1/alerts/a1/silence", {"content": b'{"\\ud800":1}'}, 422, "bad_request"),
        ("POST", "/v1/alerts/a1/silence", {"json": {"reason": "x" * 257}}, 422, "bad_request"),
        ("POST", "/v1/alerts/a1/silence", {"content": b" " * 20_000}, 413, "body_too_large"),
    ],
)
async def test_what_does_not_fit_is_a_problem_with_a_name(
    method: str, path: str, more: dict[str, Any], status: int, reason: str
) -> None:
    """RFC 9457 with a reason, and nothing is asked of the ward."""
    ward = Ward()
    async with served(ward) as api:
        answer = await api.call(method, path, **more)
    assert (status, reason) == (answer.status_code, answer.json()["reason"])
    assert answer.headers["content-type"] == "application/problem+json"
    assert [] == ward.asked


async def test_a_body_of_unknown_length_is_refused() -> None:
    """What has no end cannot be waited for."""

    async def endless():
        yield b"{}"

    async with served(Ward()) as api:
        answer = await api.call("POST", "/v1/alerts/a1/resolve", content=endless())
    assert (411, "length_required") == (answer.status_code, answer.json()["reason"])


async def test_every_call_that_would_change_something_is_recorded() -> None:
    """Also one that is refused, by whom and why; reading is not, and no token ever is."""
    async with served(Ward()) as api:
        for caller in (None, "wrong", "read", "nurse"):
            await api.call("POST", "/v1/alerts/a1/silence", caller, json={"reason": "secret-ly"})
        await api.call("GET", "/v1/alerts", "wrong")
    told = [(what, one["by"], one["status"], one["reason"]) for what, one in api.recorded]
    assert [
        ("request.refused", None, 401, "no_token"),
        ("request.refused", None, 401, "unknown_token"),
        ("request.refused", "the-read", 403, "role_too_low"),
        ("request.answered", "the-nurse", 200, None),
    ] == told
    assert all(one["asked"] == {"alert": "a1"} for _, one in api.recorded)
    assert "wrong" not in repr(api.recorded)
    assert ("list_alerts", 401) == api.counted[-1]


async def test_metrics_and_health_need_no_token() -> None:
    """They are beside the API, as they were."""
    async with served(Ward()) as api:
        for path in ("/metrics", "/health/live", "/health/ready", "/v1/openapi.json"):
            assert 200 == (await api.call("GET", path, None)).status_code
