"""A ward that is rebuilt from its journals, whatever state they are in."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from monitord.daemon.recovery.past import live_through, recovery_notice
from monitord.domain.alerts import Phase
from monitord.domain.decisions import AlertChange
from monitord.domain.time import DAY, HOUR, MINUTE, SECOND, Millis
from monitord.engine.step import step
from monitord.engine.ward import Ward, WardSettings
from monitord.rules.book import RuleBook
from tests.unit.daemon.reborn import LATER, Run, feverish
from tests.unit.engine.making import BOOK, START, book, lines, rule, saw, treated


class Start(Protocol):
    """Starts a run on the test's folder, which ends with the test at the latest."""

    def __call__(self, now: Millis = START, book: RuleBook = BOOK, **journal: str) -> Run: ...


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Give a way to start runs."""
    runs: list[Run] = []

    def begin(now: Millis = START, book: RuleBook = BOOK, **journal: str) -> Run:
        runs.append(Run(tmp_path, now, book, **journal))
        return runs[-1]

    yield begin
    for run in runs:
        run.end()


def first_run(start: Start) -> Path:
    run = start()
    run.live(feverish(12))
    return run.end()


def test_the_first_start_finds_nothing_and_says_nothing(start: Start) -> None:
    """Without an earlier journal there is no notice, and the header names no other file."""
    run = start()
    assert {} == run.recovered.header
    assert None is recovery_notice(run.journal.header)


def test_a_ward_is_as_it_was_and_its_alerts_stand(start: Start) -> None:
    """The fever that was raised before the end is known under its id, with what was counted."""
    before = start()
    made = before.live(feverish(12))
    before.end()
    again = start(LATER)
    standing = again.recovered.remembered.standing
    assert ["fever"] == [one.rule for one in standing.values()]
    assert {one.alert for one in made if isinstance(one, AlertChange)} == set(standing)
    assert (12, 12) == (again.recovered.ticks, again.recovered.events)
    assert Phase.ACTIVE is next(iter(standing.values())).to_phase


def test_a_journal_names_what_it_continues_however_often_it_ended(start: Start) -> None:
    """Of three ends in a row, one before its first tick, the fourth start continues two files."""
    first = first_run(start)
    second = start(LATER)
    second.live([(LATER + SECOND, [saw("temperature", "39.1", LATER)])])
    empty = start(LATER + HOUR)
    paths = [first, second.end(), empty.end()]
    last = start(LATER + 2 * HOUR)
    continues = last.recovered.header["continues"]
    assert isinstance(continues, dict)
    assert [path.name for path in paths[:2]] == continues["files"]
    assert (13, 13) == (continues["ticks"], last.recovered.ticks)


def test_replay_of_the_newest_comes_to_the_same_ward(start: Start, tmp_path: Path) -> None:
    """What a header says is enough to decide again what the second run decided."""
    first_run(start)
    second = start(LATER)
    rest = feverish(5, LATER)
    made = second.live(rest)
    ward = Ward(BOOK, WardSettings(beds=6))
    live_through(ward, tmp_path, second.journal.header)
    again = [one for now, inbox in rest for one in step(ward, inbox, now)]
    assert made
    assert lines(made) == lines(again)


@pytest.mark.parametrize("place", [1, 4, 11])
def test_a_damaged_tick_is_passed_over_counted_and_told(start: Start, place: int) -> None:
    """One flipped byte costs one tick of twelve, a number and a word in the notice."""
    path = first_run(start)
    written = path.read_bytes().splitlines(keepends=True)
    damaged = written[place].replace(b"temperature", b"tenperature")
    path.write_bytes(b"".join([*written[:place], damaged, *written[place + 1 :]]))
    again = start(LATER)
    assert (11, 1, 0) == counts(again)
    notice = recovery_notice(again.journal.header)
    assert notice is not None
    assert "1 ticks could not be read" in notice.detail


def test_a_file_of_another_format_is_passed_over_for_the_one_before(start: Start) -> None:
    """What an older run knew is better than nothing, and the loss is told."""
    first_run(start)
    newer = start(LATER)
    newer.live(feverish(2, LATER))
    path = newer.end()
    path.write_bytes(path.read_bytes().replace(b'{"monitord_journal":1', b'{"monitord_journal":7'))
    again = start(LATER + HOUR)
    assert (12, 0, 1) == counts(again)


def test_a_file_that_was_removed_ends_the_way_back(start: Start) -> None:
    """The past begins after what is gone; `.gz` is read as it is."""
    first = first_run(start)
    second = start(LATER)
    second.live(feverish(3, LATER))
    path = second.end()
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    whole = start(LATER + HOUR)
    whole.end().unlink()
    first.unlink()
    again = start(LATER + HOUR)
    assert (15, 0, 0) == counts(whole)
    assert (3, 0, 1) == counts(again)


def test_only_what_lasts_is_read_of_what_is_longer_ago_than_asked_for(start: Start) -> None:
    """The infusion of a day ago is known, the temperature of a day ago is not."""
    before = start()
    infusion = treated("car_t_infusion", START)
    before.live([(START + SECOND, [infusion, saw("temperature", "39.0", START)])])
    before.live([(START + DAY, [saw("heart_rate", "80", START + DAY - SECOND)])])
    before.end()
    again = start(START + DAY + MINUTE, recover="1h")
    state = again.recovered.heart.portrait("p-1", START + DAY + MINUTE)
    memory = again.recovered.heart.ward.memory
    assert (2, 2) == (again.recovered.ticks, again.recovered.events)
    assert {"heart_rate"} == set(state["signals"])  # type: ignore[call-overload]
    assert START == memory.treatments.infused_at(1)


def test_a_clock_that_was_set_back_goes_on_from_the_past(start: Start) -> None:
    """Ten minutes are waited out; what lies two hours ahead is nobody's past."""
    first_run(start)
    ended = START + 11 * MINUTE + SECOND
    again = start(START + MINUTE)
    assert again.clock.now() >= ended
    again.end().unlink()
    wrong = start(START - 2 * HOUR)
    assert (0, 0, 1) == counts(wrong)
    assert wrong.clock.now() < START


