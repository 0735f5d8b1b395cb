"""A past in which some tick breaks the step costs that tick, and ends no start in a loop."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from monitord.adapters.metrics import Metrics
from monitord.daemon.records.journaling import tell_recovery
from monitord.daemon.recovery.broken import (
    MOST_IN_A_ROW,
    MOST_LEFT_OUT,
    REASON,
    Broken,
    TellingFirst,
    left_out,
)
from monitord.daemon.recovery.marker import MOST_DEATHS
from monitord.daemon.recovery.past import live_through, recovery_notice
from monitord.domain.decisions import Decision, Rejected
from monitord.domain.events import Arrival, Command, Observation
from monitord.domain.time import HOUR, LONG_AGO, MINUTE, NEVER, SECOND, Millis, format_time
from monitord.engine.decisions import Decisions
from monitord.engine.intake import take_in
from monitord.engine.step import step
from monitord.engine.ward import Ward, WardSettings
from tests.unit.daemon.reborn import LATER, Run, Tick, feverish
from tests.unit.engine.making import BOOK, START, book, lines, rule, saw, treated

POISON = 213
BAD: Tick = (
    START + 6 * MINUTE + SECOND,
    [
        saw("spo2", "97", START + 6 * MINUTE, patient="p-2"),
        saw("heart_rate", str(POISON), START + 6 * MINUTE, patient="p-2"),
    ],
)


class Faults:
    """What breaks the step, after it has taken in what came: a value, and a time from which on."""

    def __init__(self) -> None:
        self.value: int | None = POISON
        self.since: Millis = NEVER
        self.broke = 0

    def take_in(self, ward: Ward, inbox: Sequence[Arrival], out: Decisions) -> list[Command]:
        commands = take_in(ward, inbox, out)
        values = [one.value for one in inbox if isinstance(one, Observation)]
        if self.value in values or out.now >= self.since:
            self.broke += 1
            raise ArithmeticError("a broken assumption")
        return commands


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Put faults into the step, which the next starts find as the live ticks do."""
    made = Faults()
    monkeypatch.setattr("monitord.engine.step.take_in", made.take_in)
    return made


@pytest.fixture
def runs() -> Iterator[list[Run]]:
    """Collect the runs of a test, which end with it at the latest."""
    made: list[Run] = []
    yield made
    for run in made:
        run.end()


def broken_run(folder: Path, *bad: Tick, before: Sequence[Tick] = feverish(6)) -> None:
    """Leave a journal whose last tick broke the step, as a live daemon does."""
    run = Run(folder)
    run.live(before)
    for one in bad or [BAD]:
        with pytest.raises(ArithmeticError):
            run.live([one])
    run.end()


def first_tick(run: Run, now: Millis) -> list[Decision]:
    """Live the first tick as the daemon does: what the start refused is told in it."""
    return run.live([(now, TellingFirst(run.recovered.left_out, Silence()).take(now))])


def broken_run_and_the_next(folder: Path) -> None:
    """Leave the journal of a run that broke, and of the one that told what it left out of it."""
    broken_run(folder)
    again = Run(folder, LATER)
    first_tick(again, LATER + SECOND)
    again.end()


class Silence:
    """Nothing arrives."""

    def first(self) -> Millis:
        return NEVER

    def take(self, _: Millis) -> list[Arrival]:
        return []


def test_the_tick_that_broke_is_left_out_and_all_else_is_known(
    tmp_path: Path, faults: Faults, runs: list[Run]
) -> None:
    """Nothing of it is in the ward, not even what the broken step had written."""
    broken_run(tmp_path)
    runs.append(again := Run(tmp_path, LATER))
    assert (6, False) == (again.recovered.ticks, again.recovered.has_failed)
    assert ["p-1"] == again.recovered.heart.ward.patients()
    assert ["fever"] == [one.rule for one in again.recovered.remembered.standing.values()]
    whole = Ward(BOOK, WardSettings(beds=6))
    for now, inbox in feverish(6):
        step(whole, inbox, now)
    rest = feverish(3, LATER)
    expected = [one for now, inbox in rest for one in step(whole, inbox, now)]
    assert lines(expected) == lines(again.live(rest))


