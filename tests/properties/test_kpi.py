"""The key figures that are followed as they come equal those that are counted slowly afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from monitord.adapters.codecs.decisions import read_decisions
from monitord.adapters.codecs.native import encode_decision
from monitord.alerts.kpi import Follower
from monitord.alerts.kpi_totals import Totals, rounded
from monitord.domain.alerts import Phase, Priority
from monitord.domain.decisions import Announcement
from monitord.domain.notifications import Purpose
from monitord.domain.time import DAY, SECOND
from tests.reference.kpi import SlowKpis
from tests.unit.alerts.deciding import START, assessed, called, moved, noticed

PATIENTS = ("p1", "p2", "p3")
RULES = tuple(f"rule-{number}" for number in range(8))
COUNTED = ("raised", "held_back", "answered", "called", "escalated", "came_back", "times_back")


@dataclass(frozen=True)
class Act:
    """Something that somebody or something wants, so many seconds after the last."""

    after: int
    what: str
    patient: str
    rule: str
    number: int


@dataclass
class Cell:
    """One rule and patient, as the life of an alert has it."""

    phase: Phase = Phase.QUIET
    alert: str = ""
    flaps: int = 0
    may_return: bool = False
    is_inhibited: bool = False


@dataclass
class House:
    """Turns what is wanted into decisions that a ward may make; what cannot be is passed over."""

    decisions: list[Announcement] = field(default_factory=list)
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    here: set[str] = field(default_factory=set)
    now: int = 0
    lives: int = 0

    def live(self, story: Sequence[Act]) -> list[Announcement]:
        for act in story:
            self.now += act.after
            getattr(self, f"_{act.what}")(
                act, self.cells.setdefault((act.patient, act.rule), Cell())
            )
        return self.decisions

    def _raise(self, act: Act, cell: Cell) -> None:
        if cell.phase not in {Phase.QUIET, Phase.PENDING, Phase.LATCHED}:
            return
        is_back = cell.may_return or cell.phase is Phase.LATCHED
        self.lives += 1
        cell.flaps = cell.flaps + 1 if is_back else 0
        cell.alert = cell.alert if is_back else f"a{self.lives}"
        cell.is_inhibited = act.number % 4 == 0
        self._tell(act, cell, Phase.ACTIVE, "condition_true")

    def _release(self, act: Act, cell: Cell) -> None:
        if cell.is_inhibited and cell.phase in {Phase.ACTIVE, Phase.ACKNOWLEDGED}:
            cell.is_inhibited = False
            self._tell(act, cell, cell.phase, "no_longer_inhibited")

    def _answer(self, act: Act, cell: Cell) -> None:
        if cell.phase in {Phase.ACTIVE, Phase.ACKNOWLEDGED}:
            self._tell(act, cell, Phase.ACKNOWLEDGED, "acknowledged")
        elif cell.phase is Phase.LATCHED:
            cell.may_return = False
            self._tell(act, cell, Phase.QUIET, "acknowledged_after_end")

    def _expire(self, act: Act, cell: Cell) -> None:
        if cell.phase is Phase.ACKNOWLEDGED:
            self._tell(act, cell, Phase.ACTIVE, "acknowledgement_expired")

    def _end(self, act: Act, cell: Cell) -> None:
        if cell.phase in {Phase.ACTIVE, Phase.ACKNOWLEDGED}:
            is_latching = act.number % 3 == 0 and cell.phase is Phase.ACTIVE
            cell.may_return = act.number % 3 == 1
            after = Phase.LATCHED if is_latching else Phase.QUIET
            self._tell(act, cell, after, "latched_until_answered" if is_latching else "resolved")

    def _call(self, act: Act, cell: Cell) -> None:
        if cell.alert:
            purpose = Purpose.TRIGGER if act.number % 5 else Purpose.RESOLVE
            self.decisions.append(called(self.now, cell.alert, act.number % 3, purpose))

    def _admit(self, act: Act, _: Cell) -> None:
        if act.patient not in self.here:
            self.here.add(act.patient)
            told = noticed(self.now, "admitted", f"ward w{act.number % 2}", act.patient)
            self.decisions.append(told)

    def _transfer(self, act: Act, _: Cell) -> None:
        self.here.add(act.patient)
        where = "as before" if act.number % 3 == 0 else f"w{act.number % 2}"
        self.decisions.append(noticed(self.now, "transferred", f"ward {where}", act.patient))

    def _assess(self, act: Act, _: Cell) -> None:
        self.here.add(act.patient)
        self.decisions.append(assessed(self.now, act.patient))

    def _leave(self, act: Act, _: Cell) -> None:
        if act.patient not in self.here:
            return
        self.here.remove(act.patient)
        self.decisions.append(noticed(self.now, "discharged", "memory wiped", act.patient))
        for (patient, rule), cell in list(self.cells.items()):
            if patient == act.patient:
                if cell.phase is not Phase.QUIET:
                    self._tell(Act(0, "", patient, rule, 1), cell, Phase.QUIET, "discharged")
                self.cells[patient, rule] = Cell()

    def _tell(self, act: Act, cell: Cell, to: Phase, reason: str) -> None:
        if reason != "discharged":
            self.here.add(act.patient)
        worse = "worse" if cell.is_inhibited else None
        priority = Priority.HIGH if act.rule < RULES[4] else Priority.LOW
        of_alert = {"alert": cell.alert, "patient": act.patient, "rule": act.rule}
        kept = {"priority": priority, "inhibited_by": worse, "flaps": cell.flaps}
        self.decisions.append(moved(self.now, to, cell.phase, reason, **of_alert, **kept))  # type: ignore[arg-type]
        cell.phase = to


WANTED = ("raise", "raise", "raise", "release", "answer", "expire", "end", "end", "call", "call")
SELDOM = ("admit", "transfer", "assess", "leave")


def acts(after_max: int, what: Sequence[str]) -> st.SearchStrategy[Act]:
    """Draw an act as one number, which is much quicker than a draw for each of its parts."""

    def act(drawn: int) -> Act:
        drawn, after = divmod(drawn, after_max + 1)
        drawn, wanted = divmod(drawn, len(what))
        drawn, patient = divmod(drawn, len(PATIENTS))
        number, rule = divmod(drawn, len(RULES))
        return Act(after, what[wanted], PATIENTS[patient], RULES[rule], number)

    most = (after_max + 1) * len(what) * len(PATIENTS) * len(RULES) * 30
    return st.integers(0, most - 1).map(act)


def stories() -> st.SearchStrategy[list[Announcement]]:
    """Draw what a ward decides: in a hurry, in none and with people who come and go, or a rush."""
    hurried = st.lists(acts(60, [*WANTED, *SELDOM]), min_size=10, max_size=50)
    calm = st.lists(acts(5_000, [*WANTED, *SELDOM, *SELDOM]), max_size=40)
    rush = st.lists(acts(25, ["raise"] * 8 + ["end"] * 4 + ["transfer"]), min_size=30, max_size=40)
    return (hurried | calm | rush).map(lambda story: House().live(story))


def followed(decisions: Sequence[Announcement], totals: Totals) -> Totals:
    follower = Follower()
    for one in decisions:
        totals.take(follower.take(one))
    return totals


@given(stories())
def test_followed_equals_counted(decisions: list[Announcement]) -> None:
    """Every count by rule, priority and ward, every span, the floods and the patients' time."""
    slow, totals = SlowKpis(decisions), followed(decisions, Totals())
    wards = {ward for _, _, ward in slow.counts}
    for ward in wards:
        of_ward = followed(decisions, Totals(ward))
        for rule, figures in of_ward.by("rule").items():
            of_rule = [c for (r, _, w), c in slow.counts.items() if (r, w) == (rule, ward)]
            expected = [sum(one[name] for one in of_rule) for name in COUNTED]
            assert expected == [getattr(figures, name) for name in COUNTED]
    assert len(slow.spans) == totals.figures().answered
    for percent in (1, 50, 90, 100):
        within = slow.within(percent)
        rounded_up = None if within is None else rounded(within)
        assert rounded_up == totals.figures().answer_within_ms(percent)
    known = {*slow.patient_seconds(), *slow.floods(), *wards}
    floods = {ward: totals.floods(ward) for ward in known if totals.floods(ward)}
    stayed = {ward: round(totals.patient_days(ward) * DAY / SECOND) for ward in known}
    assert slow.floods() == floods
    assert slow.patient_seconds() == {ward: one for ward, one in stayed.items() if one}
    assert slow.begun_before() == totals.begun_before


@given(stories())
def test_a_file_gives_what_the_stream_gave(decisions: list[Announcement]) -> None:
    """Written as the daemon writes them and read back, decisions give the same figures."""
    lines = [encode_decision(one) + b"\n" for one in decisions]
    read = list(read_decisions("x", lines, lambda _: None))
    one, other = followed(decisions, Totals()), followed(read, Totals())
    assert one.by("rule") == other.by("rule")
    assert one.by("ward") == other.by("ward")
    assert one.patient_days() == other.patient_days()


@given(stories(), st.integers(0, 90_000))
def test_what_was_before_is_left_out(decisions: list[Announcement], seconds: int) -> None:
    """From an instant on, figures are of the alerts raised from then on; the two parts add up."""
    since = START + seconds * SECOND
    whole = followed(decisions, Totals()).figures()
    late = followed(decisions, Totals(since=since)).figures()
    slow = SlowKpis(decisions)
    expected = sum(time >= since for times in slow.raises.values() for time in times)
    assert expected == late.raised
    assert late.raised <= whole.raised
    assert late.answered <= late.raised
