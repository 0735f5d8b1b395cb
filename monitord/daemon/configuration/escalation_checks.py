"""What is wrong with chains that each look right, by the time they stand together.

Calls that can never be made, and alerts that nobody would be called for.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import product

from monitord.alerts.chains import Unless
from monitord.daemon.configuration.config_problems import ConfigProblem, one_of
from monitord.daemon.configuration.escalation_settings import (
    ChainSettings,
    EscalationFile,
    StepSettings,
)
from monitord.domain.alerts import Condition, Priority
from monitord.domain.time import format_span


def problems_in(where: str, file: EscalationFile) -> list[ConfigProblem]:
    """Tell every chain and step that can never be reached, and every alert that none covers."""
    found: list[tuple[str, str, str]] = []
    for place, chain in enumerate(file.chain):
        key = f"chain.{place}"
        earlier = file.chain[:place]
        if chain.name in {one.name for one in earlier}:
            found.append((f"{key}.name", repr(chain.name), "a name that no other chain has"))
        if chain.hours and chain.hours not in file.hours:
            expected = one_of(chain.hours, file.hours) if file.hours else "a table [hours.NAME]"
            found.append((f"{key}.hours", repr(chain.hours), expected))
        if all(_is_taken(earlier, chain, *pair) for pair in _pairs(chain)):
            expected = "alerts that no earlier chain takes: put this one first, or delete it"
            found.append((key, f"{chain.name!r}, which is never reached", expected))
        for number, step in enumerate(chain.step):
            found += _steps(f"{key}.step.{number}", step, chain.step[:number], file)
    found += _uncovered(file)
    return [ConfigProblem(where, *one) for one in found]


def _steps(
    key: str, step: StepSettings, earlier: tuple[StepSettings, ...], file: EscalationFile
) -> Iterator[tuple[str, str, str]]:
    if step.channel not in file.channels:
        yield f"{key}.channel", repr(step.channel), one_of(step.channel, file.channels)
    if not earlier:
        if step.unless is Unless.DELIVERED:
            yield f"{key}.unless", "'delivered'", "'acknowledged': nobody is called before"
        return
    after, least = step.after_ms, earlier[-1].after_ms
    told = f"{format_span(after)}, which is never reached"
    if any(one.channel == step.channel and after <= one.after_ms for one in earlier):
        expected = f"a time after the earlier step over {step.channel!r}"
        yield f"{key}.after", told, expected
    elif after < least:
        yield f"{key}.after", told, f"{format_span(least)} or more, as for the step before"


def _pairs(chain: ChainSettings) -> Iterator[tuple[Priority, Condition]]:
    return product(chain.priorities, chain.conditions)


def _is_taken(
    earlier: tuple[ChainSettings, ...],
    chain: ChainSettings,
    priority: Priority,
    condition: Condition,
) -> bool:
    """Say whether an earlier chain takes all such alerts of this one's wards at its hours."""
    return any(
        priority in one.priorities
        and condition in one.conditions
        # A star in the one glob can only be taken by a star in the other.
        and fnmatchcase(chain.ward, one.ward)
        and one.hours in ("", chain.hours)
        for one in earlier
    )


def _uncovered(file: EscalationFile) -> Iterator[tuple[str, str, str]]:
    always = [chain for chain in file.chain if chain.ward == "*" and not chain.hours]
    covered = {pair for chain in always for pair in _pairs(chain)}
    for priority, condition in product(Priority, Condition):
        if (priority, condition) not in covered:
            found = f"no chain for every {priority.value} {condition.value} alert"
            yield "chain", found, 'one with ward = "*" and without hours: else some call nobody'
