"""What mail, MQTT and Apprise say, word by word."""

import asyncio
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import orjson
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from monitord.adapters.sinks.apprise import Apprise
from monitord.adapters.sinks.mqtt import Mqtt
from monitord.adapters.sinks.smtp import MailServer, Smtp
from monitord.adapters.sinks.text import Detail
from monitord.domain.notifications import DeliveryState, Outcome, Purpose
from tests.notifications import call


class Mailbox:
    """A mail server that knows everybody but `nobody@ward.test`."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        if address == "nobody@ward.test":
            return "550 unknown"
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken as 42"


async def mailed(mailbox: Mailbox, *recipients: str, purpose: Purpose = Purpose.TRIGGER) -> Outcome:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", 0)
    async with server:
        at = MailServer("127.0.0.1", server.sockets[0].getsockname()[1], tls="none")
        sink = Smtp(at, "monitord@ward.test", recipients, Detail.VITAL)
        return await sink.send(call(purpose=purpose))


async def test_a_mail_says_where_and_belongs_to_its_alert() -> None:
    """Subject and text name ward and bed; all mails of one alert make one thread."""
    mailbox = Mailbox()
    came = await mailed(mailbox, "nurse@ward.test")
    await mailed(mailbox, "nurse@ward.test", purpose=Purpose.RESOLVE)
    assert DeliveryState.SENT is came.state
    assert came.receipt is not None and "42" in came.receipt
    first, last = mailbox.mails
    assert "CRS grade 3 or higher: ward tower-3, bed 7" == first["Subject"]
    assert "OVER: CRS grade 3 or higher: ward tower-3, bed 7" == last["Subject"]
    assert f"<{call().id}@ward.test>" == first["Message-ID"] != last["Message-ID"]
    assert first["References"] == last["References"] == f"<{call().alert}@ward.test>"
    assert ("high", None) == (first["Importance"], last["Importance"])
    assert "auto-generated" == first["Auto-Submitted"]
    assert "Thu, 08 Jan 2026 09:00:00 +0000" == first["Date"]
    assert call().patient not in str(first)


async def test_a_mail_that_reaches_some_is_sent_and_says_whom_it_missed() -> None:
    """One wrong address among two is told and does not keep it from the other."""
    mailbox = Mailbox()
    came = await mailed(mailbox, "nobody@ward.test", "nurse@ward.test")
    assert DeliveryState.SENT is came.state
    assert "the mail server took it; refused for 1 of 2" == came.detail
    assert DeliveryState.FAILED is (await mailed(mailbox, "nobody@ward.test")).state
    assert 1 == len(mailbox.mails)


async def test_a_server_without_what_is_configured_gets_nothing() -> None:
    """Where STARTTLS is asked for and not offered, nothing is sent in the clear."""
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", 0)
    async with server:
        at = MailServer("127.0.0.1", server.sockets[0].getsockname()[1])
        came = await Smtp(at, "monitord@ward.test", ["nurse@ward.test"]).send(call())
    assert DeliveryState.QUEUED is came.state
    assert came.detail.endswith("or it has no STARTTLS")
    assert [] == mailbox.mails


async def test_mqtt_tells_on_a_topic_of_the_notification() -> None:
    """Ward, patient and id make the topic; the document is whole, and the answer is kept."""
    heard: list[tuple[str, bytes]] = []
    refusal = ""

    async def publish(topic: str, payload: bytes) -> str:
        heard.append((topic, payload))
        return refusal

    sink = Mqtt(publish, "monitord/v1")
    assert DeliveryState.DELIVERED is (await sink.send(call())).state
    [(topic, payload)] = heard
    assert f"monitord/v1/out/tower-3/p-4711/notification/{call().id}" == topic
    assert call().message == orjson.loads(payload)["message"]
    refusal = "Not authorized"
    assert "not taken by the broker (Not authorized)" == (await sink.send(call())).detail


@pytest.mark.parametrize("detail", [Detail.NONE, Detail.VITAL])
async def test_mqtt_names_no_patient_where_the_channel_may_not(detail: Detail) -> None:
    """Neither in the topic nor in the document, which has the alert to ask for."""
    heard: list[tuple[str, bytes]] = []

    async def publish(topic: str, payload: bytes) -> str:
        heard.append((topic, payload))
        return ""

    await Mqtt(publish, "monitord/v1", detail).send(call())
    [(topic, payload)] = heard
    assert f"monitord/v1/out/tower-3/_/notification/{call().id}" == topic
    assert call().patient not in topic + payload.decode()
    assert call().alert == orjson.loads(payload)["alert"]


async def test_a_drill_over_mqtt_leaves_no_level_of_the_topic_empty() -> None:
    """It is about no patient, whatever the channel may say."""
    heard: list[str] = []

    async def publish(topic: str, _payload: bytes) -> str:
        heard.append(topic)
        return ""

    drill = replace(call(is_drill=True), patient="")
    await Mqtt(publish, "monitord/v1", Detail.FULL).send(drill)
    assert [f"monitord/v1/out/tower-3/_/notification/{drill.id}"] == heard


async def test_mqtt_gives_up_what_the_broker_hangs_up_on_three_times() -> None:
    """Only being hung up on counts: without a connection a call is tried until it expires."""
    problems = [ConnectionError(), *[ConnectionResetError()] * 2, ConnectionError()]

    async def publish(_topic: str, _payload: bytes) -> str:
        raise problems.pop() if problems else ConnectionResetError

    sink = Mqtt(publish, "monitord/v1")
    came = [await sink.send(call()) for _ in range(5)]
    assert [DeliveryState.QUEUED] * 4 == [one.state for one in came[:4]]
    assert DeliveryState.FAILED is came[4].state
    assert "the broker hung up on its" in came[4].detail
    assert DeliveryState.QUEUED is (await sink.send(call())).state


@pytest.mark.parametrize("urls", [[], ["nothing://here"], ["json://127.0.0.1", "nothing://here"]])
async def test_an_address_that_apprise_does_not_know_is_refused(urls: list[str]) -> None:
    """One service that cannot be told is refused at once, and not left out in silence."""
    came = await Apprise(urls).send(call())
    assert DeliveryState.FAILED is came.state
    assert "Apprise knows no service by this URL" in came.detail
