"""What is published over the link of the moment, and what became of it.

A broker may end the connection over one publication, and would do so again each time it comes. One
that is larger than the broker said it takes is therefore never sent. Where nothing else was under
way when the broker hung up, that one thing is the cause; where more was, nobody can be blamed.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from enum import Enum
from itertools import compress

import aiomqtt

from monitord.adapters.mqtt.happenings import PublishRefused, Tell
from monitord.adapters.mqtt.link import Link, Publication


class Fate(Enum):
    """What became of a publication."""

    ANSWERED = "the broker has taken or refused it"
    UNANSWERED = "it was not sent, or not answered in time"
    HUNG_UP = "it, and what was published with it, was all that was under way when the broker left"
    TOO_LARGE = "the broker takes nothing so large, and was not sent it"


class Publishing:
    """Publishes at QoS 1, for whoever has something to say."""

    def __init__(self, link: Callable[[], Link | None], tell: Tell) -> None:
        """Remember both; `link` returns the one of the moment, or nothing."""
        self._link = link
        self._tell = tell
        # What one link was sent and has not answered; without our canaries, which no broker minds.
        self._under_way: set[asyncio.Future[str]] = set()
        self._under_way_on: Link | None = None

    async def publish(self, publications: Sequence[Publication]) -> list[Fate]:
        """Publish in order; return what became of each.

        A publication that the broker refuses counts as answered and is told as `PublishRefused`.
        """
        link = self._link()
        if link is None:
            return [Fate.UNANSWERED] * len(publications)
        fits = [not link.too_large(one) for one in publications]
        fates = iter(await self._publish_fitting(link, list(compress(publications, fits))))
        return [next(fates) if one_fits else Fate.TOO_LARGE for one_fits in fits]

    async def publish_now(self, publication: Publication) -> str:
        """Publish one; return why nobody received it, or nothing if the broker accepted.

        Raises `ConnectionError` when it was not sent, or not answered in time, and of these
        `ConnectionResetError` when the broker hung up while it was all that was under way.
        """
        link = self._link()
        if link is None:
            raise ConnectionError("there is no connection to the broker")
        if too_large := link.too_large(publication):
            return too_large
        try:
            answer = link.send(publication)
        except aiomqtt.MqttError as problem:
            raise ConnectionError(str(problem)) from problem
        await self._settle(link, [answer])
        if self._has_hung_up_on(link, [answer]):
            raise ConnectionResetError("the broker ended the connection over it")
        if not answer.done():
            raise ConnectionError("the broker did not answer")
        refusal = answer.result()
        return f"{refusal}; see the broker's access list" if refusal else ""

    async def _publish_fitting(self, link: Link, publications: Sequence[Publication]) -> list[Fate]:
        answers: list[asyncio.Future[str]] = []
        with contextlib.suppress(aiomqtt.MqttError):
            answers.extend(link.send(publication) for publication in publications)
        await self._settle(link, answers)
        for publication, answer in zip(publications, answers, strict=False):
            if answer.done() and answer.result():
                self._tell(PublishRefused(publication.topic, answer.result()))
        without = Fate.HUNG_UP if self._has_hung_up_on(link, answers) else Fate.UNANSWERED
        fates = [Fate.ANSWERED if answer.done() else without for answer in answers]
        return fates + [Fate.UNANSWERED] * (len(publications) - len(answers))

    async def _settle(self, link: Link, answers: Sequence[asyncio.Future[str]]) -> None:
        if link is not self._under_way_on:
            self._under_way_on, self._under_way = link, set()
        self._under_way = {one for one in (*self._under_way, *answers) if not one.done()}
        await link.settled(answers)

    def _has_hung_up_on(self, link: Link, answers: Sequence[asyncio.Future[str]]) -> bool:
        if not link.gone.done() or link.was_cut or link is not self._under_way_on:
            return False
        ours = {one for one in answers if not one.done()}
        return bool(ours) and ours == {one for one in self._under_way if not one.done()}
