"""Problems in packs and cases: always all of them, each with where, what was found, what belongs.

This room never decides what is wrong; it only words it. A problem names the nearest known word.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one file: `owner` is the rule or case it is in, `key` the place in it."""

    file: str
    owner: str
    key: str
    found: str
    expected: str
    nearest: str | None = None

    def __str__(self) -> str:
        """Say the problem in one line, in three parts.

        >>> print(Problem("crs.toml", 'rule "fever"', "hold", "-5s", "a span"))
        crs.toml: rule "fever", hold: found -5s, expected a span
        """
        place = ", ".join(part for part in (self.owner, self.key) if part)
        where = f"{self.file}: {place}" if place else self.file
        hint = f'; did you mean "{self.nearest}"?' if self.nearest else ""
        return f"{where}: found {self.found}, expected {self.expected}{hint}"


class PackProblems(ValueError):
    """Packs or cases cannot be used; `problems` lists everything wrong, in order of file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems sorted by file, in the order they were found within it."""
        self.problems = tuple(sorted(problems, key=lambda problem: problem.file))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a condition; `offset` counts characters from its start."""

    offset: int
    found: str
    expected: str
    nearest: str | None = None


class ConditionProblems(ValueError):
    """A condition cannot be read; `faults` lists everything wrong in it, left to right."""

    def __init__(self, text: str, faults: Iterable[Fault]) -> None:
        """Keep the faults in the order of the text."""
        self.text = text
        self.faults = tuple(sorted(faults, key=lambda fault: fault.offset))
        super().__init__("; ".join(map(self.describe, self.faults)))

    def describe(self, fault: Fault) -> str:
        """Say one fault with its place."""
        hint = f'; did you mean "{fault.nearest}"?' if fault.nearest else ""
        return f"{self.place(fault)}: found {fault.found}, expected {fault.expected}{hint}"

    def place(self, fault: Fault) -> str:
        """Tell line (when there are several) and column of a fault, both counted from 1."""
        before = self.text[: fault.offset]
        column = fault.offset - before.rfind("\n")
        line = before.count("\n") + 1
        return f"line {line}, column {column}" if "\n" in self.text else f"column {column}"
