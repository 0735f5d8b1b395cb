"""The version lock: which content each version of each rule had, so that a version means one thing.

The lock answers "which exact rule fired at 03:12?". It is TOML, one line a rule, sorted by id.
"""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from monitord.domain.refusals import nearest
from monitord.rules.book import Rule, RuleBook
from monitord.rules.documents import read_toml, validate
from monitord.rules.problems import PackProblems, Problem
from monitord.rules.schema import Version

LOCK_FILE: Final = "version.lock"
_UPDATE: Final = "run `monitord check --update-lock`"
_HEAD: Final = """\
# Which content each version of each rule has, written by `monitord check --update-lock`.
# A change of a rule's content must come with a higher version in its pack.
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
    rules = sorted(book.rules, key=lambda rule: rule.policy.rule)
    return _HEAD + "".join(map(_line, rules))


def _line(rule: Rule) -> str:
    policy = rule.policy
    return f'"{policy.rule}" = {{ version = {policy.version}, content = "{rule.content()}" }}\n'


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


def _file(rule: Rule) -> str:
    return f"{rule.policy.pack}.toml"


def _owner(rule: Rule) -> str:
    return f'rule "{rule.policy.rule}"'


def _unversioned(book: RuleBook, locked: dict[str, LockedRule]) -> Iterator[Problem]:
    """Find rules that changed while their version stayed, or went back."""
    for rule in book.rules:
        entry = locked.get(rule.policy.rule)
        if entry is None or entry == _entry(rule):
            continue
        version = rule.policy.version
        if entry.content == rule.content() and version < entry.version:
            found, expected = f"version {version}", f"version = {entry.version}, as in the lock"
            yield Problem(_file(rule), _owner(rule), "version", found, expected)
        elif version <= entry.version:
            found = f"changed content at version {version}"
            expected = f"version = {entry.version + 1}; then {_UPDATE}"
            yield Problem(_file(rule), _owner(rule), "version", found, expected)


def _entry(rule: Rule) -> LockedRule:
    return LockedRule(version=rule.policy.version, content=rule.content())


def _out_of_date(book: RuleBook, locked: dict[str, LockedRule]) -> Iterator[Problem]:
    """Find rules that the lock does not know, or knows at an older version, or that are gone."""
    known = {rule.policy.rule: rule for rule in book.rules}
    for rule in book.rules:
        entry = locked.get(rule.policy.rule)
        if entry is None:
            yield Problem(LOCK_FILE, _owner(rule), "", "no entry", f"one: {_UPDATE}")
        elif entry.version < rule.policy.version:
            found, expected = (
                f"version {entry.version}",
                f"version {rule.policy.version}: {_UPDATE}",
            )
            yield Problem(LOCK_FILE, _owner(rule), "version", found, expected)
    for name in sorted(set(locked) - set(known)):
        expected = f"such a rule (a rule is deprecated before it goes), or {_UPDATE}"
        like = nearest(name, tuple(known))
        yield Problem(LOCK_FILE, f'rule "{name}"', "", "an entry of no rule", expected, like)
