"""E-mail by SMTP, one message to all recipients of a channel.

The messages of one alert belong to one thread, and each is named after its notification, so that
a mailbox can tell when the same one comes twice.
Knowledge: RFC 5321 (replies), RFC 5322 (Message-ID, References), RFC 3834 (Auto-Submitted).
"""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from monitord.adapters.sinks.sink import ANSWER_WITHIN_MS, AT_ONCE, again, refused, too_slow
from monitord.adapters.sinks.text import Detail, words
from monitord.domain.alerts import Priority
from monitord.domain.language import ENGLISH, Language
from monitord.domain.notifications import DeliveryState, Notification, Outcome, Purpose
from monitord.domain.time import SECOND, Millis


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over; `tls` is `starttls`, `tls` from the first byte, or `none`."""

    host: str
    port: int
    tls: str = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""


class Smtp:
    """Hands each notification to one mail server, for the same recipients."""

    kind = "smtp"
    at_once = AT_ONCE
    refresh_every_ms: Millis | None = None

    def __init__(
        self,
        server: MailServer,
        sender: str,
        recipients: Sequence[str],
        detail: Detail = Detail.NONE,
        limit_ms: Millis = ANSWER_WITHIN_MS,
        say: Language = ENGLISH,
    ) -> None:
        self._server = server
        self._sender = sender
        self._domain = sender.rpartition("@")[2]
        self._recipients = tuple(recipients)
        self._detail = detail
        self._say = say
        self._limit_ms = limit_ms
        self._tls = None if server.tls == "none" else _context(server.ca_file)

    async def send(self, notification: Notification) -> Outcome:
        """Try once to hand the mail over; SENT when the server took it for any recipient."""
        try:
            async with asyncio.timeout(self._limit_ms / SECOND):
                refusals, said = await self._hand_over(self._mail(notification))
        except TimeoutError:
            return too_slow(self._limit_ms)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _refusal(min(one.code for one in error.recipients))
        except aiosmtplib.SMTPResponseException as error:
            return _refusal(error.code)
        except aiosmtplib.SMTPNotSupported:
            return refused("the mail server takes no such mail or password")
        except (aiosmtplib.SMTPException, OSError):
            return again("no connection to the mail server, it broke off, or it has no STARTTLS")
        missed = f"; refused for {refusals} of {len(self._recipients)}" if refusals else ""
        return Outcome(DeliveryState.SENT, f"the mail server took it{missed}", said)

    async def close(self) -> None:
        """Hold nothing: each mail has a connection of its own."""

    async def _hand_over(self, mail: EmailMessage) -> tuple[int, str]:
        server = self._server
        refusals, said = await aiosmtplib.send(
            mail,
            hostname=server.host,
            port=server.port,
            username=server.username or None,
            password=server.password or None,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            tls_context=self._tls,
            # Otherwise the library asks the DNS who we are, which may take longer than all else.
            local_hostname=self._domain,
            timeout=self._limit_ms / SECOND,
        )
        return len(refusals), said

    def _mail(self, notification: Notification) -> EmailMessage:
        subject, body = words(notification, self._detail, self._say)
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["To"] = ", ".join(self._recipients)
        mail["Subject"] = subject
        mail["Date"] = format_datetime(
            datetime.fromtimestamp(notification.queued_at / SECOND, tz=UTC)
        )
        mail["Message-ID"] = f"<{notification.id}@{self._domain}>"
        mail["References"] = f"<{notification.alert}@{self._domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        if notification.priority is Priority.HIGH and notification.purpose is Purpose.TRIGGER:
            mail["Importance"] = "high"
        mail.set_content(body)
        return mail


def _refusal(code: int) -> Outcome:
    # RFC 5321, 4.2.1: 4yz is for now, 5yz is for good.
    said = f"the mail server answered {code}"
    return again(said) if code < 500 else refused(said)


def _context(ca_file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file or None)
