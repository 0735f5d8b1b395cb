"""What a tick took in is read back as it was, and damage is noticed."""

import gzip
import json
import stat
import zlib
from itertools import pairwise
from pathlib import Path

import pytest

from monitord.adapters.codecs.native import MOST_EVENTS, decode
from monitord.adapters.journal import (
    Journal,
    JournalProblem,
    is_journal,
    read_journal,
    read_lines,
)
from monitord.domain.events import Arrival, Rejection
from monitord.domain.time import SECOND, parse_time
from tests.disk import full_disk_at

NINE = parse_time("2026-01-08T09:00:00Z")
FEVER = b"""[
  {"patient": "p-1", "signal": "temperature", "value": 38.05, "unit": "Cel",
   "time": "2026-01-08T08:59:59.500Z", "source": "monitor-7", "seq": 3, "quality": "questionable"},
  {"patient": "p-1", "signal": "oxygen_device", "value": "nasal_cannula",
   "time": "2026-01-08T08:00:00Z", "id": "o-1", "status": "corrected"},
  {"patient": "p-1", "signal": "mood", "value": 1, "time": "2026-01-08T08:59:59Z"},
  {"kind": "stay", "patient": "p-1", "action": "admit", "time": "2026-01-08T08:59:59Z",
   "bed": "7", "age_years": 61.5, "baseline": {"systolic_bp": 128}},
  {"kind": "treatment", "patient": "p-1", "treatment": "tocilizumab", "action": "given",
   "time": "2026-01-08T08:59:59Z", "dose": "8", "unit": "mg/kg"},
  {"kind": "command", "patient": "p-1", "action": "acknowledge", "alert": "a1", "by": "nurse-3",
   "until": "2026-01-08T10:00:00Z", "time": "2026-01-08T08:59:59Z"}
]"""


def arrivals() -> list[Arrival]:
    return decode(FEVER, NINE - 250, ward="w-1")


def written(folder: Path) -> Path:
    with Journal.open(folder, NINE, {"version": "0.1.0"}) as journal:
        journal.append(NINE + SECOND, arrivals())
        journal.append(NINE + 2 * SECOND, [])
        journal.append(NINE + 60 * SECOND, arrivals()[:1])
    return journal.path


def test_what_was_appended_is_read_back_as_it_was(tmp_path: Path) -> None:
    """Ticks, events of every kind, refusals and their order survive the disk."""
    assert sum(isinstance(arrival, Rejection) for arrival in arrivals()) == 1
    assert list(read_journal(read_lines(written(tmp_path)))) == [
        (NINE + SECOND, arrivals()),
        (NINE + 2 * SECOND, []),
        (NINE + 60 * SECOND, arrivals()[:1]),
    ]


def test_a_tick_may_hold_more_than_one_payload_and_its_refusals_stay_as_they_were(
    tmp_path: Path,
) -> None:
    """Two full payloads and a folded refusal of one tick are read back as they were taken in."""
    full = b"[" + b",".join([FEVER[1:-1]] * 600) + b"]"
    inbox = [a for ward in ("w-1", "w-2") for a in decode(full, NINE, ward=ward, max_bytes=10**6)]
    assert len(inbox) > MOST_EVENTS
    assert [580, 580] == [
        int(one.detail.split()[0])
        for one in inbox
        if isinstance(one, Rejection) and "more events" in one.detail
    ]
    with Journal.open(tmp_path, NINE, {}) as journal:
        journal.append(NINE + SECOND, inbox)
    assert list(read_journal(read_lines(journal.path))) == [(NINE + SECOND, inbox)]


def test_the_first_line_tells_a_journal_and_its_start(tmp_path: Path) -> None:
    """A header names the format, and any other file is none."""
    first = next(read_lines(written(tmp_path)))
    assert is_journal(first)
    assert json.loads(first) == {
        "monitord_journal": 1,
        "started": "2026-01-08T09:00:00Z",
        "version": "0.1.0",
    }
    assert not is_journal(b'{"patient": "p-1"}')


def test_each_start_has_its_own_file_for_us_alone(tmp_path: Path) -> None:
    """Two starts at one instant do not share a file, and nobody else may read either."""
    folder = tmp_path / "new" / "journal"
    first, second = written(folder), written(folder)
    assert first.name == "2026-01-08T090000Z.jsonl"
    assert second.name == "2026-01-08T090000Z-2.jsonl"
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_tick_is_readable_before_the_file_is_closed(tmp_path: Path) -> None:
    """A crash after appending loses nothing, with or without fsync."""
    for fsync in (True, False):
        journal = Journal.open(tmp_path, NINE, {}, fsync=fsync)
        size = journal.append(NINE + SECOND, arrivals())
        lines = list(read_lines(journal.path))
        assert len(lines[1]) == size
        assert list(read_journal(lines)) == [(NINE + SECOND, arrivals())]
        journal.close()
        journal.close()


