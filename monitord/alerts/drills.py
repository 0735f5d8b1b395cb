"""A drill: every step and channel of a ward's chains at once, marked so that nobody believes it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from hashlib import blake2b
from typing import Final

from monitord.alerts.chains import Chain, Step
from monitord.domain.alerts import Condition, Priority
from monitord.domain.language import ENGLISH, Language
from monitord.domain.notifications import Notification, Purpose
from monitord.domain.time import DAY, Millis

_RULE: Final = "drill"
_STARTS: Final = "drill-"


def called_in_drill(
    chains: Sequence[Chain], ward: str, now: Millis, say: Language = ENGLISH
) -> list[Notification]:
    """Make one call for each step of each chain that can cover the ward, at whatever hours."""
    return [
        _call(chain, step, number, ward, now, say)
        for number, (chain, step) in enumerate(_steps(chains, ward))
    ]


def over_in_drill(
    chains: Sequence[Chain],
    ward: str,
    began_at: Millis,
    now: Millis,
    say: Language = ENGLISH,
) -> list[Notification]:
    """Tell every channel that the drill which began at `began_at` is over."""
    last = {one.channel: one for one in called_in_drill(chains, ward, began_at, say)}
    return [
        replace(one, purpose=Purpose.RESOLVE, queued_at=now, expires_at=now + DAY)
        for one in last.values()
    ]


def drill_id(ward: str, began_at: Millis) -> str:
    """Name a drill; no alert has such a name.

    >>> drill_id("west", 0)
    'drill-4a7543cedc9016f4'
    """
    return _STARTS + blake2b(f"{ward}\0{began_at}".encode()).hexdigest()[:16]


def names_a_drill(alert: str) -> bool:
    """Say whether an id is that of a drill.

    >>> names_a_drill(drill_id("west", 0)), names_a_drill("a1")
    (True, False)
    """
    return alert.startswith(_STARTS)


def _steps(chains: Iterable[Chain], ward: str) -> list[tuple[Chain, Step]]:
    return [
        (chain, step) for chain in chains if fnmatchcase(ward, chain.ward) for step in chain.steps
    ]


def _call(
    chain: Chain, step: Step, number: int, ward: str, now: Millis, say: Language
) -> Notification:
    highest = next(priority for priority in Priority if priority in chain.priorities)
    return Notification(
        alert=drill_id(ward, now),
        purpose=Purpose.TRIGGER,
        channel=step.channel,
        step=number,
        round=1,
        patient="",
        ward=ward,
        bed=None,
        rule=_RULE,
        condition=Condition.TECHNICAL,
        priority=highest,
        # Each channel's words are marked as a drill where they are written; here they are plain.
        title=say("chain {chain}", chain=chain.name),
        message=say(
            "Chain {chain} calls {who} over {channel}; nobody is ill.",
            chain=chain.name,
            who=step.who,
            channel=step.channel,
        ),
        action=say("Confirm that this arrived."),
        source=f"chain {chain.name}",
        raised_at=now,
        queued_at=now,
        expires_at=now + step.worth_ms,
        is_drill=True,
    )
