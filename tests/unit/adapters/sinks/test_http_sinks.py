"""What the sinks that speak HTTP say, word by word, and what they make of odd answers."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator

import httpx
import pytest

from monitord.adapters.sinks.http import Http, make_client
from monitord.adapters.sinks.pagerduty import PagerDuty
from monitord.adapters.sinks.text import Detail
from monitord.adapters.sinks.webhook import Webhook, read_secret
from monitord.domain.notifications import DeliveryState, Purpose
from monitord.domain.time import DAY, MINUTE, SECOND
from tests.contracts.sinks.behaviour import Behaviour, at_nine
from tests.contracts.sinks.benches import SECRET
from tests.contracts.sinks.receiver import Receiver
from tests.notifications import NINE, call


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    served = Receiver()
    await served.ready()
    yield served
    await served.close()


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with make_client() as opened:
        yield opened


@pytest.fixture
def webhook(receiver: Receiver, client: httpx.AsyncClient) -> Webhook:
    return Webhook(Http(client, at_nine), at_nine, f"{receiver.address}/hook", SECRET)


async def test_a_webhook_is_signed_as_the_standard_has_it(
    receiver: Receiver, webhook: Webhook
) -> None:
    """A receiver with the secret can tell that we said it, when, and whether it is the same."""
    await webhook.send(call())
    [heard] = receiver.received
    assert call().id == heard.headers["webhook-id"] == heard.headers["idempotency-key"]
    assert str(NINE // SECOND) == heard.headers["webhook-timestamp"]
    signed = f"{call().id}.{NINE // SECOND}.".encode() + heard.raw
    mac = hmac.new(SECRET, signed, hashlib.sha256).digest()
    assert f"v1,{base64.b64encode(mac).decode()}" == heard.headers["webhook-signature"]
    assert "application/json" == heard.headers["content-type"]
    assert ("/hook", "notification", call().id) == (
        heard.path,
        heard.body["kind"],
        heard.body["id"],
    )


@pytest.mark.parametrize(
    ("header", "asked_ms"),
    [
        ("0", 0),
        ("120", 120 * SECOND),
        ("99999999999999999999", DAY),
        ("Thu, 08 Jan 2026 09:05:00 GMT", 5 * MINUTE),
        ("Thu, 08 Jan 2026 08:00:00 GMT", 0),
        ("Thu, 08 Jan 2026 09:05:00 -0000", 5 * MINUTE),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
async def test_retry_after_is_seconds_or_a_date(
    receiver: Receiver, webhook: Webhook, header: str, asked_ms: int | None
) -> None:
    """Both forms of RFC 9110 are understood, at most a day, and anything else asks for nothing."""
    receiver.behaviour = Behaviour.BUSY
    receiver.retry_after = header
    came = await webhook.send(call())
    assert (DeliveryState.QUEUED, asked_ms) == (came.state, came.retry_after_ms)


async def test_a_redirect_is_not_followed(receiver: Receiver, webhook: Webhook) -> None:
    """What we tell goes only where it was configured to go."""
    receiver.location = f"{receiver.address}/elsewhere"
    came = await webhook.send(call())
    assert DeliveryState.FAILED is came.state
    assert "a redirect; set the channel's address to where it leads" in came.detail
    assert ["/hook"] == [one.path for one in receiver.received]


@pytest.mark.parametrize("url", ["", "nowhere", "ftp://127.0.0.1/", "http://[::1", "http://a b/"])
async def test_an_address_that_is_none_is_refused(client: httpx.AsyncClient, url: str) -> None:
    """A URL that cannot be used is an answer, not an error, and is not repeated in the words."""
    came = await Webhook(Http(client, at_nine), at_nine, url, SECRET).send(call())
    assert came.state in {DeliveryState.FAILED, DeliveryState.QUEUED}
    assert not url or url not in came.detail


def test_a_secret_is_read_as_it_is_given() -> None:
    """Marked as in Standard Webhooks it is Base64, otherwise its own words; a short one is none."""
    marked = "whsec_" + base64.b64encode(SECRET).decode()
    assert SECRET == read_secret(f"{marked}\n") == read_secret(SECRET.decode())
    with pytest.raises(ValueError, match="a secret of 5 bytes, expected at least 24"):
        read_secret("short")
    with pytest.raises(ValueError, match="no Base64 after whsec_"):
        read_secret("whsec_!")


async def test_pagerduty_gets_the_events_of_its_api(
    receiver: Receiver, client: httpx.AsyncClient
) -> None:
    """A call has a payload, an answer and an end have the same key and need none.

    In the first round there is no incident of an earlier one to be closed.
    """
    sink = PagerDuty(Http(client, at_nine), "routing", Detail.VITAL, receiver.address)
    came = [await sink.send(call(purpose=purpose)) for purpose in Purpose]
    assert ["theirs"] * 3 == [one.receipt for one in came]
    trigger, *others = (one.body for one in receiver.received)
    assert {"/v2/enqueue"} == {one.path for one in receiver.received}
    assert ["acknowledge", "resolve"] == [one["event_action"] for one in others]
    assert {call().alert} == {one["dedup_key"] for one in (trigger, *others)}
    assert {"routing"} == {one["routing_key"] for one in (trigger, *others)}
    payload = trigger["payload"]
    assert ("critical", "ward tower-3", "physiological") == (
        payload["severity"],
        payload["source"],
        payload["class"],
    )
    assert payload["summary"].startswith("CRS grade 3 or higher: ward tower-3, bed 7.")
    assert call().patient not in str(trigger)


async def test_a_new_round_is_a_new_incident_and_the_old_one_is_closed_after_it(
    receiver: Receiver, client: httpx.AsyncClient
) -> None:
    """PagerDuty does not ring again for an acknowledged incident, so a new round opens its own."""
    sink = PagerDuty(Http(client, at_nine), "routing", address=receiver.address)
    await sink.send(call(round=2))
    await sink.send(call(round=2, purpose=Purpose.RESOLVE))
    key = call().alert
    assert [("trigger", f"{key}-r2"), ("resolve", key), ("resolve", f"{key}-r2")] == [
        (one.body["event_action"], one.body["dedup_key"]) for one in receiver.received
    ]


async def test_a_drill_never_rings_as_critical_at_pagerduty(
    receiver: Receiver, client: httpx.AsyncClient
) -> None:
    """A drill has the least severity and a class of its own, so that it can be routed apart."""
    sink = PagerDuty(Http(client, at_nine), "routing", address=receiver.address)
    await sink.send(call(is_drill=True))
    [heard] = receiver.received
    assert ("info", "drill") == (heard.body["payload"]["severity"], heard.body["payload"]["class"])
    assert heard.body["payload"]["summary"].startswith("DRILL: ")
