"""The copy of the decisions holds whole lines only, and says when it lacks some."""

import json
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitord.daemon.telling.decisions_file import _LONGEST_LINE_BYTES, DecisionsFile
from monitord.domain.decisions import Notice
from tests.disk import full_disk_at

# Larger than anything else that the tests' process writes while its disk is full.
FILLED = 1 << 30


def notices(count: int) -> list[Notice]:
    return [Notice(0, "admitted", f"p{number}", "Admitted.") for number in range(count)]


def test_a_full_disk_is_counted_and_told_once_and_writing_goes_on_after_it(tmp_path: Path) -> None:
    """Two ticks that break off in mid-line leave nothing; the third is written whole again."""
    path = tmp_path / "decisions.jsonl"
    with path.open("wb") as sparse:
        sparse.seek(FILLED - 1)
        sparse.write(b"\n")
    lost: list[int] = []
    with capture_logs() as told, DecisionsFile(path, lost.append) as copy:
        with full_disk_at(FILLED + 40):
            copy.write(notices(2))
            copy.write(notices(1))
            assert (copy.problem, [2, 1]) == ("File too large", lost)
            assert path.stat().st_size == FILLED
        copy.write(notices(3))
        assert copy.problem == ""
    with path.open("rb") as file:
        file.seek(FILLED)
        written = [json.loads(line)["patient"] for line in file]

    assert ["p0", "p1", "p2"] == written
    assert [2, 1] == lost
    assert ["decisions.not_written", "decisions.written_again"] == [one["event"] for one in told]


def test_a_tick_without_decisions_says_nothing_about_the_disk(tmp_path: Path) -> None:
    """What was not written stays a problem until something has been written."""
    lost: list[int] = []
    with DecisionsFile(Path("/dev/full"), lost.append) as copy:
        copy.write([])
        assert copy.problem == ""
        copy.write(notices(1))
        copy.write([])

        assert (copy.problem, lost) == ("No space left on device", [1])


def test_it_is_for_the_daemon_s_user_alone(tmp_path: Path) -> None:
    """It has values of patients, as the journal has."""
    path = tmp_path / "decisions.jsonl"
    with DecisionsFile(path, lambda _: None):
        assert 0o600 == path.stat().st_mode & 0o777


@pytest.mark.parametrize("torn", [b'{"kind":"ale', b"{", b"\0\0\0\0"])
@pytest.mark.parametrize("before", [b"", b'{"kind":"notice"}\n'])
def test_a_line_that_a_power_cut_tore_is_taken_back_at_the_start(
    tmp_path: Path, before: bytes, torn: bytes
) -> None:
    """What is written next would else become a part of it."""
    path = tmp_path / "decisions.jsonl"
    path.write_bytes(before + torn)
    with capture_logs() as told, DecisionsFile(path, lambda _: None) as copy:
        copy.write(notices(1))
    lines = path.read_bytes().removeprefix(before).splitlines()
    assert ["p0"] == [json.loads(line)["patient"] for line in lines]
    assert ["decisions.torn"] == [one["event"] for one in told]
    with capture_logs() as told, DecisionsFile(path, lambda _: None):
        assert [] == told


@pytest.mark.parametrize(
    "other",
    [
        b"a-token-without-a-newline",
        b"one line\nand half of another",
        b"a database\nwith an empty page:\n\0\0\0\0",
        b"\n" + bytes(_LONGEST_LINE_BYTES + 1),
    ],
    ids=["token", "text", "database", "image"],
)
def test_a_file_of_something_else_is_never_cut(tmp_path: Path, other: bytes) -> None:
    """Who names a wrong file by mistake still has what was in it."""
    path = tmp_path / "token"
    path.write_bytes(other)
    with capture_logs() as told, DecisionsFile(path, lambda _: None) as copy:
        copy.write(notices(1))
    kept, line = path.read_bytes().rsplit(b"\n", 2)[:2]
    assert (other, "p0") == (kept, json.loads(line)["patient"])
    assert [] == told
