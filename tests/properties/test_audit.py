"""Whatever is done to one line of an audit, or to one byte of it, is found."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

from monitord.adapters.audit import verify
from monitord.adapters.audit.chain import Chain
from monitord.adapters.audit.records import make_entry, read_record, seal

Lines = list[tuple[int, bytes]]  # the file's number, and the line

picks = st.integers(0, 999)  # of a line, counted round
fields = st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.integers(0, 9), max_size=3)


def _chain(directory: Path, told: Sequence[dict[str, object]]) -> tuple[list[Path], Lines]:
    """Write a chain of six records over some files; return the files and the lines."""
    chain = Chain(directory, lambda _: None, file_bytes=600)
    chain.open(0)
    for number, one in enumerate(told):
        chain.append([make_entry("a.thing", number, one)])
    chain.close()
    files = sorted(directory.glob("audit-*.jsonl"))
    lines = [
        (number, line)
        for number, path in enumerate(files)
        for line in path.read_bytes().splitlines(keepends=True)
    ]
    return files, lines


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
        for number, path in enumerate(files):
            path.write_bytes(b"".join(line for of, line in changed if of == number))
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
