"""Which alerts keep which others from calling, by what their rules say.

A rule that inhibits another inhibits what that one inhibits too, so the alert that is named as the
reason is never itself kept from calling.
"""

from collections.abc import Sequence

from monitord.domain.alerts import AlertPolicy, Priority


def inhibitors(policies: Sequence[AlertPolicy]) -> tuple[tuple[int, ...], ...]:
    """For each rule the rules that inhibit it: the highest priority first, then the widest.

    A rule that is not among `policies` is not watched, and passed over.
    """
    place = {policy.rule: index for index, policy in enumerate(policies)}
    below = [_below(policies, place, index) for index in range(len(policies))]
    urgency = list(Priority)
    order = sorted(
        range(len(policies)),
        key=lambda at: (urgency.index(policies[at].priority), -len(below[at]), at),
    )
    return tuple(tuple(at for at in order if rule in below[at]) for rule in range(len(policies)))


def _below(policies: Sequence[AlertPolicy], place: dict[str, int], start: int) -> set[int]:
    """Everything that a rule inhibits, step by step."""
    found: set[int] = set()
    waiting = [start]
    while waiting:
        named = policies[waiting.pop()].inhibits
        anew = {place[rule] for rule in named if rule in place} - found
        found |= anew
        waiting += sorted(anew)
    assert start not in found, f"{policies[start].rule}: inhibits itself"
    return found
