"""Receivers of calls that do to each request what a script says; real sockets on 127.0.0.1."""

import asyncio
import json
from collections import defaultdict
from enum import Enum, auto
from typing import Any, Final

from aiosmtpd.smtp import SMTP, Envelope, Session

_ANSWER: Final = b"HTTP/1.1 %b\r\ncontent-length: 2\r\n%b\r\n{}"


class Does(Enum):
    """What becomes of one request."""

    TAKES = auto()
    FAILS = auto()  # 500
    HANGS = auto()  # no answer at all
    IS_BUSY = auto()  # 429, to be tried again after `BUSY_S`
    ANSWERS_LATE = auto()  # 200, when nobody waits for it any more
    ANSWERS_TWICE = auto()  # two answers to one request


BUSY_S: Final = 3
LATE_S: Final = 11  # monitord waits for 10 s


class Scripted:
    """An HTTP server; `script` has what it does to the requests on a path, the last for all."""

    def __init__(self, **script: list[Does]) -> None:
        self.script = {path: list(does) for path, does in script.items()}
        self.came: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Let nobody listen any more, and break off what is open."""
        assert self._server is not None
        self._server.close()
        for writer in self._open:
            writer.close()
        while self._open:  # noqa: ASYNC110 the handlers see the end of their sockets by themselves
            await asyncio.sleep(0.01)

    def ids(self, path: str) -> list[str]:
        return [one["id"] for one in self.came[path]]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        path = head.split()[1].strip("/")
        self.came[path].append(json.loads(await reader.readexactly(length)))
        left = self.script.get(path, [Does.TAKES])
        does = left.pop(0) if len(left) > 1 else left[0]
        if does is Does.HANGS:
            await reader.read()
            return False
        if does is Does.ANSWERS_LATE:
            await asyncio.sleep(LATE_S)
        status = {Does.FAILS: b"500 Broken", Does.IS_BUSY: b"429 Busy"}.get(does, b"200 OK")
        more = b"retry-after: %d\r\n" % BUSY_S if does is Does.IS_BUSY else b""
        writer.write(_ANSWER % (status, more) * (2 if does is Does.ANSWERS_TWICE else 1))
        await writer.drain()
        return True


class Mailbox:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.mails: list[str] = []

    async def start(self) -> str:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, loop=loop), "127.0.0.1", 0)
        return f"smtp+plain://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content.decode())
        return "250 taken"

    def close(self) -> None:
        self._server.close()
