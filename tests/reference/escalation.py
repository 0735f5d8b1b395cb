"""The calls for one alert told slowly: no deadlines, one counter and plain questions every second.

Knows the words of phases and nothing of `monitord.alerts`. Each second is lived through: first
what came to be known, then whether somebody must be called.
"""

from dataclasses import dataclass, field

Said = tuple[int, str, str, int, int]


@dataclass
class SlowStep:
    """One call: its channel, its second in the round, and whether delivery makes it needless."""

    channel: str
    second: int
    only_if_not_delivered: bool = False


@dataclass
class SlowEscalation:
    """One alert; `said` has (second, purpose, channel, step, round)."""

    steps: list[SlowStep]
    pause: int
    repeats: int
    now: int = 0
    phase: str = "QUIET"
    silent_until: int | None = None
    is_inhibited: bool = False
    is_calling: bool = False
    is_spent: bool = False
    in_round: int = 0
    rounds: int = 0
    rounds_left: int = 0
    done: list[int] = field(default_factory=list)
    called: list[int] = field(default_factory=list)
    arrived: list[int] = field(default_factory=list)
    dead: frozenset[str] = frozenset()
    despaired: list[str] = field(default_factory=list)
    told: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)

    def live_to(self, second: int) -> None:
        """Live through every second up to this one."""
        while self.now < second:
            self.now += 1
            self.in_round += 1
            self._ask()

    def change(self, phase: str, silent_until: int | None, *, is_inhibited: bool) -> None:
        """The alert is in this phase now, and silenced or inhibited, or neither."""
        self.phase = phase
        self.silent_until, self.is_inhibited = silent_until, is_inhibited
        if phase != "ACTIVE":
            self.is_calling = False
        if phase == "ACKNOWLEDGED":
            self._answer("acknowledge", ["trigger"])
        if phase in ("QUIET", "PENDING", "LATCHED"):
            self._answer("resolve", ["trigger", "acknowledge"])
        if phase == "ACTIVE" and (is_inhibited or silent_until is not None):
            self.is_calling = False
        if phase == "ACTIVE" and not is_inhibited and silent_until is None and not self.is_calling:
            self._begin(self.repeats)
        self._call_what_is_due()

    def receipt(self, step: int, turn: int, word: str) -> None:
        """A channel said how far the call of a step in a round got."""
        if not self.is_calling or turn != self.rounds or self.called[-1:] != [step]:
            return
        if word in ("delivered", "accepted"):
            self.arrived.append(step)
        if word in ("failed", "expired"):
            self.arrived = [one for one in self.arrived if one != step]
            left = [one for one in range(len(self.steps)) if one not in self.done]
            if left:
                self._take(left[0])
            elif step >= len(self.steps):
                self._despair()

    def _ask(self) -> None:
        ends = self.silent_until is not None and self.now >= self.silent_until
        if self.phase == "ACTIVE" and not self.is_calling and ends and not self.is_inhibited:
            self.silent_until = None
            self._begin(self.repeats)
        self._call_what_is_due()
        whole = self.steps[-1].second + self.pause
        if self.is_calling and not self.is_spent and self.in_round >= whole:
            if self.rounds_left:
                self._begin(self.rounds_left - 1)
                self._call_what_is_due()
            else:
                self._despair()
                self.is_spent = True

    def _despair(self) -> None:
        others = [one.channel for one in self.steps[::-1] if one.channel not in self.despaired]
        alive = [channel for channel in others if channel not in self.dead]
        for channel in [*alive, *others][:1]:
            self._say("trigger", channel, len(self.steps) + len(self.despaired))
            self.called.append(len(self.steps) + len(self.despaired))
            self.despaired.append(channel)

    def _begin(self, rounds_left: int) -> None:
        self.rounds += 1
        self.is_calling, self.is_spent = True, False
        self.in_round, self.rounds_left = 0, rounds_left
        self.done, self.called, self.arrived, self.despaired = [], [], [], []

    def _call_what_is_due(self) -> None:
        for number, step in enumerate(self.steps):
            due = self.is_calling and self.in_round >= step.second
            if due and number not in self.done:
                self._take(number)

    def _take(self, number: int) -> None:
        self.done.append(number)
        has_arrived = bool(self.called) and self.called[-1] in self.arrived
        if self.steps[number].only_if_not_delivered and has_arrived:
            return
        self.called.append(number)
        self._say("trigger", self.steps[number].channel, number)

    def _say(self, purpose: str, channel: str, step: int) -> None:
        self.said.append((self.now, purpose, channel, step, self.rounds))
        # Channels are answered in the order in which they were first called.
        self.told.setdefault(channel, []).append((step, self.rounds, purpose))

    def _answer(self, purpose: str, after: list[str]) -> None:
        for channel, told in self.told.items():
            step, turn, last = told[-1]
            if last in after:
                self.said.append((self.now, purpose, channel, step, turn))
                told.append((step, turn, purpose))
        if purpose == "resolve":
            self.told = {}
