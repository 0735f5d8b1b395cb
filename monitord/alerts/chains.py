"""Who is called for which alert, by which channel and after how long: data, and nothing else.

The numbers are the house's own; they come from `config/escalation.toml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from monitord.alerts.hours import Hours
from monitord.domain.alerts import Condition, Priority
from monitord.domain.time import Millis


class Unless(StrEnum):
    """What makes a step needless by the time it is due."""

    ACKNOWLEDGED = "acknowledged"  # somebody has the alert; that ends every step
    DELIVERED = "delivered"  # the call before reached a device


@dataclass(frozen=True, slots=True)
class Step:
    """One call: `after_ms` counts from the beginning of the round.

    `worth_ms` is how long the call is worth sending; then it expires, and the next step calls.
    """

    who: str
    channel: str
    after_ms: Millis
    worth_ms: Millis
    unless: Unless = Unless.ACKNOWLEDGED


@dataclass(frozen=True, slots=True)
class Chain:
    """The calls for some alerts, in order; `ward` is a glob, and no hours are all hours.

    `pause_ms` after the last step the chain begins anew, `repeats` times; then nobody answered.
    """

    name: str
    steps: tuple[Step, ...]
    priorities: frozenset[Priority]
    conditions: frozenset[Condition]
    pause_ms: Millis
    repeats: int = 0
    ward: str = "*"
    hours: Hours | None = None

    def __post_init__(self) -> None:
        """Hold what every reader of a chain relies on."""
        times = [step.after_ms for step in self.steps]
        assert times, "a chain without a step would call nobody"
        assert times == sorted(times), "steps stand in the order of their times"
        assert self.pause_ms > 0, "a pause of nothing would call without end"

    @property
    def round_ms(self) -> Millis:
        """How long one round takes, with the pause after its last step."""
        return self.steps[-1].after_ms + self.pause_ms

    def covers(self, priority: Priority, condition: Condition, ward: str, instant: Millis) -> bool:
        """Say whether the chain is for such an alert at this instant."""
        return (
            priority in self.priorities
            and condition in self.conditions
            and fnmatchcase(ward, self.ward)
            and (self.hours is None or self.hours.covers(instant))
        )


def choose(
    chains: Sequence[Chain],
    priority: Priority,
    condition: Condition,
    ward: str,
    instant: Millis,
) -> Chain:
    """Return the first chain that covers the alert; the last one takes what none covers."""
    covering = (one for one in chains if one.covers(priority, condition, ward, instant))
    return next(covering, chains[-1])
