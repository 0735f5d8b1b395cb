"""What other hands did to the audit is found at the start, or while it is written, and told."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from monitord.adapters.audit import Audit, Kind, NewsKind, verify
from tests.disk import full_disk_at
from tests.unit.adapters.audit.making import LONG_S, START, Heard, lines_of, told_in, written


def newest(directory: Path) -> Path:
    return max(directory.glob("audit-*.jsonl"))


def rewrite(directory: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path = newest(directory)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def test_a_last_line_that_a_crash_cut_short_is_kept_aside_and_told(tmp_path: Path) -> None:
    """The chain goes on behind the last whole record, and says what was kept under which name."""
    written(tmp_path, 2)
    path = newest(tmp_path)
    with path.open("ab") as file:
        file.write(b'{"before":"12')
    assert verify(tmp_path).notes
    heard = written(tmp_path, 1, first=2)
    assert [NewsKind.TORN] == heard.kinds()
    assert b'{"before":"12' == (tmp_path / f"{path.name}.torn-1").read_bytes()
    told = json.loads(lines_of(tmp_path)[3])
    kept = {"file": path.name, "bytes": 13, "kept_as": f"{path.name}.torn-1"}
    assert ("chain.torn", kept) == (told["what"], told["fields"])
    assert [] == verify(tmp_path).findings


def test_a_first_line_that_never_got_whole_leaves_no_trace_but_its_copy(tmp_path: Path) -> None:
    """A crash within the very first record is no break."""
    path = tmp_path / "audit-000000000001.jsonl"
    path.write_bytes(b'{"bef')
    assert [NewsKind.TORN] == written(tmp_path, 1).kinds()
    assert [] == verify(tmp_path).findings


CHANGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "changed": lambda lines: [lines[0], lines[1].replace(b'r":0', b'r":7'), *lines[2:]],
    "removed": lambda lines: [*lines[:2], *lines[3:]],
    "truncated": lambda lines: lines[:-1],
    "inserted": lambda lines: [*lines, lines[1]],
    "reordered": lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_broken_chain_is_never_gone_on_with_in_silence(tmp_path: Path, change: str) -> None:
    """The next start begins a new file that names the break, tells it, and writes on."""
    written(tmp_path, 3)
    rewrite(tmp_path, CHANGES[change])
    broken = newest(tmp_path)
    left = broken.read_bytes()
    assert change in {one.kind for one in verify(tmp_path).findings}
    heard = written(tmp_path, 1, first=3)
    assert [NewsKind.BROKEN] == heard.kinds()
    assert left == broken.read_bytes()
    header = json.loads(newest(tmp_path).read_bytes().splitlines()[0])
    assert broken.name in {header["fields"]["break"]["file"], broken.name}
    assert ("thing.happened", 3) == told_in(tmp_path)[-1]
    assert Kind.BREAK in {one.kind for one in verify(tmp_path).findings}
    # What is named once is no news at the next start.
    assert [] == written(tmp_path, 1, first=4).news


def test_a_head_that_is_gone_is_a_break(tmp_path: Path) -> None:
    """Without it nobody can say whether the end was cut off."""
    written(tmp_path, 3)
    (tmp_path / "head.json").unlink()
    assert [Kind.HEAD] == [one.kind for one in verify(tmp_path).findings]
    assert [NewsKind.BROKEN] == written(tmp_path, 1).kinds()


def test_files_that_are_all_gone_are_a_break(tmp_path: Path) -> None:
    """The head tells that there was a chain; the new one counts on from there."""
    written(tmp_path, 3)
    newest(tmp_path).unlink()
    assert [NewsKind.BROKEN] == written(tmp_path, 1).kinds()
    assert 5 == json.loads(lines_of(tmp_path)[0])["sequence"]


def test_a_file_that_grows_by_another_hand_while_we_write_is_found_out(tmp_path: Path) -> None:
    """The next record goes into a new file that names the break."""
    heard = written(tmp_path, 2)
    audit = Audit(tmp_path, heard)
    audit.record("thing.happened", START, number=2)
    while audit.waiting:
        pass
    with newest(tmp_path).open("ab") as file:
        file.write(lines_of(tmp_path)[1])
    audit.record("thing.happened", START, number=3)
    assert "bytes" in heard.wait_for(NewsKind.BROKEN).detail
    assert 0 == audit.close(LONG_S)
    assert {Kind.INSERTED, Kind.BREAK} == {one.kind for one in verify(tmp_path).findings}


def test_a_file_that_is_taken_away_while_we_write_is_found_out(tmp_path: Path) -> None:
    """What is recorded afterwards does not go to a file that has no name any more."""
    heard = written(tmp_path, 2)
    audit = Audit(tmp_path, heard)
    audit.record("thing.happened", START, number=2)
    while audit.waiting:
        pass
    newest(tmp_path).unlink()
    audit.record("thing.happened", START, number=3)
    heard.wait_for(NewsKind.BROKEN)
    assert 0 == audit.close(LONG_S)
    assert [("thing.happened", 3)] == told_in(tmp_path)


def test_a_file_that_was_only_away_while_nothing_could_be_written_is_gone_on_with(
    tmp_path: Path,
) -> None:
    """As where a disk is gone for a moment: no break, and no record lost."""
    audit = Audit(tmp_path, heard := Heard(), retry_s=0.01)
    audit.record("thing.happened", START, number=0)
    while audit.waiting:
        pass
    path = newest(tmp_path)
    with full_disk_at(0):
        path.rename(tmp_path / "away")
        audit.record("thing.happened", START, number=1)
        heard.wait_for(NewsKind.NOT_WRITTEN)
        (tmp_path / "away").rename(path)
    heard.wait_for(NewsKind.WRITTEN_AGAIN)
    assert 0 == audit.close(LONG_S)
    assert [("thing.happened", 0), ("thing.happened", 1)] == told_in(tmp_path)
    assert [] == verify(tmp_path).findings


def test_a_file_planted_where_the_next_one_begins_stops_nothing(tmp_path: Path) -> None:
    """A name that is taken is a break, and the chain begins anew behind it."""
    written(tmp_path, 1)
    audit = Audit(tmp_path, heard := Heard(), file_bytes=1)
    audit.record("thing.happened", START, number=1)
    while audit.waiting:
        pass
    highest = json.loads(lines_of(tmp_path)[-1])["sequence"]
    (tmp_path / f"audit-{highest + 1:012}.jsonl").write_bytes(b"")
    audit.record("thing.happened", START, number=2)
    heard.wait_for(NewsKind.BROKEN)
    assert 0 == audit.close(LONG_S)
    assert [("thing.happened", n) for n in range(3)] == told_in(tmp_path)


def test_a_finding_names_file_line_and_what_is_wrong(tmp_path: Path) -> None:
    """Whoever reads it knows where to look."""
    written(tmp_path, 3)
    rewrite(tmp_path, CHANGES["changed"])
    [finding] = verify(tmp_path).findings
    told = "audit-000000000001.jsonl:2: changed: found a record whose hash does not fit it"
    assert re.search(re.escape(told) + "$", str(finding))


def test_older_files_may_be_elsewhere_and_that_is_noted(tmp_path: Path) -> None:
    """Retention takes whole files from the front; what is left is still checked."""
    written(tmp_path, 1, file_bytes=1)
    written(tmp_path, 1, first=1, file_bytes=1)
    min(tmp_path.glob("audit-*.jsonl")).unlink()
    verdict = verify(tmp_path)
    assert [] == verdict.findings
    assert "earlier files are elsewhere" in verdict.notes[0]