def test_each_event_that_was_left_out_is_refused_by_name_once(
    tmp_path: Path, faults: Faults, runs: list[Run]
) -> None:
    """In the first tick, with what it was; the notice, the metrics and the health say so too."""
    broken_run(tmp_path)
    runs.append(again := Run(tmp_path, LATER))
    told = first_tick(again, LATER + SECOND)
    refused = [one for one in told if isinstance(one, Rejected)]
    assert [REASON, REASON] == [one.reason for one in refused]
    assert f'"value":{POISON}' in refused[1].event
    assert format_time(BAD[0]) in refused[1].detail
    assert "ArithmeticError" in refused[1].detail
    notice = recovery_notice(again.journal.header)
    assert notice is not None
    sentence = f"1 ticks that break the step are left out: {format_time(BAD[0])}"
    assert notice.detail.endswith(sentence)
    metrics = Metrics()
    tell_recovery(again.recovered, None, metrics, lambda _: None)
    assert b'recovery_losses{of="broken_ticks"} 1.0' in metrics.render("")[0]
    assert (True, sentence) == again.recovered.check()[1:3]


def test_what_was_left_out_once_is_not_tried_again(
    tmp_path: Path, faults: Faults, runs: list[Run]
) -> None:
    """The next start reads the past once, and tells nobody of the events a second time."""
    broken_run_and_the_next(tmp_path)
    faults.broke = 0
    runs.append(third := Run(tmp_path, LATER + HOUR))
    assert (0, []) == (faults.broke, third.recovered.left_out)
    assert (7, [BAD[0]]) == (third.recovered.ticks, list(third.recovered.broken.ticks))


def test_a_start_that_died_before_it_could_tell_is_as_if_it_had_not_been(
    tmp_path: Path, faults: Faults, runs: list[Run]
) -> None:
    """What was left out is told by the next one."""
    broken_run(tmp_path)
    Run(tmp_path, LATER).end()
    runs.append(third := Run(tmp_path, LATER + HOUR))
    assert 2 == len(third.recovered.left_out)


def test_another_pack_tries_again_what_was_left_out(
    tmp_path: Path, faults: Faults, runs: list[Run]
) -> None:
    """What broke under one may hold under the other: events are facts."""
    broken_run_and_the_next(tmp_path)
    faults.value = None
    other = book(rule("warm", "temperature.last >= 37.5"))
    runs.append(mended := Run(tmp_path, LATER + HOUR, other))
    assert (8, Broken()) == (mended.recovered.ticks, mended.recovered.broken)
    assert ["p-1", "p-2"] == mended.recovered.heart.ward.patients()


def test_replay_of_the_later_journal_leaves_out_the_same(
    tmp_path: Path, faults: Faults, runs: list[Run]
) -> None:
    """The header says what, so the decisions are those of the live run, refusals included."""
    broken_run(tmp_path)
    runs.append(again := Run(tmp_path, LATER))
    inbox = TellingFirst(again.recovered.left_out, Silence()).take(LATER + SECOND)
    ticks = [(LATER + SECOND, inbox), *feverish(3, LATER + MINUTE)]
    made = again.live(ticks)
    ward = Ward(BOOK, WardSettings(beds=6))
    live_through(ward, tmp_path, again.journal.header)
    assert lines(made) == lines([one for now, inbox in ticks for one in step(ward, inbox, now)])


def test_where_every_tick_breaks_only_what_lasts_is_used_and_once_for_all(
    tmp_path: Path, faults: Faults, runs: list[Run]
) -> None:
    """A ward that breaks by itself is given up after a few tries, its stays and treatments not."""
    infused: Tick = (START + SECOND, [treated("car_t_infusion", START)])
    faults.since = START + 5 * MINUTE
    bad = feverish(7, START + 5 * MINUTE)
    broken_run(tmp_path, *bad, before=[infused, *feverish(4, START + MINUTE)])
    faults.broke = 0
    runs.append(again := Run(tmp_path, LATER))
    assert (1, MOST_IN_A_ROW) == (again.recovered.ticks, faults.broke)
    assert START == again.recovered.heart.ward.memory.treatments.infused_at(1)
    assert not again.recovered.remembered.standing
    before = again.recovered.broken.before
    sentence = f"of what came before {format_time(before)} only stays and treatments are used"
    assert sentence in str(again.recovered.header["recovery"])
    faults.since = NEVER
    first_tick(again, LATER + SECOND)
    again.end()
    runs.append(third := Run(tmp_path, LATER + HOUR))
    assert (2, before) == (third.recovered.ticks, third.recovered.broken.before)
    ward = Ward(BOOK, WardSettings(beds=6))
    live_through(ward, tmp_path, third.journal.header)
    assert third.recovered.heart.ward.now == ward.now


