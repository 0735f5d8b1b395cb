"""A file that cannot be had, read or written ends a command with one line and its exit code."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

EVENT = b'{"patient":"p","signal":"spo2","value":97,"unit":"%","time":"2026-01-08T09:00:00Z"}\n'


def monitord(folder: Path, words: str) -> tuple[int, list[str]]:
    """Run a command line of a shell; give its exit code and the lines of its standard error."""
    (folder / "events.jsonl").write_bytes(EVENT)
    (folder / "cut.gz").write_bytes(gzip.compress(EVENT)[:-12])
    (folder / "junk.gz").write_bytes(b"\x1f\x8b\x08" + b"\x00" * 7 + b"no deflated data")
    (folder / "plain.gz").write_bytes(EVENT)
    done = subprocess.run(
        f"{sys.executable} -m monitord {words}",
        shell=True,
        check=False,
        capture_output=True,
        cwd=folder,
        text=True,
    )
    return done.returncode, done.stderr.splitlines()


@pytest.mark.parametrize(
    ("words", "code", "found"),
    [
        ("replay nowhere", 2, "nowhere: found No such file or directory"),
        ("replay .", 2, ".: found Is a directory"),
        ("replay - <&-", 2, "-: found a closed stream"),
        ("replay plain.gz", 1, "plain.gz: found Not a gzipped file"),
        ("replay cut.gz", 1, "cut.gz: found a packed file that breaks off"),
        ("replay junk.gz", 1, "junk.gz: found a packed file that is damaged"),
        ("replay events.jsonl --decisions nowhere/x", 2, "nowhere/x: found No such file"),
        ("replay events.jsonl --decisions .", 2, ".: found Is a directory"),
        ("replay events.jsonl --decisions /dev/full", 1, "/dev/full: found No space left"),
        ("replay events.jsonl >/dev/full", 1, "-: found No space left"),
        ("simulate --days 0.01 --out nowhere/x.gz", 2, "nowhere/x.gz: found No such file"),
        ("simulate --days 0.01 --out /dev/full", 1, "/dev/full: found No space left"),
        ("completion bash >/dev/full", 1, "found No space left"),
        ("--help >/dev/full", 1, "found No space left"),
    ],
)
def test_what_cannot_be_had_is_told_in_one_line(
    tmp_path: Path, words: str, code: int, found: str
) -> None:
    """Wrong usage is 2, a problem on the way 1; what was found and expected, and no traceback."""
    ended, [line] = monitord(tmp_path, words)
    assert code == ended
    assert line.startswith(found)
    assert ", expected " in line


def test_a_reader_who_has_seen_enough_is_no_problem(tmp_path: Path) -> None:
    """A pipe that is closed early ends a command without a word about it."""
    _, lines = monitord(tmp_path, "simulate --days 0.2 --out - | head -1")
    assert [] == [line for line in lines if line]


def test_a_wrong_name_of_events_costs_no_older_decisions(tmp_path: Path) -> None:
    """The file of decisions is opened only when there is something to decide upon."""
    (tmp_path / "old.jsonl").write_text("kept")
    assert monitord(tmp_path, "replay nowhere --decisions old.jsonl")[0] == 2
    assert (tmp_path / "old.jsonl").read_text() == "kept"


@pytest.mark.parametrize(
    "words",
    [
        "replay events.jsonl --now 2106-01-01T00:00:00Z",
        "replay events.jsonl --tick 99999999999999999999d",
        "simulate --out x --start 0001-01-01T00:00:00+14:00",
        "simulate --out x --start 2105-12-31T00:00:00Z --days 2",
    ],
)
def test_a_time_that_no_clock_shows_is_wrong_usage(tmp_path: Path, words: str) -> None:
    """Before 1970 and from 2106 on nothing is simulated, replayed or stepped."""
    code, lines = monitord(tmp_path, words)
    assert code == 2
    assert lines[-1].startswith("Error: ")
