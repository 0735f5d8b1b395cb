"""What of the past breaks the step: left out at the start, remembered by the journal, and told.

A tick is in the journal before it is stepped, so one that breaks the step would break it again at
every start. It is left out instead, and each of its events is refused by name in the first tick
that follows, where the broker, the decisions and a replay see it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

import orjson

from monitord import __version__
from monitord.adapters.codecs.native import encode_event
from monitord.adapters.inbox import CUT_BYTES
from monitord.daemon.configuration.settings import Settings
from monitord.daemon.ticking.ticks import Arriving
from monitord.domain.events import Arrival, Event, Rejection
from monitord.domain.time import LONG_AGO, Millis, format_time, parse_time

REASON: Final = "broke_the_step"
# The house's own numbers. Ticks that break one after the other are not to blame themselves: the
# ward that they meet is, and leaving out one more at each start would never end.
MOST_IN_A_ROW: Final = 3
MOST_LEFT_OUT: Final = 20

_OF_DECISIONS: Final = {"alerts", "grading", "limits", "schedule", "signals", "tick", "ward"}


@dataclass(frozen=True, slots=True)
class Broken:
    """The ticks that are left out, and the instant before which only what lasts is used."""

    ticks: frozenset[Millis] = frozenset()
    before: Millis = LONG_AGO

    @classmethod
    def told(cls, header: Mapping[str, Any]) -> Self:
        """Return what a journal's header says that its run left out."""
        continues = header.get("continues", {})
        before = continues.get("only_lasting_before")
        ticks = frozenset(parse_time(one) for one in continues.get("left_out", ()))
        return cls(ticks, LONG_AGO if before is None else parse_time(before))

    def document(self) -> dict[str, object]:
        """Write the same for a header; nothing where nothing is left out."""
        told: dict[str, object] = {}
        if self.ticks:
            told["left_out"] = [format_time(one) for one in sorted(self.ticks)]
        if self.before != LONG_AGO:
            told["only_lasting_before"] = format_time(self.before)
        return told

    def without(self, tick: Millis, in_a_row: int, now: Millis) -> Self | None:
        """Return what to leave out when a tick breaks too; None when there is no more to try.

        `in_a_row` counts those left out directly before it.
        """
        ticks = self.ticks | {tick}
        if in_a_row + 1 < MOST_IN_A_ROW and len(ticks) <= MOST_LEFT_OUT:
            return type(self)(ticks, self.before)
        # A tick of which less is used may hold.
        return type(self)(before=now) if self.before != now else None

    def sentences(self) -> list[str]:
        """Say it for people, in as many sentences as there are things to say."""
        told = []
        if self.ticks:
            times = ", ".join(format_time(one) for one in sorted(self.ticks))
            told.append(f"{len(self.ticks)} ticks that break the step are left out: {times}")
        if self.before != LONG_AGO:
            before = format_time(self.before)
            told.append(f"of what came before {before} only stays and treatments are used")
        return told


def judged_by(settings: Settings, rule_pack: str) -> dict[str, object]:
    """Return all that decisions hang on beside events, as a journal's header tells it."""
    of_decisions = settings.model_dump(mode="json", include=_OF_DECISIONS, by_alias=False)
    return {"version": __version__, "rule_pack": rule_pack, "settings": of_decisions}


def known_broken(newest: Mapping[str, Any], judging: Mapping[str, object]) -> Broken:
    """Return what the newest journal of the past left out; what judges otherwise tries anew."""
    is_same = all(newest.get(key) == value for key, value in judging.items())
    return Broken.told(newest) if is_same else Broken()


class LeftOut(NamedTuple):
    """One arrival of a tick that is left out, and the refusal that tells it."""

    arrival: Arrival
    refusal: Rejection


def left_out(tick: Millis, inbox: Sequence[Arrival], failure: str, now: Millis) -> list[LeftOut]:
    """Refuse each event of a tick by name; refusals in it stay what they are."""
    detail = (
        f"the tick of {format_time(tick)} broke the step ({failure}) and was left out at the "
        "start; enter anew what still matters, for the same event sent again is refused until "
        "the next start, and report this as a fault of monitord"
    )
    return [
        LeftOut(
            one,
            one
            if isinstance(one, Rejection)
            else Rejection(now, REASON, detail, _shown(one)[:CUT_BYTES].decode(errors="replace")),
        )
        for one in inbox
    ]


class TellingFirst:
    """Arrivals, and before the first of them the refusals that a start has to tell.

    A process that was killed may not have acknowledged what killed it, and the broker sends that
    again: what was left out is refused once more, or it would end this run too.
    """

    def __init__(self, told: Sequence[LeftOut], arriving: Arriving) -> None:
        self._refused = [one.refusal for one in told]
        self._known = {
            _sent(one.arrival): one.refusal
            for one in told
            if not isinstance(one.arrival, Rejection)
        }
        self._arriving = arriving

    def first(self) -> Millis:
        """Return when the oldest waiting message arrived; NEVER when none waits."""
        waiting = [one.received for one in self._refused]
        return min([*waiting, self._arriving.first()])

    def take(self, now: Millis) -> list[Arrival]:
        """Return everything received by `now`, after what the start refused."""
        refused, self._refused = self._refused, []
        arrivals = self._arriving.take(now)
        if self._known:
            arrivals = [self._unless_known(one) for one in arrivals]
        return [*refused, *arrivals]

    def _unless_known(self, arrival: Arrival) -> Arrival:
        if isinstance(arrival, Rejection):
            return arrival
        refusal = self._known.get(_sent(arrival))
        return arrival if refusal is None else refusal._replace(received=arrival.received)


def _sent(event: Event) -> bytes:
    """Give an event as it was sent, whenever it came."""
    return _shown(event._replace(received=event.time))


def _shown(event: Event) -> bytes:
    return orjson.dumps(encode_event(event))