def test_where_not_even_that_can_be_lived_through_nobody_is_known(
    tmp_path: Path, faults: Faults, runs: list[Run]
) -> None:
    """The ward is empty, the notice says so, and the next start does not try again."""
    times = [START + minute * MINUTE for minute in range(5)]
    run = Run(tmp_path)
    run.live([(at, [treated("tocilizumab", at)]) for at in times])
    run.end()
    faults.since = LONG_AGO
    broken = Run(tmp_path, LATER)
    metrics = Metrics()
    tell_recovery(broken.recovered, None, metrics, lambda _: None)
    assert broken.recovered.has_failed
    assert [] == broken.recovered.heart.ward.patients()
    assert "failed (ArithmeticError)" in str(broken.journal.header["recovery"])
    assert b'recovery_losses{of="everything"} 1.0' in metrics.render("")[0]
    faults.since = NEVER
    broken.live(feverish(3, LATER))
    broken.end()
    runs.append(last := Run(tmp_path, LATER + HOUR))
    assert 3 == last.recovered.ticks
    assert MOST_IN_A_ROW * 2 == faults.broke


def test_a_tick_in_which_start_after_start_died_is_left_out_and_told_at_once(
    tmp_path: Path, faults: Faults, runs: list[Run]
) -> None:
    """Nothing was raised, so it is what the others left beside the journals that names it."""
    broken_run(tmp_path)
    (tmp_path / "recovering").write_bytes(b"%020d %03d\n" % (BAD[0], MOST_DEATHS))
    faults.broke = 0
    runs.append(again := Run(tmp_path, LATER))
    told = [one.refusal for one in again.recovered.left_out]
    assert (0, 6) == (faults.broke, again.recovered.ticks)
    assert [True, True] == [LATER <= one.received < LATER + MINUTE for one in told]
    assert "the process ended in it 3 times" in told[0].detail


def test_however_many_break_there_is_an_end_to_trying() -> None:
    """One more at a time, then only what lasts, then nothing more."""
    broken: Broken | None = Broken()
    tries = 0
    while broken is not None and (tries := tries + 1) < 100:
        broken = broken.without(START + tries * SECOND, 0, LATER)
    assert 2 * (MOST_LEFT_OUT + 1) == tries


def test_what_is_refused_at_the_start_comes_first_and_once() -> None:
    """It asks for a tick of its own, before anything has arrived."""
    told = left_out(*BAD, "ArithmeticError", START)
    door = TellingFirst(told, Silence())
    assert START == door.first()
    assert [one.refusal for one in told] == door.take(LATER)
    assert (NEVER, []) == (door.first(), door.take(LATER))


def test_what_was_left_out_and_comes_again_is_refused_again() -> None:
    """The process that it killed had not acknowledged it; all else is let through."""
    other = saw("heart_rate", "80", LATER)
    again = [*(one._replace(received=LATER) for one in BAD[1][1:]), other]
    told = left_out(*BAD, "ArithmeticError", START)
    door = TellingFirst(told, Arrived(again))
    door.take(LATER - 1)
    assert [told[1].refusal._replace(received=LATER), other] == door.take(LATER)


def test_what_was_left_out_can_be_entered_anew() -> None:
    """The refusal says how: under another id it is another event."""
    told = left_out(*BAD, "ArithmeticError", START)
    assert "the same event sent again is refused" in told[0].refusal.detail
    anew = saw("spo2", "97", START + 6 * MINUTE, patient="p-2", name="anew")
    door = TellingFirst(told, Arrived([anew]))
    door.take(LATER - 1)
    assert [anew] == door.take(LATER)


class Arrived(Silence):
    """Some arrivals come at `LATER`."""

    def __init__(self, arrivals: Sequence[Arrival]) -> None:
        self._arrivals = arrivals

    def take(self, now: Millis) -> list[Arrival]:
        return list(self._arrivals) if now == LATER else []
