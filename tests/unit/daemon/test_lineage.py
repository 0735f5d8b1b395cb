"""A journal leads to all that it goes on from, however many there are and whoever wrote them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitord.adapters.journal import JournalProblem
from monitord.daemon.recovery.past import live_through
from monitord.domain.time import HOUR, Millis
from monitord.engine.ward import Ward, WardSettings
from tests.unit.daemon.reborn import Run, feverish
from tests.unit.engine.making import BOOK, START

TICKS = 3


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Leave the journals of four runs, each an hour after the one before."""
    made = []
    for number in range(4):
        now = START + number * HOUR
        run = Run(tmp_path, now)
        run.live(feverish(TICKS, now))
        made.append(run.end())
    return made


@pytest.fixture
def last(tmp_path: Path) -> Iterator[Run]:
    """Start once more, when the test asks for it."""
    run = Run(tmp_path, LAST)
    yield run
    run.end()


LAST: Millis = START + 9 * HOUR


def ticks_replayed(folder: Path, run: Run) -> int:
    ward = Ward(BOOK, WardSettings(beds=6))
    live_through(ward, folder, run.journal.header)
    continues = run.recovered.header["continues"]
    assert isinstance(continues, dict)
    assert run.recovered.heart.ward.now == ward.now
    return int(continues["ticks"])


def test_a_header_names_the_two_ends_of_its_past(
    tmp_path: Path, paths: list[Path], last: Run
) -> None:
    """And a start, and a replay, find all that lies between."""
    continues = last.recovered.header["continues"]
    assert isinstance(continues, dict)
    assert [paths[0].name, paths[-1].name] == continues["files"]
    assert 4 * TICKS == ticks_replayed(tmp_path, last) == last.recovered.ticks


def test_journals_that_name_every_file_are_gone_on_from(tmp_path: Path, paths: list[Path]) -> None:
    """So wrote an earlier version; nothing of them is lost."""
    names = ",".join(f'"{path.name}"' for path in paths[:3]).encode()
    text = paths[3].read_bytes()
    paths[3].write_bytes(re.sub(rb'"files":\[[^]]*\]', b'"files":[%b]' % names, text, count=1))
    run = Run(tmp_path, LAST)
    assert 4 * TICKS == ticks_replayed(tmp_path, run)
    run.end()


def test_what_an_earlier_start_could_not_read_stays_out_when_it_is_back(
    tmp_path: Path, paths: list[Path]
) -> None:
    """The first end says where the past began; what was decided since hangs on it."""
    kept = paths[1].read_bytes()
    paths[1].unlink()
    run = Run(tmp_path, START + 8 * HOUR)
    run.live(feverish(TICKS, START + 8 * HOUR))
    run.end()
    paths[1].write_bytes(kept)
    again = Run(tmp_path, LAST)
    assert 3 * TICKS == ticks_replayed(tmp_path, again)
    assert 0 == again.recovered.lost_files
    again.end()


def test_a_replay_says_which_file_is_gone(tmp_path: Path, paths: list[Path], last: Run) -> None:
    """Without it nothing can be said of what came after."""
    paths[1].unlink()
    with pytest.raises(JournalProblem, match=re.escape(f"continues {paths[1].name}")):
        ticks_replayed(tmp_path, last)


def test_journals_that_lead_in_a_circle_end_the_way_back(tmp_path: Path, paths: list[Path]) -> None:
    """Whoever wrote that, a start comes to its end."""
    text = paths[1].read_bytes()
    circle = b'"files":["%b","%b"]' % (paths[0].name.encode(), paths[3].name.encode())
    paths[1].write_bytes(re.sub(rb'"files":\[[^]]*\]', circle, text, count=1))
    run = Run(tmp_path, LAST)
    assert 3 * TICKS == run.recovered.ticks
    run.end()