def test_ticks_of_a_clock_that_was_ahead_cost_nobody_the_ward(start: Start, tmp_path: Path) -> None:
    """Two days ahead are passed over and told, also once that time has come; a replay agrees."""
    run = start()
    run.live([*feverish(12), (START + 2 * DAY, [saw("temperature", "39.0", START + 2 * DAY)])])
    run.end()
    again = start(LATER)
    assert (12, 1, 0) == counts(again)
    again.live(feverish(3, LATER))
    again.end()
    later = start(START + 3 * DAY)
    assert (15, 1, 0) == counts(later)
    ward = Ward(BOOK, WardSettings(beds=6))
    live_through(ward, tmp_path, later.journal.header)
    assert later.recovered.heart.ward.now == ward.now


def test_a_journal_begun_on_a_clock_that_was_ahead_never_becomes_the_newest(start: Start) -> None:
    """What came after it is gone on from, whatever its name says."""
    ahead = start(START + 2 * DAY)
    ahead.live(feverish(5, START + 2 * DAY))
    ahead.end()
    start(START - DAY).end()
    right = start(START)
    assert (0, 0, 1) == counts(right)
    right.live(feverish(12))
    right.end()
    again = start(START + 3 * DAY)
    assert (12, 0, 0) == counts(again)


def test_a_start_before_the_clock_is_right_forgets_nobody_for_good(start: Start) -> None:
    """Nothing was ticked on a clock that was back, so the next start goes on from what was."""
    first_run(start)
    back = start(START - DAY)
    assert (0, 0, 1) == counts(back)
    back.end()
    assert (12, 0, 0) == counts(start(LATER))


def test_a_packed_file_that_breaks_off_costs_the_rest_of_it_alone(start: Start) -> None:
    """What was written before and after is known."""
    path = first_run(start)
    second = start(LATER)
    second.live(feverish(3, LATER))
    second.end()
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes())[:-40])
    path.unlink()
    again = start(LATER + HOUR)
    assert not again.recovered.has_failed
    assert 1 == again.recovered.lost_files
    assert 4 <= again.recovered.ticks < 15


def test_other_rules_judge_the_same_past(start: Start) -> None:
    """A pack that was changed between two runs finds its alert in what was measured before."""
    first_run(start)
    again = start(LATER, book(rule("warm", "temperature.last >= 37.5")))
    assert ["warm"] == [one.rule for one in again.recovered.remembered.standing.values()]


def test_nothing_is_read_back_where_none_is_wanted(start: Start) -> None:
    """`recover = "0s"` starts with an empty ward, and continues nothing."""
    first_run(start)
    again = start(LATER, recover="0s")
    assert (0, {}) == (again.recovered.ticks, again.recovered.header)


def counts(run: Run) -> tuple[int, int, int]:
    """Give the ticks that were read, those that were lost, and the files that were lost."""
    recovered = run.recovered
    return recovered.ticks, recovered.lost_ticks, recovered.lost_files
