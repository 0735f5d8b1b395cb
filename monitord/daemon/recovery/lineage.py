"""How one journal leads to all that its ward was rebuilt from.

A header names the two ends of its past, and each journal on the way the one before it, so a header
stays as short as it is however often the daemon starts. Headers that name every file lead back in
the same way: their first and last are the ends.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from monitord.adapters.journal import read_header, read_lines


def ends(files: Sequence[Path]) -> list[str]:
    """Name the first and the last of some journals, as a header does."""
    return list(dict.fromkeys(name_of(path) for path in (files[0], files[-1])))


def name_of(path: Path) -> str:
    """Return a journal's name, packed or not."""
    return path.name.removesuffix(".gz")


def has_ticks(path: Path) -> bool:
    """Tell whether a journal has a whole tick."""
    first_two = list(islice(read_lines(path), 2))
    return len(first_two) == 2 and first_two[1].endswith(b"\n")


def header_of(path: Path) -> dict[str, Any]:
    """Read a journal's first line; raises `JournalProblem` and `OSError`."""
    return read_header(next(read_lines(path), b""))


class Lineage:
    """The way back in a directory: `come_to` is asked of each journal, newest first."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._first: str | None = None
        self._seen: set[str] = set()

    def come_to(self, name: str) -> tuple[Path, str | None]:
        """Return where a journal is, and the name of the one before it, if there is one.

        Raises `OSError` where it is gone, and `JournalProblem` where it cannot be read.
        """
        paths = (self._directory / name, self._directory / f"{name}.gz")
        path = next((path for path in paths if path.exists()), None)
        if path is None:
            raise FileNotFoundError(2, "a journal that is gone", str(paths[0]))
        self._seen.add(name)
        named = self.set_out(header_of(path))
        return path, None if name == self._first or named in self._seen else named

    def set_out(self, header: Mapping[str, Any]) -> str | None:
        """Return which journal one goes on from; the first header asked tells how far back."""
        files = header["continues"]["files"] if "continues" in header else [None]
        self._first = self._first or files[0]
        return files[-1]
