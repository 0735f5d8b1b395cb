"""What holds for every story of changes, receipts and time that an alert can have."""

import json
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from monitord.alerts.chains import Chain, Unless
from monitord.alerts.escalation import Escalation
from monitord.alerts.standing import NOBODY_ANSWERED
from monitord.domain.alerts import Phase
from monitord.domain.notifications import DeliveryState, Notification, Purpose
from monitord.domain.time import NEVER, SECOND
from tests.reference.escalation import Said, SlowEscalation, SlowStep
from tests.unit.alerts.calling import START, chain, change, step

CHANNELS = ("feed", "pager", "phone")


@dataclass(frozen=True)
class Act:
    """One thing that happens, so many seconds after the last."""

    after: int
    phase: Phase | None = None
    silent_for: int | None = None
    is_inhibited: bool = False
    state: DeliveryState | None = None
    which: int = 0


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """Draw a chain of up to four steps within ten seconds."""
    seconds = sorted(draw(st.lists(st.integers(0, 10), min_size=1, max_size=4)))
    steps = [
        step(draw(st.sampled_from(CHANNELS)), second * SECOND, draw(st.sampled_from(Unless)))
        for second in seconds
    ]
    pause = draw(st.integers(1, 5)) * SECOND
    return chain(*steps, repeats=draw(st.integers(0, 2)), pause_ms=pause)


def stories() -> st.SearchStrategy[list[Act]]:
    """Draw a story of up to thirty acts; most changes say that the alert may be heard."""
    after = st.integers(0, 8)
    phases = st.sampled_from([*Phase, Phase.ACTIVE, Phase.ACTIVE])
    silent = st.none() | st.none() | st.integers(1, 9)
    inhibited = st.sampled_from([False, False, False, True])
    changes = st.builds(Act, after, phases, silent, inhibited)
    receipts = st.builds(Act, after, state=st.sampled_from(DeliveryState), which=st.integers(0, 50))
    return st.lists(changes | receipts | st.builds(Act, after), max_size=30)


