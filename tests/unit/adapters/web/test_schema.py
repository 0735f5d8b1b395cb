"""Every operation of the API, called with whatever its description allows and does not allow."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from threading import Event, Thread
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from requests import PreparedRequest
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import ignored_auth

from monitord.adapters.web.signatures import SIGNATURE, signed
from tests.unit.adapters.web.calling import SECRET, Ward, served

BEARER = {"authorization": "Bearer operator"}


def sign(request: PreparedRequest) -> PreparedRequest:
    """Sign as a service does, so that its bodies are read; other operations do not look."""
    body = request.body or b""
    raw = body.encode() if isinstance(body, str) else body
    assert isinstance(raw, bytes)
    request.headers[SIGNATURE] = signed(SECRET, raw)
    return request


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the API from a thread of its own, as the generated calls do not wait.

    Its feed is closed, so that a stream ends once it has begun.
    """
    found: Future[str] = Future()
    done = Event()

    async def serve() -> None:
        async with served(Ward()) as api:
            await api.client.get("/health/live")  # from now on it listens
            found.set_result(str(api.client.base_url))
            await asyncio.to_thread(done.wait)

    thread = Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    yield found.result(60)
    done.set()
    thread.join(60)


def test_no_call_fails_and_every_answer_is_as_described(address: str) -> None:
    """No 5xx, no answer that is not in the OpenAPI document, for any operation.

    Who may call is the matrix's: the library takes our own header for one that it made up.
    """
    schema = schemathesis.openapi.from_url(f"{address}/v1/openapi.json")
    called = set()
    for one in schema.get_all_operations():
        assert isinstance(one, Ok)
        operation = one.ok()
        called.add(operation.label)

        @seed(1)
        @settings(
            max_examples=15,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def call(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers=BEARER, auth=sign, excluded_checks=[ignored_auth])

        call()
    assert 13 == len(called)
