"""Whatever is done to one line of an audit, or to one byte of it, is found."""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

import orjson
from hypothesis import assume, given
from hypothesis import strategies as st

from monitord.adapters.audit import read_audit, verify
from monitord.adapters.audit.chain import Chain
from monitord.adapters.audit.layout import BEGUN, HEAD_NAME, file_name
from monitord.adapters.audit.records import BEGINNING, make_entry, read_record, seal
from tests.disk import full_disk_at

Lines = list[tuple[int, bytes]]  # the file's number, and the line

picks = st.integers(0, 999)  # of a line, counted round
fields = st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.integers(0, 9), max_size=3)


def _chain(directory: Path, told: Sequence[dict[str, object]]) -> tuple[list[Path], Lines]:
    """Write a chain over files of three records, without syncing it; return files and lines."""
    files: list[Path] = []
    lines: Lines = []
    end = BEGINNING
    for number, one in enumerate(told):
        if number % 2 == 0:
            files.append(directory / file_name(end.sequence + 1))
            line, end = seal(make_entry(BEGUN, number, {}), end)
            lines.append((len(files) - 1, line))
        line, end = seal(make_entry("a.thing", number, one), end)
        lines.append((len(files) - 1, line))
    _write(files, lines)
    (directory / HEAD_NAME).write_bytes(orjson.dumps(end._asdict()))
    return files, lines


def _write(files: Sequence[Path], lines: Lines) -> None:
    for number, path in enumerate(files):
        path.write_bytes(b"".join(line for of, line in lines if of == number))


def _findings_after(
    told: Sequence[dict[str, object]], change: Callable[[Lines], Lines]
) -> tuple[int, int]:
    """Return how many findings there are before and after a change of the lines."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        files, lines = _chain(directory, told)
        before = len(verify(directory).findings)
        changed = change(list(lines))
        assume(changed != lines)
        _write(files, changed)
        return before, len(verify(directory).findings)


def _forged(after: bytes, told: dict[str, object]) -> bytes:
    """A record that follows from another one, as somebody makes who knows the format."""
    return seal(make_entry("a.thing", 0, told), read_record(after.rstrip(b"\n")).link)[0]


chains = st.lists(fields, min_size=6, max_size=6)


@given(chains, picks, st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_is_found(
    told: list[dict[str, object]], which: int, at: int, flip: int
) -> None:
    """No byte of any line can be another one, its newline included."""

    def change(lines: Lines) -> Lines:
        row = which % len(lines)
        file, line = lines[row]
        place = at % len(line)
        lines[row] = file, line[:place] + bytes([line[place] ^ flip]) + line[place + 1 :]
        return lines

    before, after = _findings_after(told, change)
    assert 0 == before
    assert after


@given(chains, picks)
def test_a_removed_line_is_found(told: list[dict[str, object]], which: int) -> None:
    """Also the first and the last of each file, and of all."""

    def change(lines: Lines) -> Lines:
        del lines[which % len(lines)]
        return lines

    before, after = _findings_after(told, change)
    assert 0 == before
    assert after


@given(chains, picks, picks, st.none() | fields)
def test_an_inserted_line_is_found(
    told: list[dict[str, object]], which: int, place: int, new: dict[str, object] | None
) -> None:
    """Whether it is a copy of another, or a record that somebody made by the rules.

    One that is made by the rules and put at the very end looks like what the daemon wrote last.
    """

    def change(lines: Lines) -> Lines:
        row = place % (len(lines) - (new is not None))
        file, before = lines[row]
        line = lines[which % len(lines)][1] if new is None else _forged(before, new)
        lines.insert(row + 1, (file, line))
        return lines

    before, after = _findings_after(told, change)
    assert 0 == before
    assert after


@given(chains, picks, picks)
def test_two_swapped_lines_are_found(told: list[dict[str, object]], one: int, other: int) -> None:
    """Wherever they stand."""

    def change(lines: Lines) -> Lines:
        near, far = one % len(lines), other % len(lines)
        (file, line), (far_file, far_line) = lines[near], lines[far]
        lines[near], lines[far] = (file, far_line), (far_file, line)
        return lines

    before, after = _findings_after(told, change)
    assert 0 == before
    assert after


steps = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(1, 3)),
        st.tuples(st.just("full"), st.integers(0, 900)),  # the bytes that are still free
        st.tuples(st.just("crash"), st.integers(0, 80)),  # the bytes of a line that was begun
    ),
    max_size=12,
)


@given(steps)
def test_full_disks_and_crashes_lose_and_double_nothing_that_was_taken(
    steps: list[tuple[str, int]],
) -> None:
    """What `append` took is there once and in order; what it refused is not; the chain is whole."""
    with tempfile.TemporaryDirectory() as folder:
        directory, number = Path(folder), 0
        taken: list[int] = []
        chain = _opened(directory)
        for step, size in steps:
            if step == "crash":
                chain.close()
                newest = max(directory.glob("audit-*.jsonl"))
                with newest.open("ab") as file:
                    file.write(newest.read_bytes()[:size].partition(b"\n")[0])
                chain = _opened(directory)
                continue
            count = size if step == "append" else 1
            batch = [make_entry("a.thing", 0, {"n": number + one}) for one in range(count)]
            largest = max(path.stat().st_size for path in directory.glob("audit-*.jsonl"))
            with full_disk_at(largest + size) if step == "full" else nullcontext():
                try:
                    chain.append(batch)
                except OSError:
                    assert step == "full"
                    continue
            taken += range(number, number + count)
            number += count
        chain.close()
        found = [one.record for one in read_audit(directory) if one.record is not None]
        assert taken == [one.fields["n"] for one in found if one.what == "a.thing"]
        assert [] == verify(directory).findings


def _opened(directory: Path) -> Chain:
    chain = Chain(directory, lambda _: None, file_bytes=600)
    chain.open(0)
    return chain
