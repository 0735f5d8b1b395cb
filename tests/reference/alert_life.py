"""The life of one alert told slowly: no table, no deadlines, two counters and plain questions.

Knows the words of the phases and nothing of `monitord.alerts`. Every tick, the span since the last
one is added to the counter that is running; an alert moves when its counter is full.
"""

from dataclasses import dataclass, field

Move = tuple[int, str, str]


@dataclass
class SlowAlert:
    """One alert of one patient, moved a tick at a time; spans and instants in milliseconds."""

    hold: int
    keep: int
    latching: bool
    ack_lasts: int
    phase: str = "QUIET"
    truth: str = "FALSE"
    last_tick: int = 0
    true_for: int = 0
    false_for: int = 0
    acknowledged_until: int = 0
    moves: list[Move] = field(default_factory=list)

    def advance(self, now: int) -> None:
        """Let time pass under the condition as it was."""
        elapsed = now - self.last_tick
        self.last_tick = now
        if self.truth == "TRUE":
            self.true_for += elapsed
        if self.truth == "FALSE":
            self.false_for += elapsed

    def tick(self, truth: str, now: int) -> None:
        """Take in the condition as it is now, after `advance` and what people asked for."""
        if truth == "TRUE":
            self.false_for = 0
        if truth == "FALSE":
            self.true_for = 0
        became_true = truth == "TRUE" and self.truth != "TRUE"
        self.truth = truth
        if truth == "TRUE":
            self._while_true(now, became_true=became_true)
        elif truth == "FALSE":
            self._while_false(now)
        elif self.phase == "ACKNOWLEDGED" and now >= self.acknowledged_until:
            self._go("ACTIVE", now)

    def acknowledge(self, now: int, until: int | None = None) -> bool:
        """Somebody has it; False when there is nothing to have."""
        if self.phase in ("QUIET", "PENDING") or (until is not None and until <= now):
            return False
        self._go("QUIET" if self.phase == "LATCHED" else "ACKNOWLEDGED", now)
        asked = self.ack_lasts if until is None else until - now
        self.acknowledged_until = now + min(asked, self.ack_lasts)
        return True

    def resolve(self, now: int) -> bool:
        """Somebody says it is over; False when it is not, or was not."""
        if self.phase in ("QUIET", "PENDING") or self.truth == "TRUE":
            return False
        self._go("QUIET", now)
        return True

    def discharge(self, now: int) -> None:
        """The patient leaves, and everything with them."""
        if self.phase != "QUIET":
            self._go("QUIET", now)
        self.truth = "FALSE"
        self.true_for = 0
        self.false_for = 0

    def _while_true(self, now: int, *, became_true: bool) -> None:
        if self.phase == "QUIET" and became_true:
            self.true_for = 0
            self._go("ACTIVE" if self.hold == 0 else "PENDING", now)
        held_long_enough = self.phase == "PENDING" and self.true_for >= self.hold
        ran_out = self.phase == "ACKNOWLEDGED" and now >= self.acknowledged_until
        if held_long_enough or ran_out or self.phase == "LATCHED":
            self._go("ACTIVE", now)

    def _while_false(self, now: int) -> None:
        if self.phase == "PENDING":
            self._go("QUIET", now)
        elif self.phase == "ACTIVE" and self.false_for >= self.keep:
            self._go("LATCHED" if self.latching else "QUIET", now)
        elif self.phase == "ACKNOWLEDGED" and self.false_for >= self.keep:
            self._go("QUIET", now)

    def _go(self, phase: str, now: int) -> None:
        self.moves.append((now, self.phase, phase))
        self.phase = phase
