"""Cases: the examples that every rule carries, read and checked, ready for the engine to play.

A rule without a case that fires it, one that must not and one with a missing input is a problem.
Times count from the start of the case; events of before have negative times.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from monitord.domain.alerts import Phase, Scope
from monitord.domain.events import Event
from monitord.domain.refusals import nearest, shown
from monitord.domain.time import Millis
from monitord.rules.book import Rule, RuleBook
from monitord.rules.case_events import CaseReader, events_of
from monitord.rules.case_schema import (
    AnswerText,
    CaseFile,
    CaseKind,
    CaseText,
    ExpectText,
    GivenText,
    PatientText,
)
from monitord.rules.documents import Document, read_toml, validate
from monitord.rules.loader import stem
from monitord.rules.problems import PackProblems, Problem
from monitord.rules.vocabulary import Vocabulary

_PARTS: Final[Mapping[str, type[BaseModel]]] = {
    "patient": PatientText,
    "given": GivenText,
    "acknowledge": AnswerText,
    "expect": ExpectText,
}


@dataclass(frozen=True, slots=True)
class Expectation:
    """Where the alert must stand at an instant, and the reason of its last move when told."""

    at_ms: Millis
    phase: Phase
    reason: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """One case; `events` are of `PATIENT`, answers of a feed rule of the feed, as received."""

    file: str
    rule: str
    kind: CaseKind
    story: str
    events: tuple[Event, ...]
    expectations: tuple[Expectation, ...]


def load_cases(
    files: Mapping[str, str], book: RuleBook, vocabulary: Vocabulary
) -> tuple[Case, ...]:
    """Read all cases (file name -> text); raises `PackProblems` with every problem of all files."""
    problems: list[Problem] = []
    cases: list[Case] = []
    for file, text in sorted(files.items()):
        reader = CaseReader(f"cases/{stem(file)}.toml", vocabulary, problems)
        cases += _cases_of(stem(file), text, reader, book)
    if not problems:
        problems += _missing_cases(book, cases)
    if problems:
        raise PackProblems(problems)
    return tuple(cases)


def _missing_cases(book: RuleBook, cases: list[Case]) -> Iterator[Problem]:
    templates = {rule.policy.rule: rule.template for rule in book.rules}
    shown_kinds = {(templates[case.rule], case.kind) for case in cases}
    asked: dict[str, Rule] = {rule.template: rule for rule in reversed(book.rules)}
    for template, rule in sorted(asked.items()):
        absent = [kind for kind in CaseKind if (template, kind) not in shown_kinds]
        if absent:
            file, owner = f"cases/{rule.policy.pack}.toml", f'rule "{template}"'
            found, expected = f"no case of kind {', '.join(absent)}", "at least one of each kind"
            yield Problem(file, owner, "", found, expected)


def _cases_of(pack: str, text: str, reader: CaseReader, book: RuleBook) -> Iterator[Case]:
    before = len(reader.problems)
    document = read_toml(reader.file, text, reader.problems)
    if len(reader.problems) > before:
        return
    validate(CaseFile, document, reader.problems, file=reader.file)
    written = document.get("case")
    for place, entry in enumerate(written if isinstance(written, list) else [], start=1):
        reader.owner = f"case {place}"
        if isinstance(entry, dict):
            yield from _case(reader, pack, entry, book)


def _case(reader: CaseReader, pack: str, entry: Document, book: RuleBook) -> Iterator[Case]:
    written = validate(
        CaseText, entry, reader.problems, file=reader.file, owner=reader.owner, parts=_PARTS
    )
    if written is None:
        return
    reader.owner = f'{reader.owner} of rule "{written.rule}"'
    _check_rule(reader, pack, written.rule, book)
    _check_expectations(reader, written)
    yield Case(
        file=reader.file,
        rule=written.rule,
        kind=written.kind,
        story=written.story,
        events=events_of(reader, written, is_of_feed=_is_of_feed(written.rule, book)),
        expectations=tuple(Expectation(e.at, e.phase, e.reason) for e in written.expect),
    )


def _check_rule(reader: CaseReader, pack: str, name: str, book: RuleBook) -> None:
    """A case tells of a rule of the pack that its file is named after."""
    packs = {rule.policy.rule: rule.policy.pack for rule in book.rules}
    if name not in packs:
        reader.complain("rule", shown(name), "a rule", nearest(name, tuple(packs)))
    elif packs[name] != pack:
        reader.complain("rule", f"a rule of pack {packs[name]}", f"a rule of pack {pack}")


def _is_of_feed(name: str, book: RuleBook) -> bool:
    """Tell whether a rule is about the whole feed; one that is none is not."""
    policies = (rule.policy for rule in book.rules)
    return any(policy.rule == name and policy.scope is Scope.FEED for policy in policies)


def _check_expectations(reader: CaseReader, case: CaseText) -> None:
    """A case that fires must expect so, and a silent one must not."""
    is_active = any(entry.phase is Phase.ACTIVE for entry in case.expect)
    if case.kind is CaseKind.FIRES and not is_active:
        reader.complain("expect", "no ACTIVE", 'ACTIVE at some time, as kind = "fires"')
    if case.kind is CaseKind.SILENT and is_active:
        reader.complain("expect", "ACTIVE", 'never ACTIVE, as kind = "silent"')
