"""Chains, changes and receipts as the tests of escalation want them."""

from dataclasses import dataclass, field

from monitord.alerts.chains import Chain, Step, Unless
from monitord.alerts.escalation import Escalation
from monitord.domain.alerts import Condition, Phase, Priority
from monitord.domain.decisions import AlertChange
from monitord.domain.notifications import DeliveryState, Notification
from monitord.domain.time import DAY, MINUTE, SECOND, Millis

START = 20_000 * DAY
EVERYTHING = frozenset(Condition)
FEED = Step("the station", "feed", 0, MINUTE)
PAGER = Step("nurse on call", "pager", 2 * MINUTE, MINUTE)
PHYSICIAN = Step("physician", "phone", 5 * MINUTE, MINUTE)
HIGH = Chain(
    "high",
    (FEED, PAGER, PHYSICIAN),
    frozenset(Priority),
    EVERYTHING,
    pause_ms=5 * MINUTE,
)


def chain(*steps: Step, repeats: int = 0, pause_ms: Millis = 5 * MINUTE, name: str = "c") -> Chain:
    return Chain(name, steps, frozenset(Priority), EVERYTHING, pause_ms, repeats)


def step(
    channel: str, after_ms: Millis, unless: Unless = Unless.ACKNOWLEDGED, who: str = "nurse"
) -> Step:
    return Step(who, channel, after_ms, MINUTE, unless)


def change(
    to: Phase,
    time: Millis = START,
    before: Phase = Phase.QUIET,
    *,
    alert: str = "a1",
    reason: str = "condition_true",
    silenced_until: Millis | None = None,
    inhibited_by: str | None = None,
    priority: Priority = Priority.HIGH,
    condition: Condition = Condition.PHYSIOLOGICAL,
    ward: str = "west",
    flaps: int = 0,
) -> AlertChange:
    return AlertChange(
        alert,
        "p1",
        ward,
        time,
        "fever",
        1,
        "crs",
        condition,
        priority,
        before,
        to,
        reason,
        "Fever: temperature 39.0 °C just now; measure again.",
        (),
        "Measure again.",
        "a source",
        silenced_until=silenced_until,
        inhibited_by=inhibited_by,
        flaps=flaps,
    )


@dataclass
class Station:
    """An escalation with everything it ever said; times are seconds after the start."""

    chains: tuple[Chain, ...] = (HIGH,)
    made: list[Notification] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.escalation = Escalation(self.chains)

    def see(self, to: Phase, second: int, before: Phase = Phase.QUIET, **more) -> list[str]:
        now = START + second * SECOND
        return self._said(self.escalation.observe(change(to, now, before, **more), "7", now))

    def get(self, state: DeliveryState, second: int, which: int = -1) -> list[str]:
        now = START + second * SECOND
        return self._said(self.escalation.receipt(self.made[which].id, state, now))

    def wait(self, second: int) -> list[str]:
        return self._said(self.escalation.elapse(START + second * SECOND))

    def leave_dead(self, second: int) -> list[str]:
        return self._said(self.escalation.leave_dead(START + second * SECOND))

    def next_second(self) -> int:
        return (self.escalation.next_deadline() - START) // SECOND

    def _said(self, made: list[Notification]) -> list[str]:
        self.made += made
        return [f"{one.purpose.value} {one.channel}" for one in made]
