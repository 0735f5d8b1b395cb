"""Who is blamed when a broker hangs up: what was alone under way, and nobody else."""

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from monitord.adapters.mqtt.link import Link, Publication
from monitord.adapters.mqtt.publishing import Fate, Publishing

ALERT = Publication("alert", b"alert", True)
CALL = Publication("call", b"call", False)


class Silent:
    """A link whose broker answers nothing, and hangs up when the test says so."""

    was_cut = False

    def __init__(self) -> None:
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sent: list[Publication] = []

    def too_large(self, _: Publication) -> str:
        return ""

    def send(self, publication: Publication) -> asyncio.Future[str]:
        self.sent.append(publication)
        return asyncio.get_running_loop().create_future()

    async def settled(self, _: Sequence[asyncio.Future[str]]) -> None:
        await asyncio.shield(self.gone)


async def test_what_was_alone_under_way_is_what_the_broker_hung_up_on() -> None:
    """One call, or one batch: the broker had nothing else of us."""
    links = [Silent(), Silent()]
    publishing = Publishing(lambda: cast("Link", links.pop()), lambda _: None)
    for link in links:
        link.gone.set_result(None)
    assert [Fate.HUNG_UP] * 2 == await publishing.publish([ALERT, ALERT])
    with pytest.raises(ConnectionResetError):
        await publishing.publish_now(CALL)


async def test_nobody_is_blamed_where_more_was_under_way() -> None:
    """An open alert is not dropped for a call that the broker does not like, nor the reverse."""
    link = Silent()
    publishing = Publishing(lambda: cast("Link", link), lambda _: None)
    both = asyncio.gather(
        publishing.publish([ALERT]), publishing.publish_now(CALL), return_exceptions=True
    )
    await asyncio.sleep(0)
    assert 2 == len(link.sent)
    link.gone.set_result(None)
    fates, refused = await both
    assert [Fate.UNANSWERED] == fates
    assert ConnectionError is type(refused)
