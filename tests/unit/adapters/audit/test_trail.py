"""What is recorded is on the disk, in order, whatever the disk does meanwhile."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from monitord.adapters.audit import Audit, AuditProblem, NewsKind, read_audit, verify
from tests.disk import full_disk_at
from tests.unit.adapters.audit.making import LONG_S, START, Heard, lines_of, told_in, written

ROOT = Path(__file__).parents[4]


def test_what_is_recorded_is_chained_from_the_first_record_to_the_last(tmp_path: Path) -> None:
    """Records stand in order with number, time and fields, each with the hash of the one before."""
    written(tmp_path, 3)
    records = [json.loads(line) for line in lines_of(tmp_path)]
    assert ["chain.begun", *["thing.happened"] * 3] == [one["what"] for one in records]
    assert [1, 2, 3, 4] == [one["sequence"] for one in records]
    assert ["0" * 64, *[one["hash"] for one in records[:-1]]] == [one["before"] for one in records]
    assert ("2026-01-08T09:02:00Z", {"number": 2}) == (records[3]["time"], records[3]["fields"])


def test_a_second_run_goes_on_with_the_chain_of_the_first(tmp_path: Path) -> None:
    """A start of the daemon begins no new chain and no new file."""
    written(tmp_path, 2)
    assert [] == written(tmp_path, 2, first=2).news
    verdict = verify(tmp_path)
    assert ([], 1, 5) == (verdict.findings, verdict.files, verdict.records)
    assert [("thing.happened", n) for n in range(4)] == told_in(tmp_path)


def test_files_follow_one_another_and_name_the_last_hash_of_the_one_before(tmp_path: Path) -> None:
    """A file that is large enough is followed by one whose header chains it to the last record."""
    written(tmp_path, 1, file_bytes=1)
    written(tmp_path, 1, first=1, file_bytes=1)
    verdict = verify(tmp_path)
    assert [] == verdict.findings
    before, header = (json.loads(line) for line in lines_of(tmp_path)[1:3] if line)
    assert verdict.files >= 2
    later = [json.loads(line) for line in lines_of(tmp_path)]
    headers = [one for one in later if one["what"] == "chain.begun"]
    assert headers[1]["before"] == later[headers[1]["sequence"] - 2]["hash"]
    assert re.fullmatch(r"audit-\d{12}\.jsonl", headers[1]["fields"]["after"])
    assert before["sequence"] + 1 == header["sequence"]


def test_a_new_month_begins_a_new_file(tmp_path: Path) -> None:
    """The month of a record decides in which file it stands."""
    written(tmp_path, 1)
    written(tmp_path, 1, first=40 * 24 * 60)
    assert 2 == verify(tmp_path).files
    assert [] == verify(tmp_path).findings


def test_only_the_daemons_user_may_read_it(tmp_path: Path) -> None:
    """Directory and files are closed to everybody else."""
    directory = tmp_path / "audit"
    written(directory, 1)
    assert 0o700 == stat.S_IMODE(directory.stat().st_mode)
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}


def test_a_second_writer_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """Two daemons never write one chain."""
    first = Audit(tmp_path, Heard())
    with pytest.raises(AuditProblem, match="give this one a directory of its own"):
        Audit(tmp_path, Heard())
    first.close(LONG_S)


def test_fields_that_are_no_json_are_told_as_text_and_long_ones_are_cut(tmp_path: Path) -> None:
    """Whatever an outsider writes into a reason, the record is made and stays small."""
    audit = Audit(tmp_path, Heard())
    audit.record("call.refused", START, reason="a lone \ud800 surrogate")
    audit.record("call.refused", START, reason="long " * 10_000)
    audit.record("call.refused", START, where=tmp_path)
    audit.close(LONG_S)
    unwritable, cut, path = [json.loads(line)["fields"] for line in lines_of(tmp_path)[1:]]
    assert "surrogate" in unwritable["unwritable"]
    assert 50_000 < cut["cut_from_bytes"]
    assert 2_000 > len(cut["begins"])
    assert {"where": str(tmp_path)} == path
    assert [] == verify(tmp_path).findings


def test_what_a_full_disk_does_not_take_is_written_later_in_order(tmp_path: Path) -> None:
    """Nothing is lost or doubled, half a line is taken back, and both ends of it are told."""
    heard = written(tmp_path, 1)
    audit = Audit(tmp_path, heard, retry_s=0.01)
    size = sum(len(line) for line in lines_of(tmp_path))
    with full_disk_at(size + 100):
        for number in range(1, 4):
            audit.record("thing.happened", START, number=number)
        assert "too large" in heard.wait_for(NewsKind.NOT_WRITTEN).detail.lower()
        assert audit.problem
        assert 3 == audit.waiting
    heard.wait_for(NewsKind.WRITTEN_AGAIN)
    assert 0 == audit.close(LONG_S)
    assert "" == audit.problem
    assert [("thing.happened", n) for n in range(4)] == told_in(tmp_path)
    assert [] == verify(tmp_path).findings


def test_what_waits_is_bounded_and_a_record_names_the_loss(tmp_path: Path) -> None:
    """With the disk full for long, the newest are lost, counted, and told where they would be."""
    heard = written(tmp_path, 1)
    # Each record has fields of some 12 bytes: two fit.
    audit = Audit(tmp_path, heard, most_waiting_bytes=25, retry_s=0.01)
    with full_disk_at(sum(len(line) for line in lines_of(tmp_path))):
        audit.record("thing.happened", START, number=1)
        heard.wait_for(NewsKind.NOT_WRITTEN)
        for number in range(2, 7):
            audit.record("thing.happened", START, number=number)
        assert 4 == audit.lost
        assert 1 == heard.wait_for(NewsKind.LOST).records  # at once, while the disk is still full
    heard.wait_for(NewsKind.WRITTEN_AGAIN)
    while audit.waiting:
        pass
    audit.record("thing.happened", START, number=7)
    assert 0 == audit.close(LONG_S)
    assert 4 == sum(one.records for one in heard.news if one.kind is NewsKind.LOST)
    kept = [("thing.happened", n) for n in (0, 1, 2)]
    assert [*kept, ("chain.lost", 4), ("thing.happened", 7)] == told_in(tmp_path)
    assert [] == verify(tmp_path).findings


def test_a_daemon_that_ends_on_a_full_disk_says_how_much_is_not_written(tmp_path: Path) -> None:
    """The end does not wait for room for ever."""
    heard = written(tmp_path, 1)
    audit = Audit(tmp_path, heard)
    with full_disk_at(sum(len(line) for line in lines_of(tmp_path))):
        audit.record("thing.happened", START, number=1)
        assert 1 == audit.close(LONG_S)
    assert [("thing.happened", 0)] == told_in(tmp_path)


def test_what_a_daemon_that_is_killed_recorded_before_is_there(tmp_path: Path) -> None:
    """Once a record is on the disk, a kill loses nothing and the next start goes on."""
    script = (
        "import os, sys, signal, threading, pathlib\n"
        "from monitord.adapters.audit import Audit, read_audit\n"
        "directory = pathlib.Path(sys.argv[1])\n"
        "audit = Audit(directory, print)\n"
        "for number in range(500): audit.record('thing.happened', number, number=number)\n"
        "while audit.waiting > 250: pass\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=False)
    written(tmp_path, 1, first=500)
    numbers = [number for what, number in told_in(tmp_path) if what == "thing.happened"]
    assert [*range(len(numbers) - 1), 500] == numbers
    assert [] == verify(tmp_path).findings


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_that_dies_shows_in_readiness_and_harms_nobody(tmp_path: Path) -> None:
    """A fault of our own ends the writing, says so, and lets everybody else go on."""
    written(tmp_path, 1)
    with next(tmp_path.glob("audit-*.jsonl")).open("ab") as file:
        file.write(b"a torn line")

    def tell(_: object) -> None:
        raise RuntimeError("a fault")

    audit = Audit(tmp_path, tell)
    audit.record("thing.happened", START)
    audit._writer.join(LONG_S)
    assert audit.problem
    audit.record("thing.happened", START)
    assert 2 == audit.close(LONG_S)


def test_records_are_read_back_with_their_places(tmp_path: Path) -> None:
    """Each line comes with its file and number; one that is damaged comes without a record."""
    written(tmp_path, 2)
    [path] = tmp_path.glob("audit-*.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"number":0', b'"number":9'))
    with path.open("ab") as file:
        file.write(b'{"before":')  # the daemon is at it: no line yet
    readings = list(read_audit(tmp_path))
    assert [1, 2, 3] == [one.line for one in readings]
    assert [True, False, True] == [one.record is not None for one in readings]
    assert {str(path)} == {one.file for one in readings}
    assert os.fspath(path) == readings[0].file