def test_a_full_disk_is_told_once_and_the_file_is_closed(tmp_path: Path) -> None:
    """What could not be written is not tried again at the end; what was before it is read."""
    journal = Journal.open(tmp_path, NINE, {}, fsync=False)
    journal.append(NINE + SECOND, arrivals())
    size = journal.path.stat().st_size
    with full_disk_at(size + 50), pytest.raises(OSError, match="File too large"):
        journal.append(NINE + 2 * SECOND, [arrivals()[0]] * 50_000)
    journal.close()
    torn: list[int] = []
    assert list(read_journal(read_lines(journal.path), torn.append)) == [
        (NINE + SECOND, arrivals())
    ]
    assert torn == [3]


def test_a_journal_that_cannot_be_begun_names_its_file(tmp_path: Path) -> None:
    """No room for the first line: the path is part of what is said."""
    with full_disk_at(10), pytest.raises(OSError, match="File too large") as caught:
        Journal.open(tmp_path, NINE, {}, fsync=False)
    assert str(caught.value.filename).startswith(str(tmp_path))


def test_a_packed_journal_is_read_as_it_is(tmp_path: Path) -> None:
    """`.gz` needs no unpacking, and one that breaks off is told."""
    path = written(tmp_path)
    packed = tmp_path / "j.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    plain = list(read_journal(read_lines(path)))
    assert list(read_journal(read_lines(packed))) == plain
    packed.write_bytes(packed.read_bytes()[:-20])
    with pytest.raises(OSError, match="breaks off"):
        list(read_journal(read_lines(packed)))


def test_a_last_line_cut_short_is_told_and_ends_the_reading(tmp_path: Path) -> None:
    """Wherever a crash cut the last line, everything before it is read."""
    *kept, last = read_lines(written(tmp_path))
    for cut in (1, 30, len(last) - 1):
        torn: list[int] = []
        ticks = list(read_journal([*kept, last[:cut]], torn.append))
        assert [now for now, _ in ticks] == [NINE + SECOND, NINE + 2 * SECOND]
        assert torn == [4]


def test_any_changed_byte_is_noticed_with_its_line(tmp_path: Path) -> None:
    """One wrong bit anywhere in a tick is refused, never guessed at."""
    lines = list(read_lines(written(tmp_path)))
    for place in range(len(lines[2]) - 1):
        changed = bytearray(lines[2])
        changed[place] ^= 1
        with pytest.raises(JournalProblem, match="journal line 3: found") as caught:
            list(read_journal([*lines[:2], bytes(changed), *lines[3:]]))
        assert caught.value.line == 3


def test_a_missing_middle_is_no_problem_but_time_going_back_is(tmp_path: Path) -> None:
    """Ticks strictly increase; a repeated line is refused."""
    header, first, second, third = read_lines(written(tmp_path))
    assert len(list(read_journal([header, first, third]))) == 2
    for earlier, later in pairwise((second, first)):
        with pytest.raises(JournalProblem, match=r"line 3: found .* expected a tick after"):
            list(read_journal([header, earlier, later]))


@pytest.mark.parametrize(
    ("first", "found"),
    [
        (b"", "no header"),
        (b'{"patient": "p-1"}\n', "no header"),
        (b'{"monitord_journal":2}\n', "format 2"),
        (b'{"monitord_journal":1', "a damaged header"),
    ],
)
def test_a_file_that_is_no_journal_is_refused(first: bytes, found: str) -> None:
    """No header, another format or half a header: said with line 1."""
    with pytest.raises(JournalProblem, match=f"journal line 1: found {found}"):
        list(read_journal([first]))


def test_an_event_that_is_refused_now_is_told(tmp_path: Path) -> None:
    """A journal is never replayed with less than it holds."""
    path = written(tmp_path)
    header = path.read_bytes().splitlines(keepends=True)[0]
    with Journal.open(tmp_path, NINE, {}) as journal:
        size = journal.append(NINE + SECOND, arrivals()[:1])
    line = journal.path.read_bytes()[-size:]
    checked = line[18:-1].replace(b'"temperature"', b'"mood"')
    forged = b'{"crc":"%08x",%b\n' % (zlib.crc32(checked), checked)
    with pytest.raises(JournalProblem, match="line 2: found an event refused now"):
        list(read_journal([header, forged]))
