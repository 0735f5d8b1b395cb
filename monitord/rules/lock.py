"""The version lock: which content each version of a rule or index had: a version means one thing.

The lock answers "which exact rule fired at 03:12?". It is TOML, one line for each, sorted by id.
"""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from monitord.domain.refusals import nearest
from monitord.rules.book import Entry, RuleBook
from monitord.rules.documents import read_toml, validate
from monitord.rules.problems import PackProblems, Problem
from monitord.rules.schema import Version

LOCK_FILE: Final = "version.lock"
_UPDATE: Final = "run `monitord check --update-lock`"
_HEAD: Final = """\
# Which content each version of each rule and index has, written by `monitord check --update-lock`.
# A change of content must come with a higher version in its pack.
"""


class LockedRule(BaseModel):
    """One line of the lock."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Version
    content: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]


def write_lock(book: RuleBook, previous: str | None = None) -> str:
    """Write the lock of a rule book.

    With the text of the previous lock, raises `PackProblems` when a rule's content changed and its
    version did not rise.
    """
    if previous is not None:
        problems = [*_unversioned(book, _read(previous))]
        if problems:
            raise PackProblems(problems)
    entries = sorted(book.entries(), key=lambda entry: entry.name)
    return _HEAD + "".join(map(_line, entries))


def _line(entry: Entry) -> str:
    return f'"{entry.name}" = {{ version = {entry.version}, content = "{entry.content}" }}\n'


def lock_problems(book: RuleBook, lock: str) -> list[Problem]:
    """Return everything in which a rule book and its lock disagree."""
    try:
        locked = _read(lock)
    except PackProblems as problem:
        return list(problem.problems)
    return [*_unversioned(book, locked), *_out_of_date(book, locked)]


def _read(text: str) -> dict[str, LockedRule]:
    problems: list[Problem] = []
    document = read_toml(LOCK_FILE, text, problems)
    locked = {
        rule: validate(LockedRule, entry, problems, file=LOCK_FILE, owner=f'rule "{rule}"')
        for rule, entry in document.items()
    }
    if problems:
        raise PackProblems(problems)
    return {rule: entry for rule, entry in locked.items() if entry is not None}


def _owner(entry: Entry) -> str:
    return f'{entry.kind} "{entry.name}"'


def _unversioned(book: RuleBook, locked: dict[str, LockedRule]) -> Iterator[Problem]:
    """Find what changed while its version stayed, or went back."""
    for entry in book.entries():
        known = locked.get(entry.name)
        if known is None or (known.version, known.content) == (entry.version, entry.content):
            continue
        file, version = f"{entry.pack}.toml", entry.version
        if known.content == entry.content and version < known.version:
            found, expected = f"version {version}", f"version = {known.version}, as in the lock"
            yield Problem(file, _owner(entry), "version", found, expected)
        elif version <= known.version:
            found = f"changed content at version {version}"
            expected = f"version = {known.version + 1}; then {_UPDATE}"
            yield Problem(file, _owner(entry), "version", found, expected)


def _out_of_date(book: RuleBook, locked: dict[str, LockedRule]) -> Iterator[Problem]:
    """Find what the lock does not know, or knows at an older version, or what is gone."""
    known = {entry.name: entry for entry in book.entries()}
    for entry in known.values():
        old = locked.get(entry.name)
        if old is None:
            yield Problem(LOCK_FILE, _owner(entry), "", "no entry", f"one: {_UPDATE}")
        elif old.version < entry.version:
            found, expected = f"version {old.version}", f"version {entry.version}: {_UPDATE}"
            yield Problem(LOCK_FILE, _owner(entry), "version", found, expected)
    for name in sorted(set(locked) - set(known)):
        expected = f"such a rule (a rule is deprecated before it goes), or {_UPDATE}"
        like = nearest(name, tuple(known))
        found = "an entry of no rule or index"
        yield Problem(LOCK_FILE, f'rule "{name}"', "", found, expected, like)
