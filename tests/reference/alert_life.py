"""The life of one alert told slowly: no table, no deadlines, two counters and plain questions.

Knows the words of the phases and nothing of `monitord.alerts`. Every tick, the span since the last
one is added to the counter that is running; an alert moves when its counter is full. What it says
after a tick is in `phase`, `number`, `flaps`, `silenced_until` and, for several alerts of a
patient, in `who_calls`.
"""

from dataclasses import dataclass, field

Move = tuple[int, str, str]
RAISED = ("ACTIVE", "ACKNOWLEDGED", "LATCHED")
CLOCKS_APART = 120_000


@dataclass
class SlowAlert:
    """One alert of one patient, moved a tick at a time; spans and instants in milliseconds.

    `number` counts the alerts, and stays the same for one that comes back.
    """

    hold: int
    keep: int
    latching: bool
    ack_lasts: int
    window: int = 0
    longest_silence: int = 0
    phase: str = "QUIET"
    truth: str = "FALSE"
    last_tick: int = 0
    true_for: int = 0
    false_for: int = 0
    acknowledged_until: int = 0
    silenced_until: int | None = None
    number: int = 0
    flaps: int = 0
    raised_at: list[int] = field(default_factory=list)
    is_flapping: bool = False
    ended_by_itself_at: int | None = None
    moves: list[Move] = field(default_factory=list)
    moves_before_this_stay: int = 0

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
        if self.silenced_until is not None and now >= self.silenced_until:
            self.silenced_until = None
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

    def acknowledge(self, now: int, until: int | None = None, given_at: int | None = None) -> bool:
        """Somebody has it; False when there is nothing to have, or nothing they have seen."""
        if self.phase in ("QUIET", "PENDING") or (until is not None and until <= now):
            return False
        said = now if given_at is None else given_at
        if not self.can_have_been_seen(said):
            return False
        if self.phase == "LATCHED":
            self._end_for_good(now)
            return True
        holds_until = said + self.ack_lasts
        if until is not None and until < holds_until:
            holds_until = until
        if holds_until <= now:
            return False
        self._go("ACKNOWLEDGED", now)
        self.acknowledged_until = holds_until
        return True

    def resolve(self, now: int, given_at: int | None = None) -> bool:
        """Somebody says it is over; False when it is not, or was not, or they have not seen it."""
        if self.phase in ("QUIET", "PENDING") or self.truth == "TRUE":
            return False
        if not self.can_have_been_seen(now if given_at is None else given_at):
            return False
        self._end_for_good(now)
        return True

    def silence(self, now: int, until: int | None = None, given_at: int | None = None) -> bool:
        """Somebody does not want to hear it; False when it does not call, or they never heard."""
        if self.phase not in ("ACTIVE", "ACKNOWLEDGED") or (until is not None and until <= now):
            return False
        said = now if given_at is None else given_at
        if not self.can_have_been_seen(said):
            return False
        longest = said + self.longest_silence
        if longest <= now:
            return False
        self.silenced_until = longest if until is None or until > longest else until
        return True

    def unsilence(self) -> bool:
        """Somebody wants to hear it again; False when it was not silenced."""
        was_silenced = self.silenced_until is not None
        self.silenced_until = None
        return was_silenced

    def can_have_been_seen(self, given_at: int) -> bool:
        """Say whether who spoke at `given_at`, by their own clock, can have meant what rings now.

        Looks through everything that ever happened. Whose clock shows a time before it rang has a
        slow clock, or means an earlier call; the second is ruled out only by a time at which none
        had been there to be meant for as long as clocks may differ.
        """
        moves = self.moves[self.moves_before_this_stay :]
        while moves[-1][2] != "ACTIVE":
            moves.pop()
        rang_at = moves[-1][0]
        if given_at >= rang_at:
            return True
        ends = ("QUIET", "ACTIVE")
        overs = [at for at, before, after in moves if before in RAISED and after in ends]
        was_another_there = bool(overs) and given_at - max(overs) < CLOCKS_APART
        return rang_at - given_at <= CLOCKS_APART and not was_another_there

    def discharge(self, now: int) -> None:
        """The patient leaves, and everything with them."""
        if self.phase != "QUIET":
            self._end_for_good(now)
        self.ended_by_itself_at = None
        self.moves_before_this_stay = len(self.moves)
        self.truth = "FALSE"
        self.true_for = 0
        self.false_for = 0

    def _while_true(self, now: int, *, became_true: bool) -> None:
        if self.phase == "QUIET" and became_true:
            self.true_for = 0
            if self.ended_by_itself_at is None or now - self.ended_by_itself_at >= self.window:
                self.number += 1
                self.flaps = 0
                self.raised_at = []
                self.is_flapping = False
            self._go("ACTIVE" if self.hold == 0 else "PENDING", now)
        held_long_enough = self.phase == "PENDING" and self.true_for >= self.hold
        ran_out = self.phase == "ACKNOWLEDGED" and now >= self.acknowledged_until
        if held_long_enough or ran_out or self.phase == "LATCHED":
            self._go("ACTIVE", now)

    def _while_false(self, now: int) -> None:
        keep = max(self.keep, self.window) if self.is_flapping else self.keep
        if self.phase == "PENDING":
            self._go("QUIET", now)
        elif self.phase == "ACTIVE" and self.latching and self.false_for >= keep:
            self._go("LATCHED", now)
        elif self.phase in ("ACTIVE", "ACKNOWLEDGED") and self.false_for >= keep:
            self._go("QUIET", now)
            self.ended_by_itself_at = now

    def _end_for_good(self, now: int) -> None:
        self._go("QUIET", now)
        self.ended_by_itself_at = None

    def _go(self, phase: str, now: int) -> None:
        if phase == "ACTIVE" and self.phase != "ACKNOWLEDGED":
            self.flaps += 1 if self.raised_at else 0
            self.raised_at.append(now)
            lately = [at for at in self.raised_at if at > now - self.window or at == now]
            self.is_flapping = len(lately) > 2
        if phase not in ("ACTIVE", "ACKNOWLEDGED"):
            self.silenced_until = None
        self.moves.append((now, self.phase, phase))
        self.phase = phase


def who_calls(phases: dict[str, str], inhibits: dict[str, set[str]]) -> dict[str, str | None]:
    """Say of each alert that is ACTIVE or ACKNOWLEDGED which other one keeps it from calling.

    `inhibits` names for each rule the rules below it, the most urgent rule first. Asks every rule
    about every other, until nobody learns anything new.
    """
    below = {rule: set(named) for rule, named in inhibits.items()}
    for _ in below:
        for rule, named in below.items():
            below[rule] = named.union(*(below[other] for other in named))
    raised = [rule for rule in below if phases[rule] in ("ACTIVE", "ACKNOWLEDGED")]
    told: dict[str, str | None] = {}
    for rule in raised:
        above = [other for other in raised if rule in below[other]]
        free = [other for other in above if not any(other in below[one] for one in raised)]
        told[rule] = free[0] if free else None
    return told