@dataclass
class Run:
    """An escalation that lives a story, waking at its deadlines or every second."""

    rule: Chain
    dead: frozenset[str] = frozenset()
    is_ticked: bool = False
    is_doubled: bool = False
    restarts: frozenset[int] = frozenset()
    now: int = START
    phase: Phase = Phase.QUIET
    said: list[tuple[int, Notification]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.escalation = self._made()

    def _made(self) -> Escalation:
        return Escalation((self.rule,), is_dead=self.dead.__contains__)

    def live(self, story: list[Act]) -> "Run":
        for number, act in enumerate(story):
            self._pass(act.after * SECOND)
            if number in self.restarts:
                self._restart()
            self._do(act, number)
        self._pass(100 * SECOND)
        return self

    def words(self) -> list[Said]:
        return [
            ((now - START) // SECOND, one.purpose.value, one.channel, one.step, one.round)
            for now, one in self.said
        ]

    def _pass(self, span: int) -> None:
        end = self.now + span
        while self.now < end:
            due = self.escalation.next_deadline()
            self.now = self.now + SECOND if self.is_ticked else min(end, max(due, self.now))
            self._say(self.escalation.elapse(self.now))

    def _do(self, act: Act, number: int) -> None:
        if act.phase is not None:
            silent = None if act.silent_for is None else self.now + act.silent_for * SECOND
            worse = "a2" if act.is_inhibited else None
            told = change(
                act.phase,
                self.now,
                self.phase,
                reason=f"reason_{number}",
                silenced_until=silent,
                inhibited_by=worse,
            )
            self.phase = act.phase
            for _ in range(1 + self.is_doubled):
                self._say(self.escalation.observe(told, "7", self.now))
        if act.state is not None and self.said:
            one = self.said[act.which % len(self.said)][1]
            self._say(self.escalation.receipt(one.id, act.state, self.now))

    def _say(self, made: list[Notification]) -> None:
        self.said += [(self.now, one) for one in made]

    def _restart(self) -> None:
        kept = json.loads(json.dumps(self.escalation.snapshot()))
        self.escalation = self._made()
        self.escalation.restore(kept)


def slow_life(rule: Chain, story: list[Act], dead: frozenset[str]) -> list[Said]:
    """Live the story with the slow twin; receipts are for what it said itself."""
    steps = [
        SlowStep(one.channel, one.after_ms // SECOND, one.unless is Unless.DELIVERED)
        for one in rule.steps
    ]
    slow = SlowEscalation(steps, rule.pause_ms // SECOND, rule.repeats, dead=dead)
    is_raised = False
    for act in story:
        slow.live_to(slow.now + act.after)
        is_raised = is_raised or act.phase is Phase.ACTIVE
        if act.phase is not None and is_raised:
            silent = None if act.silent_for is None else slow.now + act.silent_for
            slow.change(act.phase.name, silent, is_inhibited=act.is_inhibited)
        if act.state is not None and slow.said:
            _, purpose, _, number, turn = slow.said[act.which % len(slow.said)]
            if purpose == "trigger":
                slow.receipt(number, turn, act.state.value)
    slow.live_to(slow.now + 100)
    return slow.said


@given(chains(), stories(), st.frozensets(st.sampled_from(CHANNELS)))
def test_the_calls_are_those_of_the_slow_twin(
    rule: Chain, story: list[Act], dead: frozenset[str]
) -> None:
    """Deadlines as data tell the same to the same channels at the same seconds: none is lost."""
    assert slow_life(rule, story, dead) == Run(rule, dead).live(story).words()


@given(chains(), st.frozensets(st.sampled_from(CHANNELS)), st.frozensets(st.sampled_from(CHANNELS)))
def test_that_nobody_answered_gets_through_while_any_channel_of_the_chain_works(
    rule: Chain, working: frozenset[str], dead: frozenset[str]
) -> None:
    """Whichever channels lose every call, and whichever are held for dead, rightly or not."""
    run = Run(rule, dead)
    run.live([Act(0, Phase.ACTIVE)])
    heard = []
    for now, one in run.said:  # what falls through is said behind, and heard in its turn
        if one.rule == NOBODY_ANSWERED and one.channel in working:
            heard.append(one.channel)
        elif one.rule == NOBODY_ANSWERED:
            more = run.escalation.receipt(one.id, DeliveryState.EXPIRED, now)
            run.said += [(now, other) for other in more]
    last_first = [one.channel for one in rule.steps[::-1] if one.channel in working]
    assert heard == sorted(last_first, key=dead.__contains__)[:1]


@given(chains(), stories())
def test_waking_at_deadlines_is_ticking_every_second(rule: Chain, story: list[Act]) -> None:
    """Nothing is due between the deadlines, and everything is at them."""
    assert Run(rule, is_ticked=True).live(story).said == Run(rule).live(story).said


@given(chains(), stories(), st.frozensets(st.integers(0, 30)))
def test_a_restart_anywhere_goes_on_as_if_nothing_had_happened(
    rule: Chain, story: list[Act], restarts: frozenset[int]
) -> None:
    """A snapshot through JSON, restored at any points of the story, is what was lived."""
    assert Run(rule).live(story).said == Run(rule, restarts=restarts).live(story).said


@given(chains(), stories())
def test_a_change_that_comes_twice_is_one_change(rule: Chain, story: list[Act]) -> None:
    """Observing every change twice says nothing twice."""
    assert Run(rule).live(story).said == Run(rule, is_doubled=True).live(story).said


@given(chains(), stories())
def test_no_two_notifications_share_an_id(rule: Chain, story: list[Act]) -> None:
    """An outbox that knows an id takes nothing for it that it has not been told."""
    said = Run(rule).live(story).said
    assert len(said) == len({one.id for _, one in said})


@given(chains(), stories())
def test_after_an_acknowledgement_nobody_is_called_before_a_new_round(
    rule: Chain, story: list[Act]
) -> None:
    """A call that follows an acknowledgement belongs to a later round than all before it."""
    newest, answered = 0, 0
    for _, one in Run(rule).live(story).said:
        if one.purpose is Purpose.TRIGGER:
            assert one.round > answered
            newest = one.round
        else:
            answered = newest


@given(chains(), stories())
def test_every_story_comes_to_rest(rule: Chain, story: list[Act]) -> None:
    """However it went, after the last round nothing is due any more."""
    run = Run(rule).live(story)
    assert NEVER == run.escalation.next_deadline()
